/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tap.h"

#define WALL_US UINT64_C(1700000000000000)

static char trace[256];

static void
note(char c)
{
	size_t n = strlen(trace);

	if (n + 1 < sizeof(trace)) {
		trace[n] = c;
		trace[n + 1] = '\0';
	}
}

static void
begin(void)
{
	trace[0] = '\0';
	clock_freeze(1000 * 1000, WALL_US);
	loop_open();
}

struct end {
	struct watch watch;
	int	     peer;
	char	     name;
	struct end  *kills;
};

static void
end_ready(struct watch *w, uint32_t events)
{
	struct end *e = container_of(w, struct end, watch);
	char c;

	note(events & EPOLLHUP ? (char)(e->name - 'a' + 'A') : e->name);
	if (e->kills != NULL)
		loop_remove(&e->kills->watch);
	if (read(w->fd, &c, 1) == 0)
		loop_remove(w);
}

static void
end_init(struct end *e, char name, bool first)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == -1)
		abort();
	*e = (struct end){ .watch = { .fd = -1, .ready = end_ready, .first = first }, .peer = pair[1], .name = name };
	if (loop_add(&e->watch, pair[0], EPOLLIN) == -1)
		abort();
}

static void
poke(const struct end *e)
{
	if (write(e->peer, "x", 1) != 1)
		abort();
}

static void
test_watches(void)
{
	struct end a, b, c;

	begin();
	end_init(&a, 'a', false);
	end_init(&b, 'b', false);
	end_init(&c, 'c', true);
	ok(!loop_once(0), "a turn without events calls nobody");
	poke(&a);
	poke(&b);
	poke(&c);
	ok(loop_once(0), "a turn with events says so");
	is_int(trace[0], 'c', "a first watch is called before all others");
	is_int(strlen(trace), 3, "every ready watch is called once");

	trace[0] = '\0';
	a.kills = &b;
	b.kills = &a;
	poke(&a);
	poke(&b);
	loop_once(0);
	is_int(strlen(trace), 1, "a watch removed in the same turn is not called");
	loop_once(0);
	is_int(strlen(trace), 1, "and stays silent later");

	trace[0] = '\0';
	c.kills = NULL;
	loop_change(&c.watch, 0);
	poke(&c);
	loop_once(0);
	is_str(trace, "", "a watch changed to no events is not called");
	loop_change(&c.watch, EPOLLIN);
	loop_once(0);
	is_str(trace, "c", "changed back it is called for what waited");
	close(c.peer);
	loop_once(0);
	is_str(trace, "cC", "a hang-up is always reported");
	loop_remove(&c.watch);
	loop_remove(&c.watch);
	ok(c.watch.fd == -1, "removing twice is harmless");
	loop_close();
}

static void
test_first_kills_earlier(void)
{
	struct end a, b;

	begin();
	end_init(&a, 'a', false);
	end_init(&b, 'b', true);
	b.kills = &a;
	poke(&a);	/* ready before b: comes first in the batch */
	poke(&b);
	loop_once(0);
	is_str(trace, "b", "a first watch silences one that the kernel listed before it");
	loop_close();
}

static void
test_refused_descriptor(void)
{
	struct watch w = { .fd = -1, .ready = end_ready };
	struct watch zero = { 0 };

	begin();
	is_int(loop_add(&w, 9999, EPOLLIN), -1, "a descriptor that is not open cannot be added");
	is_int(w.fd, -1, "the refused watch is in no epoll");
	loop_remove(&zero);
	ok(zero.events == 0, "a zeroed watch can be removed");
	loop_close();
}

struct bell {
	struct timer timer;
	char	     name;
	uint64_t     again_ms;
	struct bell *stops;
};

static void
bell_fire(struct timer *t)
{
	struct bell *b = container_of(t, struct bell, timer);

	note(b->name);
	if (b->stops != NULL)
		loop_timer_off(&b->stops->timer);
	if (b->again_ms != 0)
		loop_timer(t, b->again_ms);
}

static void
test_timers(void)
{
	struct bell bells[5];

	begin();
	for (int i = 0; i < 5; i++)
		bells[i] = (struct bell){ .timer.fire = bell_fire, .name = (char)('a' + i) };
	loop_timer(&bells[0].timer, 1050);
	loop_timer(&bells[1].timer, 1030);
	loop_timer(&bells[2].timer, 1040);
	loop_timer(&bells[3].timer, 1020);
	loop_timer(&bells[4].timer, 1060);
	loop_once(0);
	is_str(trace, "", "no timer fires before its time");
	clock_advance(45 * 1000);
	loop_once(0);
	is_str(trace, "dbc", "timers fire in order of their time");
	loop_timer(&bells[4].timer, 1048);
	loop_timer_off(&bells[0].timer);
	clock_advance(100 * 1000);
	loop_once(0);
	is_str(trace, "dbce", "a moved timer fires once, one turned off never");
	is_int(bells[4].timer.due_ms, 0, "a fired timer is not set");

	trace[0] = '\0';
	bells[0].stops = &bells[1];
	loop_timer(&bells[0].timer, 1001);
	loop_timer(&bells[1].timer, 1002);
	loop_once(0);
	is_str(trace, "a", "a timer turned off by one that fired with it stays silent");

	trace[0] = '\0';
	bells[2].again_ms = 1001;
	loop_timer(&bells[2].timer, 1001);
	loop_once(0);
	is_str(trace, "c", "a timer that sets itself to the past waits for the next turn");
	loop_close();
	is_int(bells[2].timer.place, 0, "closing the loop forgets its timers");
}

enum { MANY = 500 };

struct counted {
	struct timer timer;
	uint64_t     due_ms, fired_ms;
	int	     fired;
};

static void
counted_fire(struct timer *t)
{
	struct counted *c = container_of(t, struct counted, timer);

	c->fired++;
	c->fired_ms = clock_mono_ms();
}

static void
count_set(struct counted *c, uint64_t due_ms)
{
	c->due_ms = due_ms;
	if (due_ms != 0)
		loop_timer(&c->timer, due_ms);
	else
		loop_timer_off(&c->timer);
}

static void
test_timer_order(void)
{
	static struct counted all[MANY];
	uint32_t x = 12345;
	int wrong = 0, set = 0;

	begin();
	for (int i = 0; i < MANY; i++)
		all[i].timer.fire = counted_fire;
	for (int i = 0; i < 4 * MANY; i++) {
		x = x * 1664525 + 1013904223;
		count_set(&all[(x >> 8) % MANY], (x >> 20) % 4 == 0 ? 0 : 2000 + (x >> 12) % 300);
	}
	for (uint64_t ms = 2000; ms < 2300; ms++) {
		clock_freeze(ms * 1000, WALL_US);
		loop_once(0);
	}
	for (int i = 0; i < MANY; i++) {
		set += all[i].due_ms != 0;
		wrong += all[i].fired != (all[i].due_ms != 0) || all[i].fired_ms != all[i].due_ms;
	}
	is_int(wrong, 0, "of 500 timers set, moved and turned off at random each fires once at its time");
	ok(set > 100 && set < MANY, "some of them were set and some were not");
	loop_close();
}

static int work_left, batch_asks;

static bool
hook_work(void *arg)
{
	(void)arg;
	note('w');
	return work_left > 0 && work_left-- > 0;
}

static bool
hook_batch(void *arg)
{
	(void)arg;
	note('b');
	return batch_asks > 0 && batch_asks-- > 0;
}

static bool
hook_sleep(void *arg)
{
	note(*(const char *)arg);
	return true;
}

static void
release(void *object)
{
	note(*(char *)object);
	free(object);
}

static void
release_more(void *object)
{
	note('m');
	loop_free_later(object, release);
}

static char *
letter(char c)
{
	char *p = malloc(1);

	if (p == NULL)
		abort();
	*p = c;
	return p;
}

static void
test_moments(void)
{
	char s = 's', t = 't';

	begin();
	loop_hook(LOOP_SLEEP, hook_sleep, &s);
	loop_hook(LOOP_SLEEP, hook_sleep, &t);
	loop_hook(LOOP_WORK, hook_work, NULL);
	loop_hook(LOOP_BATCH, hook_batch, NULL);
	loop_once(0);
	is_str(trace, "wbst", "a turn is work, batch, sleep hooks in order of registration");
	trace[0] = '\0';
	work_left = 2;
	loop_once(0);
	is_str(trace, "wwwbst", "work runs again while it asks for it");
	trace[0] = '\0';
	work_left = 9;
	loop_once(0);
	is_str(trace, "wwwwwwwwbst", "work runs eight times at most");
	trace[0] = '\0';
	work_left = 0;
	loop_once(-1);
	is_str(trace, "wbst", "work cut short does not sleep in the next turn");
	trace[0] = '\0';
	batch_asks = 1;
	loop_once(0);
	is_str(trace, "wbwst", "a batch that asks gets work once more");
	trace[0] = '\0';
	loop_free_later(letter('1'), release);
	loop_free_later(letter('2'), release_more);
	loop_once(0);
	is_str(trace, "wbst1m2", "what was given away is freed at the end of the turn");
	loop_soon();
	loop_once(-1);
	ok(loop_turns() == 7, "loop_soon() keeps the next turn from sleeping");
	trace[0] = '\0';
	loop_free_later(letter('3'), release);
	loop_close();
	is_str(trace, "3", "closing frees what still waits");
}

static void
stop_fire(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void
test_run(void)
{
	struct timer t = { .fire = stop_fire };

	begin();
	loop_timer(&t, 1000);
	loop_run();
	is_int(loop_turns(), 1, "the loop runs until it is stopped");
	loop_stop();
	loop_run();
	is_int(loop_turns(), 1, "a stop before the run is not lost");
	loop_close();
}

static bool
hook_slow(void *arg)
{
	clock_advance(*(const uint64_t *)arg);
	return false;
}

static void
test_slow_turn(void)
{
	uint64_t us = 20 * 1000;

	begin();
	loop_hook(LOOP_WORK, hook_slow, &us);
	loop_once(0);
	is_int(loop_slow_turns(), 0, "a turn of 20 ms is not slow");
	us++;
	loop_once(0);
	is_int(loop_slow_turns(), 1, "a longer one is counted");
	loop_close();
}

int
main(void)
{
	test_watches();
	test_first_kills_earlier();
	test_refused_descriptor();
	test_timers();
	test_timer_order();
	test_moments();
	test_run();
	test_slow_turn();
	return tap_done();
}
