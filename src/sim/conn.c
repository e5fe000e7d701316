/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.c - a client's connection: requests in, what is played out.
 *
 * Runs in: weir-sim.
 *
 * One request at a time, and while it is answered nothing more is read: its
 * slices live in `in`.  The steps of its play run in order; each puts bytes
 * into `out`, and the next one runs when all of them have gone and no wait is
 * on.  A wait counts from when the one before it was over, not from when that
 * was noticed, so that a hundred events 50 ms apart take what a clock says.
 */
#include "sim/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "sim/play.h"
#include "sim/request.h"

#define READ_BYTES 65536
#define STEPS_A_TURN 64			/* of one connection; others want their turn too */
#define OUT_KEPT 8192
#define LATE_MOST_US 20000		/* a wait that was noticed later than so begins the clock anew */
#define LINGER_MS 2000			/* how long a refused client may go on sending */

struct conn {
	struct node	   node;	/* of all */
	struct watch	   watch;
	struct timer	   timer;	/* of a wait, or of lingering */
	const struct sim_options *options;
	struct script	  *script;
	uint64_t	   number;
	struct buf	   in;
	struct request_reader reader;
	struct play	   play;
	size_t		   sent;	/* of play.out */
	size_t		   piece;	/* bytes left of the piece being written */
	uint64_t	   piece_us;	/* when the next piece may begin */
	uint64_t	   wait_ms;	/* to begin once all of out has gone */
	uint64_t	   due_us;	/* when the wait is over */
	uint64_t	   base_us;	/* while what a wait held up goes on: its due_us; else 0 */
	bool		   answering;	/* play is of the request at the front of in */
	bool		   continued;	/* "100 Continue" was sent for it */
	bool		   waiting, hanging;
	bool		   ended;	/* our sending side is closed */
	bool		   leaving;	/* nothing is answered any more; what comes is thrown away */
	bool		   last;	/* leave once all of out has gone */
	bool		   gone;
};

/* What a connection waits for. */
enum want { WANT_INPUT, WANT_ROOM, WANT_TIME };

static struct node all = { &all, &all };
static bool	   draining;
static void	 (*drained)(void);

static void go_on(struct conn *);

/* ---------------------------------------------------------------- the end */

static void
release(void *arg)
{
	struct conn *c = arg;

	buf_done(&c->in);
	play_done(&c->play);
	free(c);
}

static void
conn_close(struct conn *c, bool by_client, bool reset)
{
	struct linger l = { .l_onoff = 1, .l_linger = 0 };
	int	      fd = c->watch.fd;

	if (c->gone)
		return;
	c->gone = true;
	if (by_client && c->answering && !c->ended) {
		sim_stats()->gone++;
		record_gone(c->play.request.number);
	}
	if (reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	loop_timer_off(&c->timer);
	loop_remove(&c->watch);
	close(fd);
	sim_stats()->open--;
	list_del(&c->node);
	loop_free_later(c, release);
	if (draining && list_empty(&all))
		drained();
}

static void
end_sending(struct conn *c)
{
	c->ended = true;
	shutdown(c->watch.fd, SHUT_WR);
}

/*
 * Says no more.  Closing while bytes are unread would reset the connection and
 * could take the answer away from the client, so they are read first.
 */
static void
leave(struct conn *c)
{
	if (!c->ended) {
		end_sending(c);
		loop_timer(&c->timer, clock_mono_ms() + LINGER_MS);
	}
	c->leaving = true;
	c->answering = false;
	play_end(&c->play);
}

/* ---------------------------------------------------------------- time */

static uint64_t
now_us(const struct conn *c)
{
	return c->base_us > 0 ? c->base_us : clock_mono_us();
}

static void
wait_until(struct conn *c, uint64_t us)
{
	c->waiting = true;
	c->due_us = us;
	loop_timer(&c->timer, (us + 999) / 1000);
}

static void
timer_fired(struct timer *t)
{
	struct conn *c = container_of(t, struct conn, timer);

	if (c->leaving) {
		conn_close(c, false, false);
		return;
	}
	c->waiting = false;
	c->base_us = clock_mono_us() - c->due_us < LATE_MOST_US ? c->due_us : 0;
	go_on(c);
	c->base_us = 0;
}

/* ---------------------------------------------------------------- output */

/* The bytes that may be written now: all, or what is left of a piece; 0 when the next one must wait. */
static size_t
next_piece(struct conn *c, size_t n)
{
	const struct play *p = &c->play;

	if (p->drip_bytes == 0)
		return n;
	if (c->piece == 0) {
		if (c->piece_us > now_us(c)) {
			wait_until(c, c->piece_us);
			return 0;
		}
		c->piece = n < p->drip_bytes ? n : (size_t)p->drip_bytes;
	}
	return c->piece;
}

/* Writes once; false when nothing more can be written now. */
static bool
put_some(struct conn *c)
{
	struct play *p = &c->play;
	size_t	     n = next_piece(c, p->out.n - c->sent);
	ssize_t	     put;

	if (n == 0)
		return false;
	put = send(c->watch.fd, p->out.p + c->sent, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (put < 0) {
		if (errno != EAGAIN && errno != EINTR)
			conn_close(c, true, false);
		return false;
	}
	c->sent += (size_t)put;
	if (c->piece > 0) {
		c->piece -= (size_t)put;
		c->piece_us = now_us(c) + p->drip_ms * 1000;
	}
	if (c->sent < p->out.n)
		return true;
	c->sent = 0;
	if (p->out.cap > OUT_KEPT)
		buf_done(&p->out);
	else
		buf_clear(&p->out);
	return true;
}

/* ---------------------------------------------------------------- requests */

static void
begin_request(struct conn *c)
{
	struct sim_request *q = &c->play.request;
	struct rule	   *rule = NULL;

	*q = (struct sim_request){ .connection = c->number, .arrived_ms = sim_clock_ms() };
	request_look(&c->reader, c->in.p, &c->play.arena, q);
	if (str_is(q->path, "/sim/reset"))
		script_reset(c->script);
	if (!str_starts(q->path, STR("/sim/"))) {
		q->number = ++sim_stats()->requests;
		record_request(q);
		rule = script_match(c->script, q->method, q->path, q->model, q->head, q->body);
	}
	c->answering = true;
	c->piece = 0;
	c->piece_us = 0;
	play_begin(&c->play, rule);
}

static void
refuse(struct conn *c)
{
	struct sim_reply r = { &c->play.out, &c->play.headers, false };
	struct buf	 body = { 0 };

	sim_stats()->refused++;
	record_refused(c->number, c->reader.status, c->reader.why);
	buf_printf(&body, "{\"error\":{\"message\":\"%s\",\"type\":\"invalid_request_error\"}}",
	    c->reader.why);
	buf_cstr(&c->play.headers, "Connection: close\r\n");
	sim_whole(&r, c->reader.status, STR("application/json"), buf_view(&body));
	buf_done(&body);
	c->last = true;
}

/* False: more must be read first. */
static bool
take_request(struct conn *c)
{
	switch (c->in.n > 0 ? request_read(&c->reader, c->in.p, c->in.n) : REQUEST_MORE) {
	case REQUEST_WHOLE:
		begin_request(c);
		return true;
	case REQUEST_REFUSED:
		refuse(c);
		return true;
	case REQUEST_MORE:
		break;
	}
	if (!c->reader.expects || c->reader.head_end == 0 || c->continued)
		return false;
	c->continued = true;
	buf_cstr(&c->play.out, "HTTP/1.1 100 Continue\r\n\r\n");
	return true;
}

static void
end_request(struct conn *c)
{
	c->last = c->reader.last || draining;
	buf_drop(&c->in, c->reader.at);
	if (c->in.n == 0)
		buf_done(&c->in);	/* thousands of idle connections are held */
	c->reader = (struct request_reader){ 0 };
	c->answering = c->continued = false;
	play_end(&c->play);
	if (c->ended)
		leave(c);
}

/* ---------------------------------------------------------------- steps */

static void
act(struct conn *c, enum play_next next)
{
	switch (next) {
	case PLAY_ON:
		break;
	case PLAY_WAIT:
		c->wait_ms = c->play.wait_ms;
		break;
	case PLAY_FIN:
		end_sending(c);
		break;
	case PLAY_HANG:
		c->hanging = true;
		break;
	case PLAY_CLOSE:
	case PLAY_RESET:
		conn_close(c, false, next == PLAY_RESET);
		break;
	case PLAY_END:
		end_request(c);
		break;
	}
}

/* All of out has gone: the next step of the play, or the next request.  False when neither can be. */
static bool
step(struct conn *c, enum want *want)
{
	if (c->wait_ms > 0) {
		wait_until(c, now_us(c) + c->wait_ms * 1000);
		c->wait_ms = 0;
	}
	*want = WANT_TIME;
	if (c->waiting || c->hanging)
		return false;
	if (c->answering) {
		act(c, play_step(&c->play, c->options));
		return true;
	}
	*want = WANT_INPUT;
	if (c->last && !c->leaving)
		leave(c);
	return !c->leaving && take_request(c);
}

static enum want
advance(struct conn *c)
{
	enum want want;

	for (int steps = STEPS_A_TURN; steps > 0 && !c->gone; steps--) {
		if (c->waiting)
			return WANT_TIME;
		if (c->play.out.n == 0) {
			if (!step(c, &want))
				return want;
		} else if (!put_some(c)) {
			return c->waiting ? WANT_TIME : WANT_ROOM;
		}
	}
	return WANT_ROOM;
}

/* A client that closes its side while it is answered has left: a gateway that cancels does just that. */
static void
go_on(struct conn *c)
{
	static const uint32_t events[] = { [WANT_INPUT] = EPOLLIN, [WANT_ROOM] = EPOLLOUT, [WANT_TIME] = 0 };
	enum want	      want = advance(c);

	if (!c->gone)
		loop_change(&c->watch, EPOLLRDHUP | events[want]);
}

static void
take_bytes(struct conn *c)
{
	static char bytes[READ_BYTES];
	ssize_t	    n = recv(c->watch.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		conn_close(c, true, false);
		return;
	}
	if (c->leaving)
		return;
	buf_add(&c->in, bytes, (size_t)n);
	go_on(c);
}

static void
ready(struct watch *w, uint32_t events)
{
	struct conn *c = container_of(w, struct conn, watch);

	if (c->answering && events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		conn_close(c, true, false);
	else if (events & EPOLLOUT)
		go_on(c);
	else
		take_bytes(c);
}

void
conn_new(int fd, const struct sim_options *options, struct script *script)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	play_init(&c->play);
	c->options = options;
	c->script = script;
	c->watch.ready = ready;
	c->timer.fire = timer_fired;
	c->number = ++sim_stats()->connections;
	if (loop_add(&c->watch, fd, EPOLLIN | EPOLLRDHUP) < 0) {
		close(fd);
		release(c);
		return;
	}
	sim_stats()->open++;
	list_add(&all, &c->node);
}

/* ---------------------------------------------------------------- all of them */

void
conn_drain_all(void (*done)(void))
{
	draining = true;
	drained = done;
	if (list_empty(&all))
		done();
	LIST_EACH(n, &all) {
		struct conn *c = container_of(n, struct conn, node);

		if (!c->answering && c->in.n == 0 && c->play.out.n == 0)
			conn_close(c, false, false);
	}
}

void
conn_close_all(void)
{
	draining = false;
	LIST_EACH(n, &all)
		conn_close(container_of(n, struct conn, node), false, false);
}
