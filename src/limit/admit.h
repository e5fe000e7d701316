/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_ADMIT_H
#define WEIR_LIMIT_ADMIT_H

#include "base/fault.h"
#include "base/json.h"
#include "limit/limit.h"
#include "limit/slot.h"
#include "store/txn.h"

/*
 * Reserve before, settle after.  All limits of all scopes of one exchange are
 * checked and reserved together or not at all, inside the turn's write
 * transaction.  What is reserved is a RESERVATION record under (slot,
 * sequence); settling deletes it and corrects the meters to what was really
 * used; a dead worker's records are found by its slot and given back.
 *
 * A scope's windows and quotas are one METER record: read once per
 * transaction, changed in memory, written once at its end.
 */
enum scope_kind { SCOPE_GLOBAL, SCOPE_KEY, SCOPE_CHANNEL, SCOPE_UPKEY, SCOPE_USER, SCOPE_GROUP, SCOPE_KINDS };

extern const char *const scope_names[SCOPE_KINDS];

struct scope {
	enum scope_kind	    kind;
	uint64_t	    id;		/* 0 for global */
	const struct limit *limits;	/* borrowed */
	size_t		    n;		/* may be 0; at most LIMITS_MAX */
};

/*
 * The transaction's meters.  One object per process; begin and end frame each
 * try of a transaction; reserve, release, settle and view stand between them.
 * The owner is borrowed: its slot and numbers name the reservations.
 */
struct meters;
struct meters *meters_new(struct slot_owner *);
void	 meters_free(struct meters *);
void	 meters_begin(struct meters *, struct txn *);
void	 meters_end(struct meters *);			/* writes what changed */

/*
 * What one exchange holds: the name of its record.  The record itself says
 * what is held, and it lives and dies with the transaction; so a try that was
 * not committed leaves nothing behind, and the same calls may simply run
 * again.  When the batch failed for good: after a first admit_reserve() clear
 * the grant; after admit_settle() keep it and settle again later.
 */
struct grant {
	uint64_t sequence;	/* of its RESERVATION record; 0 = none, nothing to settle */
};

struct refusal {
	/* RATE_LIMITED QUOTA_EXHAUSTED TOO_LARGE_FOR_LIMIT; INTERNAL: more than LIMITS_MAX limits */
	enum fault	    fault;
	enum scope_kind	    scope;
	uint64_t	    scope_id;
	const struct limit *limit;	/* borrowed from the scope */
	int64_t		    used;	/* before this request, reservations included */
	int64_t		    needed;
	uint64_t	    wait_ms;	/* until it would fit; 0 when it never will */
};

/* For the x-ratelimit-* headers: the tightest requests and tokens limits of a scope, as they are now. */
struct rate_view {
	bool	 known;
	int64_t	 limit, remaining;
	uint64_t reset_ms;		/* until all of it is free again */
};
struct rate_views {
	struct rate_view requests, tokens;
};

/*
 * 0 and the grant, or -1 and the refusal, that of the limit which takes
 * longest.  A grant that already holds something is added to (a channel's
 * scope after the key's).  An amount of 0 always fits: what is free is not
 * stopped by a budget that is used up.
 */
int	 admit_reserve(struct meters *, const struct scope *, size_t n, const struct amounts *need,
	    const struct grant_label *, struct grant *, struct refusal *) MUST_USE;
/* Gives back what one scope kind holds, requests too (the channel's, before the next candidate). */
void	 admit_release(struct meters *, const struct grant *, enum scope_kind);
/*
 * Ends it: what was reserved becomes `actual` on every metric (requests: 1
 * stays counted, 0 is given back).  Does nothing when the record is gone,
 * settled or given back by another.  The grant is left as it is: the caller
 * clears it when the transaction is known to be stored.
 */
void	 admit_settle(struct meters *, const struct grant *, const struct amounts *actual);
void	 admit_view(struct meters *, const struct scope *key, struct rate_views *);

/* For listings and the inspector; -1 when the bytes are not understood. */
int	 meter_describe(struct str key, struct str value, struct json_out *) MUST_USE;
int	 total_describe(struct str key, struct str value, struct json_out *) MUST_USE;
int	 reservation_describe(struct str key, struct str value, struct json_out *) MUST_USE;
/* Every meter of one scope, an array: used, reserved and left, by limit; for `weirctl key show`. */
void	 meters_show(struct txn *state, const struct scope *, struct json_out *);
/*
 * The invariants: reserved totals equal the sum of open reservations, nothing
 * is negative.  The count of faults; each is an item of the array that is open
 * in `out`.
 */
int	 meters_check(struct txn *state, struct json_out *);

#endif
