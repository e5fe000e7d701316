/* SPDX-License-Identifier: Apache-2.0 */
/* meter_test.c - one scope's record: entries come and go, what is not understood is empty. */
#include "limit/meter.h"

#include "state.h"

static struct meter m;

static struct gauge
open_one(const struct scope *scope, const struct limit *limit)
{
	struct gauge g = { NULL, NULL, NULL };

	ok(meter_open(&m, scope, limit) == 0 && meter_find(&m, limit->period, limit->id, &g), "an entry is made");
	return g;
}

static void
test_entries(void)
{
	struct limit limits[] = { limit_of("10 requests / 1m"), limit_of("10 tokens / day"), limit_of("10 usd / 1h") };
	struct scope scope = { SCOPE_KEY, 1, limits, 3 };
	struct gauge g;
	size_t	     quotas, windows;

	meter_clear(&m);
	ok(!meter_find(&m, PERIOD_WINDOW, limits[0].id, &g), "an empty meter has no entry");
	g = open_one(&scope, &limits[0]);
	is_int(gauge_used(&g, &limits[0]), 0, "that counts nothing yet");
	(void)gauge_hold(&g, 7);
	g = open_one(&scope, &limits[1]);
	(void)gauge_used(&g, &limits[1]);
	(void)gauge_hold(&g, 9);
	(void)open_one(&scope, &limits[2]);
	meter_quotas(&m, &quotas);
	meter_windows(&m, &windows);
	ok(quotas == 1 && windows == 2, "windows and quotas are apart");
	ok(meter_find(&m, PERIOD_WINDOW, limits[0].id, &g) && gauge_used(&g, &limits[0]) == 7,
	    "a quota that is added leaves the windows as they are");
	ok(meter_find(&m, PERIOD_DAY, limits[1].id, &g) && gauge_used(&g, &limits[1]) == 9, "and counts by itself");
	is_int(meter_accept(&m, meter_size(&m)), 0, "its bytes are understood");
}

static void
test_damage(void)
{
	struct limit limits[] = { limit_of("10 requests / 1m"), limit_of("10 tokens / day") };
	struct scope scope = { SCOPE_KEY, 1, limits, 2 };
	struct meter whole;
	size_t	     n, accepted = 0;

	meter_clear(&m);
	(void)open_one(&scope, &limits[0]);
	(void)open_one(&scope, &limits[1]);
	whole = m;
	n = meter_size(&m);
	for (size_t cut = 0; cut < n; cut++) {
		m = whole;
		accepted += meter_accept(&m, cut) == 0;
	}
	is_int(accepted, 0, "no prefix of a meter is one");
	m = whole;
	meter_head(&m)->windows = 200;
	ok(meter_accept(&m, n) < 0 && meter_size(&m) == sizeof(struct meter_head), "a damaged one becomes empty");
	m = whole;
	meter_head(&m)->version = METER_VERSION + 1;
	ok(meter_accept(&m, n) < 0, "one of a later version is not understood");
}

/* As TOTAL gives it back after a power loss. */
static void
test_seeded(void)
{
	struct limit limits[] = { limit_of("10 requests / day"), limit_of("1000 tokens / day"), limit_of("10 requests / 1m") };
	struct scope scope = { SCOPE_KEY, 1, limits, 3 };
	struct gauge g;
	uint64_t     at;

	meter_clear(&m);
	for (int i = 0; i < 3; i++) {
		g = open_one(&scope, &limits[i]);
		(void)gauge_used(&g, &limits[i]);
		at = gauge_hold(&g, 100);
		gauge_settle(&g, at, 100, 80);
		(void)gauge_hold(&g, 5);
	}
	*meter_head(&m) = (struct meter_head){ .durable = meter_head(&m)->durable };
	is_int(meter_accept(&m, sizeof(struct meter_head) + meter_head(&m)->durable), 0, "the quotas alone are a meter");
	ok(meter_find(&m, PERIOD_DAY, limits[1].id, &g) && gauge_used(&g, &limits[1]) == 80,
	    "tokens that were open are given back");
	is_int(g.quota->reserved, 0, "nothing is reserved");
	ok(meter_find(&m, PERIOD_DAY, limits[0].id, &g) && gauge_used(&g, &limits[0]) == 85, "requests stay counted");
	ok(!meter_find(&m, PERIOD_WINDOW, limits[2].id, &g), "windows are gone");
	clock_advance(86400 * SECOND);
	ok(meter_find(&m, PERIOD_DAY, limits[1].id, &g) && gauge_used(&g, &limits[1]) == 0, "a period that is over counts 0");
}

/* Removed limits leave when a new one comes, unless a reservation needs them. */
static void
test_fading(void)
{
	struct limit old[] = { limit_of("10 requests / 1m"), limit_of("10 requests / 2m") }, new[] = { limit_of("1 tokens / 1m") };
	struct scope before = { SCOPE_KEY, 1, old, 2 }, after = { SCOPE_KEY, 1, new, 1 };
	struct gauge g;
	uint64_t     at;

	meter_clear(&m);
	g = open_one(&before, &old[0]);
	(void)gauge_hold(&g, 1);
	g = open_one(&before, &old[1]);
	at = gauge_hold(&g, 1);
	gauge_settle(&g, at, 1, 1);
	clock_advance(600 * SECOND);
	(void)open_one(&after, &new[0]);
	ok(!meter_find(&m, PERIOD_WINDOW, old[1].id, &g), "an empty window of a removed limit goes");
	ok(meter_find(&m, PERIOD_WINDOW, old[0].id, &g), "one that is still reserved on stays");
}

static void
test_full(void)
{
	struct limit limits[METER_MOST + 1];
	struct scope scope = { SCOPE_KEY, 1, limits, METER_MOST };
	struct gauge g;
	char	     text[32];
	int	     failed = 0;

	meter_clear(&m);
	for (int i = 0; i <= METER_MOST; i++) {
		snprintf(text, sizeof(text), "5 requests / %ds", i + 10);
		limits[i] = limit_of(text);
	}
	for (int i = 0; i < METER_MOST; i++) {
		failed += meter_open(&m, &scope, &limits[i]) < 0;
		if (meter_find(&m, PERIOD_WINDOW, limits[i].id, &g))
			(void)gauge_hold(&g, 1);
	}
	is_int(failed, 0, "a meter takes twice what a scope may have");
	ok(meter_open(&m, &scope, &limits[METER_MOST]) < 0, "and no more while all are reserved on");
}

int
main(void)
{
	arena_init(&arena);
	clock_freeze(1000 * SECOND, UINT64_C(1795253069) * SECOND);
	test_entries();
	test_damage();
	test_seeded();
	test_fading();
	test_full();
	arena_done(&arena);
	return tap_done();
}
