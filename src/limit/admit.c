/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admit.c - reserve before, settle after.
 *
 * Runs in: worker.
 *
 * First every limit of every scope is looked at, then all are counted or none.
 * Two limits of one scope that count the same (an id twice, with two amounts)
 * are both checked and counted once.
 */
#include "limit/admit.h"

#include "limit/reservation.h"

const char *const scope_names[SCOPE_KINDS] = { "global", "key", "channel", "upstream_key", "user", "group" };

/* ---------------------------------------------------------------- looking */

static bool
refuse(struct refusal *no, const struct scope *scope, const struct limit *limit, enum fault fault)
{
	*no = (struct refusal){ .fault = fault, .scope = scope->kind, .scope_id = scope->id, .limit = limit };
	return false;
}

/* What stands in the way for ever weighs more than any wait. */
static bool
is_worse(const struct refusal *a, const struct refusal *b)
{
	bool never = a->fault == FAULT_TOO_LARGE_FOR_LIMIT;

	if (b->fault == FAULT_NONE)
		return true;
	return never != (b->fault == FAULT_TOO_LARGE_FOR_LIMIT) ? never : a->wait_ms > b->wait_ms;
}

static void
check_limit(const struct gauge *g, const struct scope *scope, const struct limit *limit, int64_t needed,
    struct refusal *no)
{
	int64_t	       used = gauge_used(g, limit);
	struct refusal r;

	if (needed <= 0 || (needed <= limit->most && used <= limit->most - needed))
		return;
	(void)refuse(
	    &r, scope, limit, limit->period == PERIOD_WINDOW ? FAULT_RATE_LIMITED : FAULT_QUOTA_EXHAUSTED);
	r.used = used;
	r.needed = needed;
	if (needed > limit->most)
		r.fault = FAULT_TOO_LARGE_FOR_LIMIT;
	else
		r.wait_ms = gauge_wait_ms(g, limit->most - needed);
	if (is_worse(&r, no))
		*no = r;
}

/* Opens all gauges first: that may move those already there. */
static bool
check_scope(struct meter *m, const struct scope *scope, const struct amounts *need, struct refusal *no)
{
	struct gauge g;

	if (scope->n > LIMITS_MAX)
		return refuse(no, scope, NULL, FAULT_INTERNAL);
	for (size_t i = 0; i < scope->n; i++)
		if (meter_open(m, scope, &scope->limits[i]) < 0)
			return refuse(no, scope, &scope->limits[i], FAULT_INTERNAL);
	for (size_t i = 0; i < scope->n; i++) {
		const struct limit *limit = &scope->limits[i];

		if (meter_find(m, limit->period, limit->id, &g))
			check_limit(&g, scope, limit, need->of[limit->metric], no);
	}
	return true;
}

static bool
fits(struct meters *m, const struct scope *scopes, size_t n, const struct amounts *need, struct refusal *no)
{
	*no = (struct refusal){ .fault = FAULT_NONE };
	for (size_t i = 0; i < n; i++)
		if (scopes[i].n > 0 &&
		    !check_scope(meters_get(m, scopes[i].kind, scopes[i].id), &scopes[i], need, no))
			return false;
	return no->fault == FAULT_NONE;
}

/* ---------------------------------------------------------------- counting */

static bool
is_repeated(const struct scope *scope, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (scope->limits[i].id == scope->limits[at].id)
			return true;
	return false;
}

static int
hold_scope(struct meters *m, const struct scope *scope, const struct amounts *need, struct reservation *r)
{
	struct meter *meter = meters_get(m, scope->kind, scope->id);
	struct gauge  g;

	for (size_t i = 0; i < scope->n; i++) {
		const struct limit *limit = &scope->limits[i];
		int64_t		    amount = need->of[limit->metric] > 0 ? need->of[limit->metric] : 0;
		struct hold	    hold = { .scope = (uint8_t)scope->kind,
				.metric = (uint8_t)limit->metric,
				.period = (uint8_t)limit->period,
				.limit_id = limit->id,
				.scope_id = scope->id,
				.amount = amount };

		if (is_repeated(scope, i) || !meter_find(meter, limit->period, limit->id, &g))
			continue;
		hold.at = gauge_hold(&g, amount);
		if (reservation_add(r, &hold) < 0) {
			gauge_settle(&g, hold.at, amount, 0);
			return -1;
		}
	}
	return 0;
}

/* Turns the last holds of the record, from `from` on, into what was really used. */
static void
settle_holds(struct meters *m, struct reservation *r, size_t from, const struct amounts *actual)
{
	size_t	     n;
	struct hold *h = reservation_holds(r, &n);

	for (size_t i = from; i < n; i++) {
		struct meter *meter = meters_get(m, (enum scope_kind)h[i].scope, h[i].scope_id);
		struct gauge  g;
		int64_t	      used = h[i].metric < METRICS ? actual->of[h[i].metric] : 0;

		if (!meter_find(meter, (enum period)h[i].period, h[i].limit_id, &g))
			continue;
		gauge_settle(&g, h[i].at, h[i].amount, used > 0 ? used : 0);
	}
}

static bool
is_limited(const struct scope *scopes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (scopes[i].n > 0)
			return true;
	return false;
}

int
admit_reserve(struct meters *m, const struct scope *scopes, size_t n, const struct amounts *need,
    const struct grant_label *label, struct grant *grant, struct refusal *no)
{
	static const struct amounts nothing;
	struct reservation	    r;
	size_t			    before = 0;

	if (!is_limited(scopes, n))
		return 0;
	meters_room(m, n);
	if (!fits(m, scopes, n, need, no))
		return -1;
	if (grant->sequence == 0 || reservation_get(&r, m->txn, m->owner->slot, grant->sequence) < 0)
		reservation_make(&r, label);
	before = reservation_head(&r)->holds;
	for (size_t i = 0; i < n; i++) {
		if (scopes[i].n > 0 && hold_scope(m, &scopes[i], need, &r) < 0) {
			settle_holds(m, &r, before, &nothing);
			(void)refuse(no, &scopes[i], NULL, FAULT_INTERNAL);
			return -1;
		}
	}
	if (grant->sequence == 0)
		grant->sequence = slot_next(m->owner);
	reservation_put(&r, m->txn, m->owner->slot, grant->sequence);
	return 0;
}

void
admit_settle(struct meters *m, const struct grant *grant, const struct amounts *actual)
{
	struct reservation r;

	if (grant->sequence != 0 && reservation_take(&r, m->txn, m->owner->slot, grant->sequence) == 0)
		settle_holds(m, &r, 0, actual);
}

void
admit_release(struct meters *m, const struct grant *grant, enum scope_kind kind)
{
	static const struct amounts nothing;
	struct reservation	    all, given;
	size_t			    n;

	if (grant->sequence == 0 || reservation_get(&all, m->txn, m->owner->slot, grant->sequence) < 0)
		return;
	given = all;
	for (int k = 0; k < SCOPE_KINDS; k++)
		if (k != (int)kind)
			reservation_drop(&given, (enum scope_kind)k);
	(void)reservation_holds(&given, &n);
	if (n == 0)
		return;
	settle_holds(m, &given, 0, &nothing);
	reservation_drop(&all, kind);
	reservation_put(&all, m->txn, m->owner->slot, grant->sequence);
}

/* ---------------------------------------------------------------- the view for headers */

static void
view_limit(const struct gauge *g, const struct limit *limit, struct rate_view *view)
{
	int64_t used = gauge_used(g, limit);
	int64_t left = used < limit->most ? limit->most - used : 0;

	if (view->known &&
	    (left > view->remaining || (left == view->remaining && limit->most >= view->limit)))
		return;
	view->known = true;
	view->limit = limit->most;
	view->remaining = left;
	view->reset_ms = gauge_wait_ms(g, 0);
}

void
admit_view(struct meters *m, const struct scope *key, struct rate_views *views)
{
	struct meter *meter;
	struct gauge  g;

	*views = (struct rate_views){ .requests = { .known = false } };
	if (key->n == 0)
		return;
	meter = meters_get(m, key->kind, key->id);
	for (size_t i = 0; i < key->n; i++) {
		const struct limit *limit = &key->limits[i];

		if (!meter_find(meter, limit->period, limit->id, &g))
			continue;
		if (limit->metric == METRIC_REQUESTS)
			view_limit(&g, limit, &views->requests);
		else if (limit->metric == METRIC_TOKENS)
			view_limit(&g, limit, &views->tokens);
	}
}
