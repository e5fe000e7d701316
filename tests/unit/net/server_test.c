/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server_test.c - the real server against raw sockets.
 */
#include "net/server.h"

#include <sys/un.h>

#include "server_fixture.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define OPENED(fd) int fd = client_open()

static void
test_answers(void)
{
	OPENED(fd);
	enum heard how;
	char *in;

	say(fd, GET("/now?a=b"));
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 200 OK\r\n"), "a request is answered");
	ok(ends_with(in, "\r\n\r\nGET /now?a=b "), "with what the handler wrote");
	ok(strstr(in, "Content-Length: 13\r\n") != NULL, "and its length");
	is_int(how, HEARD_OPEN, "and the connection stays");
	say(fd, "HEAD /now HTTP/1.1\r\nHost: a\r\n\r\n");
	in = hear(fd, &how);
	ok(strstr(in, "Content-Length: 11\r\n") != NULL && ends_with(in, "\r\n\r\n"), "HEAD gets the head alone");
	say(fd, "POST http://a.example/now HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
	ok(ends_with(hear(fd, &how), "POST /now? hello"), "a counted body and an absolute target arrive");
	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
		"3;x=y\r\nabc\r\n002\r\nde\r\n0\r\nX: y\r\n\r\n");
	ok(ends_with(hear(fd, &how), "POST /now? abcde"), "a chunked body arrives without its framing");
	say(fd, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
	ok(ends_with(hear(fd, &how), "OPTIONS *? "), "OPTIONS * is a request");
	say(fd, "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	in = hear(fd, &how);
	ok(strstr(in, "Connection: close\r\n") != NULL && how == HEARD_CLOSED, "close is obeyed and said");
	close(fd);
}

static void
test_http_1_0(void)
{
	OPENED(fd);
	enum heard how;
	char *in;

	say(fd, "GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	in = hear(fd, &how);
	ok(strcasestr(in, "Connection: Keep-Alive\r\n") != NULL && how == HEARD_OPEN, "HTTP/1.0 stays when it asks to");
	say(fd, "GET /now HTTP/1.0\r\n\r\n");
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 200") && how == HEARD_CLOSED, "and is closed when it does not");
	close(fd);
}

static void
test_pieces(void)
{
	static const char text[] = "\r\nPOST /now?q HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" GET("/now?2");
	unsigned odd = 0;

	for (size_t cut = 1; cut < sizeof(text) - 1; cut++) {
		OPENED(fd);
		char *in;

		say_n(fd, text, cut);
		settle();
		say_n(fd, text + cut, sizeof(text) - 1 - cut);
		in = hear(fd, NULL);
		odd += count(in, "HTTP/1.1 200") != 2 || strstr(in, "POST /now?q hello") == NULL ||
		    !ends_with(in, "GET /now?2 ");
		close(fd);
	}
	settle();
	is_int(odd, 0, "two requests arrive however they are cut");
}

static void
test_pipelining(void)
{
	struct buf b = { 0 };
	OPENED(fd);
	char *in;
	size_t wrong = 0;

	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "POST /now?%d HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n%0100d", i, i);
	say_n(fd, b.p, b.n);
	in = hear(fd, NULL);
	is_int(count(in, "HTTP/1.1 200"), 1000, "a thousand pipelined requests get a thousand answers");
	for (int i = 0; i < 1000; i++) {
		char want[32];

		snprintf(want, sizeof(want), "POST /now?%d 0", i);
		in = strstr(in, want);
		if (in == NULL) {
			wrong++;
			break;
		}
	}
	is_int(wrong, 0, "in order");
	buf_done(&b);
	close(fd);
	settle();
}

static void
test_large_body(void)
{
	size_t n = 1u << 20, seen = 0;
	char *body = xmalloc(n);
	OPENED(fd);
	char *in;

	memset(body, 'b', n);
	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
	say_n(fd, body, n);
	say(fd, GET("/now?after"));
	in = hear(fd, NULL);
	for (const char *p = in; *p != '\0'; p++)
		seen += *p == 'b';
	is_int(seen, n, "a large body arrives whole");
	ok(ends_with(in, "GET /now?after "), "and what follows it is answered");
	free(body);
	close(fd);
	settle();
}

static void
test_answer_later(void)
{
	OPENED(fd);
	enum heard how;

	say(fd, GET("/later"));
	is_str(hear(fd, &how), "", "a request may wait for its answer");
	ok(fixture.kept != NULL, "the handler has it");
	say(fd, GET("/now"));
	is_str(hear(fd, &how), "", "the next one waits behind it");
	fixture_answer(fixture.kept, 200, STR("at last"));
	ok(strstr(hear(fd, &how), "\r\n\r\nat lastHTTP/1.1 200 OK") != NULL, "then both are answered in order");
	is_int(how, HEARD_OPEN, "on the same connection");
	close(fd);
	settle();
}

static void
test_client_leaves(void)
{
	OPENED(fd);
	unsigned gones = fixture.gones, dones = fixture.dones;

	say(fd, GET("/later"));
	settle();
	close(fd);
	loop_once(10);
	is_int(fixture.gones, gones + 1, "a client that leaves is noticed");
	is_int(fixture.dones, dones + 1, "and its request is done within the turn");
	fd = client_open();
	say(fd, GET("/later"));
	close(fd);
	settle();
	is_int(fixture.gones, gones + 2, "also when it left before the request was looked at");
	is_int(fixture.dones, dones + 2, "and that is done too");
	fd = client_open();
	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
	settle();
	close(fd);
	settle();
	is_int(fixture.gones, gones + 3, "and in the middle of a body");
	is_int(server_connections(), 0, "no connection is left");
}

static void
test_half_close(void)
{
	OPENED(fd);
	enum heard how;

	say(fd, GET("/now"));
	shutdown(fd, SHUT_WR);
	ok(begins(hear(fd, &how), "HTTP/1.1 200") && how == HEARD_CLOSED, "half a close still gets what is answered at once");
	close(fd);
	fd = client_open();
	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
	shutdown(fd, SHUT_WR);
	ok(begins(hear(fd, &how), "HTTP/1.1 400") && how == HEARD_CLOSED, "half a body is told so");
	close(fd);
}

/* What is refused: once, with a clean close, and nothing behind it is looked at. */
static void
refused(const char *text, size_t n, int status, const char *what)
{
	OPENED(fd);
	char want[32], *in;
	enum heard how;
	unsigned bads = fixture.bads;

	snprintf(want, sizeof(want), "HTTP/1.1 %d ", status);
	say_n(fd, text, n);
	in = hear(fd, &how);
	ok(begins(in, want) && count(in, "Content-Length: ") == 1, "%s gets one %d", what, status);
	ok(strstr(in, "Connection: close\r\n") != NULL && strstr(in, "\r\n\r\n{\"error\"") != NULL && how == HEARD_CLOSED,
	    "%s: with a body and a close", what);
	is_int(fixture.bads, bads + 1, "%s is counted", what);
	close(fd);
	settle();
}

static void
test_refusals(void)
{
	static const char nul[] = "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n";

#define REFUSED(status, text, what) refused(text, sizeof(text) - 1, status, what)
	refused(nul, sizeof(nul) - 1, 400, "a NUL");
	REFUSED(400, "GET / HTTP/1.1\nHost: a\n\n", "a bare LF");
	REFUSED(400, "GET / HTTP/1.1\r\n\r\n", "a missing Host");
	REFUSED(400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "a TLS hello");
	REFUSED(400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "an HTTP/2 preface");
	REFUSED(400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello" GET("/now"),
	    "a doubled length");
	REFUSED(400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "a length beside a coding");
	REFUSED(400, "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n", "a bad chunk");
	REFUSED(413, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", "a body too large");
	REFUSED(417, "POST /now HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", "an odd expectation");
	REFUSED(501, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", "an unknown method");
	REFUSED(505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n", "a version not spoken");
	is_str(fixture.why, "only HTTP/1.1 and HTTP/1.0 are spoken here (127.0.0.1)", "the reason is told, with the address");
}

static void
test_sizes(void)
{
	struct buf b = { 0 };

	buf_cstr(&b, "GET /");
	for (int i = 0; i < 5000; i++)
		buf_byte(&b, 'p');
	buf_cstr(&b, " HTTP/1.1\r\nHost: a\r\n\r\n");
	refused(b.p, b.n, 414, "a long target");
	buf_clear(&b);
	buf_cstr(&b, "GET /now HTTP/1.1\r\nHost: a\r\nX: ");
	for (int i = 0; i < 1000000; i++)
		buf_byte(&b, 'h');
	refused(b.p, b.n, 431, "a huge head");
	ok(strstr(fixture.why, "head") != NULL, "and says so");
	buf_clear(&b);
	buf_cstr(&b, "GET /now HTTP/1.1\r\nHost: a\r\n");
	for (int i = 0; i < 200; i++)
		buf_cstr(&b, "X: y\r\n");
	buf_cstr(&b, "\r\n");
	refused(b.p, b.n, 431, "a crowd of headers");
	buf_done(&b);
}

/* The answer must reach a client that does not stop sending. */
static void
test_413_reaches(void)
{
	size_t n = 8u << 20;
	char *body = xcalloc(1, n), *in;
	OPENED(fd);
	enum heard how;

	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 8388608\r\n\r\n");
	say_n(fd, body, n);
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 413 ") && how == HEARD_CLOSED, "413 reaches a client that sends all of its body");
	free(body);
	close(fd);
	settle();
	ok(server_idle(), "and nothing lingers when it is gone");
}

static void
test_refused_in_order(void)
{
	OPENED(fd);
	enum heard how;
	char *in;

	say(fd, GET("/later") "GET / HTTP/1.1\nHost: a\n\n");
	is_str(hear(fd, &how), "", "what is bad behind a request waits for its answer");
	fixture_answer(fixture.kept, 200, STR("first"));
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 200") && strstr(in, "firstHTTP/1.1 400") != NULL && how == HEARD_CLOSED,
	    "then it is refused");
	is_int(count(in, "HTTP/1."), 2, "and nobody is answered twice");
	close(fd);
	fd = client_open();
	say(fd, GET("/later") "\x01");
	close(fd);
	settle();
	is_int(server_connections(), 0, "nor does it matter when the client is gone");
}

static void
test_expect(void)
{
	OPENED(fd);
	enum heard how;
	char *in;

	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	is_str(hear(fd, &how), "HTTP/1.1 100 Continue\r\n\r\n", "a client that waits is told to go on");
	say(fd, "ok");
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 200") && ends_with(in, "ok"), "and then answered");
	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok");
	ok(begins(hear(fd, &how), "HTTP/1.1 200"), "one that does not wait is not");
	say(fd, "POST /skip HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n");
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 401") && how == HEARD_CLOSED, "a body that nobody wants is not asked for");
	close(fd);
	fd = client_open();
	say(fd, "POST /skip HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" GET("/now"));
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 401") && count(in, "HTTP/1.1 200") == 1, "a skipped body does not cost the connection");
	ok(strstr(in, "POST /skip? HTTP") != NULL, "and is not kept");
	close(fd);
	settle();
}

static void
test_deadlines(void)
{
	OPENED(silent);
	OPENED(slow);
	OPENED(half);
	OPENED(idle);
	enum heard how;

	settle();
	pass_ms(9000);
	say(slow, "GET /now HTTP/1.1\r\nHost: a\r\nX: ");
	say(half, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
	say(idle, GET("/now"));
	ok(begins(hear(idle, &how), "HTTP/1.1 200"), "others are served meanwhile");
	pass_ms(1000);
	is_str(hear(silent, &how), "", "a client that never spoke gets no answer");
	is_int(how, HEARD_CLOSED, "but is closed after the head's time");
	for (int i = 0; i < 9; i++) {
		say(slow, "T");
		say(half, "b");
		pass_ms(1000);
	}
	ok(begins(hear(slow, &how), "HTTP/1.1 408 ") && how == HEARD_CLOSED, "a dripping head is refused in time");
	is_str(hear(half, &how), "", "a body has longer");
	for (int i = 0; i < 11; i++) {
		say(half, "b");
		pass_ms(1000);
	}
	ok(begins(hear(half, &how), "HTTP/1.1 408 ") && how == HEARD_CLOSED, "and then is refused as well");
	pass_ms(53000);
	hear(idle, &how);
	is_int(how, HEARD_OPEN, "an idle connection stays");
	pass_ms(2000);
	is_str(hear(idle, &how), "", "until its time is over, and without a word");
	is_int(how, HEARD_CLOSED, "it is closed");
	close(silent), close(slow), close(half), close(idle);
	pass_ms(6000);
	is_int(server_connections(), 0, "no connection is left");
}

static void
test_slow_reader(void)
{
	static char big[4 << 20];
	OPENED(fd);
	unsigned gones = fixture.gones;

	memset(big, 'x', sizeof(big));
	say(fd, GET("/later"));
	settle();
	fixture_answer(fixture.kept, 200, (struct str){ big, sizeof(big) });
	settle();
	pass_ms(60000);
	is_int(server_connections(), 1, "an answer that moved is given another while");
	pass_ms(60000);
	pass_ms(60000);
	is_int(server_connections(), 0, "a client that takes nothing of its answer is cut");
	is_int(fixture.gones, gones + 1, "which its handler hears");
	close(fd);
}

static void
test_caps(void)
{
	int fds[201];
	enum heard how;
	char *in;

	for (int i = 0; i < 201; i++) {
		fds[i] = client_open();
		settle();
	}
	in = hear(fds[200], &how);
	ok(begins(in, "HTTP/1.1 503 ") && how == HEARD_CLOSED, "one connection too many is told so");
	close(fds[0]);
	settle();
	close(fds[200]);
	fds[200] = client_open();
	say(fds[200], GET("/now"));
	ok(begins(hear(fds[200], &how), "HTTP/1.1 200"), "when another has left there is room");
	for (int i = 1; i <= 200; i++)
		close(fds[i]);
	settle();
	is_int(server_connections(), 0, "all are gone");
}

static void
test_shedding(void)
{
	OPENED(fd);
	char *in;
	enum heard how;
	unsigned heads = fixture.heads;

	server_shed(true);
	say(fd, GET("/now"));
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 503 ") && strstr(in, "Retry-After: 1\r\n") != NULL && how == HEARD_CLOSED,
	    "under pressure a request is turned away");
	is_int(fixture.heads, heads, "before its handler hears of it");
	server_shed(false);
	close(fd);
}

static int unix_fd;	/* the server's until it drains */

static void
test_unix_listener(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	enum heard how;

	unix_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1, "weir-test-%ld", (long)getpid());
	if (bind(unix_fd, (struct sockaddr *)&a, sizeof(a)) == -1 || listen(unix_fd, 8) == -1)
		perror("unix listener");
	is_int(server_open(unix_fd, &fixture_handler, &fixture_options), 0, "a second listener may be a unix socket");
	is_int(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0, "it is connected to");
	say(fd, GET("/now"));
	ok(ends_with(hear(fd, &how), "GET /now? ") && how == HEARD_OPEN, "and serves");
	say(fd, "GET / HTTP/1.1\n");
	ok(begins(hear(fd, &how), "HTTP/1.1 400") && how == HEARD_CLOSED, "and refuses");
	ok(strstr(fixture.why, "(local)") != NULL, "without an address");
	close(fd);
	settle();
}

static void
test_drain(void)
{
	OPENED(idle);
	OPENED(busy);
	OPENED(quiet);
	enum heard how;
	char *in;

	say(idle, GET("/now"));
	say(busy, GET("/later"));
	hear(idle, &how);
	settle();
	server_drain();
	say(idle, GET("/now"));
	in = hear(idle, &how);
	ok(begins(in, "HTTP/1.1 200") && strstr(in, "Connection: close\r\n") != NULL && how == HEARD_CLOSED,
	    "while draining, a kept connection is answered once more and closed");
	is_str(hear(quiet, &how), "", "a quiet one gets no answer");
	is_int(how, HEARD_OPEN, "but a moment");
	pass_ms(1000);
	hear(quiet, &how);
	is_int(how, HEARD_CLOSED, "and then is closed");
	ok(!server_idle(), "an open request holds the server");
	fixture_answer(fixture.kept, 200, STR("late"));
	in = hear(busy, &how);
	ok(ends_with(in, "late") && strstr(in, "Connection: close\r\n") != NULL && how == HEARD_CLOSED,
	    "it is answered, with a close");
	close(idle), close(busy), close(quiet);
	settle();
	ok(server_idle(), "then the server is idle");
}

static void
test_close_with_open_requests(void)
{
	OPENED(later);
	OPENED(part);
	unsigned gones = fixture.gones;

	say(later, GET("/later"));
	say(part, "GET /");
	settle();
	server_close();
	is_int(fixture.gones, gones + 1, "closing the server cuts what is open");
	is_int(server_connections(), 0, "and leaves no connection");
	close(later), close(part);
}

static void
test_headers(void)
{
	OPENED(fd);
	struct request *r;

	say(fd, "GET http://x.example:80?q=1 HTTP/1.1\r\nHost: a\r\nX-One:\t 1 \t\r\nx-two:\r\nX-ONE: 2\r\n\r\n");
	settle();
	say(fd, "GET /later?a?b HTTP/1.1\r\nHost: a\r\nX-One:\t 1 \t\r\nx-two:\r\nX-ONE: 2\r\n\r\n");
	settle();
	r = fixture.kept->r;
	is_slice(request_header(r, "x-one"), "1", "a header is found whatever its case, and trimmed");
	ok(request_header(r, "X-Two").p != NULL && request_header(r, "X-Two").n == 0, "an empty one is not absent");
	ok(request_header(r, "X-Three").p == NULL, "an absent one is");
	is_slice(request_query(r), "a?b", "the query begins at the first question mark");
	is_slice(request_method(r), "GET", "the method is known");
	is_str(request_client_ip(r), "127.0.0.1", "and the client's address");
	is_int(request_arrived_us(r), clock_mono_us(), "and when it came");
	ok(!request_wants_close(r), "and that it wants to stay");
	ok(strstr(hear(fd, NULL), "GET /?q=1 ") != NULL, "a target without a path is the root");
	close(fd);
	settle();
}

int
main(void)
{
	fixture_open(&fixture_options);
	test_answers();
	test_http_1_0();
	test_pieces();
	test_pipelining();
	test_large_body();
	test_answer_later();
	test_client_leaves();
	test_half_close();
	test_refusals();
	test_sizes();
	test_413_reaches();
	test_refused_in_order();
	test_expect();
	test_deadlines();
	test_slow_reader();
	test_caps();
	test_shedding();
	test_headers();
	test_unix_listener();
	test_drain();
	close(unix_fd);
	fixture_close();
	fixture_open(&fixture_options);
	test_close_with_open_requests();
	fixture_close();
	return tap_done();
}
