/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meter_show.c - meters and reservations in words, and their invariants.
 *
 * Runs in: admin, the tools.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "limit/reservation.h"
#include "store/key.h"

static void
show_scope(struct json_out *out, uint8_t kind, uint64_t id)
{
	json_cstr(out, "scope", kind < SCOPE_KINDS ? scope_names[kind] : NULL);
	json_unum(out, "id", id);
}

static const char *
metric_name(unsigned metric)
{
	return metric < METRICS ? metric_names[metric] : "?";
}

static void
show_quota(struct json_out *out, const struct meter_quota *q)
{
	bool over = clock_wall_us() >= q->end_us;
	char end[25];

	clock_format(end, q->end_us);
	json_object(out, NULL);
	json_cstr(out, "metric", metric_name(q->metric));
	json_cstr(out, "period", q->period < PERIODS ? period_names[q->period] : "?");
	json_num(out, "used", over ? 0 : q->used);
	json_num(out, "reserved", q->reserved);
	json_cstr(out, "ends", end);
	json_bool(out, "over", over);
	json_object_end(out);
}

static void
show_window(struct json_out *out, struct meter_window *w)
{
	json_object(out, NULL);
	json_cstr(out, "metric", metric_name(w->metric));
	json_unum(out, "window_ms", w->length_ms);
	json_num(out, "used", window_used(&w->window, w->length_ms, clock_mono_ms()));
	json_num(out, "reserved", w->reserved);
	json_object_end(out);
}

static int
copy_in(struct meter *m, struct str value)
{
	if (value.n == 0 || value.n > sizeof(m->bytes))
		return -1;
	memcpy(m->bytes, value.p, value.n);
	return meter_accept(m, value.n);
}

static void
show_meter(struct json_out *out, struct meter *m)
{
	size_t		     quotas, windows;
	struct meter_quota  *q = meter_quotas(m, &quotas);
	struct meter_window *w = meter_windows(m, &windows);

	json_array(out, "quotas");
	for (size_t i = 0; i < quotas; i++)
		show_quota(out, &q[i]);
	json_array_end(out);
	json_array(out, "windows");
	for (size_t i = 0; i < windows; i++)
		show_window(out, &w[i]);
	json_array_end(out);
}

int
meter_describe(struct str key, struct str value, struct json_out *out)
{
	struct meter m;
	uint8_t	     kind;
	uint64_t     id;

	if (key_unpack(key, "BQ", &kind, &id) < 0 || copy_in(&m, value) < 0)
		return -1;
	show_scope(out, kind, id);
	show_meter(out, &m);
	return 0;
}

/* A TOTAL is the quotas alone. */
int
total_describe(struct str key, struct str value, struct json_out *out)
{
	struct meter m;
	uint8_t	     kind;
	uint64_t     id;

	if (key_unpack(key, "BQ", &kind, &id) < 0 || value.n > sizeof(m.bytes) - sizeof(struct meter_head))
		return -1;
	*meter_head(&m) = (struct meter_head){ .durable = (uint16_t)value.n };
	if (value.n > 0)
		memcpy(m.bytes + sizeof(struct meter_head), value.p, value.n);
	if (meter_accept(&m, sizeof(struct meter_head) + value.n) < 0)
		return -1;
	show_scope(out, kind, id);
	show_meter(out, &m);
	return 0;
}

static void
show_hold(struct json_out *out, const struct hold *h)
{
	json_object(out, NULL);
	show_scope(out, h->scope, h->scope_id);
	json_cstr(out, "metric", metric_name(h->metric));
	json_cstr(out, "period", h->period < PERIODS ? period_names[h->period] : "?");
	json_num(out, "amount", h->amount);
	json_object_end(out);
}

int
reservation_describe(struct str key, struct str value, struct json_out *out)
{
	struct reservation r;
	struct grant_label label;
	uint16_t	   slot;
	uint64_t	   sequence, now = clock_mono_ms(), taken;
	size_t		   n;
	struct hold	  *h;

	if (key_unpack(key, "HQ", &slot, &sequence) < 0 || reservation_read(&r, value) < 0)
		return -1;
	reservation_label(&r, &label);
	taken = reservation_head(&r)->taken_ms;
	json_unum(out, "slot", slot);
	json_unum(out, "sequence", sequence);
	json_cstr(out, "request_id", label.request_id);
	json_unum(out, "key", label.key);
	json_unum(out, "channel", label.channel);
	json_cstr(out, "model", label.model);
	json_unum(out, "age_ms", now > taken ? now - taken : 0);
	json_array(out, "holds");
	h = reservation_holds(&r, &n);
	for (size_t i = 0; i < n; i++)
		show_hold(out, &h[i]);
	json_array_end(out);
	return 0;
}

/* ---------------------------------------------------------------- one scope, by limit */

static void
show_limit(struct json_out *out, struct arena *arena, struct meter *m, const struct limit *limit)
{
	struct gauge g;
	int64_t	     used = 0, reserved = 0;
	uint64_t     wait = 0;

	if (meter_find(m, limit->period, limit->id, &g)) {
		used = gauge_used(&g, limit);
		reserved = g.window != NULL ? g.window->reserved : g.quota->reserved;
		wait = gauge_wait_ms(&g, 0);
	}
	json_object(out, NULL);
	json_str(out, "limit", limit_text(arena, limit));
	json_num(out, "used", used);
	json_num(out, "reserved", reserved);
	json_num(out, "left", used < limit->most ? limit->most - used : 0);
	json_unum(out, "reset_ms", wait);
	json_object_end(out);
}

void
meters_show(struct txn *state, const struct scope *scope, struct json_out *out)
{
	struct slot_owner nobody = { .slot = 0 };
	struct meters	 *meters = meters_new(&nobody);
	struct arena	  arena;
	struct meter	 *m;

	arena_init(&arena);
	meters_begin(meters, state);
	m = meters_get(meters, scope->kind, scope->id);
	json_array(out, NULL);
	for (size_t i = 0; i < scope->n; i++)
		show_limit(out, &arena, m, &scope->limits[i]);
	json_array_end(out);
	meters_free(meters);
	arena_done(&arena);
}

/* ---------------------------------------------------------------- invariants */

/* What open reservations hold on one entry. */
struct held {
	uint8_t	 scope, period;
	uint32_t limit_id;
	uint64_t scope_id;
	int64_t	 amount;
};

static int
by_entry(const void *va, const void *vb)
{
	const struct held *a = va, *b = vb;

	if (a->scope != b->scope)
		return a->scope < b->scope ? -1 : 1;
	if (a->scope_id != b->scope_id)
		return a->scope_id < b->scope_id ? -1 : 1;
	if (a->limit_id != b->limit_id)
		return a->limit_id < b->limit_id ? -1 : 1;
	return (a->period > b->period) - (a->period < b->period);
}

static int
fault(struct json_out *out, const char *what, uint8_t kind, uint64_t id, int64_t found, int64_t want)
{
	json_object(out, NULL);
	json_cstr(out, "fault", what);
	show_scope(out, kind, id);
	json_num(out, "found", found);
	json_num(out, "want", want);
	json_object_end(out);
	return 1;
}

/* All holds of all reservations, summed by entry and sorted. */
static int
gather(struct txn *state, struct buf *held, struct json_out *out)
{
	struct reservation r;
	struct walk	   walk;
	size_t		   n;
	struct hold	  *h;
	int		   faults = 0;

	for (bool more = walk_first(&walk, state, DB_RESERVATION, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		if (reservation_read(&r, walk.value) < 0) {
			faults += fault(out, "a reservation cannot be read", SCOPE_KINDS, 0, 0, 0);
			continue;
		}
		h = reservation_holds(&r, &n);
		for (size_t i = 0; i < n; i++) {
			struct held one = { h[i].scope, h[i].period == PERIOD_WINDOW, h[i].limit_id,
				h[i].scope_id, h[i].amount };

			buf_add(held, &one, sizeof(one));
		}
	}
	return faults;
}

static size_t
merge(struct held *held, size_t n)
{
	size_t kept = 0;

	if (n > 0)
		qsort(held, n, sizeof(*held), by_entry);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && by_entry(&held[kept - 1], &held[i]) == 0)
			held[kept - 1].amount =
			    (int64_t)((uint64_t)held[kept - 1].amount + (uint64_t)held[i].amount);
		else
			held[kept++] = held[i];
	}
	return kept;
}

struct held_list {
	struct held *held;
	size_t	     n;
};

static int
check_entry(struct held_list *all, struct held want, int64_t reserved, int64_t used, struct json_out *out)
{
	struct held *found = all->n == 0 ? NULL : bsearch(&want, all->held, all->n, sizeof(want), by_entry);
	int	     faults = 0;

	if (reserved != (found != NULL ? found->amount : 0))
		faults += fault(out, "reserved is not the sum of the open reservations", want.scope,
		    want.scope_id, reserved, found != NULL ? found->amount : 0);
	if (used < 0)
		faults += fault(out, "used is negative", want.scope, want.scope_id, used, 0);
	if (found != NULL)
		found->amount = 0;	/* seen */
	return faults;
}

static int
check_meter(struct held_list *all, struct meter *m, uint8_t kind, uint64_t id, struct json_out *out)
{
	size_t		     quotas, windows;
	struct meter_quota  *q = meter_quotas(m, &quotas);
	struct meter_window *w = meter_windows(m, &windows);
	int		     faults = 0;

	for (size_t i = 0; i < quotas; i++)
		faults += check_entry(
		    all, (struct held){ kind, false, q[i].id, id, 0 }, q[i].reserved, q[i].used, out);
	for (size_t i = 0; i < windows; i++)
		faults += check_entry(all, (struct held){ kind, true, w[i].id, id, 0 }, w[i].reserved,
		    window_used(&w[i].window, w[i].length_ms, clock_mono_ms()), out);
	return faults;
}

int
meters_check(struct txn *state, struct json_out *out)
{
	struct buf	       bytes = { NULL, 0, 0 };
	struct held_list all;
	struct meter	       m;
	struct walk	       walk;
	uint8_t		       kind;
	uint64_t	       id;
	int		       faults = gather(state, &bytes, out);

	all.held = (struct held *)(void *)bytes.p;
	all.n = merge(all.held, bytes.n / sizeof(struct held));
	for (bool more = walk_first(&walk, state, DB_METER, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		if (key_unpack(walk.key, "BQ", &kind, &id) < 0 || copy_in(&m, walk.value) < 0)
			faults += fault(out, "a meter cannot be read", SCOPE_KINDS, 0, 0, 0);
		else
			faults += check_meter(&all, &m, kind, id, out);
	}
	for (size_t i = 0; i < all.n; i++)
		if (all.held[i].amount != 0)
			faults += fault(out, "a reservation holds what no meter knows", all.held[i].scope,
			    all.held[i].scope_id, 0, all.held[i].amount);
	buf_done(&bytes);
	return faults;
}
