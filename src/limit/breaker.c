/* SPDX-License-Identifier: Apache-2.0 */
/*
 * breaker.c - what is not plainly healthy about a channel and model.
 *
 * Runs in: worker.
 *
 * Results come late: a request begun before the breaker opened may succeed or
 * fail afterwards.  Hence a success closes only what is closed or on probe,
 * and never ends a cool-down before its time; a fault counts only while
 * closed, and while a cool-down runs further faults are the same piece of
 * news, so a hundred parallel failures escalate once.
 *
 * A probe's claim is void when it is too old or when its worker died: its
 * slot's incarnation is another one then.
 */
#include "limit/breaker.h"

#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "limit/slot.h"
#include "store/key.h"

#define VERSION 1

const struct breaker_rules breaker_default = {
	.faults = 3,
	.open_ms = 60000,
	.probe_ms = 60000,
	.cool_rate = 10000,
	.cool_quota = 1800000,
	.cool_server = 60000,
	.cool_missing = 300000,
	.cool_timeout = 30000,
	.cool_forbidden = 60000,
	.cool_most = 3600000,
	.retry_after_most = 300000,
};

struct breaker_record {
	uint16_t version;
	uint8_t	 state;		/* enum breaker_state */
	uint8_t	 firm;		/* its cool-down holds even for who has no other choice */
	uint32_t faults;	/* in a row, while closed */
	uint32_t cools;		/* in a row, each begun after the last had ended */
	uint32_t fault;		/* the last one */
	uint64_t open_until, cool_until, probe_until;	/* mono ms */
	uint64_t incarnation;	/* of the probe's worker */
	uint16_t slot;
	uint16_t spare16;
	uint32_t spare32;
};

/* ---------------------------------------------------------------- the record */

static bool
get(struct txn *txn, struct breaker_id id, struct breaker_record *r)
{
	struct key key;
	size_t	   n;

	if (!txn_get_into(txn, DB_BREAKER, key_pack(&key, "QQ", id.channel, id.model), r, sizeof(*r), &n))
		return false;
	return n >= sizeof(*r) && r->version == VERSION;
}

static void
put(struct txn *txn, struct breaker_id id, const struct breaker_record *r)
{
	struct key key;

	txn_put(txn, DB_BREAKER, key_pack(&key, "QQ", id.channel, id.model),
	    (struct str){ (const char *)r, sizeof(*r) });
}

void
breaker_reset(struct txn *txn, struct breaker_id id)
{
	struct key key;

	(void)txn_del(txn, DB_BREAKER, key_pack(&key, "QQ", id.channel, id.model));
}

bool
breaker_any(struct txn *txn)
{
	struct walk walk;
	bool	    any = walk_first(&walk, txn, DB_BREAKER, STR_NONE, STR_NONE);

	walk_end(&walk);
	return any;
}

/* ---------------------------------------------------------------- looking */

static bool
probe_runs(struct txn *txn, const struct breaker_record *r, uint64_t now_ms)
{
	return now_ms < r->probe_until && slot_incarnation(txn, r->slot) == r->incarnation;
}

static enum breaker_verdict
judge(struct txn *txn, const struct breaker_record *r, uint64_t now_ms, bool desperate, uint64_t *until_ms)
{
	bool cools = now_ms < r->cool_until && (r->firm || !desperate);

	*until_ms = cools ? r->cool_until : 0;
	if (r->state == BREAKER_OPEN && now_ms < r->open_until && r->open_until > *until_ms)
		*until_ms = r->open_until;
	if (r->state == BREAKER_HALF_OPEN && probe_runs(txn, r, now_ms) && r->probe_until > *until_ms)
		*until_ms = r->probe_until;
	if (*until_ms != 0)
		return BREAKER_REFUSE;
	return r->state == BREAKER_CLOSED ? BREAKER_PASS : BREAKER_PROBE;
}

enum breaker_verdict
breaker_look(struct txn *txn, struct breaker_id id, uint64_t now_ms, bool desperate, uint64_t *until_ms)
{
	struct breaker_record r;

	*until_ms = 0;
	return get(txn, id, &r) ? judge(txn, &r, now_ms, desperate, until_ms) : BREAKER_PASS;
}

enum fault
breaker_last(struct txn *txn, struct breaker_id id)
{
	struct breaker_record r;

	return get(txn, id, &r) && r.fault < FAULTS ? (enum fault)r.fault : FAULT_NONE;
}

bool
breaker_claim(struct txn *txn, struct breaker_id id, const struct breaker_rules *rules, uint64_t now_ms,
    uint16_t slot, uint64_t incarnation)
{
	struct breaker_record r;
	uint64_t	      until;
	enum breaker_verdict  verdict;

	if (!get(txn, id, &r))
		return true;
	verdict = judge(txn, &r, now_ms, true, &until);	/* who looked did so too */
	if (verdict != BREAKER_PROBE)
		return verdict == BREAKER_PASS;
	r.state = BREAKER_HALF_OPEN;
	r.probe_until = now_ms + rules->probe_ms;
	r.slot = slot;
	r.incarnation = incarnation;
	put(txn, id, &r);
	return true;
}

void
breaker_unclaim(struct txn *txn, struct breaker_id id, uint16_t slot, uint64_t incarnation)
{
	struct breaker_record r;

	if (!get(txn, id, &r) || r.state != BREAKER_HALF_OPEN || r.slot != slot ||
	    r.incarnation != incarnation)
		return;
	r.state = BREAKER_OPEN;		/* open_until has passed: the next look may probe */
	put(txn, id, &r);
}

/* ---------------------------------------------------------------- results */

void
breaker_success(struct txn *txn, struct breaker_id id)
{
	struct breaker_record r;

	if (!get(txn, id, &r) || r.state == BREAKER_OPEN)
		return;
	if (clock_mono_ms() >= r.cool_until) {
		breaker_reset(txn, id);
	} else if (r.state != BREAKER_CLOSED || r.faults != 0) {
		r.state = BREAKER_CLOSED;
		r.faults = 0;
		put(txn, id, &r);
	}
}

struct cause {
	enum fault fault;
	size_t	   base;	/* offset of its cool-down in the rules */
};

/* Faults that cool, by what they are; others that cool do so as a server error. */
static const struct cause causes[] = {
	{ FAULT_UP_RATE_LIMITED, offsetof(struct breaker_rules, cool_rate) },
	{ FAULT_UP_QUOTA, offsetof(struct breaker_rules, cool_quota) },
	{ FAULT_UP_SERVER, offsetof(struct breaker_rules, cool_server) },
	{ FAULT_UP_OVERLOADED, offsetof(struct breaker_rules, cool_server) },
	{ FAULT_UP_MODEL_UNKNOWN, offsetof(struct breaker_rules, cool_missing) },
	{ FAULT_UP_UNAUTHORIZED, offsetof(struct breaker_rules, cool_forbidden) },
	{ FAULT_UP_FORBIDDEN, offsetof(struct breaker_rules, cool_forbidden) },
	{ FAULT_UP_TIMEOUT, offsetof(struct breaker_rules, cool_timeout) },
	{ FAULT_UP_STALLED, offsetof(struct breaker_rules, cool_timeout) },
	{ FAULT_UP_REFUSED, offsetof(struct breaker_rules, cool_timeout) },
	{ FAULT_UP_RESET, offsetof(struct breaker_rules, cool_timeout) },
};

static uint64_t
cool_base(const struct breaker_rules *rules, enum fault fault)
{
	size_t at = offsetof(struct breaker_rules, cool_server);

	for (size_t i = 0; i < LENGTH(causes); i++)
		if (causes[i].fault == fault)
			at = causes[i].base;
	return *(const uint64_t *)(const void *)((const char *)rules + at);
}

/* The n-th in a row, n from 1: twice as long each time. */
static uint64_t
cool_length(const struct breaker_rules *rules, enum fault fault, uint32_t n)
{
	uint64_t length = cool_base(rules, fault);

	for (; n > 1 && length < rules->cool_most; n--)
		length *= 2;
	return length < rules->cool_most ? length : rules->cool_most;
}

static void
cool(struct breaker_record *r, const struct breaker_rules *rules, enum fault fault, uint64_t retry_after_ms,
    uint64_t now_ms)
{
	bool	 running = now_ms < r->cool_until;
	uint64_t length = retry_after_ms < rules->retry_after_most ? retry_after_ms : rules->retry_after_most;

	if (fault_info(fault)->blame != BLAME_COOL && retry_after_ms == 0)
		return;
	if (!running)
		r->cools++;
	r->firm = (running && r->firm) || retry_after_ms != 0 || (fault != FAULT_UP_SERVER && fault != FAULT_UP_OVERLOADED);
	if (retry_after_ms == 0)
		length = running ? 0 : cool_length(rules, fault, r->cools);
	if (now_ms + length > r->cool_until)
		r->cool_until = now_ms + length;
}

/* True when that opens it. */
static bool
count(struct breaker_record *r, const struct breaker_rules *rules, uint64_t now_ms)
{
	if (r->state == BREAKER_OPEN)
		return false;
	if (r->state == BREAKER_CLOSED && ++r->faults < rules->faults)
		return false;
	r->state = BREAKER_OPEN;
	r->faults = 0;
	r->open_until = now_ms + rules->open_ms;
	return true;
}

bool
breaker_fault(struct txn *txn, struct breaker_id id, const struct breaker_rules *rules, enum fault fault,
    uint64_t retry_after_ms, uint64_t now_ms)
{
	enum fault_blame      blame = fault_info(fault)->blame;
	struct breaker_record r;
	bool		      opened;

	if (blame != BLAME_BREAKER && blame != BLAME_COOL)
		return false;
	if (!get(txn, id, &r))
		r = (struct breaker_record){ .version = VERSION, .state = BREAKER_CLOSED };
	r.fault = fault;
	cool(&r, rules, fault, retry_after_ms, now_ms);
	opened = count(&r, rules, now_ms);
	put(txn, id, &r);
	return opened;
}

/* ---------------------------------------------------------------- words */

static void
show_left(struct json_out *out, const char *name, uint64_t until_ms)
{
	uint64_t now = clock_mono_ms();

	json_unum(out, name, until_ms > now ? until_ms - now : 0);
}

int
breaker_describe(struct str key, struct str value, struct json_out *out)
{
	static const char *const names[] = { "closed", "open", "half_open" };
	struct breaker_record	 r;
	struct breaker_id	 id;
	char			 hex[17];

	if (key_unpack(key, "QQ", &id.channel, &id.model) < 0 || value.n < sizeof(r))
		return -1;
	memcpy(&r, value.p, sizeof(r));
	if (r.version != VERSION || r.state > BREAKER_HALF_OPEN)
		return -1;
	hex_write(hex, key.p + 8, 8);
	json_unum(out, "channel", id.channel);
	json_cstr(out, "model_hash", hex);
	json_cstr(out, "state", names[r.state]);
	json_unum(out, "faults", r.faults);
	json_unum(out, "cooldowns", r.cools);
	json_cstr(out, "last_fault", r.fault < FAULTS ? fault_info((enum fault)r.fault)->name : NULL);
	show_left(out, "open_ms", r.state == BREAKER_OPEN ? r.open_until : 0);
	show_left(out, "cooling_ms", r.cool_until);
	if (r.state == BREAKER_HALF_OPEN) {
		show_left(out, "probe_ms", r.probe_until);
		json_unum(out, "probe_slot", r.slot);
	}
	return 0;
}
