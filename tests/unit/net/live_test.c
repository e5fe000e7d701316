/* SPDX-License-Identifier: Apache-2.0 */
/* live_test.c - bodies that are passed on in parts instead of kept. */
#include "net/server.h"

#include "server_fixture.h"

#define LIVE(n) "POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: " n "\r\n\r\n"
#define OPENED(fd) int fd = client_open()

static void
test_parts(void)
{
	OPENED(fd);
	enum heard how;
	char *in;

	say(fd, LIVE("10") "hello");
	settle();
	ok(fixture.kept != NULL && fixture.kept->parts == 1 && !fixture.kept->last, "the handler has what came, before the end");
	ok(request_body(fixture.kept->r).n == 0 && request_body_bytes(fixture.kept->r) == 10, "nothing is kept, the length is known");
	say(fd, "world" "GET /now HTTP/1.1\r\nHost: a\r\n\r\n");
	settle();
	ok(fixture.kept->last && str_is(buf_view(&fixture.kept->text), "helloworld"), "all parts and the end");
	fixture_answer(fixture.kept, 200, STR("done"));
	in = hear(fd, &how);
	ok(strstr(in, "\r\n\r\ndoneHTTP/1.1 200 OK") != NULL && how == HEARD_OPEN, "its answer, then the next request's");
	close(fd);
	settle();
}

static void
test_hold(void)
{
	size_t n = 4u << 20, seen;
	char *body = xmalloc(n);
	OPENED(fd);

	memset(body, 'b', n);
	fixture.hold = true;
	say(fd, LIVE("4194304"));
	settle();
	(void)!send(fd, body, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	settle();
	seen = fixture.kept->text.n;
	ok(seen > 0 && seen <= 65536, "who holds gets no second part");
	pass_ms(60000);
	ok(!fixture.kept_gone, "and no deadline passes meanwhile");
	fixture.hold = false;
	request_go_on(fixture.kept->r);
	settle();
	ok(fixture.kept->text.n > seen, "who goes on gets the rest");
	free(body);
	close(fd);
	settle();
	ok(fixture.kept == NULL, "a client that leaves in the middle is noticed");
}

/* Nobody reads its socket, and nobody has to: whoever waits for it may stop. */
static void
test_hold_left(void)
{
	for (int all = 0; all < 2; all++) {
		OPENED(fd);

		fixture.hold = true;
		say(fd, LIVE("100000") "hello");
		settle();
		if (all)
			say(fd, "more");
		settle();
		close(fd);
		settle();
		ok(fixture.kept == NULL, "a client that leaves while it is held is noticed%s", all ? ", with bytes unread" : "");
		fixture.hold = false;
	}
	is_int(server_connections(), 0, "and its connection is closed");
}

static void
test_large(void)
{
	size_t n = 4u << 20;
	char *body = xmalloc(n);
	OPENED(fd);

	memset(body, 'b', n);
	say(fd, LIVE("4194304"));
	say_n(fd, body, n);
	settle();
	is_int(fixture.kept->text.n, n, "a live body may be larger than a kept one");
	fixture_answer(fixture.kept, 200, STR("ok"));
	ok(ends_with(hear(fd, NULL), "\r\n\r\nok"), "and is answered");
	say(fd, LIVE("9000000"));
	ok(begins(hear(fd, NULL), "HTTP/1.1 413 "), "but not without bound");
	free(body);
	close(fd);
	fd = client_open();
	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
	ok(begins(hear(fd, NULL), "HTTP/1.1 413 "), "a kept body has the smaller bound");
	close(fd);
	fd = client_open();
	say(fd, "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n");
	body = xcalloc(1, 0x100001);
	say_n(fd, body, 0x100001);
	ok(begins(hear(fd, NULL), "HTTP/1.1 413 "), "a chunked one as well");
	free(body);
	close(fd);
	settle();
}

static void
test_early(void)
{
	OPENED(fd);
	enum heard how;
	char *in;

	fixture.answer_early = 400;
	say(fd, LIVE("100000") "hello");
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 400 ") && strstr(in, "Connection: close\r\n") != NULL, "an answer before the end says that the connection ends");
	ok(how != HEARD_OPEN, "and it does");
	close(fd);
	settle();
	fd = client_open();
	say(fd, LIVE("100000") "hello");
	settle();
	fixture_answer(fixture.kept, 503, STR("later"));
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 503 ") && how != HEARD_OPEN, "also from outside a part");
	close(fd);
	settle();
	is_int(server_connections(), 0, "no connection is left");
}

static void
test_leave_to_send(void)
{
	OPENED(fd);
	enum heard how;

	say(fd, "POST /live HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	ok(strcmp(hear(fd, NULL), "HTTP/1.1 100 Continue\r\n\r\n") == 0, "who asks for leave to send gets it");
	say(fd, "hello");
	settle();
	fixture_answer(fixture.kept, 200, STR("ok"));
	ok(begins(hear(fd, NULL), "HTTP/1.1 200 "), "and an answer");
	close(fd);
	settle();
	fd = client_open();
	fixture.refuse = 401;
	say(fd, "POST /live HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	ok(begins(hear(fd, &how), "HTTP/1.1 401 ") && how != HEARD_OPEN, "who is refused at the head is spared the body");
	fixture.refuse = 0;
	close(fd);
	settle();
}

static void
test_slow(void)
{
	OPENED(fd);

	say(fd, LIVE("30") "hello");
	settle();
	for (int i = 0; i < 4; i++) {
		pass_ms(15000);
		say(fd, "x");
		settle();
	}
	ok(fixture.kept != NULL, "an upload that goes on may take its time");
	pass_ms(21000);
	ok(begins(hear(fd, NULL), "HTTP/1.1 408 ") && fixture.kept == NULL, "one that stops does not");
	close(fd);
	settle();
}

int
main(void)
{
	fixture_open(&fixture_options);
	test_parts();
	test_hold();
	test_hold_left();
	test_large();
	test_early();
	test_leave_to_send();
	test_slow();
	fixture_close();
	return tap_done();
}
