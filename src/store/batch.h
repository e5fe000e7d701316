/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_BATCH_H
#define WEIR_STORE_BATCH_H

#include "base/list.h"
#include "store/txn.h"

/*
 * One write transaction for all that a loop turn gathered.  An op is embedded
 * in its owner.  At the end of the turn batch_run() begins a transaction on
 * `state`, runs all settles in order, then all admissions in order, commits,
 * and then calls each op's `done`.  When the commit fails the whole is tried
 * once more after a reader check; when that fails too, done gets failed = true
 * and nothing of it is stored.  `run` may therefore run twice: it must keep
 * its decisions in the op and depend on nothing but the op and the transaction.
 */
enum batch_phase { BATCH_SETTLE, BATCH_ADMIT };

struct batch_op {
	struct node	 node;		/* in the queue; batch_init_op() makes it a lone ring */
	enum batch_phase phase;
	void	       (*run)(struct batch_op *, struct txn *);
	void	       (*done)(struct batch_op *, bool failed);
};

struct batch;

/* `begin` runs first and `end` last inside the transaction, once per try: caches of meters, journal blocks, counters. */
struct batch_hooks {
	void (*begin)(void *arg, struct txn *);
	void (*end)(void *arg, struct txn *);
	void (*done)(void *arg, bool failed);
	void *arg;
};

struct batch *batch_new(struct db *state, struct batch_hooks);
void	batch_free(struct batch *);
void	batch_init_op(struct batch_op *);
void	batch_add(struct batch *, struct batch_op *);
void	batch_cancel(struct batch_op *);	/* takes it out of the queue; harmless when it is in none */
bool	batch_pending(const struct batch *);
void	batch_run(struct batch *);		/* nothing to do when the queue is empty */
uint64_t batch_failures(const struct batch *);	/* transactions lost since start */

#endif
