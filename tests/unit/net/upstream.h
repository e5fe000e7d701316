/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_NET_UPSTREAM_H
#define WEIR_TESTS_NET_UPSTREAM_H

/*
 * A tiny upstream for the tests of net/: a thread on an ephemeral port that
 * plays one script per connection, byte by byte as told; and what a caller of
 * net/client sees, gathered.
 */

#include <arpa/inet.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/client.h"
#include "net/loop.h"
#include "tap.h"

enum op { OP_END, OP_READ, OP_SEND, OP_DRIP, OP_NAP, OP_RESET, OP_HANG, OP_FLOOD };

struct act {
	enum op	    op;
	const char *p;
	size_t	    n;
};

#define READ	   { OP_READ, NULL, 0 }			/* one request with its body */
#define SEND(lit)  { OP_SEND, (lit), sizeof(lit) - 1 }
#define DRIP(lit)  { OP_DRIP, (lit), sizeof(lit) - 1 }	/* byte by byte */
#define NAP(ms)	   { OP_NAP, NULL, (ms) }
#define RESET	   { OP_RESET, NULL, 0 }
#define HANG	   { OP_HANG, NULL, 0 }			/* until the other side closes */
#define FLOOD(lit, times) { OP_FLOOD, (lit), (times) }	/* as long as the other side takes it */
#define CLOSE	   { OP_END, NULL, 0 }
#define SCRIPT(...) ((const struct act[]){ __VA_ARGS__, CLOSE })

#define ACTS_MOST 64

struct upstream {
	int	    fd, port;
	pthread_t   thread, players[ACTS_MOST];
	const struct act *scripts[ACTS_MOST];
	unsigned    scripts_n;
	atomic_uint connections, requests;
	atomic_uint hung, gone;				/* connections that reached HANG; whose end HANG or FLOOD saw */
	atomic_ullong bodies;				/* bytes of request bodies */
	char	    request[16384];			/* the last one's head */
};

struct player {
	struct upstream *up;
	const struct act *acts;
	int		 fd;
};

static bool
play_read(struct player *p)
{
	char head[16384], *end = NULL, *length;
	size_t n = 0, want = 0;

	while (end == NULL) {
		ssize_t got = recv(p->fd, head + n, sizeof(head) - 1 - n, 0);

		if (got <= 0)
			return false;
		n += (size_t)got;
		head[n] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	if ((length = strcasestr(head, "\r\ncontent-length:")) != NULL && length < end)
		want = strtoul(length + 17, NULL, 10);
	n -= (size_t)(end + 4 - head);
	end[4] = '\0';
	memcpy(p->up->request, head, strlen(head) + 1);
	for (p->up->bodies += n; n < want;) {
		ssize_t got = recv(p->fd, head, sizeof(head), 0);

		if (got <= 0)
			return false;
		n += (size_t)got;
		p->up->bodies += (size_t)got;
	}
	p->up->requests++;
	return true;
}

static bool
play_send(struct player *p, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(p->fd, bytes, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		n -= (size_t)sent;
	}
	return true;
}

static void
play_nap(size_t ms)
{
	struct timespec ts = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	nanosleep(&ts, NULL);
}

static bool
play_drip(struct player *p, const struct act *a)
{
	for (size_t i = 0; i < a->n; i++) {
		if (!play_send(p, a->p + i, 1))
			return false;
		play_nap(1);
	}
	return true;
}

static bool
play_flood(struct player *p, const struct act *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!play_send(p, a->p, strlen(a->p))) {
			p->up->gone++;
			return false;
		}
	return true;
}

static bool
play_act(struct player *p, const struct act *a)
{
	struct linger now = { 1, 0 };
	char c;

	switch (a->op) {
	case OP_READ:
		return play_read(p);
	case OP_SEND:
		return play_send(p, a->p, a->n);
	case OP_DRIP:
		return play_drip(p, a);
	case OP_FLOOD:
		return play_flood(p, a);
	case OP_NAP:
		play_nap(a->n);
		return true;
	case OP_RESET:
		setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		return false;
	case OP_HANG:
		p->up->hung++;
		while (recv(p->fd, &c, 1, 0) > 0)
			;
		p->up->gone++;
		return false;
	default:
		return false;
	}
}

static void *
play(void *arg)
{
	struct player *p = arg;
	int one = 1;

	setsockopt(p->fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &one, sizeof(one));
	for (const struct act *a = p->acts; play_act(p, a); a++)
		;
	close(p->fd);
	free(p);
	return NULL;
}

static void *
upstream_serve(void *arg)
{
	struct upstream *up = arg;

	for (;;) {
		struct player *p = xmalloc(sizeof(*p));
		unsigned i = up->connections;

		p->up = up;
		p->acts = up->scripts[i < up->scripts_n ? i : up->scripts_n - 1];
		p->fd = accept(up->fd, NULL, NULL);
		if (p->fd == -1 || i == ACTS_MOST) {
			free(p);
			return NULL;
		}
		up->connections++;	/* before its answer can be there */
		pthread_create(&up->players[i], NULL, play, p);
	}
}

/* Each connection plays its script, in order; the last script is played by all later ones. */
static void
upstream_open(struct upstream *up, unsigned n, const struct act *const *scripts)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(in);

	memset(up, 0, sizeof(*up));
	for (unsigned i = 0; i < n; i++)
		up->scripts[i] = scripts[i];
	up->scripts_n = n;
	up->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(up->fd, (struct sockaddr *)&in, size) == -1 || listen(up->fd, 64) == -1 ||
	    getsockname(up->fd, (struct sockaddr *)&in, &size) == -1)
		abort();
	up->port = ntohs(in.sin_port);
	pthread_create(&up->thread, NULL, upstream_serve, up);
}

/* After client_close(): every player has met the end of its connection. */
static void
upstream_close(struct upstream *up)
{
	shutdown(up->fd, SHUT_RDWR);
	pthread_join(up->thread, NULL);
	close(up->fd);
	for (unsigned i = 0; i < up->connections; i++)
		pthread_join(up->players[i], NULL);
}

/*
 * What came of a transfer.
 */
struct got {
	struct transfer *t;
	int		 heads, status, ends, pieces;
	char		 type[64], probe[64];	/* content type; the header "x-probe" */
	struct buf	 body;
	enum fault	 fault;
	char		 detail[300];
	bool		 by_close;
	uint64_t	 keep_most;		/* bytes beyond it are only counted */
	uint64_t	 seen;
	void		 (*on_head)(struct got *);
	void		 (*on_bytes)(struct got *);
	void		 (*on_end)(struct got *);
	void		*arg;
	unsigned	 drained;
};

static void
got_head(void *arg, const struct transfer_head *h)
{
	struct got *g = arg;
	struct str probe = h->get(h->transfer, "x-probe");

	g->heads++;
	g->status = h->status;
	snprintf(g->type, sizeof(g->type), STR_FMT, STR_ARG(h->content_type));
	snprintf(g->probe, sizeof(g->probe), STR_FMT, STR_ARG(probe));
	if (g->on_head != NULL)
		g->on_head(g);
}

static void
got_bytes(void *arg, struct str bytes)
{
	struct got *g = arg;

	g->pieces++;
	g->seen += bytes.n;
	if (g->body.n < 65536)
		buf_str(&g->body, bytes);
	if (g->on_bytes != NULL)
		g->on_bytes(g);
}

static void
got_end(void *arg, enum fault f, const char *detail)
{
	struct got *g = arg;

	g->ends++;
	g->fault = f;
	g->by_close = transfer_delimited_by_close(g->t);
	snprintf(g->detail, sizeof(g->detail), "%s", detail);
	if (g->on_end != NULL)
		g->on_end(g);
}

static void
got_drained(void *arg)
{
	((struct got *)arg)->drained++;
}

__attribute__((unused)) static const struct transfer_events got_events = { got_head, got_bytes, got_end, got_drained };

/* The usual call, to be changed by the test. */
static char upstream_url[64];

__attribute__((unused)) static struct call
call_to(const struct upstream *up)
{
	snprintf(upstream_url, sizeof(upstream_url), "http://127.0.0.1:%d/v1/x", up->port);
	return (struct call){
		.method = "POST",
		.url = upstream_url,
		.body = STR("{}"),
		.connect_ms = 3000,
		.first_byte_ms = 3000,
		.idle_ms = 3000,
		.total_ms = 8000,
		.body_most = 1000000,
		.allow_private = true,
	};
}

__attribute__((unused)) static void
got_start(struct got *g, const struct call *c)
{
	g->t = transfer_start(c, &got_events, g);
}

/* The clock of weir may be frozen: waiting goes by the real one. */
static double
real_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Turns the loop until the transfer has ended, at most ten seconds. */
__attribute__((unused)) static void
got_wait(struct got *g)
{
	for (double end = real_seconds() + 10; g->ends == 0 && real_seconds() < end;)
		loop_once(10);
}

/* Turns the loop until *n has reached `want`, at most ten seconds. */
__attribute__((unused)) static bool
turn_until(atomic_uint *n, unsigned want)
{
	for (double end = real_seconds() + 10; *n < want && real_seconds() < end;)
		loop_once(1);
	return *n >= want;
}

__attribute__((unused)) static void
turn(int times)
{
	for (int i = 0; i < times; i++)
		loop_once(1);
}

/* Upstreams at an address go without libcurl: most tests run both ways. */
static bool net_plain;

__attribute__((unused)) static void
net_open(void)
{
	loop_open();
	client_open(&(struct client_options){ .connections_per_host = 8, .library_only = !net_plain });
}

__attribute__((unused)) static void
net_close(void)
{
	client_close();
	loop_close();
}

/* One call to an upstream with one script. */
__attribute__((unused)) static void
got_script(struct got *g, const struct act *script)
{
	struct upstream up;
	struct call c;

	net_open();
	upstream_open(&up, 1, &script);
	c = call_to(&up);
	got_start(g, &c);
	got_wait(g);
	net_close();
	upstream_close(&up);
}

#endif
