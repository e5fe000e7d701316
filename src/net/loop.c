/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.c - epoll, timers and the moments of a turn.
 *
 * Runs in: worker, scheduler, admin, weir-sim.
 *
 * Events are taken from the kernel in batches.  A watch that is removed while
 * a batch is being delivered is struck from the rest of it, so a callback never
 * hears of something that an earlier callback of the same turn gave up, even
 * when the descriptor's number is already in use again.
 *
 * Timers are a binary heap; entry 0 is unused, so place 0 means "not in it".
 */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/spare.h"

/* A bound on the length of a turn: the kernel hands out the rest in the next. */
#define BATCH_EVENTS 256
#define HOOKS_MOST 16
#define WORK_ROUNDS_MOST 8
#define SLOW_TURN_US 20000
#define LOG_EVERY_US 1000000
#define SLEEP_MOST_MS 60000

struct hook {
	hook_fn *fn;
	void	*arg;
};

struct garbage {
	void *object;
	void (*release)(void *);
};

struct slot {
	uint64_t      due_ms;
	struct timer *timer;
};

/* Where a turn's time goes; the names are for the log. */
enum phase { PHASE_READY, PHASE_TIMERS, PHASE_WORK, PHASE_BATCH, PHASE_SLEEP, PHASES };

static const char *const phase_names[PHASES] = {
	[PHASE_READY] = "ready descriptors",
	[PHASE_TIMERS] = "timers",
	[PHASE_WORK] = "work",
	[PHASE_BATCH] = "batch",
	[PHASE_SLEEP] = "sleep hooks and freeing",
};

static struct {
	int		   epoll_fd;
	bool		   opened, stopped, soon, turning;
	int		   batch_n;	/* what is being delivered */
	struct epoll_event batch[BATCH_EVENTS];
	struct slot	  *heap;
	uint32_t	   heap_n, heap_cap;
	struct hook	   hooks[LOOP_MOMENTS][HOOKS_MOST];
	unsigned	   hooks_n[LOOP_MOMENTS];
	struct garbage	  *garbage;
	size_t		   garbage_n, garbage_cap;
	uint64_t	   turns, slow_turns;
	uint64_t	   phase_us[PHASES], mark_us, logged_us;
} loop;

/*
 * Opening and closing.
 */
void
loop_open(void)
{
	assert(!loop.opened);
	memset(&loop, 0, sizeof(loop));
	loop.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop.epoll_fd == -1)
		fatal(EX_OSERR, "epoll_create1");
	loop.opened = true;
	spare_open();
	clock_tick();
}

static void
free_garbage(void)
{
	/* A release may give away more: the list is read anew each time. */
	for (size_t i = 0; i < loop.garbage_n; i++) {
		struct garbage g = loop.garbage[i];

		g.release(g.object);
	}
	loop.garbage_n = 0;
}

void
loop_close(void)
{
	if (!loop.opened)
		return;
	free_garbage();
	for (uint32_t i = 1; i <= loop.heap_n; i++)
		loop.heap[i].timer->place = 0;
	free(loop.heap);
	free(loop.garbage);
	close(loop.epoll_fd);
	memset(&loop, 0, sizeof(loop));
}

int
loop_fd(void)
{
	return loop.epoll_fd;
}

/*
 * Watches.
 */
static bool
watch_added(const struct watch *w)
{
	return w->fd >= 0 && w->events != 0;
}

int
loop_add(struct watch *w, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events | EPOLLERR | EPOLLHUP, .data.ptr = w };

	assert(!watch_added(w) && fd >= 0 && w->ready != NULL);
	if (epoll_ctl(loop.epoll_fd, EPOLL_CTL_ADD, fd, &ev) == -1) {
		w->fd = -1;
		w->events = 0;
		return -1;
	}
	w->fd = fd;
	w->events = ev.events;
	return 0;
}

void
loop_change(struct watch *w, uint32_t events)
{
	struct epoll_event ev = { .events = events | EPOLLERR | EPOLLHUP, .data.ptr = w };

	assert(watch_added(w));
	if (w->events == ev.events)
		return;
	if (epoll_ctl(loop.epoll_fd, EPOLL_CTL_MOD, w->fd, &ev) == -1)
		fatal(EX_OSERR, "epoll_ctl of descriptor %d", w->fd);
	w->events = ev.events;
}

void
loop_remove(struct watch *w)
{
	if (!watch_added(w)) {
		w->fd = -1;
		return;
	}
	if (epoll_ctl(loop.epoll_fd, EPOLL_CTL_DEL, w->fd, NULL) == -1)
		assert(!"loop_remove() after close(2)");
	loop_forget(w);
}

void
loop_forget(struct watch *w)
{
	w->fd = -1;
	w->events = 0;
	for (int i = 0; i < loop.batch_n; i++)
		if (loop.batch[i].data.ptr == w)
			loop.batch[i].data.ptr = NULL;
}

/*
 * Timers.
 */
static void
heap_place(uint32_t at, struct slot s)
{
	loop.heap[at] = s;
	s.timer->place = at;
}

static void
heap_up(uint32_t at, struct slot s)
{
	for (; at > 1 && loop.heap[at / 2].due_ms > s.due_ms; at /= 2)
		heap_place(at, loop.heap[at / 2]);
	heap_place(at, s);
}

static void
heap_down(uint32_t at, struct slot s)
{
	for (uint32_t child; (child = at * 2) <= loop.heap_n; at = child) {
		if (child < loop.heap_n && loop.heap[child + 1].due_ms < loop.heap[child].due_ms)
			child++;
		if (loop.heap[child].due_ms >= s.due_ms)
			break;
		heap_place(at, loop.heap[child]);
	}
	heap_place(at, s);
}

static void
heap_settle(uint32_t at, struct slot s)
{
	if (at > 1 && loop.heap[at / 2].due_ms > s.due_ms)
		heap_up(at, s);
	else
		heap_down(at, s);
}

void
loop_timer(struct timer *t, uint64_t due_mono_ms)
{
	struct slot s = { due_mono_ms, t };

	assert(t->fire != NULL && due_mono_ms != 0);
	t->due_ms = due_mono_ms;
	if (t->place != 0) {
		heap_settle(t->place, s);
		return;
	}
	if (loop.heap_n + 1 >= loop.heap_cap) {
		loop.heap_cap = loop.heap_cap == 0 ? 64 : loop.heap_cap * 2;
		loop.heap = xrealloc(loop.heap, loop.heap_cap * sizeof(*loop.heap));
	}
	heap_up(++loop.heap_n, s);
}

void
loop_timer_off(struct timer *t)
{
	uint32_t at = t->place;

	t->due_ms = 0;
	if (at == 0)
		return;
	t->place = 0;
	struct slot last = loop.heap[loop.heap_n--];

	if (last.timer != t)
		heap_settle(at, last);
}

/* A timer that sets itself to "now" waits for the next turn once all that were due have fired. */
static bool
fire_timers(void)
{
	uint64_t now = clock_mono_ms();
	uint32_t most = loop.heap_n;
	bool any = false;

	while (most-- > 0 && loop.heap_n > 0 && loop.heap[1].due_ms <= now) {
		struct timer *t = loop.heap[1].timer;

		loop_timer_off(t);
		t->fire(t);
		any = true;
	}
	return any;
}

/*
 * Hooks and deferred freeing.
 */
void
loop_hook(enum loop_moment moment, hook_fn *fn, void *arg)
{
	assert(loop.hooks_n[moment] < HOOKS_MOST);
	loop.hooks[moment][loop.hooks_n[moment]++] = (struct hook){ fn, arg };
}

void
loop_soon(void)
{
	loop.soon = true;
}

bool
loop_turning(void)
{
	return loop.turning;
}

void
loop_free_later(void *object, void (*release)(void *))
{
	if (loop.garbage_n == loop.garbage_cap) {
		loop.garbage_cap = loop.garbage_cap == 0 ? 64 : loop.garbage_cap * 2;
		loop.garbage = xrealloc(loop.garbage, loop.garbage_cap * sizeof(*loop.garbage));
	}
	loop.garbage[loop.garbage_n++] = (struct garbage){ object, release };
}

static bool
run_hooks(enum loop_moment moment)
{
	bool again = false;

	for (unsigned i = 0; i < loop.hooks_n[moment]; i++)
		again |= loop.hooks[moment][i].fn(loop.hooks[moment][i].arg);
	return again;
}

static void
run_work(void)
{
	int rounds = 0;

	while (run_hooks(LOOP_WORK))
		if (++rounds == WORK_ROUNDS_MOST) {
			loop.soon = true;
			break;
		}
}

/*
 * The turn.
 */
static int
sleep_ms(int most_ms)
{
	uint64_t ms = most_ms < 0 ? SLEEP_MOST_MS : (uint64_t)most_ms;
	uint64_t now = clock_now_us() / 1000;

	if (loop.soon || loop.stopped)
		return 0;
	if (loop.heap_n > 0) {
		uint64_t due = loop.heap[1].due_ms;

		if (due <= now)
			return 0;
		if (due - now < ms)
			ms = due - now;
	}
	return (int)ms;
}

static void
deliver(bool first)
{
	for (int i = 0; i < loop.batch_n; i++) {
		struct watch *w = loop.batch[i].data.ptr;

		if (w == NULL || w->first != first)
			continue;
		/* Struck before the call: once delivered it is no one's event any more. */
		loop.batch[i].data.ptr = NULL;
		w->ready(w, loop.batch[i].events);
	}
}

static void
mark(enum phase phase)
{
	uint64_t now = clock_now_us();

	loop.phase_us[phase] += now - loop.mark_us;
	loop.mark_us = now;
}

static void
slow_turn(uint64_t us)
{
	enum phase worst = PHASE_READY;

	loop.slow_turns++;
	if (loop.logged_us != 0 && loop.mark_us - loop.logged_us < LOG_EVERY_US)
		return;
	loop.logged_us = loop.mark_us;
	for (enum phase p = PHASE_READY; p < PHASES; p++)
		if (loop.phase_us[p] > loop.phase_us[worst])
			worst = p;
	log_warnx("loop: a turn took %" PRIu64 " ms, %" PRIu64 " ms of it in %s, %d events, "
	    "slow turn number %" PRIu64, us / 1000, loop.phase_us[worst] / 1000, phase_names[worst],
	    loop.batch_n, loop.slow_turns);
}

static void
judge_turn(uint64_t began_us)
{
	uint64_t us = loop.mark_us - began_us;

	loop.turns++;
	if (us > SLOW_TURN_US)
		slow_turn(us);
	memset(loop.phase_us, 0, sizeof(loop.phase_us));
}

static bool
take_events(int most_ms)
{
	int ms = sleep_ms(most_ms);
	int n = epoll_wait(loop.epoll_fd, loop.batch, BATCH_EVENTS, ms);

	if (n == -1 && errno != EINTR)
		fatal(EX_OSERR, "epoll_wait");
	loop.batch_n = n == -1 ? 0 : n;
	loop.soon = false;
	return loop.batch_n > 0;
}

bool
loop_once(int most_ms)
{
	bool any = take_events(most_ms);
	uint64_t began_us;

	loop.turning = true;
	clock_tick();
	began_us = loop.mark_us = clock_now_us();
	deliver(true);
	deliver(false);
	mark(PHASE_READY);
	any |= fire_timers();
	mark(PHASE_TIMERS);
	run_work();
	mark(PHASE_WORK);
	if (run_hooks(LOOP_BATCH)) {
		mark(PHASE_BATCH);
		run_work();
		mark(PHASE_WORK);
	} else {
		mark(PHASE_BATCH);
	}
	run_hooks(LOOP_SLEEP);
	free_garbage();
	mark(PHASE_SLEEP);
	judge_turn(began_us);
	loop.batch_n = 0;
	loop.turning = false;
	return any;
}

void
loop_run(void)
{
	while (!loop.stopped)
		loop_once(-1);
	loop.stopped = false;
}

void
loop_stop(void)
{
	loop.stopped = true;
}

uint64_t
loop_turns(void)
{
	return loop.turns;
}

uint64_t
loop_slow_turns(void)
{
	return loop.slow_turns;
}
