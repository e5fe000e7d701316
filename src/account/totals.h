/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ACCOUNT_TOTALS_H
#define WEIR_ACCOUNT_TOTALS_H

#include "base/buf.h"
#include "store/txn.h"

/* The calendar quotas of METER that differ from TOTAL, as they are now. */
struct totals {
	struct buf changed;	/* length, key, length, value, ... */
};

void	totals_gather(struct totals *, struct txn *state, struct txn *store);
void	totals_store(const struct totals *, struct txn *store);
void	totals_restore(struct txn *store, struct txn *state);
void	totals_done(struct totals *);

#endif
