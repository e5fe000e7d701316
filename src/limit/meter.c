/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meter.c - what one scope used, as one record.
 *
 * Runs in: worker, scheduler.
 *
 * A quota's period is turned when it is looked at.  When the wall clock went
 * back, the count goes on in the earlier period: so setting it back never
 * frees a quota, and none stays locked longer than a period of its own.
 */
#include "limit/meter.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "limit/quota.h"

/* The sum, never negative and never too large: records may be damaged, sums must not be. */
static int64_t
changed(int64_t value, int64_t plus, int64_t minus)
{
	__int128 sum = (__int128)value + plus - minus;

	return sum < 0 ? 0 : sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

/* ---------------------------------------------------------------- the record */

struct meter_head *
meter_head(struct meter *m)
{
	return (struct meter_head *)(void *)m->bytes;
}

struct meter_quota *
meter_quotas(struct meter *m, size_t *n)
{
	*n = meter_head(m)->durable / sizeof(struct meter_quota);
	return (struct meter_quota *)(void *)(m->bytes + sizeof(struct meter_head));
}

struct meter_window *
meter_windows(struct meter *m, size_t *n)
{
	const struct meter_head *head = meter_head(m);

	*n = head->windows;
	return (struct meter_window *)(void *)(m->bytes + sizeof(*head) + head->durable);
}

size_t
meter_size(const struct meter *m)
{
	const struct meter_head *head = (const struct meter_head *)(const void *)m->bytes;

	return sizeof(*head) + head->durable + head->windows * sizeof(struct meter_window);
}

void
meter_clear(struct meter *m)
{
	*meter_head(m) = (struct meter_head){ .version = METER_VERSION };
}

/* After a power loss nobody settles what was open: requests stay counted, the rest is given back. */
static void
forget_open(struct meter *m)
{
	size_t		    n;
	struct meter_quota *q = meter_quotas(m, &n);

	for (size_t i = 0; i < n; i++) {
		if (q[i].metric != METRIC_REQUESTS)
			q[i].used = changed(q[i].used, 0, q[i].open);
		q[i].reserved = q[i].open = 0;
	}
	meter_head(m)->version = METER_VERSION;
}

int
meter_accept(struct meter *m, size_t n)
{
	const struct meter_head *head = meter_head(m);

	if (n < sizeof(*head) || n > sizeof(m->bytes) || head->version > METER_VERSION ||
	    head->windows > METER_MOST || head->durable % sizeof(struct meter_quota) != 0 ||
	    head->durable / sizeof(struct meter_quota) > METER_MOST || meter_size(m) != n) {
		meter_clear(m);
		return -1;
	}
	if (head->version == 0)
		forget_open(m);
	return 0;
}

/* ---------------------------------------------------------------- entries */

bool
meter_find(struct meter *m, enum period period, uint32_t limit_id, struct gauge *g)
{
	struct meter_quota  *q;
	struct meter_window *w;
	size_t		     n;

	*g = (struct gauge){ .meter = m };
	if (period == PERIOD_WINDOW) {
		w = meter_windows(m, &n);
		for (size_t i = 0; i < n && g->window == NULL; i++)
			if (w[i].id == limit_id)
				g->window = &w[i];
	} else {
		q = meter_quotas(m, &n);
		for (size_t i = 0; i < n && g->quota == NULL; i++)
			if (q[i].id == limit_id)
				g->quota = &q[i];
	}
	return g->window != NULL || g->quota != NULL;
}

/* Takes `size` bytes at `at` out of the record. */
static void
cut(struct meter *m, void *at, size_t size)
{
	char *from = at;

	memmove(from, from + size, meter_size(m) - (size_t)(from - m->bytes) - size);
}

static bool
in_scope(const struct scope *scope, uint32_t id)
{
	for (size_t i = 0; i < scope->n; i++)
		if (scope->limits[i].id == id)
			return true;
	return false;
}

/* Drops the first quota that no limit of the scope and no reservation needs. */
static bool
drop_quota(struct meter *m, const struct scope *scope, bool ended_only)
{
	size_t		    n;
	struct meter_quota *q = meter_quotas(m, &n);

	for (size_t i = 0; i < n; i++) {
		if (q[i].reserved != 0 || in_scope(scope, q[i].id) ||
		    (ended_only && clock_wall_us() < q[i].end_us))
			continue;
		cut(m, &q[i], sizeof(q[i]));
		meter_head(m)->durable = (uint16_t)(meter_head(m)->durable - sizeof(q[i]));
		return true;
	}
	return false;
}

static bool
drop_window(struct meter *m, const struct scope *scope, bool empty_only)
{
	size_t		     n;
	struct meter_window *w = meter_windows(m, &n);

	for (size_t i = 0; i < n; i++) {
		if (w[i].reserved != 0 || in_scope(scope, w[i].id) ||
		    (empty_only && window_used(&w[i].window, w[i].length_ms, clock_mono_ms()) != 0))
			continue;
		cut(m, &w[i], sizeof(w[i]));
		meter_head(m)->windows--;
		return true;
	}
	return false;
}

/* New entries are rare (a limit was added), so that is when those of removed limits go. */
static int
make_room(struct meter *m, const struct scope *scope, enum period period)
{
	size_t quotas, windows;

	while (drop_quota(m, scope, true) || drop_window(m, scope, true))
		;
	meter_quotas(m, &quotas);
	meter_windows(m, &windows);
	if (period == PERIOD_WINDOW)
		return windows < METER_MOST || drop_window(m, scope, false) ? 0 : -1;
	return quotas < METER_MOST || drop_quota(m, scope, false) ? 0 : -1;
}

static void
add_window(struct meter *m, const struct limit *limit)
{
	size_t		     n;
	struct meter_window *w = meter_windows(m, &n);

	memset(&w[n], 0, sizeof(w[n]));
	w[n].id = limit->id;
	w[n].metric = (uint8_t)limit->metric;
	w[n].length_ms = limit->window_ms;
	meter_head(m)->windows++;
}

static void
add_quota(struct meter *m, const struct limit *limit)
{
	size_t		    n, behind;
	struct meter_quota *q = meter_quotas(m, &n);

	behind = meter_size(m) - (size_t)((char *)&q[n] - m->bytes);
	memmove(&q[n + 1], &q[n], behind);
	memset(&q[n], 0, sizeof(q[n]));
	q[n].id = limit->id;
	q[n].metric = (uint8_t)limit->metric;
	q[n].period = (uint8_t)limit->period;
	meter_head(m)->durable = (uint16_t)(meter_head(m)->durable + sizeof(q[n]));
}

int
meter_open(struct meter *m, const struct scope *scope, const struct limit *limit)
{
	struct gauge g;

	if (meter_find(m, limit->period, limit->id, &g))
		return 0;
	if (make_room(m, scope, limit->period) < 0)
		return -1;
	if (limit->period == PERIOD_WINDOW)
		add_window(m, limit);
	else
		add_quota(m, limit);
	m->dirty = true;
	return 0;
}

/* ---------------------------------------------------------------- counting */

/* An epoch is a period's number when it can be, so that an entry made anew does not repeat one. */
static void
turn(const struct gauge *g, struct str zone)
{
	struct meter_quota *q = g->quota;
	uint64_t	    now = clock_wall_us();
	struct quota_span   span;

	if (now >= q->begin_us && now < q->end_us)
		return;
	g->meter->dirty = true;
	quota_span((enum period)q->period, zone, now, &span);
	if (span.number > q->number) {
		q->used = q->open = 0;
		q->epoch = span.number > q->epoch ? (uint32_t)span.number : q->epoch + 1;
	}
	q->number = (uint32_t)span.number;
	q->begin_us = span.begin_us;
	q->end_us = span.end_us;
}

int64_t
gauge_used(const struct gauge *g, const struct limit *limit)
{
	if (g->window != NULL)
		return window_used(&g->window->window, g->window->length_ms, clock_mono_ms());
	turn(g, limit->zone);
	return g->quota->used;
}

uint64_t
gauge_wait_ms(const struct gauge *g, int64_t left)
{
	uint64_t now = clock_wall_us();

	if (g->window != NULL)
		return window_wait(&g->window->window, g->window->length_ms, clock_mono_ms(), left);
	if (g->quota->used <= left)
		return 0;
	return g->quota->end_us > now ? (g->quota->end_us - now + 999) / 1000 : 0;
}

uint64_t
gauge_hold(const struct gauge *g, int64_t amount)
{
	struct meter_window *w = g->window;
	struct meter_quota  *q = g->quota;

	g->meter->dirty = true;
	if (w != NULL) {
		w->reserved = changed(w->reserved, amount, 0);
		return window_add(&w->window, w->length_ms, clock_mono_ms(), amount);
	}
	q->used = changed(q->used, amount, 0);
	q->reserved = changed(q->reserved, amount, 0);
	q->open = changed(q->open, amount, 0);
	return q->epoch;
}

void
gauge_settle(const struct gauge *g, uint64_t at, int64_t held, int64_t actual)
{
	struct meter_window *w = g->window;
	struct meter_quota  *q = g->quota;

	g->meter->dirty = true;
	if (w != NULL) {
		w->reserved = changed(w->reserved, 0, held);
		window_correct(&w->window, w->length_ms, clock_mono_ms(), at, actual - held);
		return;
	}
	q->reserved = changed(q->reserved, 0, held);
	if (q->epoch == at) {
		q->open = changed(q->open, 0, held);
		q->used = changed(q->used, actual, held);
	}
}
