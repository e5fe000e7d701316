/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ACCOUNT_LEDGER_H
#define WEIR_ACCOUNT_LEDGER_H

#include "account/entry.h"
#include "store/txn.h"

/*
 * Settled exchanges go from the worker to the journal (state), one block per
 * turn, and once a second from the journal to the ledger, roll-ups and totals
 * (store) in one durable transaction.  Idempotent: APPLIED remembers the last
 * sequence of each slot, and of which state environment, so a block that was
 * moved but not yet deleted is skipped.  Hence a slot's blocks must become
 * visible in the order of their numbers: a fresh one in each try.
 */
void	journal_put(struct txn *state, uint16_t slot, uint64_t sequence, struct str block);
uint64_t journal_backlog(struct db *state);	/* blocks waiting */

/* The scheduler's, once a second: how many exchanges moved, or -1 (store full or failing: the journal waits). */
int	ledger_apply(struct db *state, struct db *store) MUST_USE;
/*
 * Calendar quotas in use go to TOTAL with the same transaction; a rebuilt state gets them back, once, here.  Whoever
 * opens the state calls this before it admits anything; costs a look when it was done.
 */
void	ledger_seed_state(struct db *state, struct db *store);
/* Removes what was settled before that UTC day began: blocks removed, or -1.  Roll-ups stay. */
int	ledger_prune(struct db *store, uint64_t before_us) MUST_USE;

/* One row of a report. */
enum dimension { BY_TOTAL, BY_KEY, BY_MODEL, BY_CHANNEL, BY_DAY, DIMENSIONS };
extern const char *const dimension_names[DIMENSIONS];

struct sums {
	uint64_t requests, succeeded, failed, refused;
	uint64_t tokens[USAGE_CLASSES];
	int64_t	 cost_nano;
	uint64_t unpriced;		/* requests without a price: their cost is not in cost_nano */
	uint64_t estimated;		/* requests whose usage is an estimate */
	uint64_t duration_us;
};

struct report_row {
	struct str  name;		/* key, model or channel name, or "2026-11-21"; names of deleted things stay */
	uint64_t    id;
	struct sums sums;
};

/* Days are UTC, both ends inclusive, as days since 1970.  Rows live in the arena, most requests first (days: newest first). */
size_t	report_sum(struct txn *store, struct arena *, enum dimension, uint64_t from_day, uint64_t to_day,
	    struct report_row **rows);
/* Calls `row` for what was settled in [from_us, to_us), oldest first, until it returns false. */
void	report_entries(struct txn *store, uint64_t from_us, uint64_t to_us, bool (*row)(void *, const struct entry *), void *);

int	applied_describe(struct str key, struct str value, struct json_out *) MUST_USE;
int	rollup_describe(struct str key, struct str value, struct json_out *) MUST_USE;
/* Ledger sums equal roll-ups, parts equal wholes: the count of faults; each is an item of the array open in `out`. */
int	ledger_check(struct txn *store, struct json_out *);

#endif
