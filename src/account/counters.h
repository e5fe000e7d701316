/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ACCOUNT_COUNTERS_H
#define WEIR_ACCOUNT_COUNTERS_H

#include "account/entry.h"
#include "store/txn.h"

/*
 * This worker's counters.  Kept in memory, stored under the slot inside the
 * same transaction as the settlements they count, loaded again by the slot's
 * next owner: exact and monotonic across restarts.
 */
enum counter {
#define C(name, metric, labels, help) COUNTER_##name,
#include "account/counters.def"
#undef C
	COUNTERS
};

#define LATENCY_BUCKETS 14	/* upper bounds 0.01 * 2^i seconds (0.01 ... 81.92), OTel's; one more for +Inf */

struct counters {
	uint64_t n[COUNTERS];
	uint64_t duration[LATENCY_BUCKETS + 1];		/* not cumulative */
	uint64_t first_byte[LATENCY_BUCKETS + 1];
	uint64_t inflight;				/* a gauge; 0 after a load */
};

void	counters_load(struct txn *, uint16_t slot, struct counters *);
void	counters_store(struct txn *, uint16_t slot, const struct counters *);
/*
 * All that one finished exchange adds: requests, tokens, cost, durations, how it ended, and its attempts (all but the
 * last were given to the next candidate).  The other counters are the caller's to raise.
 */
void	counters_entry(struct counters *, const struct entry *);
void	counters_sum(struct txn *, struct counters *);			/* over all slots */
/* Prometheus text, format 0.0.4, prefix weir_. */
void	counters_prometheus(const struct counters *, struct buf *);
int	counters_describe(struct str key, struct str value, struct json_out *) MUST_USE;

#endif
