/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadline.c - many deadlines of equal length behind one timer.
 *
 * Runs in: worker, admin.
 *
 * The timer may fire for a deadline that was cleared or moved meanwhile; it
 * then only looks at the queue's new head and is set again.
 */
#include "net/deadline.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/str.h"

static void
fire(struct timer *t)
{
	struct deadlines *of = container_of(t, struct deadlines, timer);
	uint64_t now = clock_mono_ms();

	while (!list_empty(&of->queue)) {
		struct deadline *d = container_of(of->queue.next, struct deadline, node);

		if (d->due_ms > now) {
			loop_timer(&of->timer, d->due_ms);
			return;
		}
		deadline_clear(d);
		of->expired(d);
	}
}

void
deadlines_init(struct deadlines *of, uint64_t ms, void (*expired)(struct deadline *))
{
	*of = (struct deadlines){ .ms = ms, .timer.fire = fire, .expired = expired };
	list_init(&of->queue);
}

void
deadlines_done(struct deadlines *of)
{
	loop_timer_off(&of->timer);
}

void
deadline_init(struct deadline *d)
{
	list_init(&d->node);
	d->of = NULL;
}

void
deadline_set(struct deadlines *of, struct deadline *d)
{
	list_del(&d->node);
	d->of = of;
	d->due_ms = clock_mono_ms() + of->ms;
	if (of->ms == 0)
		return;
	list_add(&of->queue, &d->node);
	if (of->timer.place == 0)
		loop_timer(&of->timer, d->due_ms);
}

void
deadline_clear(struct deadline *d)
{
	list_del(&d->node);
	d->of = NULL;
}
