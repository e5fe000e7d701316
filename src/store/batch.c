/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.c - one write transaction for all that a loop turn gathered.
 *
 * Runs in: worker.
 *
 * Ops are moved to a list of their own before the transaction, so what `done`
 * adds belongs to the next one.  While ops run, the queue is not to be touched;
 * in `done` any op may be added or cancelled.
 */
#include "store/batch.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"

#define TRIES 2

struct batch {
	struct db	  *state;
	struct batch_hooks hooks;
	struct node	   queue[2];	/* by phase */
	struct node	   turn[2];	/* what the running transaction carries */
	uint64_t	   failures;
	bool		   running;	/* inside a try */
};

struct batch *
batch_new(struct db *state, struct batch_hooks hooks)
{
	struct batch *b = xcalloc(1, sizeof(*b));

	b->state = state;
	b->hooks = hooks;
	for (int phase = BATCH_SETTLE; phase <= BATCH_ADMIT; phase++) {
		list_init(&b->queue[phase]);
		list_init(&b->turn[phase]);
	}
	return b;
}

static void
forget_all(struct node *head)
{
	while (!list_empty(head))
		list_del(head->next);
}

void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	for (int phase = BATCH_SETTLE; phase <= BATCH_ADMIT; phase++) {
		forget_all(&b->queue[phase]);
		forget_all(&b->turn[phase]);
	}
	free(b);
}

void
batch_init_op(struct batch_op *op)
{
	list_init(&op->node);
}

void
batch_add(struct batch *b, struct batch_op *op)
{
	assert(!b->running && list_empty(&op->node));
	list_add(&b->queue[op->phase], &op->node);
}

void
batch_cancel(struct batch_op *op)
{
	list_del(&op->node);
}

bool
batch_pending(const struct batch *b)
{
	return !list_empty(&b->queue[BATCH_SETTLE]) || !list_empty(&b->queue[BATCH_ADMIT]);
}

uint64_t
batch_failures(const struct batch *b)
{
	return b->failures;
}

static void
move_all(struct node *from, struct node *to)
{
	while (!list_empty(from)) {
		struct node *n = from->next;

		list_del(n);
		list_add(to, n);
	}
}

static void
run_phase(struct node *head, struct txn *t)
{
	for (struct node *n = head->next; n != head; n = n->next) {
		struct batch_op *op = container_of(n, struct batch_op, node);

		op->run(op, t);
	}
}

static int
try_turn(struct batch *b)
{
	struct txn *t = txn_write(b->state);

	b->running = true;
	if (b->hooks.begin != NULL)
		b->hooks.begin(b->hooks.arg, t);
	run_phase(&b->turn[BATCH_SETTLE], t);
	run_phase(&b->turn[BATCH_ADMIT], t);
	if (b->hooks.end != NULL)
		b->hooks.end(b->hooks.arg, t);
	b->running = false;
	return txn_commit(t);
}

/* Each op leaves the list before its `done`, which may free it or cancel any other. */
static void
tell_phase(struct node *head, bool failed)
{
	while (!list_empty(head)) {
		struct batch_op *op = container_of(head->next, struct batch_op, node);

		list_del(&op->node);
		if (op->done != NULL)
			op->done(op, failed);
	}
}

void
batch_run(struct batch *b)
{
	int rc = -1;

	assert(list_empty(&b->turn[BATCH_SETTLE]) && list_empty(&b->turn[BATCH_ADMIT]));
	if (!batch_pending(b))
		return;
	move_all(&b->queue[BATCH_SETTLE], &b->turn[BATCH_SETTLE]);
	move_all(&b->queue[BATCH_ADMIT], &b->turn[BATCH_ADMIT]);
	for (int i = 0; i < TRIES && rc == -1; i++) {
		if (i > 0)
			db_check_readers(b->state);
		rc = try_turn(b);
	}
	if (rc == -1)
		b->failures++;
	if (b->hooks.done != NULL)
		b->hooks.done(b->hooks.arg, rc == -1);
	tell_phase(&b->turn[BATCH_SETTLE], rc == -1);
	tell_phase(&b->turn[BATCH_ADMIT], rc == -1);
}
