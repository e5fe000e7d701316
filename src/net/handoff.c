/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handoff.c - streams: answers that are written straight to the socket.
 *
 * Runs in: worker, admin.
 *
 * When a stream starts, its socket leaves libmicrohttpd: the descriptor is
 * duplicated, libmicrohttpd is told of a reset and closes its own copy
 * (without shutdown(2), as it runs in TURBO mode), and nothing of it knows of
 * the connection any more.  When the stream ends well, the duplicate is given
 * to libmicrohttpd as a new connection.  So idle streams cost it nothing.
 *
 * Each stream_write() becomes one chunk in one system call; the head waits for
 * the first of them, but not beyond the turn.  What the socket does not take is
 * queued (net/pipe).
 *
 * A stream that ends in failure must not look whole: a chunked body is left
 * without its last chunk and our side is closed, which every client sees; the
 * body of an HTTP/1.0 answer ends with the connection, so that is reset, after
 * the client's kernel has acknowledged what was written before.
 *
 * Callers may be anywhere in a turn, within a handler's call as well.  So
 * whatever calls the handler or frees something is left to handoff_work(), in
 * the same turn's LOOP_WORK; s->todo is the list of those that wait for it.
 */
#include "net/handoff.h"

#include <assert.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/spare.h"
#include "net/connection.h"
#include "net/date.h"
#include "net/guard.h"
#include "net/linger.h"
#include "net/pipe.h"

#define FLUSH_MS 2000		/* for the last bytes of a failed stream */
#define ACKED_STEP_MS 20	/* between looks at whether they have arrived */
#define ACKED_STEPS 50
#define STREAM_WATCH (EPOLLRDHUP | EPOLLET)

struct stream {
	struct connection *c;
	struct request	  *r;		/* NULL after done() */
	void		 (*drained)(void *x);
	struct node	   todo;
	struct timer	   timer;	/* keep-alive, stall, flush: the earliest, or too early */
	struct pipe	   pipe;
	struct buf	   head;	/* until it is written */
	uint64_t	   taken;	/* bytes of body given to us */
	uint64_t	   wrote_ms;	/* something was written */
	uint64_t	   moved_ms;	/* the queue began, or the socket took some of it */
	uint8_t		   acked_steps;
	struct str	   keepalive;
	bool		   chunked, mute;
	bool		   ended, complete, close;
	bool		   dead;	/* nothing can be written any more */
};

static struct node todo;

static void
attend_later(struct stream *s)
{
	if (list_empty(&s->todo))
		list_add(&todo, &s->todo);
}

static void
die(struct stream *s)
{
	s->dead = true;
	attend_later(s);
}

/*
 * Timers.
 */
static uint64_t
due(const struct stream *s)
{
	const struct server_options *o = &server_self()->options;

	if (pipe_queued(&s->pipe) > 0) {
		if (s->ended && !s->complete)
			return s->moved_ms + FLUSH_MS;
		return o->stream_stall_ms > 0 ? s->moved_ms + o->stream_stall_ms : 0;
	}
	if (!s->ended && s->keepalive.n > 0 && o->stream_keepalive_ms > 0)
		return s->wrote_ms + o->stream_keepalive_ms;
	return 0;
}

/* An earlier timer is left alone: when it fires it finds nothing due and is set again. */
static void
arm(struct stream *s)
{
	uint64_t ms = due(s);

	if (ms > 0 && (s->timer.place == 0 || s->timer.due_ms > ms))
		loop_timer(&s->timer, ms);
}

static void put(struct stream *, struct str);

static void
fire(struct timer *t)
{
	struct stream *s = container_of(t, struct stream, timer);
	uint64_t ms = due(s);

	if (s->dead)
		return;
	if (s->acked_steps > 0)
		attend_later(s);
	else if (ms > 0 && ms <= clock_mono_ms() && pipe_queued(&s->pipe) > 0)
		die(s);
	else if (ms > 0 && ms <= clock_mono_ms())
		put(s, s->keepalive);
	if (!s->dead)
		arm(s);
}

/*
 * Writing.
 */
static void
watch_for_room(struct stream *s)
{
	uint32_t events = pipe_queued(&s->pipe) > 0 ? STREAM_WATCH | EPOLLOUT : STREAM_WATCH;

	loop_change(&s->c->watch, events);
}

/* The head, when it is still here, and the pieces: in one call. */
static void
send_pieces(struct stream *s, struct iovec *pieces, size_t n)
{
	bool empty = pipe_queued(&s->pipe) == 0;

	pieces[0] = (struct iovec){ s->head.p, s->head.n };
	if (pipe_send(&s->pipe, s->c->watch.fd, pieces, n) == -1) {
		die(s);
		return;
	}
	buf_done(&s->head);
	s->wrote_ms = clock_mono_ms();
	if (empty) {
		s->moved_ms = s->wrote_ms;
		if (pipe_queued(&s->pipe) > 0)
			watch_for_room(s);
	}
	arm(s);
}

/* "1f4\r\n" at the end of `room`; returns its start. */
static char *
chunk_size(char room[20], size_t n)
{
	char *p = room + 18;

	p[0] = '\r';
	p[1] = '\n';
	do
		*--p = "0123456789abcdef"[n % 16];
	while ((n /= 16) > 0);
	return p;
}

static void
put(struct stream *s, struct str bytes)
{
	char size[20];
	struct iovec pieces[4];
	char *p = (char *)(uintptr_t)bytes.p;	/* only read */

	if (s->chunked) {
		char *begin = chunk_size(size, bytes.n);

		pieces[1] = (struct iovec){ begin, (size_t)(size + sizeof(size) - begin) };
		pieces[2] = (struct iovec){ p, bytes.n };
		pieces[3] = (struct iovec){ (char[]){ '\r', '\n' }, 2 };
		send_pieces(s, pieces, 4);
	} else {
		pieces[1] = (struct iovec){ p, bytes.n };
		send_pieces(s, pieces, 2);
	}
}

static void
put_end(struct stream *s)
{
	struct iovec pieces[2] = { { NULL, 0 }, { (char[]){ '0', '\r', '\n', '\r', '\n' }, 5 } };

	send_pieces(s, pieces, s->chunked && s->complete && !s->mute ? 2 : 1);
}

bool
stream_write(struct stream *s, struct str bytes)
{
	if (s->dead || s->ended)
		return false;
	if (bytes.n > 0 && !s->mute) {
		s->taken += bytes.n;
		put(s, bytes);
	}
	return !s->dead && pipe_must_pause(&s->pipe, server_self()->options.stream_high);
}

uint64_t
stream_sent(const struct stream *s)
{
	size_t queued = pipe_queued(&s->pipe);

	return s->taken > queued ? s->taken - queued : 0;
}

void
stream_end(struct stream *s, bool complete)
{
	if (s->ended)
		return;
	s->ended = true;
	s->complete = complete;
	s->moved_ms = clock_mono_ms();
	attend_later(s);
	if (!s->dead)
		put_end(s);
}

/*
 * Taking the socket.
 */
static void
ready(struct watch *w, uint32_t events)
{
	struct connection *c = container_of(w, struct connection, watch);
	struct stream *s = c->stream;
	int flushed;

	if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
		c->left = true;
		handoff_cut(c);
		return;
	}
	if (s->dead || (events & EPOLLOUT) == 0)
		return;
	flushed = pipe_flush(&s->pipe, c->watch.fd);
	s->moved_ms = clock_mono_ms();
	if (flushed == -1) {
		die(s);
		return;
	}
	if (flushed == 1)
		watch_for_room(s);
	if (s->ended)
		attend_later(s);
	else if (pipe_may_resume(&s->pipe, server_self()->options.stream_low))
		s->drained(s->r->x);
}

/* From here on libmicrohttpd has a descriptor of its own, is told of a reset when it reads it, and closes it. */
static int
take_socket(struct connection *c)
{
	int fd = fcntl(c->watch.fd, F_DUPFD_CLOEXEC, 0);

	if (fd == -1) {
		log_warn("stream: no descriptor");
		return -1;
	}
	loop_remove(&c->watch);
	if (!c->request->asking) {	/* else it is just reading */
		MHD_suspend_connection(c->mhd);
		MHD_resume_connection(c->mhd);
	}
	c->mhd = NULL;
	c->detached++;
	c->phase = CONNECTION_STREAM;
	server_self()->need = true;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	c->watch.ready = ready;
	if (loop_add(&c->watch, fd, STREAM_WATCH) == -1) {
		c->watch.fd = fd;
		return -1;
	}
	return 0;
}

static void
compose(struct stream *s, const struct answer *a)
{
	buf_printf(&s->head, "HTTP/1.1 %d %s\r\nDate: %s\r\n", a->status,
	    MHD_get_reason_phrase_for((unsigned)a->status), date_text());
	for (size_t i = 0; i < a->n; i++) {
		assert(strpbrk(a->headers[i].value, "\r\n") == NULL);
		buf_printf(&s->head, "%s: %s\r\n", a->headers[i].name, a->headers[i].value);
	}
	if (s->chunked)
		buf_cstr(&s->head, "Transfer-Encoding: chunked\r\n");
	buf_cstr(&s->head, s->close ? "Connection: close\r\n\r\n" : "\r\n");
}

struct stream *
request_stream(struct request *r, const struct answer *a, void (*drained)(void *))
{
	struct connection *c = r->c;
	struct stream *s = xcalloc(1, sizeof(*s));

	assert(!r->answered && c->stream == NULL);
	if (!r->gone)
		request_cut_short(r);
	*s = (struct stream){ .c = c, .r = r, .drained = drained, .timer.fire = fire };
	list_init(&s->todo);
	s->chunked = c->framing.minor == 1;
	s->close = r->close || !s->chunked || server_self()->draining;
	s->mute = c->framing.method == FRAMING_HEAD_METHOD;
	s->wrote_ms = s->moved_ms = clock_mono_ms();
	c->stream = s;
	server_self()->streams++;
	compose(s, a);
	s->keepalive = s->mute ? STR_NONE : a->keepalive;
	if (r->gone || take_socket(c) == -1)
		s->dead = true;
	attend_later(s);
	return s;
}

/*
 * What a turn leaves to do.
 */
void
handoff_open(void)
{
	list_init(&todo);
}

bool
handoff_pending(void)
{
	return !list_empty(&todo);
}

void
handoff_cut(struct connection *c)
{
	struct stream *s = c->stream;

	if (s->r != NULL && !s->ended)
		request_gone(s->r);
	die(s);
}

static void
stream_free(struct stream *s)
{
	s->c->stream = NULL;
	server_self()->streams--;
	loop_timer_off(&s->timer);
	list_del(&s->todo);
	pipe_done(&s->pipe);
	buf_done(&s->head);
	loop_free_later(s, spare_free);
}

/* Takes the descriptor away from the connection, which ends with it. */
static int
part(struct stream *s)
{
	struct connection *c = s->c;
	int fd = c->watch.fd;

	stream_free(s);
	loop_remove(&c->watch);
	connection_free(c);
	return fd;
}

/* The client sees a reset at once, whatever it has not read yet. */
static void
reset(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1, .l_linger = 0 },
	    sizeof(struct linger));
	close(fd);
}

/* The socket never left libmicrohttpd, which closes it when the handler returns MHD_NO. */
static void
conclude_untaken(struct stream *s)
{
	if (s->r != NULL)
		request_gone(s->r);
	s->c->phase = CONNECTION_DEAD;
	connection_poke(s->c);
}

void
handoff_forget(struct connection *c)
{
	stream_free(c->stream);
}

static bool
still_on_its_way(struct stream *s)
{
	int n = 0;

	return ioctl(s->c->watch.fd, SIOCOUTQ, &n) == 0 && n > 0 && s->acked_steps < ACKED_STEPS;
}

static void
conclude_failed(struct stream *s)
{
	if (s->chunked) {
		linger_start(part(s));
	} else if (still_on_its_way(s)) {
		s->acked_steps++;
		loop_timer(&s->timer, clock_mono_ms() + ACKED_STEP_MS);
	} else {
		reset(part(s));
	}
}

static void
conclude_whole(struct stream *s)
{
	struct connection *c = s->c;

	if (s->close || c->early || server_self()->draining) {
		linger_start(part(s));
		return;
	}
	stream_free(s);
	c->watch.ready = connection_left;
	if (connection_return(c) == -1)
		connection_free(c);
}

static void
attend(struct stream *s)
{
	if (s->c->phase != CONNECTION_STREAM) {
		conclude_untaken(s);
		return;
	}
	if (s->head.n > 0 && !s->dead)
		send_pieces(s, (struct iovec[1]){ { NULL, 0 } }, 1);
	if (s->dead && s->r != NULL && !s->ended)
		request_gone(s->r);
	if ((s->dead || s->ended) && s->r != NULL) {
		request_over(s->r);
		s->r = NULL;
	}
	if (s->dead)
		reset(part(s));
	else if (s->ended && pipe_queued(&s->pipe) == 0)
		s->complete ? conclude_whole(s) : conclude_failed(s);
}

bool
handoff_work(void)
{
	bool any = false;

	while (!list_empty(&todo)) {
		struct stream *s = container_of(todo.next, struct stream, todo);

		list_del(&s->todo);
		attend(s);
		any = true;
	}
	return any;
}
