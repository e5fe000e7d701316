/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SCHED_LOST_H
#define WEIR_SCHED_LOST_H

#include "account/access.h"
#include "limit/slot.h"

/* What is told of the requests that dead workers had open. */
struct losses {
	struct access_log *access;	/* their lines; borrowed */
	unsigned	   n;
	uint64_t	   last;	/* sequence of the last one: a transaction that runs again tells nobody twice */
};

/*
 * A lost_fn: writes a dead worker's open request to the journal as "worker
 * lost", in the transaction that gives its reservation back, and its access
 * line.  `losses` is a struct losses.
 */
void	lost_log(void *losses, struct txn *state, const struct lost *);

#endif
