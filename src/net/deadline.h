/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_DEADLINE_H
#define WEIR_NET_DEADLINE_H

#include <stdint.h>

#include "base/list.h"
#include "net/loop.h"

/*
 * Deadlines of one kind, all equally far in the future when they are set: a
 * queue in order of time, with one timer for its head.  Setting and clearing
 * one is a few pointer writes, whatever their number.
 */
struct deadline {
	struct node	  node;
	struct deadlines *of;		/* NULL when not set */
	uint64_t	  due_ms;
};

struct deadlines {
	struct node  queue;
	struct timer timer;
	uint64_t     ms;		/* 0: never */
	void	   (*expired)(struct deadline *);	/* already cleared when called */
};

void	deadlines_init(struct deadlines *, uint64_t ms, void (*expired)(struct deadline *));
/* The timer only: what is queued must be cleared by its owner. */
void	deadlines_done(struct deadlines *);
void	deadline_init(struct deadline *);
/* From now, whatever it was set to before. */
void	deadline_set(struct deadlines *, struct deadline *);
void	deadline_clear(struct deadline *);

#endif
