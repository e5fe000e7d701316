/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c - an answer that is known whole, on its way to the client.
 *
 * Runs in: worker, admin.
 *
 * Nearly every answer is small, and the socket has room for it.  Such a one is
 * written at once, head and body in one system call; libmicrohttpd, which the
 * guard has told nothing of the request, goes on waiting for one.  What little
 * the socket does not take is copied and follows when there is room.
 *
 * A large answer is libmicrohttpd's: it is given a canonical request, asks for
 * the answer, and writes it from the handler's memory as the client reads.
 *
 * Callers may be anywhere in a turn.  So what ends a request, and calls its
 * handler for it, waits for answer_work() in the same turn's LOOP_WORK.
 */
#include "net/answer.h"

#include <assert.h>
#include <string.h>
#include <sys/epoll.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/log.h"
#include "net/connection.h"
#include "net/date.h"

#define DIRECT_BYTES 65536	/* of a body that is written here */
#define HEAD_BYTES 3500		/* libmicrohttpd has room for that many for sure */
#define CLIENT_WATCH (EPOLLRDHUP | EPOLLET)

static struct node over;	/* answers that are out, by connection.over_node */

void
answer_open(void)
{
	list_init(&over);
}

bool
answer_pending(void)
{
	return !list_empty(&over);
}

/*
 * The direct way.
 */
static void
put_header(struct buf *b, const struct header *h)
{
	size_t name = strlen(h->name), value = strlen(h->value);
	char *p = buf_reserve(b, name + value + 4);

	assert(strpbrk(h->value, "\r\n") == NULL);
	p = mempcpy(p, h->name, name);
	p = mempcpy(p, ": ", 2);
	p = mempcpy(p, h->value, value);
	memcpy(p, "\r\n", 2);
	b->n += name + value + 4;
}

static struct str
compose_head(const struct request *r, const struct answer *a)
{
	static struct buf b;

	buf_clear(&b);
	buf_str(&b, STR("HTTP/1.1 "));
	buf_u64(&b, (uint64_t)a->status);
	buf_byte(&b, ' ');
	buf_cstr(&b, MHD_get_reason_phrase_for((unsigned)a->status));
	buf_str(&b, STR("\r\nDate: "));
	buf_cstr(&b, date_text());
	buf_add(&b, "\r\n", 2);
	for (size_t i = 0; i < a->n; i++)
		put_header(&b, &a->headers[i]);
	if (r->close)
		buf_str(&b, STR("Connection: close\r\n"));
	else if (r->c->framing.minor == 0)
		buf_str(&b, STR("Connection: Keep-Alive\r\n"));
	buf_str(&b, STR("Content-Length: "));
	buf_u64(&b, a->body.n);
	buf_add(&b, "\r\n\r\n", 4);
	return buf_view(&b);
}

static void
out(struct connection *c)
{
	if (list_empty(&c->over_node))
		list_add(&over, &c->over_node);
}

static void
write_at_once(struct connection *c, const struct answer *a)
{
	struct request *r = c->request;
	struct str head = compose_head(r, a);
	bool mute = c->framing.method == FRAMING_HEAD_METHOD;
	struct iovec pieces[2] = {
		{ (char *)(uintptr_t)head.p, head.n },		/* only read */
		{ (char *)(uintptr_t)a->body.p, a->body.n },
	};

	if (pipe_send(&c->rest, c->watch.fd, pieces, mute ? 1 : 2) == -1)
		r->close = true;	/* the socket is dead */
	if (pipe_queued(&c->rest) == 0) {
		out(c);
		return;
	}
	loop_change(&c->watch, CLIENT_WATCH | EPOLLOUT);
	deadline_set(&server_self()->answers, &c->deadline);
}

void
answer_room(struct connection *c)
{
	int flushed;

	if (pipe_queued(&c->rest) == 0)
		return;
	flushed = pipe_flush(&c->rest, c->watch.fd);
	if (flushed == -1)
		c->request->close = true;
	if (flushed == 0)
		return;
	pipe_done(&c->rest);
	loop_change(&c->watch, CLIENT_WATCH);
	out(c);
}

static void
end(struct connection *c)
{
	bool close = c->request->close;

	request_over(c->request);
	connection_next(c);
	if (close)
		connection_cut(c);
}

bool
answer_work(void)
{
	bool any = false;

	while (!list_empty(&over)) {
		struct connection *c = container_of(over.next, struct connection, over_node);

		list_del(&c->over_node);
		end(c);
		any = true;
	}
	return any;
}

/*
 * By libmicrohttpd.
 */
static struct MHD_Response *
compose(const struct request *r, const struct answer *a)
{
	char *body = (char *)(uintptr_t)a->body.p;	/* only read */
	struct MHD_Response *response;
	size_t room = HEAD_BYTES;

	response = MHD_create_response_from_buffer(a->body.n, body, MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		fatalx(EX_OSERR, "out of memory");
	for (size_t i = 0; i < a->n; i++) {
		size_t n = strlen(a->headers[i].name) + strlen(a->headers[i].value) + 4;

		assert(strpbrk(a->headers[i].value, "\r\n") == NULL);
		if (n > room) {
			log_warnx("server: an answer's header %s does not fit", a->headers[i].name);
			continue;
		}
		room -= n;
		MHD_add_response_header(response, a->headers[i].name, a->headers[i].value);
	}
	if (r->close)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	return response;
}

static struct str
canonical(const struct framing *f)
{
	bool head = f->method == FRAMING_HEAD_METHOD;

	if (f->minor == 0 && !f->close)
		return head ? STR("HEAD / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
			    : STR("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
	return head ? STR("HEAD / HTTP/1.1\r\nHost: weir\r\n\r\n")
		    : STR("GET / HTTP/1.1\r\nHost: weir\r\n\r\n");
}

static void
give_to_mhd(struct connection *c, const struct answer *a)
{
	struct request *r = c->request;

	r->status = a->status;
	r->response = compose(r, a);
	c->given = canonical(&c->framing);
	if (!r->asking)		/* else libmicrohttpd is about to read it */
		connection_poke(c);
}

/*
 * Either.
 */
static bool
is_small(const struct answer *a)
{
	bool counted = a->status >= 200 && a->status != 204 && a->status != 304;

	return counted && a->body.n <= DIRECT_BYTES;
}

void
request_answer(struct request *r, const struct answer *a)
{
	assert(!r->answered && r->c->stream == NULL);
	r->answered = true;
	if (r->gone)
		return;
	request_cut_short(r);
	r->close |= server_self()->draining;
	if (is_small(a))
		write_at_once(r->c, a);
	else
		give_to_mhd(r->c, a);
}
