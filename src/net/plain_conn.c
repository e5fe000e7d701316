/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_conn.c - an upstream connection of our own: made, used, closed.
 *
 * Runs in: worker, scheduler.
 *
 * A connection is in the loop's epoll from its birth to its end, for what
 * comes; for room only while a request is not all sent, and for nothing while
 * its transfer is paused.  So a request on a kept connection costs three system
 * calls: one to see that it is quiet, one to send and one to receive.  Whatever
 * a waiting connection says, an end for instance, makes it useless and closes it.
 *
 * A request that went out on a kept connection which ended without a byte of
 * an answer is sent once more, on a new one.
 *
 * Callbacks of the caller end or cancel the transfer whose bytes are being
 * read; the connection and those bytes live at least until the turn ends, and
 * p->t tells.
 */
#include "net/plain.h"

#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spare.h"

#define READ_BYTES 65536
#define READS_MOST 8		/* for one connection before others get their turn */
#define SENDS_MOST 2

static char scratch[READ_BYTES];

/*
 * Connections.
 */
bool
plain_sent(const struct plain *p)
{
	return p->out.n == 0 && p->t->body_sent == transfer_body_bytes(p->t);
}

void
plain_listen(struct plain *p)
{
	bool held = p->t != NULL && p->t->held;
	bool busy = p->t != NULL && (p->out.n > 0 || transfer_unsent(p->t).n > 0);

	if (busy)
		loop_change(&p->watch, (held ? 0 : EPOLLIN | EPOLLRDHUP) | EPOLLOUT);
	else
		/* That the connection broke is told in any case: once, while what came before it has to wait. */
		loop_change(&p->watch, held ? (uint32_t)EPOLLET : EPOLLIN | EPOLLRDHUP);
}

/* A head has the upstream's key. */
static void
drop_unsent(struct plain *p)
{
	if (p->out.n > 0)
		explicit_bzero(p->out.p, p->out.n);
	buf_done(&p->out);
}

static void
release(void *arg)
{
	struct plain *p = arg;

	buf_done(&p->in);
	spare_free(p);
}

void
plain_conn_close(struct plain *p)
{
	int fd = p->watch.fd;

	if (p->phase == PLAIN_CLOSED)
		return;
	if (p->phase == PLAIN_IDLE)
		p->host->idle_n--;
	list_del(&p->node);
	loop_remove(&p->watch);
	if (fd >= 0)
		close(fd);
	if (p->t != NULL)
		p->t->plain = NULL;
	p->t = NULL;
	p->phase = PLAIN_CLOSED;
	drop_unsent(p);
	loop_free_later(p, release);
}

static struct transfer *
part(struct plain *p)
{
	struct transfer *t = p->t;

	t->plain = NULL;
	p->t = NULL;
	return t;
}

static void
end_with(struct plain *p, CURLcode code)
{
	struct transfer *t = part(p);

	plain_conn_close(p);
	transfer_complete(t, code);
}

/* The response is whole. */
static void
end_well(struct plain *p)
{
	bool last = p->last || !plain_sent(p);
	struct transfer *t = part(p);

	buf_done(&p->in);
	if (last)
		plain_conn_close(p);
	else
		plain_keep(p);
	transfer_complete(t, CURLE_OK);
}

/*
 * Sending.
 */
static void
compose(struct buf *b, const struct plain *p)
{
	const struct call *c = &p->t->call;

	buf_clear(b);
	buf_cstr(b, c->method);
	buf_byte(b, ' ');
	buf_str(b, plain_path(str_of(c->url)));
	buf_str(b, STR(" HTTP/1.1\r\nHost: "));
	buf_str(b, p->host->name);
	buf_add(b, "\r\n", 2);
	for (size_t i = 0; i < c->n; i++) {
		assert(strpbrk(c->headers[i], "\r\n") == NULL);
		buf_cstr(b, c->headers[i]);
		buf_add(b, "\r\n", 2);
	}
	if (transfer_body_bytes(p->t) > 0 || strcmp(c->method, "POST") == 0) {
		buf_str(b, STR("Content-Length: "));
		buf_u64(b, transfer_body_bytes(p->t));
		buf_add(b, "\r\n", 2);
	}
	buf_add(b, "\r\n", 2);
}

static void
send_failed(struct plain *p)
{
	/* It may have answered before it closed: what it said is read first. */
	p->deaf = p->last = true;
	drop_unsent(p);
	p->t->body_sent = transfer_body_bytes(p->t) - transfer_unsent(p->t).n;
	transfer_took(p->t, transfer_unsent(p->t).n);
	if (p->t != NULL)
		plain_listen(p);
}

/* Sends `head`, or what p->out kept of it, and the body, as far as the socket takes them. */
static void
push(struct plain *p, struct str head)
{
	struct transfer *t = p->t;
	struct str body = transfer_unsent(t);
	struct iovec pieces[2] = {
		{ (char *)(uintptr_t)head.p, head.n },	/* only read */
		{ (char *)(uintptr_t)body.p, body.n },
	};
	struct msghdr m = { .msg_iov = pieces, .msg_iovlen = 2 };
	ssize_t k = sendmsg(p->watch.fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	size_t sent = k > 0 ? (size_t)k : 0, of_head = sent < head.n ? sent : head.n;
	struct buf rest = { 0 };

	if (k == -1 && errno != EAGAIN && errno != EINTR) {
		send_failed(p);
		return;
	}
	buf_str(&rest, str_from(head, of_head));
	drop_unsent(p);
	p->out = rest;
	transfer_took(t, sent - of_head);
	if (p->t == t)
		plain_listen(p);
}

void
plain_push(struct plain *p)
{
	transfer_mark(p->t);	/* an upload is progress */
	push(p, buf_view(&p->out));
}

void
plain_send(struct plain *p)
{
	static struct buf head;
	struct transfer *t = p->t;

	p->phase = PLAIN_BUSY;
	p->at = PLAIN_HEAD;
	p->line_at = 0;
	p->heard = p->last = false;
	t->sends++;
	t->body_sent = 0;
	t->at = TRANSFER_WAITING;
	transfer_mark(t);
	compose(&head, p);
	push(p, buf_view(&head));
	explicit_bzero(head.p, head.n);
}

/*
 * Connecting.
 */
static watch_fn ready;

static void
refused(struct plain *p, int error)
{
	struct transfer *t = part(p);

	if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
		t->fault = FAULT_OVERLOADED;
		t->why = "no socket left for the upstream";
	}
	snprintf(t->detail, sizeof(t->detail), "connect to %.*s: %s", STR_ARG(p->host->authority), strerror(error));
	plain_conn_close(p);
	transfer_complete(t, CURLE_COULDNT_CONNECT);
}

/* 0 when it is made or being made, else errno. */
static int
dial(struct plain *p)
{
	const union plain_address *a = &p->host->at[p->address];
	socklen_t n = a->any.sa_family == AF_INET ? sizeof(a->v4) : sizeof(a->v6);
	int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error;

	if (fd == -1)
		return errno;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	if (connect(fd, &a->any, n) == 0 || errno == EINPROGRESS) {
		if (loop_add(&p->watch, fd, EPOLLOUT) == 0)
			return 0;
	}
	error = errno;
	close(fd);
	return error;
}

/* The next address when there is one. */
static void
dial_from(struct plain *p, unsigned address)
{
	int error = 0;

	for (; address < p->host->at_n; address++) {
		p->address = (uint8_t)address;
		error = dial(p);
		if (error == 0)
			return;
	}
	refused(p, error);
}

static void
connected(struct plain *p)
{
	int fd = p->watch.fd, error = 0;
	socklen_t n = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) == -1)
		error = errno;
	if (error == 0) {
		plain_send(p);
		return;
	}
	loop_remove(&p->watch);
	close(fd);
	if (p->address + 1u < p->host->at_n)
		dial_from(p, p->address + 1u);
	else
		refused(p, error);
}

void
plain_connect(struct transfer *t)
{
	struct plain *p = xcalloc(1, sizeof(*p));

	*p = (struct plain){ .watch = { .fd = -1, .ready = ready }, .host = t->host, .t = t,
		.born_ms = clock_mono_ms() };
	list_init(&p->node);
	t->plain = p;
	t->at = TRANSFER_CONNECTING;
	transfer_mark(t);
	dial_from(p, 0);
}

/*
 * Receiving.
 */
static void
ended(struct plain *p)
{
	struct transfer *t = p->t;

	if (!p->heard && p->reused && t->sends < SENDS_MOST) {
		(void)part(p);
		plain_conn_close(p);
		plain_connect(t);
	} else if (p->at == PLAIN_UNTIL_CLOSE) {
		end_with(p, CURLE_OK);
	} else {
		t->why = p->heard ? "the connection was closed before the message was complete"
				  : "the upstream closed the connection without an answer";
		end_with(p, CURLE_RECV_ERROR);
	}
}

static void
broke(struct plain *p)
{
	if (!p->heard) {
		ended(p);
		return;
	}
	p->t->why = "the connection broke";
	end_with(p, CURLE_RECV_ERROR);
}

/* Takes of what has come; false when the transfer is over or wants no more now. */
bool
plain_feed(struct plain *p, char *bytes, size_t n)
{
	struct transfer *t = p->t;
	bool kept = p->in.n > 0 && bytes == p->in.p;
	size_t used = plain_read(p, bytes, n);

	if (p->t != t)
		return false;
	if (t->fault != FAULT_NONE) {
		end_with(p, CURLE_WRITE_ERROR);
		return false;
	}
	if (p->at == PLAIN_DONE) {
		p->last |= used < n;
		end_well(p);
		return false;
	}
	if (kept)
		buf_drop(&p->in, used);
	else
		buf_add(&p->in, bytes + used, n - used);
	if (p->in.n == 0)
		buf_done(&p->in);
	if (t->paused) {
		t->held = true;
		plain_listen(p);
	}
	return !t->paused;
}

static bool
take_more(struct plain *p, size_t n)
{
	if (p->in.n == 0)
		return plain_feed(p, scratch, n);
	buf_add(&p->in, scratch, n);
	return plain_feed(p, p->in.p, p->in.n);
}

static void
receive(struct plain *p)
{
	for (int i = 0; i < READS_MOST; i++) {
		ssize_t k = recvfrom(p->watch.fd, scratch, sizeof(scratch), 0, NULL, NULL);

		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1 && errno == EAGAIN)
			return;
		if (k == -1)
			broke(p);
		else if (k == 0)
			ended(p);
		else if (take_more(p, (size_t)k) && (size_t)k == sizeof(scratch))
			continue;
		return;
	}
}

static void
ready(struct watch *w, uint32_t events)
{
	struct plain *p = container_of(w, struct plain, watch);

	if (p->phase == PLAIN_IDLE) {
		plain_conn_close(p);	/* its end, or something that nobody asked for */
		return;
	}
	if (p->phase == PLAIN_CONNECTING) {
		connected(p);
		return;
	}
	if (events & EPOLLOUT && !plain_sent(p))
		plain_push(p);
	if (p->t == NULL || (events & ~(uint32_t)EPOLLOUT) == 0)
		return;
	if (!p->t->paused) {
		receive(p);
		return;
	}
	p->t->held = true;
	plain_listen(p);
}
