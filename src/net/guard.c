/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.c - reads requests for libmicrohttpd.
 *
 * Runs in: worker, admin.
 *
 * Why this file exists.  The libmicrohttpd of Debian 12 (0.9.75) is a fine
 * engine and a lenient parser: it ends lines at a bare LF, cuts header values
 * at a NUL, forgets Content-Length when Transfer-Encoding is there, reads an
 * odd Transfer-Encoding until the client closes, takes the first of several
 * Content-Lengths, answers a malformed one twice.  Each of these is how one
 * request is smuggled inside another.  Its strictness option does not change
 * them, and its callbacks come after the fact.  Its deadline is for silence
 * only, so one byte per second keeps a connection for ever.
 *
 * How it works.  libmicrohttpd reads its sockets through recv(2), a dynamic
 * symbol, and the program's own definition of a symbol comes before any
 * library's.  So recv() is defined below.  For a descriptor that is no client
 * connection (libcurl's, for instance) it is the system call and nothing else.
 * For a client connection it never hands out a byte that the client sent.
 * Instead it gathers the request: every byte passes the automaton of framing.c,
 * the head is kept in the request, and the body is decoded into it.  When it is
 * whole the handler has its turn, and all the time libmicrohttpd is told EAGAIN.
 * Only when it shall write the answer (net/answer) it reads one of four
 * constants, the canonical requests: GET or HEAD, HTTP/1.1 or 1.0 with
 * keep-alive, no body.  It is left with what it is good at: polling
 * connections, writing large answers, keeping connections alive.
 *
 * What follows from it:
 *
 *   - Nothing that a client writes is parsed twice, so no two parsers can
 *     disagree about it.
 *   - Reading stops at the end of each request; what came with it is stashed.
 *     The next request is looked at when libmicrohttpd reads again, which is
 *     when the answer before it is out.  So pipelined requests are answered in
 *     order, an error answer never overtakes one, nobody is answered twice, and
 *     a stream that takes the socket loses no bytes.
 *   - An error is answered here, straight to the socket; libmicrohttpd is told
 *     ECONNRESET and closes without a word.
 *   - libmicrohttpd waits for edges, and takes a short read for an empty socket.
 *     When bytes are left in the stash or may be left in the socket, or when a
 *     deadline has passed, there will be no edge: connection_poke() makes it
 *     read again (by suspending and resuming).
 *
 * guard_stands() proves at start that the symbol is ours.  libcurl's threads
 * that resolve names may call recv() too: for descriptors that are not in the
 * table, which they only read.
 */
#include "net/guard.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "net/connection.h"
#include "net/date.h"
#include "net/linger.h"

#define SCRATCH_BYTES 65536
#define PRESIZE_MOST (1u << 20)		/* of a body that was announced but is not here */
#define PIECE_BYTES (256u << 10)	/* of a large body, read in place */
#define ROUNDS_MOST 16			/* reads for one connection before others get their turn */

static struct {
	struct connection **of;		/* by descriptor */
	size_t		    n;
} table;

static char scratch[SCRATCH_BYTES];

void
guard_add(int fd, struct connection *c)
{
	size_t n = table.n;

	assert(fd >= 0);
	if ((size_t)fd >= n) {
		table.n = (size_t)fd * 2 + 64;
		table.of = xrealloc(table.of, table.n * sizeof(*table.of));
		memset(table.of + n, 0, (table.n - n) * sizeof(*table.of));
	}
	table.of[fd] = c;
}

void
guard_forget(int fd)
{
	if (fd >= 0 && (size_t)fd < table.n)
		table.of[fd] = NULL;
}

struct connection *
guard_find(int fd)
{
	return fd >= 0 && (size_t)fd < table.n ? table.of[fd] : NULL;
}

void
guard_close(void)
{
	free(table.of);
	table.of = NULL;
	table.n = 0;
}

/*
 * Refusing.
 */
static void
compose(struct buf *out, int status, enum fault f, struct str body, bool mute)
{
	buf_clear(out);
	buf_printf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\nConnection: close\r\n", status,
	    MHD_get_reason_phrase_for((unsigned)status), date_text());
	if (fault_info(f)->status == 503)
		buf_cstr(out, "Retry-After: 1\r\n");
	buf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", body.n);
	if (!mute)
		buf_str(out, body);
}

/* One write: nothing else is on its way to this client, so its socket has room. */
static void
say(int fd, int status, enum fault f, const char *why, struct str path, bool mute)
{
	static struct buf text;
	struct str body = server_self()->handler->error_body(f, why, path);

	compose(&text, status, f, body, mute);
	if (send(fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)text.n)
		log_debug("guard: an error answer was not taken");
}

void
guard_refuse(struct connection *c, enum fault f, int status, const char *why)
{
	struct request *r = c->request;
	bool known = r != NULL && request_read_line(r);

	assert(c->phase == CONNECTION_READING);
	say(c->watch.fd, status, f, why, known ? r->path : STR(""),
	    known && str_is(r->method, "HEAD"));
	server_self()->handler->bad(f, why, c->ip);
	c->phase = CONNECTION_DEAD;
	c->linger = true;
	if (r == NULL)
		return;
	if (r->x != NULL)
		request_gone(r);
	request_over(r);
}

void
guard_turn_away(int fd, enum fault f)
{
	const char *why = fault_info(f)->text;

	say(fd, fault_info(f)->status, f, why, STR(""), false);
	server_self()->handler->bad(f, why, "");
	linger_start(fd);
}

/*
 * Gathering a request.
 */
enum gathered {
	GATHERED_PART,		/* there may be more to read */
	GATHERED_DRY,		/* nothing more at the moment */
	GATHERED_WHOLE,
	GATHERED_END,		/* the client closed; nothing is owed */
	GATHERED_DEAD,
};

static size_t
least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

/* The client waits for leave to send its body: the first thing on the wire for this request. */
static void
continue_100(struct connection *c)
{
	struct str text = STR("HTTP/1.1 100 Continue\r\n\r\n");
	ssize_t k = send(c->watch.fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (k > 0 && (size_t)k < text.n)
		c->phase = CONNECTION_DEAD;	/* after half a line nothing else makes sense */
}

/* Framing knows the larger of the two bounds only. */
static bool
too_large(const struct connection *c)
{
	const struct framing *f = &c->framing;
	uint64_t seen = f->at == FRAMING_BODY && !f->chunked ? f->body_seen + f->body_left : f->body_seen;

	return !c->request->live && seen > server_self()->options.body_bytes;
}

/* A head is complete.  `waits`: no byte of the body came with it. */
static void
head_complete(struct connection *c, bool waits)
{
	struct server *s = server_self();
	struct framing *f = &c->framing;
	struct request *r = c->request;

	if (s->shedding) {
		guard_refuse(c, FAULT_OVERLOADED, 503, fault_info(FAULT_OVERLOADED)->text);
		return;
	}
	request_read_head(r);
	r->close = f->close;
	r->announced = f->body_left;
	r->live = f->at == FRAMING_BODY && !f->chunked && s->handler->live != NULL && s->handler->live(r);
	if (too_large(c)) {
		guard_refuse(c, FAULT_BODY_TOO_LARGE, 413, fault_info(FAULT_BODY_TOO_LARGE)->text);
		return;
	}
	r->x = s->handler->head(r);
	assert(r->x != NULL);
	if (f->at != FRAMING_BODY)
		return;
	if (r->live) {
		request_ask(r);
		if (f->expects && waits && c->phase == CONNECTION_READING)
			continue_100(c);	/* else it is answered instead */
		return;
	}
	if (!f->chunked && !r->skip)
		buf_reserve(&r->body, least(f->body_left, PRESIZE_MOST));
	if (!f->expects || !waits)
		return;
	if (r->skip)
		r->close = c->early = true;	/* the final status comes instead of 100 */
	else
		continue_100(c);
}

static bool
held(const struct connection *c)
{
	return c->phase == CONNECTION_READING && c->request != NULL && c->request->held;
}

static bool
whole(const struct connection *c)
{
	return c->framing.at == FRAMING_IDLE || c->early;
}

/* Feeds bytes up to the end of the request; returns how many that were. */
static size_t
take(struct connection *c, const char *p, size_t n)
{
	struct framing *f = &c->framing;
	size_t used = 0;

	if (c->request == NULL)
		c->request = request_new(c);
	do {
		enum framing_event what;
		bool head = f->at != FRAMING_BODY;
		size_t k = framing_step(f, &server_self()->limits, p + used, n - used, &what);

		if (head)
			buf_add(&c->request->head, p + used, k);
		else if (what == FRAMING_DATA && c->request->live)
			request_pass(c->request, (struct str){ p + used, k }, false);
		else if (what == FRAMING_DATA && !c->request->skip)
			buf_add(&c->request->body, p + used, k);
		used += k;
		if (what == FRAMING_HEAD_END)
			head_complete(c, used == n);
		else if (what == FRAMING_DATA && c->phase == CONNECTION_READING && too_large(c))
			guard_refuse(c, FAULT_BODY_TOO_LARGE, 413, fault_info(FAULT_BODY_TOO_LARGE)->text);
	} while (used < n && f->at != FRAMING_BAD && c->phase == CONNECTION_READING && !whole(c) && !held(c));
	return used;
}

static enum gathered
judge(struct connection *c)
{
	struct framing *f = &c->framing;

	if (c->phase == CONNECTION_READING && f->at == FRAMING_BAD)
		guard_refuse(c, f->fault, f->status, f->why);
	if (c->phase == CONNECTION_DEAD)
		return GATHERED_DEAD;
	return whole(c) ? GATHERED_WHOLE : GATHERED_PART;
}

static enum gathered
take_stash(struct connection *c)
{
	struct buf stash = c->stash;

	c->stash_at += take(c, stash.p + c->stash_at, stash.n - c->stash_at);
	if (c->stash_at == c->stash.n) {
		buf_done(&c->stash);
		c->stash_at = 0;
	}
	return judge(c);
}

/*
 * End of file, or an error.  A request that was cut short is told so: the
 * client may have closed its side only.
 */
static enum gathered
ended(struct connection *c, ssize_t k)
{
	if (k == -1 && errno == EAGAIN)
		return GATHERED_DRY;
	if (k == -1 && errno == EINTR)
		return GATHERED_PART;
	c->left = true;
	if (k == -1 || c->request == NULL || c->request->head.p[0] == '\r')
		return GATHERED_END;	/* an empty line is owed nothing */
	guard_refuse(c, FAULT_BAD_HTTP, 400, "the request ended before it was complete");
	return GATHERED_DEAD;
}

/*
 * A short read emptied the socket: what comes later brings an edge of its own,
 * but not an end that is already there.
 */
static enum gathered
dry(const struct connection *c)
{
	return c->left ? GATHERED_PART : GATHERED_DRY;
}

static enum gathered
read_in_place(struct connection *c)
{
	struct request *r = c->request;
	size_t most = least(c->framing.body_left, PIECE_BYTES);
	char *to = buf_reserve(&r->body, most);
	ssize_t k = recvfrom(c->watch.fd, to, most, 0, NULL, NULL);
	enum framing_event what;

	if (k <= 0)
		return ended(c, k);
	framing_step(&c->framing, &server_self()->limits, to, (size_t)k, &what);
	assert(what == FRAMING_DATA);
	r->body.n += (size_t)k;
	if (c->framing.at == FRAMING_BODY && (size_t)k < most)
		return dry(c);
	c->more = true;
	return judge(c);
}

static enum gathered
read_socket(struct connection *c)
{
	ssize_t k = recvfrom(c->watch.fd, scratch, sizeof(scratch), 0, NULL, NULL);
	enum gathered g;
	size_t used;

	if (k <= 0)
		return ended(c, k);
	used = take(c, scratch, (size_t)k);
	g = judge(c);
	if ((g == GATHERED_WHOLE || held(c)) && used < (size_t)k)
		buf_add(&c->stash, scratch + used, (size_t)k - used);
	c->more = (size_t)k == sizeof(scratch);
	return g == GATHERED_PART && (size_t)k < sizeof(scratch) ? dry(c) : g;
}

static enum gathered
gather(struct connection *c)
{
	const struct framing *f = &c->framing;

	if (c->stash.n > 0)
		return take_stash(c);
	if (f->at == FRAMING_BODY && !f->chunked && !c->request->skip && !c->request->live)
		return read_in_place(c);
	return read_socket(c);
}

/* The request is not whole: from now on its deadline runs, once per head and once per body. */
static void
wait_for_more(struct connection *c)
{
	struct server *s = server_self();
	struct deadlines *of = c->framing.at == FRAMING_BODY ? &s->bodies : &s->heads;

	/* Live bodies may be of any size: what counts is that they go on. */
	if (c->framing.at != FRAMING_IDLE && (c->deadline.of != of || c->request->live))
		deadline_set(of, &c->deadline);
}

static void
request_whole(struct connection *c)
{
	if (c->phase == CONNECTION_READING) {	/* else a live one was answered before its end */
		c->phase = CONNECTION_ASKED;
		deadline_clear(&c->deadline);
	}
	if (c->request->live)
		request_pass(c->request, STR(""), true);
	else
		request_ask(c->request);
	if (c->left && c->stream == NULL && !c->request->answered)
		connection_abandon(c);
}

static enum gathered
gather_request(struct connection *c)
{
	enum gathered g = GATHERED_PART;

	for (int rounds = 0; g == GATHERED_PART && !held(c) && rounds < ROUNDS_MOST; rounds++)
		g = gather(c);
	if (held(c) && (g == GATHERED_PART || g == GATHERED_DRY)) {
		if (c->left) {	/* with the rest of its request, or in the middle of it: it hears no answer */
			connection_abandon(c);
			return GATHERED_DEAD;
		}
		c->more = true;
		return GATHERED_DRY;	/* request_go_on() brings us back */
	}
	if (g == GATHERED_PART)
		connection_poke(c);
	if (g == GATHERED_PART || g == GATHERED_DRY)
		wait_for_more(c);
	if (g == GATHERED_WHOLE)
		request_whole(c);
	return g;
}

/*
 * What libmicrohttpd reads.
 */
static ssize_t
give(struct connection *c, char *to, size_t n)
{
	size_t k = c->given.n < n ? c->given.n : n;

	memcpy(to, c->given.p, k);
	c->given = str_from(c->given, k);
	return (ssize_t)k;
}

static ssize_t
fail(int error)
{
	errno = error;
	return -1;
}

static ssize_t
read_request(struct connection *c, int fd, void *to, size_t n)
{
	bool mine = c->watch.fd == fd;	/* else a stream's, which took another */

	if (mine && c->phase == CONNECTION_ASKED && c->given.n == 0)
		c->more = true;	/* it is not looked at before this request is over */
	if (mine && c->phase == CONNECTION_READING)
		switch (gather_request(c)) {
		case GATHERED_WHOLE:
			break;
		case GATHERED_END:
			return 0;
		case GATHERED_DEAD:
			return fail(ECONNRESET);
		default:
			return fail(EAGAIN);
		}
	if (c->phase == CONNECTION_DEAD || c->watch.fd != fd)
		return fail(ECONNRESET);
	return c->given.n > 0 ? give(c, to, n) : fail(EAGAIN);
}

ssize_t
recv(int fd, void *to, size_t n, int flags)
{
	struct connection *c = guard_find(fd);

	return c == NULL ? recvfrom(fd, to, n, flags, NULL, NULL) : read_request(c, fd, to, n);
}

bool
guard_stands(void)
{
	void *found = dlsym(RTLD_DEFAULT, "recv");
	ssize_t (*ours)(int, void *, size_t, int) = recv;

	return memcmp(&found, &ours, sizeof(found)) == 0;
}
