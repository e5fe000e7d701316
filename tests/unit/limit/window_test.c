/* SPDX-License-Identifier: Apache-2.0 */
/* window_test.c - no true window holds more than the limit, and a wait is exact. */
#include "limit/window.h"

#include "tap.h"

#define MINUTE 60000

static uint64_t seed = 42;

static uint64_t
roll(uint64_t bound)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 33) % bound;
}

static void
test_ring(void)
{
	struct window w = { 0, { 0 } };

	is_int(window_used(&w, MINUTE, 1000000), 0, "an untouched window is empty");
	is_int(window_add(&w, MINUTE, 1000500, 5), 1000, "an amount is counted in the bucket of its second");
	is_int(window_used(&w, MINUTE, 1000500), 5, "and counts at once");
	is_int(window_used(&w, MINUTE, 1060999), 5, "it counts until 61 buckets have begun");
	is_int(window_used(&w, MINUTE, 1061000), 0, "and no longer");
	window_add(&w, MINUTE, 1061000, 1);
	window_add(&w, MINUTE, 1062000, 2);
	is_int(window_used(&w, MINUTE, UINT64_C(1) << 50), 0, "a jump of years empties it");
}

static void
test_clock_back(void)
{
	struct window w = { 0, { 0 } };

	window_add(&w, MINUTE, 500000, 3);
	is_int(window_add(&w, MINUTE, 100000, 4), 500, "a smaller now counts as the newest seen");
	is_int(window_used(&w, MINUTE, 0), 7, "and frees nothing");
	is_int(window_wait(&w, MINUTE, 100000, 0), 461000, "the wait is told from the now that was given");
}

static void
test_correct(void)
{
	struct window w = { 0, { 0 } };
	uint64_t      bucket = window_add(&w, MINUTE, 600000, 100);

	window_correct(&w, MINUTE, 630000, bucket, -60);
	is_int(window_used(&w, MINUTE, 630000), 40, "a correction changes what was added");
	is_int(window_used(&w, MINUTE, 661000), 0, "in the bucket it was added to");
	window_correct(&w, MINUTE, 661000, bucket, 500);
	is_int(window_used(&w, MINUTE, 661000), 0, "what has left is not corrected");
	bucket = window_add(&w, MINUTE, 700000, 10);
	window_correct(&w, MINUTE, 700000, bucket, -11);
	is_int(window_used(&w, MINUTE, 700000), 0, "a bucket never goes below zero");
	window_correct(&w, MINUTE, 700000, bucket + 5, 7);
	is_int(window_used(&w, MINUTE, 700000), 0, "a bucket that never was is not made");
}

static void
test_extremes(void)
{
	struct window w = { 0, { 0 } };

	for (uint64_t t = 0; t < 61; t++) {
		window_add(&w, MINUTE, t * 1000, INT64_MAX);
		window_add(&w, MINUTE, t * 1000, INT64_MAX);
	}
	ok(window_used(&w, MINUTE, 60000) > INT64_MAX / 2, "absurd amounts do not overflow the sum");
	w = (struct window){ 0, { 0 } };
	window_add(&w, 1, 7, 1);
	is_int(window_used(&w, 1, 7), 1, "a window of a millisecond counts");
	is_int(window_wait(&w, 1, 7, 1), 0, "what is little enough has no wait");
	is_int(window_wait(&w, 1, 7, INT64_MAX), 0, "nor what is far less");
	is_int(window_wait(&w, 1, 7, 0), 61, "the youngest amount of all leaves last");
}

/* ---------------------------------------------------------------- against a log of every event */

struct event {
	uint64_t at, bucket;
	int64_t	 amount;
};

static struct event events[20000];
static size_t	    n_events;

static int64_t
true_use(uint64_t after, uint64_t now)
{
	int64_t sum = 0;

	for (size_t i = n_events; i-- > 0;)
		if (events[i].at > after && events[i].at <= now)
			sum += events[i].amount;
		else if (events[i].at + (UINT64_C(1) << 40) < now)
			break;
	return sum;
}

struct tally {
	int over, under, early, late, refused;
};

static void
check_wait(const struct window *w, uint64_t length, uint64_t now, int64_t limit, int64_t need, struct tally *t)
{
	struct window copy = *w;
	uint64_t      wait = window_wait(&copy, length, now, limit - need);

	t->refused++;
	if (window_used(&copy, length, now + wait - 1) + need <= limit)
		t->early++;
	if (window_used(&copy, length, now + wait) + need > limit)
		t->late++;
}

static void
one_step(struct window *w, uint64_t length, uint64_t now, int64_t limit, struct tally *t)
{
	int64_t	 need = 1 + (int64_t)roll(10), used = window_used(w, length, now);
	uint64_t part = (length + WINDOW_PARTS - 1) / WINDOW_PARTS, floor = now > length ? now - length : 0;

	if (used < true_use(floor, now))
		t->under++;
	if (now > (WINDOW_PARTS + 1) * part && used > true_use(now - (WINDOW_PARTS + 1) * part, now))
		t->over++;
	if (used + need > limit) {
		check_wait(w, length, now, limit, need, t);
		return;
	}
	events[n_events].at = now;
	events[n_events].amount = need;
	events[n_events++].bucket = window_add(w, length, now, need);
	if (true_use(floor, now) > limit)
		t->over++;
	if (roll(3) == 0) {
		/* A settlement: some event becomes smaller, where it was counted. */
		struct event *e = &events[n_events - 1 - roll(n_events < 50 ? n_events : 50)];
		int64_t	      less = (int64_t)roll((uint64_t)e->amount + 1);

		window_correct(w, length, now, e->bucket, -less);
		e->amount -= less;
	}
}

static void
test_against_log(uint64_t length)
{
	struct window w = { 0, { 0 } };
	struct tally  t = { 0, 0, 0, 0, 0 };
	uint64_t      now = 123456789;

	n_events = 0;
	for (int i = 0; i < 4000; i++) {
		now += roll(20) == 0 ? roll(length * 2) : roll(length / 50 + 2);
		one_step(&w, length, now, 200, &t);
	}
	is_int(t.under, 0, "window of %llu ms: nothing that is in the true window is missed", (unsigned long long)length);
	is_int(t.over, 0, "window of %llu ms: the limit is kept, and nothing counts longer than 61 buckets",
	    (unsigned long long)length);
	ok(t.refused > 100, "window of %llu ms: the test refused some", (unsigned long long)length);
	is_int(t.early, 0, "window of %llu ms: a millisecond before the wait is over it does not fit",
	    (unsigned long long)length);
	is_int(t.late, 0, "window of %llu ms: after the wait it fits", (unsigned long long)length);
}

int
main(void)
{
	static const uint64_t lengths[] = { 1000, 1001, 1019, 7777, 60000, 90001, 3600000, UINT64_C(31) * 86400000 };

	test_ring();
	test_clock_back();
	test_correct();
	test_extremes();
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		test_against_log(lengths[i]);
	return tap_done();
}
