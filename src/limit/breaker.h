/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_BREAKER_H
#define WEIR_LIMIT_BREAKER_H

#include "base/fault.h"
#include "base/json.h"
#include "store/txn.h"

/*
 * One record per channel and model that is not plainly healthy: breaker and
 * typed cool-down together.  A success deletes it, so the table of a healthy
 * gateway is empty and a look costs next to nothing; but one that comes late,
 * while it is open or cooling, ends neither before its time.
 *
 *	CLOSED     faults < threshold; each blamed fault counts, a success forgets them
 *	OPEN       until open_until, then
 *	HALF_OPEN  one probe host-wide, claimed in a write transaction by (slot, incarnation);
 *	           its success closes, its fault opens anew; a claim is void when it is older than
 *	           the probe time-out, and when its worker died
 *
 * A cool-down (429, 5xx, 404 ...) skips the channel+model until it ends,
 * from the second in a row on twice as long each time, at most an hour.
 * Faults while one runs do not escalate it.  A Retry-After is taken as it is.
 * Times are mono milliseconds.
 */
enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

struct breaker_rules {
	uint32_t faults;	/* consecutive, to open: 3 */
	uint64_t open_ms;	/* 60 s */
	uint64_t probe_ms;	/* a probe's claim is void after that: the total timeout or 60 s */
	/* cool-downs in ms, by cause; reference: 429 10 s, quota 1800 s, 5xx 60 s, 404 300 s, timeout 30 s, 403 60 s; cap 3600 s */
	uint64_t cool_rate, cool_quota, cool_server, cool_missing, cool_timeout, cool_forbidden, cool_most;
	uint64_t retry_after_most;	/* a Retry-After above this is nonsense and counts as this: 300 s */
};
extern const struct breaker_rules breaker_default;

enum breaker_verdict {
	BREAKER_PASS,		/* go */
	BREAKER_PROBE,		/* go, but only after breaker_claim() in a write transaction said so */
	BREAKER_REFUSE,		/* not now; *until says when */
};

struct breaker_id {
	uint64_t channel;
	uint64_t model;		/* str_hash() of the upstream model name */
};

/*
 * `desperate`: there is no other candidate.  Then a cool-down after a server error is passed over, for such errors are
 * often over at once; but not one that the upstream itself asked for, and not an open breaker.
 */
enum breaker_verdict breaker_look(struct txn *, struct breaker_id, uint64_t now_ms, bool desperate, uint64_t *until_ms);
/* What went wrong last, as long as it is remembered; FAULT_NONE when nothing is. */
enum fault breaker_last(struct txn *, struct breaker_id);
/* The probe is ours: true at most once per half-open period, host-wide. */
bool	breaker_claim(struct txn *, struct breaker_id, const struct breaker_rules *, uint64_t now_ms, uint16_t slot,
	    uint64_t incarnation);
/* The claimed probe was never sent (client gone, limit refused): another may take it. */
void	breaker_unclaim(struct txn *, struct breaker_id, uint16_t slot, uint64_t incarnation);
void	breaker_success(struct txn *, struct breaker_id);
/* A fault with blame; retry_after_ms 0 = none was given.  True when the breaker opened just now. */
bool	breaker_fault(struct txn *, struct breaker_id, const struct breaker_rules *, enum fault, uint64_t retry_after_ms,
	    uint64_t now_ms);
void	breaker_reset(struct txn *, struct breaker_id);	/* the operator's */
bool	breaker_any(struct txn *);			/* false: the table is empty, no look is needed */
int	breaker_describe(struct str key, struct str value, struct json_out *) MUST_USE;

/* The state of one upstream key, under its record id. */
enum keystate { KEYSTATE_ACTIVE, KEYSTATE_COOLING, KEYSTATE_EXHAUSTED, KEYSTATE_INVALID };
extern const char *const keystate_names[4];

enum keystate keystate_look(struct txn *, uint64_t upkey, uint64_t now_ms, uint64_t *until_ms);
void	keystate_set(struct txn *, uint64_t upkey, enum keystate, uint64_t until_ms, enum fault evidence, uint64_t now_ms);
void	keystate_clear(struct txn *, uint64_t upkey);
int	keystate_describe(struct str key, struct str value, struct json_out *) MUST_USE;

#endif
