/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_SERVER_FIXTURE_H
#define WEIR_TESTS_SERVER_FIXTURE_H

/*
 * A real server in this process, its loop, and raw clients on 127.0.0.1.  The
 * clock is frozen.  What the handler does is told by the path:
 *
 *	/now	answers at once: method, path, query, body
 *	/later	keeps the request for the test
 *	/skip	refuses the body at the head, then answers 401
 *	/stream	keeps the request, to be streamed by the test
 *	/live	keeps the request with its head, and gathers its body in parts
 */
#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/loop.h"
#include "tap.h"

struct asked {
	struct request *r;
	struct buf	text;
	unsigned	parts;
	bool		last;
};

static struct {
	int		listen_fd;
	uint16_t	port;
	unsigned	heads, bodies, gones, dones, bads;
	enum fault	bad;
	char		why[128];
	struct asked   *kept;		/* the last /later or /stream that is not done */
	bool		kept_gone;
	unsigned	drained;
	void	      (*stream_at_once)(void *);	/* streams begin and end within body() */
	bool		hold;		/* after each part */
	int		answer_early;	/* with this status, at the first part */
	int		refuse;		/* with this status, what comes live, at its head */
} fixture;

static void *
fixture_head(struct request *r)
{
	struct asked *a = xcalloc(1, sizeof(*a));

	a->r = r;
	fixture.heads++;
	if (str_is(request_path(r), "/skip"))
		request_skip_body(r);
	return a;
}

static void
fixture_answer(struct asked *a, int status, struct str body)
{
	const struct header headers[] = { { "Content-Type", "text/plain" } };
	struct answer answer = { .status = status, .headers = headers, .n = 1, .body = body };

	request_answer(a->r, &answer);
}

static void
fixture_body(void *x)
{
	struct asked *a = x;
	struct str path = request_path(a->r);

	fixture.bodies++;
	if (fixture.stream_at_once != NULL && str_is(path, "/stream")) {
		struct stream *s = request_stream(a->r, &(struct answer){ .status = 200 }, fixture.stream_at_once);

		stream_write(s, STR("once"));
		stream_end(s, true);
		return;
	}
	if (str_is(path, "/later") || str_is(path, "/stream") || str_is(path, "/live")) {
		fixture.kept = a;
		fixture.kept_gone = false;
		if (fixture.refuse > 0)
			fixture_answer(a, fixture.refuse, STR("no"));
		return;
	}
	buf_printf(&a->text, STR_FMT " " STR_FMT "?" STR_FMT " ", STR_ARG(request_method(a->r)), STR_ARG(path),
	    STR_ARG(request_query(a->r)));
	buf_str(&a->text, request_body(a->r));
	fixture_answer(a, str_is(path, "/skip") ? 401 : 200, buf_view(&a->text));
}

static bool
fixture_live(const struct request *r)
{
	return str_is(request_path(r), "/live");
}

static void
fixture_part(void *x, struct str bytes, bool last)
{
	struct asked *a = x;

	a->parts++;
	a->last |= last;
	buf_str(&a->text, bytes);
	if (fixture.hold && !last)
		request_hold(a->r);
	if (fixture.answer_early > 0)
		fixture_answer(a, fixture.answer_early, STR("early"));
	fixture.answer_early = 0;
}

static void
fixture_gone(void *x)
{
	fixture.gones++;
	if (x == fixture.kept)
		fixture.kept_gone = true;
}

static void
fixture_done(void *x)
{
	struct asked *a = x;

	fixture.dones++;
	if (a == fixture.kept)
		fixture.kept = NULL;
	buf_done(&a->text);
	free(a);
}

static void
fixture_bad(enum fault f, const char *why, const char *ip)
{
	fixture.bads++;
	fixture.bad = f;
	snprintf(fixture.why, sizeof(fixture.why), "%s (%s)", why, ip);
}

static struct str
fixture_error_body(enum fault f, const char *why, struct str path)
{
	static char text[512];

	snprintf(text, sizeof(text), "{\"error\":\"%s: %s at " STR_FMT "\"}", fault_info(f)->name, why, STR_ARG(path));
	return str_of(text);
}

static const struct server_handler fixture_handler = { fixture_head, fixture_body, fixture_gone, fixture_done,
						       fixture_bad, fixture_error_body, fixture_live, fixture_part };

static const struct server_options fixture_options = {
	.body_bytes = 1u << 20,
	.upload_bytes = 8u << 20,
	.head_bytes = 8192,
	.head_ms = 10000,
	.body_ms = 20000,
	.idle_ms = 75000,
	.connections = 200,
	.stream_keepalive_ms = 15000,
	.stream_high = 65536,
	.stream_low = 16384,
	.stream_stall_ms = 60000,
};

static void
fixture_open(const struct server_options *o)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	memset(&fixture, 0, sizeof(fixture));
	clock_freeze(1000000000, 1795000000000000);
	loop_open();
	fixture.listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(fixture.listen_fd, (struct sockaddr *)&a, sizeof(a)) == -1 || listen(fixture.listen_fd, 512) == -1 ||
	    getsockname(fixture.listen_fd, (struct sockaddr *)&a, &n) == -1 ||
	    server_open(fixture.listen_fd, &fixture_handler, o) == -1) {
		perror("fixture");
		exit(1);
	}
	fixture.port = ntohs(a.sin_port);
}

static void
fixture_close(void)
{
	server_close();
	loop_close();
	close(fixture.listen_fd);
	is_int(fixture.dones, fixture.heads, "every request that had a head was done");
}

static int
client_open(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_port = htons(fixture.port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1) {
		perror("connect");
		exit(1);
	}
	return fd;
}

/* Lets the server do all that it can do at once. */
static void
settle(void)
{
	for (int quiet = 0, turns = 0; quiet < 3 && turns < 2000; turns++)
		quiet = loop_once(0) ? 0 : quiet + 1;
}

static void
pass_ms(uint64_t ms)
{
	clock_advance(ms * 1000);
	settle();
}

static void
say_n(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (k == -1 && errno == EAGAIN) {
			loop_once(0);
			continue;
		}
		if (k == -1)
			return;
		p += k;
		n -= (size_t)k;
	}
}

static void
say(int fd, const char *text)
{
	say_n(fd, text, strlen(text));
}

enum heard { HEARD_OPEN, HEARD_CLOSED, HEARD_RESET };

/* What came in so far, NUL-terminated, and whether the server closed. */
static char *
hear(int fd, enum heard *how)
{
	static struct buf in;
	static char bytes[262144];
	enum heard state = HEARD_OPEN;
	ssize_t k = 0;

	buf_clear(&in);
	for (int quiet = 0; quiet < 2 && state == HEARD_OPEN;) {
		settle();
		k = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL);
		if (k > 0)
			buf_add(&in, bytes, (size_t)k);
		else if (k == 0)
			state = HEARD_CLOSED;
		else if (errno != EAGAIN)
			state = HEARD_RESET;
		quiet = k > 0 ? 0 : quiet + 1;
	}
	buf_byte(&in, '\0');
	if (how != NULL)
		*how = state;
	return in.p;
}

__attribute__((unused)) static unsigned
count(const char *text, const char *piece)
{
	unsigned n = 0;

	while ((text = strstr(text, piece)) != NULL) {
		text += strlen(piece);
		n++;
	}
	return n;
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool
ends_with(const char *text, const char *with)
{
	return strlen(text) >= strlen(with) && strcmp(text + strlen(text) - strlen(with), with) == 0;
}

#endif
