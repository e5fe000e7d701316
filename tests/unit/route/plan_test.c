/* SPDX-License-Identifier: Apache-2.0 */
/* plan_test.c - health before priority before the weighted draw. */
#include "route/plan.h"
#include "tap.h"

#define MOST 6
#define DRAWS 10000

static struct channel	    records[MOST];
static struct route_channel channels[MOST];
static struct offer	    offers[MOST];
static const struct offer  *list[MOST];
static enum health	    healths[MOST];
static struct arena	    arena;

static enum health
health_of(uint64_t channel)
{
	return healths[channel];
}

static void
set(size_t i, uint64_t priority, uint64_t weight, enum health health)
{
	records[i] = (struct channel){ .r.id = i, .priority = priority, .weight = weight };
	channels[i].record = &records[i];
	offers[i].channel = &channels[i];
	list[i] = &offers[i];
	healths[i] = health;
}

static size_t
place(const struct plan *p, size_t at)
{
	return (size_t)p->of[at].offer->channel->record->r.id;
}

static struct plan
plan(size_t n)
{
	struct match m = { .offers = list, .n = n };
	struct plan  p;

	plan_make(&p, &arena, &m, health_of);
	return p;
}

static void
test_order(void)
{
	struct plan p;

	set(0, 1, 100, HEALTH_DOWN);
	set(1, 50, 100, HEALTH_OK);
	set(2, 5, 100, HEALTH_DEGRADED);
	set(3, 10, 100, HEALTH_OK);
	p = plan(4);
	ok(p.n == 4 && p.next == 0, "all are in the plan");
	ok(place(&p, 0) == 3 && place(&p, 1) == 1, "healthy ones first, the lower priority number before the higher");
	ok(place(&p, 2) == 2 && place(&p, 3) == 0, "then the degraded one, then what is down");
	ok(p.of[2].health == HEALTH_DEGRADED && p.of[2].fell == NULL, "each with its health");
	plan_make(&p, &arena, &(struct match){ .offers = list, .n = 4 }, NULL);
	ok(place(&p, 0) == 0 && p.of[0].health == HEALTH_OK, "nobody's health is asked without the function");
	ok(plan(0).n == 0, "a plan may be empty");
	is_int(place(&(struct plan[1]){ plan(1) }[0], 0), 0, "what is down is tried when there is nothing else");
}

/* How often each was first of three of one priority. */
static void
draw(size_t n, unsigned first[MOST])
{
	memset(first, 0, sizeof(unsigned) * MOST);
	for (int i = 0; i < DRAWS; i++) {
		struct plan p = plan(n);
		unsigned    seen = 0;

		first[place(&p, 0)]++;
		for (size_t k = 0; k < n; k++)
			seen |= 1u << place(&p, k);
		if (seen != (1u << n) - 1)
			first[0] = first[1] = DRAWS + 1;	/* somebody was lost */
		arena_reset(&arena);
	}
}

static void
test_weights(void)
{
	unsigned first[MOST];

	set(0, 10, 0, HEALTH_OK);
	set(1, 10, 1, HEALTH_OK);
	draw(2, first);
	ok(first[0] == 0 && first[1] == DRAWS, "weight 0 is never first while another has some");
	set(0, 10, 300, HEALTH_OK);
	set(1, 10, 100, HEALTH_OK);
	draw(2, first);
	/* Standard deviation 43: the band is over twenty of them wide to each side. */
	ok(first[0] > 6500 && first[0] < 8500 && first[0] + first[1] == DRAWS, "3 to 1 is about 3 to 1 (%u of %u)", first[0], DRAWS);
	set(0, 10, 100, HEALTH_OK);
	set(2, 10, 100, HEALTH_OK);
	draw(3, first);
	ok(first[0] > 2300 && first[1] > 2300 && first[2] > 2300, "equal weights share alike (%u %u %u)", first[0], first[1], first[2]);
	set(2, 11, 1000, HEALTH_OK);
	draw(3, first);
	ok(first[2] == 0, "weight counts within one priority only");
}

/* Who is second is drawn as well, so that a failing first one's load is shared by weight. */
static void
test_second(void)
{
	unsigned second = 0;

	set(0, 1, 100, HEALTH_OK);
	set(1, 10, 100, HEALTH_OK);
	set(2, 10, 300, HEALTH_OK);
	for (int i = 0; i < DRAWS; i++) {
		struct plan p = plan(3);

		second += place(&p, 1) == 2;
		arena_reset(&arena);
	}
	ok(second > 6500 && second < 8500, "the second place is drawn by weight too (%u of %u)", second, DRAWS);
}

static void
test_stable(void)
{
	bool same = true;

	for (size_t i = 0; i < MOST; i++)
		set(i, 10, 0, HEALTH_OK);
	for (int i = 0; i < 100; i++) {
		struct plan p = plan(MOST);

		for (size_t k = 0; k < MOST; k++)
			same &= place(&p, k) == k;
		arena_reset(&arena);
	}
	ok(same, "without any weight the order is that of the catalog");
}

int
main(void)
{
	arena_init(&arena);
	test_order();
	test_weights();
	test_second();
	test_stable();
	arena_done(&arena);
	return tap_done();
}
