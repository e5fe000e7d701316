/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.c - upstream transfers: start, pause, resume, cancel, deadlines.
 *
 * Runs in: worker, scheduler.
 *
 * Nothing is done to libcurl while libcurl is on the stack: starts and resumes
 * wait for LOOP_WORK, where all that began in a turn is kicked together; a cancel
 * from within a callback waits until libcurl has returned, every other one is
 * done at once.
 *
 * A transfer has one timer for its four time-outs.  Progress only notes the time;
 * the timer moves when a deadline comes nearer, and looks again when it fires.
 */
#include "net/client.h"

#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "net/plain.h"
#include "net/pool.h"

#define NEVER UINT64_MAX

static struct node running;	/* by transfer.all */
static struct node starting, resuming, feeding, cancelled;	/* by transfer.node */
static unsigned active;
static bool spoke;		/* an event went up since the last look */

/*
 * Deadlines.
 */
struct deadline {
	uint64_t    due_ms, limit_ms;
	enum fault  fault;
	const char *what;
};

static void
nearer(struct deadline *d, uint64_t from_ms, uint64_t limit_ms, enum fault f, const char *what)
{
	if (limit_ms != 0 && from_ms + limit_ms < d->due_ms)
		*d = (struct deadline){ from_ms + limit_ms, limit_ms, f, what };
}

static struct deadline
deadline_of(const struct transfer *t)
{
	struct deadline d = { .due_ms = NEVER };

	nearer(&d, t->start_ms, t->call.total_ms, FAULT_UP_TIMEOUT, "the answer was not complete");
	if (t->at == TRANSFER_CONNECTING)
		nearer(&d, t->mark_ms, t->call.connect_ms, FAULT_UP_TIMEOUT, "no connection");
	else if (t->at == TRANSFER_WAITING && transfer_starves(t))
		return d;	/* nobody can answer what is not asked yet */
	else if (t->at == TRANSFER_WAITING)
		nearer(&d, t->mark_ms, t->call.first_byte_ms, FAULT_UP_TIMEOUT, "no answer");
	else if (!t->paused)
		nearer(&d, t->mark_ms, t->call.idle_ms, FAULT_UP_STALLED, "silence");
	return d;
}

static void
set_timer(struct transfer *t)
{
	struct deadline d = deadline_of(t);

	if (d.due_ms != NEVER && (t->timer.due_ms == 0 || d.due_ms < t->timer.due_ms))
		loop_timer(&t->timer, d.due_ms);
}

void
transfer_mark(struct transfer *t)
{
	t->mark_ms = clock_mono_ms();
	set_timer(t);
}

static void
timer_fired(struct timer *timer)
{
	struct transfer *t = container_of(timer, struct transfer, timer);
	struct deadline d = deadline_of(t);
	char detail[80];

	if (d.due_ms > clock_mono_ms()) {
		set_timer(t);
		return;
	}
	snprintf(detail, sizeof(detail), "%s within %" PRIu64 " ms", d.what, d.limit_ms);
	transfer_finish(t, d.fault, detail);
}

/*
 * The end.
 */
static void
give(struct transfer *t)
{
	if (t->easy == NULL)
		plain_give(t);
	else
		pool_give(t);
}

static void
leave(struct transfer *t)
{
	loop_timer_off(&t->timer);
	list_del(&t->node);
	list_del(&t->all);
	if (t->easy == NULL)
		plain_remove(t);
	else
		pool_remove(t);
	buf_done(&t->upload);
	active--;
}

void
transfer_finish(struct transfer *t, enum fault f, const char *detail)
{
	leave(t);
	t->cancelled = true;	/* a cancel from within end() is harmless */
	spoke = true;
	t->events.end(t->arg, f, detail);
	give(t);
}

void
transfer_complete(struct transfer *t, CURLcode code)
{
	enum fault f = verdict(t, code);
	const char *detail = t->detail;

	if (t->why != NULL)
		detail = t->why;
	else if (f != FAULT_NONE && code == CURLE_OK)
		detail = "the connection was closed before the message was complete";
	else if (f != FAULT_NONE && detail[0] == '\0')
		detail = t->easy != NULL ? curl_easy_strerror(code) : "the answer was not taken";
	transfer_finish(t, f, detail);
}

void
client_reap(void)
{
	if (pool_busy())
		return;
	LIST_EACH(n, &cancelled) {
		struct transfer *t = container_of(n, struct transfer, node);

		leave(t);
		pool_give(t);
	}
}

/*
 * What callers ask for.
 */
static void
reset(struct transfer *t)
{
	t->at = TRANSFER_CONNECTING;
	t->fault = FAULT_NONE;
	t->why = NULL;
	t->paused = t->held = t->cancelled = false;
	t->counted = t->chunked = t->bodiless = t->opened = t->blocked = false;
	t->sends = t->interim = t->status = 0;
	t->head_seen = 0;
	t->length = t->body_seen = t->body_sent = t->upload_came = 0;
	t->upload_at = 0;
	t->thirsty = t->full = false;
	t->detail[0] = '\0';
	t->timer.fire = timer_fired;
}

void
client_expect(const char *url, bool allow_private)
{
	const struct call c = { .url = url, .allow_private = allow_private };

	if (!plain_suits(&c))
		pool_library();
}

struct transfer *
transfer_start(const struct call *call, const struct transfer_events *events, void *arg)
{
	struct transfer *t = plain_suits(call) ? plain_take(call) : pool_take(call->stream);

	reset(t);
	t->call = *call;
	t->events = *events;
	t->arg = arg;
	t->start_ms = t->mark_ms = clock_mono_ms();
	list_add(&running, &t->all);
	list_add(&starting, &t->node);
	active++;
	set_timer(t);
	if (!loop_turning())
		loop_soon();
	return t;
}

void
transfer_pause(struct transfer *t)
{
	t->paused = true;
}

void
transfer_resume(struct transfer *t)
{
	if (!t->paused)
		return;
	t->paused = false;
	transfer_mark(t);
	if (t->held && !t->cancelled && t->added) {
		list_del(&t->node);
		list_add(&resuming, &t->node);
		if (!loop_turning())
			loop_soon();
	}
}

static void
feed(struct transfer *t)
{
	if (t->easy == NULL)
		plain_fed(t);
	else
		pool_fed(t);
}

/* A transfer that has to wait in another queue, or has no connection yet, finds the bytes when it is its turn. */
void
transfer_fed(struct transfer *t)
{
	if (!t->added || !list_empty(&t->node))
		return;
	list_add(&feeding, &t->node);
	if (!loop_turning())
		loop_soon();
}

void
transfer_cancel(struct transfer *t)
{
	if (t->cancelled)
		return;
	t->cancelled = true;
	list_del(&t->node);
	if (t->easy != NULL && pool_busy()) {
		list_add(&cancelled, &t->node);
		return;
	}
	leave(t);
	give(t);
}

bool
transfer_delimited_by_close(const struct transfer *t)
{
	return t->at == TRANSFER_BODY && !t->counted && !t->chunked && !t->bodiless;
}

bool
transfer_sent(const struct transfer *t)
{
	if (t->easy == NULL)
		return t->plain != NULL && plain_sent(t->plain);
	/* libcurl has copied what it was given. */
	return (t->call.upload == 0 && t->call.body.n <= BODY_AT_ONCE_BYTES) || t->body_sent == transfer_body_bytes(t);
}

unsigned
client_active(void)
{
	return active;
}

/*
 * The moments of a turn.
 */
/* One may end at once, and what its caller starts then waits for the next round. */
static void
start_all(void)
{
	struct node now;

	list_init(&now);
	while (!list_empty(&starting)) {
		struct node *n = starting.next;

		list_del(n);
		list_add(&now, n);
	}
	while (!list_empty(&now)) {
		struct transfer *t = container_of(now.next, struct transfer, node);

		list_del(&t->node);
		if (t->easy == NULL)
			plain_add(t);
		else
			pool_add(t);
	}
}

static bool
work(void *arg)
{
	(void)arg;
	spoke = false;
	start_all();
	while (!list_empty(&resuming)) {
		struct transfer *t = container_of(resuming.next, struct transfer, node);

		list_del(&t->node);
		spoke = true;
		if (t->paused)
			feed(t);
		else if (t->easy == NULL)
			plain_unpause(t);
		else
			pool_unpause(t);
	}
	while (!list_empty(&feeding)) {
		struct transfer *t = container_of(feeding.next, struct transfer, node);

		list_del(&t->node);
		spoke = true;
		feed(t);
	}
	spoke |= pool_work();
	/* What went up may have made work for the hooks before this one. */
	return spoke || !list_empty(&starting) || !list_empty(&resuming) || !list_empty(&feeding);
}

static bool
before_sleep(void *arg)
{
	(void)arg;
	if (!list_empty(&starting) || !list_empty(&resuming) || !list_empty(&feeding) || pool_pending())
		loop_soon();
	return false;
}

void
client_open(const struct client_options *o)
{
	/* libcurl is told to leave signals alone, and TLS writes to what may be closed. */
	signal(SIGPIPE, SIG_IGN);
	list_init(&running);
	list_init(&starting);
	list_init(&resuming);
	list_init(&feeding);
	list_init(&cancelled);
	peer_open();
	pool_open(o);
	plain_open(o);
	loop_hook(LOOP_WORK, work, NULL);
	loop_hook(LOOP_SLEEP, before_sleep, NULL);
}

void
client_close(void)
{
	LIST_EACH(n, &running)
		transfer_cancel(container_of(n, struct transfer, all));
	plain_close();
	pool_close();
	peer_close();
}
