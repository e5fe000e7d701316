/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.c - a client's connection: requests in, the script's actions out.
 *
 * Runs in: weir-sim.
 *
 * One request at a time.  Its actions run in order; each puts bytes into
 * `out` or waits; the next one runs when `out` is empty and no wait is on.
 * The HTTP read here is as much as a gateway sends: a head, then a counted or
 * chunked body.
 */
#include "sim/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define FILL_AT_ONCE 65536

struct conn {
	struct watch	   watch;
	struct timer	   timer;
	const struct sim_options *options;
	struct script	  *script;
	struct buf	   in, out, headers;
	size_t		   sent;		/* of out */
	struct arena	   arena;		/* of the current request */
	struct sim_request request;
	size_t		   request_bytes;	/* of in; 0 = no request is being answered */
	const struct action *action;		/* the next one */
	uint64_t	   repeats;		/* of it, left */
	uint64_t	   again;		/* events or bytes that the running action has left */
	uint64_t	   again_ms;
	uint64_t	   drip_bytes, drip_ms;
	bool		   waiting, hanging, gone;
};

static const struct action builtin = { .kind = ACTION_ANSWER };

static void go_on(struct conn *);

/* ---- life and death ------------------------------------------------------------ */

static void
release(void *arg)
{
	struct conn *c = arg;

	buf_done(&c->in);
	buf_done(&c->out);
	buf_done(&c->headers);
	arena_done(&c->arena);
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
	if (by_client && c->request_bytes > 0) {
		sim_stats()->gone++;
		record_gone(c->request.number, sim_clock_ms());
	}
	if (reset)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	loop_timer_off(&c->timer);
	loop_remove(&c->watch);
	close(fd);
	sim_stats()->open--;
	loop_free_later(c, release);
}

static void
wait_for(struct conn *c, uint64_t ms)
{
	c->waiting = true;
	loop_timer(&c->timer, clock_mono_ms() + ms);
}

static void
waited(struct timer *t)
{
	struct conn *c = container_of(t, struct conn, timer);

	c->waiting = false;
	go_on(c);
}

/* ---- output ---------------------------------------------------------------------- */

/* True when all of out is gone. */
static bool
flush(struct conn *c)
{
	while (c->sent < c->out.n && !c->waiting) {
		size_t	n = c->out.n - c->sent;
		ssize_t put;

		if (c->drip_bytes > 0 && n > c->drip_bytes)
			n = c->drip_bytes;
		put = send(c->watch.fd, c->out.p + c->sent, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put < 0 && errno == EAGAIN)
			return false;
		if (put < 0) {
			conn_close(c, true, false);
			return false;
		}
		c->sent += (size_t)put;
		if (c->drip_bytes > 0 && c->drip_ms > 0 && c->sent < c->out.n)
			wait_for(c, c->drip_ms);
	}
	if (c->sent < c->out.n)
		return false;
	buf_clear(&c->out);
	c->sent = 0;
	return true;
}

static void
put_file(struct conn *c, struct str path)
{
	char	text[4096];
	ssize_t n;
	int	fd = open(arena_cstr(&c->arena, path), O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		fprintf(stderr, "weir-sim: " STR_FMT ": %s\n", STR_ARG(path), strerror(errno));
		return;
	}
	while ((n = read(fd, text, sizeof(text))) > 0)
		buf_add(&c->out, text, (size_t)n);
	close(fd);
}

/* ---- actions ---------------------------------------------------------------------- */

static void
put_answer(struct conn *c, struct sim_reply *r)
{
	if (replay_answer(&c->arena, c->options, &c->request, r) || vendor_answer(&c->arena, &c->request, r))
		return;
	sim_whole(r, 404, STR("application/json"), STR("{\"error\":{\"message\":\"weir-sim has no such endpoint\","
	    "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"unknown_url\"}}"));
}

/* Content-Type of a scripted whole answer: JSON when it looks so, unless a header names another. */
static struct str
type_of(const struct conn *c, struct str body)
{
	struct str set = buf_view(&c->headers);

	if (str_find(set, STR("Content-Type:")) < set.n || str_find(set, STR("content-type:")) < set.n || body.n == 0)
		return STR_NONE;
	return body.p[0] == '{' || body.p[0] == '[' ? STR("application/json")
	    : body.p[0] == '<'			    ? STR("text/html")
						    : STR("text/plain");
}

static void
perform(struct conn *c, const struct action *a)
{
	struct sim_reply r = { &c->out, &c->headers };

	switch (a->kind) {
	case ACTION_DELAY:
		wait_for(c, a->number);
		break;
	case ACTION_HEADER:
		buf_str(&c->headers, a->text);
		buf_cstr(&c->headers, "\r\n");
		break;
	case ACTION_REPLY:
		sim_whole(&r, (int)a->number, type_of(c, a->text), a->text);
		break;
	case ACTION_SEND:
		buf_str(&c->out, a->text);
		break;
	case ACTION_FILE:
		put_file(c, a->text);
		break;
	case ACTION_STREAM:
		sim_head_chunked(&r, a->text.n > 0 ? a->text : STR("text/event-stream"));
		break;
	case ACTION_CHUNK:
		sim_chunk(&r, a->text);
		break;
	case ACTION_EVENT:
		sim_event(&r, a->text);
		break;
	case ACTION_EVENTS:
		c->again = a->number;
		c->again_ms = a->second;
		break;
	case ACTION_FINISH:
		vendor_finish(&r, &c->request);
		break;
	case ACTION_END:
		sim_chunks_end(&r);
		break;
	case ACTION_FILL:
		c->again = a->number;
		break;
	case ACTION_DRIP:
		c->drip_bytes = a->number;
		c->drip_ms = a->second;
		break;
	case ACTION_REPEAT:
		c->repeats = a->number;
		return;
	case ACTION_USAGE:
		vendor_usage(a->number, a->second);
		break;
	case ACTION_ANSWER:
		put_answer(c, &r);
		break;
	case ACTION_CLOSE:
		conn_close(c, false, false);
		break;
	case ACTION_RESET:
		conn_close(c, false, true);
		break;
	case ACTION_HANG:
		c->hanging = true;
		break;
	case ACTIONS:
		break;
	}
}

/* The next event or block of an action that has more of them. */
static void
perform_again(struct conn *c)
{
	struct sim_reply r = { &c->out, &c->headers };

	if (c->action->kind == ACTION_FILL) {
		size_t n = c->again < FILL_AT_ONCE ? (size_t)c->again : FILL_AT_ONCE;

		memset(buf_reserve(&c->out, n), 'x', n);
		c->out.n += n;
		c->again -= n;
		return;
	}
	vendor_piece(&r, c->request.model, STR("word "));
	if (--c->again > 0)
		wait_for(c, c->again_ms);
}

static void
step(struct conn *c)
{
	const struct action *a = c->action;

	if (c->again > 0) {
		perform_again(c);
	} else {
		perform(c, a);
		if (a->kind == ACTION_REPEAT) {
			c->action = a->next;
			return;
		}
	}
	if (c->again > 0)
		return;
	if (c->repeats > 1) {
		c->repeats--;
		return;
	}
	c->repeats = 0;
	c->action = a->next;
}

/* ---- requests ----------------------------------------------------------------------- */

/* Removes chunked framing in place; the body's length, or -1 while it is not whole; *taken: bytes on the wire. */
static ssize_t
unchunk(char *p, size_t n, size_t *taken)
{
	size_t in = 0, out = 0;

	for (;;) {
		char  *line = memmem(p + in, n - in, "\r\n", 2);
		size_t size;

		if (line == NULL)
			return -1;
		size = strtoul(p + in, NULL, 16);
		in = (size_t)(line - p) + 2;
		if (n - in < size + 2)
			return -1;
		memmove(p + out, p + in, size);
		out += size;
		in += size + 2;
		if (size == 0) {
			*taken = in;
			return (ssize_t)out;
		}
	}
}

static struct str
header(struct str head, const char *name)
{
	struct str rest = head, line;

	while (str_split(&rest, '\n', &line)) {
		size_t colon = str_find_byte(line, ':');

		if (str_eq_nocase(str_upto(line, colon), str_of(name))) {
			line = str_trim(str_from(line, colon + 1));
			return str_ends(line, STR("\r")) ? str_trim(str_upto(line, line.n - 1)) : line;
		}
	}
	return STR_NONE;
}

/* The model of a body, or of a path like /v1beta/models/NAME:generateContent. */
static void
find_model(struct sim_request *q)
{
	size_t models = str_find(q->path, STR("/models/"));

	q->model = q->json != NULL ? json_get(q->json, "model") != NULL ? json_get(q->json, "model")->text : STR_NONE : STR_NONE;
	if (q->model.n == 0 && models < q->path.n) {
		struct str name = str_from(q->path, models + 8);

		q->model = str_upto(name, str_find_byte(name, ':'));
	}
	q->stream = json_true(json_get(q->json, "stream")) || str_find(q->path, STR(":stream")) < q->path.n;
}

static void
read_body(struct conn *c)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;

	if (c->request.body.n > 0 && json_read(&c->arena, c->request.body, limits, &root, &e) == 0)
		c->request.json = root;
	find_model(&c->request);
}

/* A whole request at the front of in. */
static bool
take_request(struct conn *c)
{
	char	  *end = c->in.n > 0 ? memmem(c->in.p, c->in.n, "\r\n\r\n", 4) : NULL;
	struct str head, line;
	uint64_t   length = 0;
	size_t	   taken;
	ssize_t	   body;

	if (end == NULL)
		return false;
	head = (struct str){ c->in.p, (size_t)(end - c->in.p) + 2 };
	taken = head.n + 2;
	if (str_eq_nocase(header(head, "Transfer-Encoding"), STR("chunked"))) {
		body = unchunk(c->in.p + head.n + 2, c->in.n - head.n - 2, &taken);
		if (body < 0)
			return false;
		length = (uint64_t)body;
		taken += head.n + 2;
	} else if (str_u64(header(head, "Content-Length"), &length) == 0) {
		if (c->in.n - head.n - 2 < length)
			return false;
		taken += length;
	}
	c->request = (struct sim_request){ .number = ++sim_stats()->requests, .head = head,
		.body = { c->in.p + head.n + 2, length }, .arrived_ms = sim_clock_ms() };
	str_split(&head, '\n', &line);
	str_split(&line, ' ', &c->request.method);
	str_split(&line, ' ', &c->request.path);
	c->request_bytes = taken;
	read_body(c);
	return true;
}

static void
begin_request(struct conn *c)
{
	struct sim_request *q = &c->request;
	struct rule	   *rule = NULL;

	record_request(q);
	buf_clear(&c->headers);
	c->drip_bytes = c->drip_ms = c->repeats = c->again = 0;
	if (!str_starts(q->path, STR("/sim/")))
		rule = script_match(c->script, q->method, q->path, q->model, q->head, q->body);
	else
		sim_stats()->requests--;
	c->action = rule != NULL ? rule->actions : &builtin;
}

static void
advance(struct conn *c)
{
	while (!c->gone && !c->waiting && flush(c) && !c->waiting && !c->hanging) {
		if (c->action != NULL) {
			step(c);
			continue;
		}
		if (c->request_bytes > 0) {
			buf_drop(&c->in, c->request_bytes);
			c->request_bytes = 0;
			arena_reset(&c->arena);
			if (c->in.n == 0)
				buf_done(&c->in);	/* thousands of idle connections are held */
		}
		if (!take_request(c))
			return;
		begin_request(c);
	}
}

static void
go_on(struct conn *c)
{
	advance(c);
	if (!c->gone)
		loop_change(&c->watch, EPOLLRDHUP | (c->request_bytes == 0 ? (uint32_t)EPOLLIN : 0) |
		    (c->sent < c->out.n && !c->waiting ? (uint32_t)EPOLLOUT : 0));
}

static void
ready(struct watch *w, uint32_t events)
{
	struct conn *c = container_of(w, struct conn, watch);
	ssize_t	     n;

	if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR) && c->request_bytes > 0) {
		conn_close(c, true, false);
		return;
	}
	/* While a request is answered nothing more is read: its slices live in `in`. */
	while (c->request_bytes == 0) {
		n = recv(w->fd, buf_reserve(&c->in, 16384), 16384, MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			conn_close(c, true, false);
			return;
		}
		c->in.n += (size_t)n;
		go_on(c);
		if (c->gone)
			return;
	}
	if (events & EPOLLOUT)
		go_on(c);
}

void
conn_new(int fd, const struct sim_options *options, struct script *script)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	arena_init(&c->arena);
	c->options = options;
	c->script = script;
	c->watch.ready = ready;
	c->timer.fire = waited;
	sim_stats()->open++;
	if (loop_add(&c->watch, fd, EPOLLIN | EPOLLRDHUP) < 0) {
		close(fd);
		sim_stats()->open--;
		release(c);
	}
}
