/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SCHED_LOST_H
#define WEIR_SCHED_LOST_H

#include "limit/slot.h"

/*
 * A lost_fn: writes a dead worker's open request to the journal as "worker
 * lost", in the transaction that gives its reservation back.  `count` is an
 * unsigned that is incremented.
 */
void	lost_log(void *count, struct txn *state, const struct lost *);

#endif
