/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handoff_test.c - streams to raw sockets.
 */
#include "net/handoff.h"

#include "server_fixture.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void
drained(void *x)
{
	ok(x == fixture.kept, "the handler's own context comes back");
	fixture.drained++;
}

static struct stream *
start(const char *content_type)
{
	const struct header headers[] = { { "Content-Type", content_type }, { "Cache-Control", "no-cache" } };
	struct answer head = { .status = 200, .headers = headers, .n = 2 };

	if (strcmp(content_type, "text/event-stream") == 0)
		head.keepalive = STR(": keep-alive\n\n");
	return request_stream(fixture.kept->r, &head, drained);
}

static struct stream *
ask(int fd, const char *text)
{
	say(fd, text);
	settle();
	if (fixture.kept == NULL) {
		printf("Bail out! the request did not arrive\n");
		exit(1);
	}
	return start("text/event-stream");
}

static void
test_whole_stream(void)
{
	int fd = client_open();
	unsigned dones = fixture.dones;
	enum heard how;
	struct stream *s;
	char *in;

	s = ask(fd, GET("/stream"));
	is_int(server_streams(), 1, "a stream is open");
	ok(!stream_write(s, STR("data: 1\n\n")), "the source need not pause");
	in = hear(fd, &how);
	ok(begins(in, "HTTP/1.1 200 OK\r\nDate: "), "the head comes at once");
	ok(strstr(in, "Content-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
		      "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n") != NULL, "with the first event as its chunk");
	stream_write(s, STR("data: 2\n\n"));
	stream_write(s, STR(""));
	is_str(hear(fd, &how), "9\r\ndata: 2\n\n\r\n", "each event is a chunk, nothing is none");
	is_int(stream_sent(s), 18, "what was sent is counted");
	say(fd, GET("/now?pipelined"));
	settle();
	stream_end(s, true);
	in = hear(fd, &how);
	ok(begins(in, "0\r\n\r\nHTTP/1.1 200 OK\r\n") && ends_with(in, "GET /now?pipelined "),
	    "after its end, what was pipelined meanwhile is answered");
	is_int(fixture.dones, dones + 2, "both are done");
	say(fd, GET("/now?again"));
	ok(ends_with(hear(fd, &how), "GET /now?again ") && how == HEARD_OPEN, "and the connection lives on");
	is_int(server_streams(), 0, "no stream is left");
	s = ask(fd, GET("/stream") GET("/now?stashed"));
	stream_write(s, STR("data: 3\n\n"));
	stream_end(s, true);
	in = hear(fd, &how);
	ok(strstr(in, "9\r\ndata: 3\n\n\r\n0\r\n\r\nHTTP/1.1 200") != NULL && ends_with(in, "GET /now?stashed "),
	    "what was pipelined with it is answered as well");
	close(fd);
	settle();
	is_int(server_connections(), 0, "no connection is left");
}

static void
test_started_within_body(void)
{
	int fd = client_open();
	enum heard how;

	fixture.stream_at_once = drained;
	say(fd, GET("/stream") GET("/now?next"));
	ok(strstr(hear(fd, &how), "4\r\nonce\r\n0\r\n\r\nHTTP/1.1 200") != NULL, "a stream may begin and end within body()");
	fixture.stream_at_once = NULL;
	close(fd);
	settle();
}

static void
test_old_clients(void)
{
	int fd = client_open();
	enum heard how;
	struct stream *s;
	char *in;

	s = ask(fd, "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	stream_write(s, STR("data: 1\n\n"));
	stream_end(s, true);
	in = hear(fd, &how);
	ok(strstr(in, "Transfer-Encoding") == NULL && strstr(in, "Connection: close\r\n\r\ndata: 1\n\n") != NULL,
	    "HTTP/1.0 gets the bare events");
	is_int(how, HEARD_CLOSED, "ended by a close");
	close(fd);
	fd = client_open();
	s = ask(fd, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
	stream_write(s, STR("data: 1\n\n"));
	stream_end(s, true);
	in = hear(fd, &how);
	ok(ends_with(in, "chunked\r\n\r\n") && how == HEARD_OPEN, "HEAD gets the head of a stream and stays");
	close(fd);
	fd = client_open();
	s = ask(fd, "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	stream_write(s, STR("data: 1\n\n"));
	stream_end(s, true);
	in = hear(fd, &how);
	ok(strstr(in, "Connection: close\r\n\r\n") != NULL && ends_with(in, "0\r\n\r\n") && how == HEARD_CLOSED,
	    "close is obeyed and said");
	close(fd);
	settle();
}

static void
test_failed_stream(void)
{
	int fd = client_open();
	enum heard how;
	struct stream *s;
	char *in;

	s = ask(fd, GET("/stream"));
	stream_write(s, STR("data: 1\n\n"));
	stream_write(s, STR("data: {\"error\":{}}\n\n"));
	stream_end(s, false);
	in = hear(fd, &how);
	ok(ends_with(in, "14\r\ndata: {\"error\":{}}\n\n\r\n"), "a failed stream's last event arrives");
	ok(count(in, "0\r\n\r\n") == 0 && how == HEARD_CLOSED, "and its body has no end");
	close(fd);
	fd = client_open();
	s = ask(fd, "GET /stream HTTP/1.0\r\n\r\n");
	stream_write(s, STR("data: {\"error\":{}}\n\n"));
	stream_end(s, false);
	in = hear(fd, &how);
	ok(ends_with(in, "data: {\"error\":{}}\n\n"), "an HTTP/1.0 client gets it too");
	for (int i = 0; i < 60 && how == HEARD_OPEN; i++) {
		usleep(1000);
		pass_ms(20);
		hear(fd, &how);
	}
	is_int(how, HEARD_RESET, "and then a reset, as a close would look like success");
	close(fd);
	settle();
	pass_ms(6000);
	is_int(server_connections(), 0, "no connection is left");
}

static void
test_keep_alive(void)
{
	int fd = client_open();
	struct stream *s;

	s = ask(fd, GET("/stream"));
	hear(fd, NULL);
	pass_ms(14000);
	is_str(hear(fd, NULL), "", "silence is kept for a while");
	pass_ms(1000);
	is_str(hear(fd, NULL), "e\r\n: keep-alive\n\n\r\n", "then broken by a comment of its own");
	pass_ms(10000);
	stream_write(s, STR("data: 1\n\n"));
	hear(fd, NULL);
	pass_ms(14000);
	is_str(hear(fd, NULL), "", "an event starts the time anew");
	pass_ms(1000);
	is_str(hear(fd, NULL), "e\r\n: keep-alive\n\n\r\n", "to the second");
	stream_end(s, true);
	settle();
	pass_ms(16000);
	is_str(hear(fd, NULL), "0\r\n\r\n", "an ended stream says no more");
	say(fd, GET("/stream"));
	settle();
	s = start("application/x-ndjson");
	hear(fd, NULL);
	pass_ms(60000);
	is_str(hear(fd, NULL), "", "a stream without a word for it stays silent");
	stream_end(s, true);
	close(fd);
	settle();
}

static void
test_client_leaves(void)
{
	unsigned gones = fixture.gones, dones = fixture.dones;
	struct stream *s;
	int fd = client_open();

	s = ask(fd, GET("/stream"));
	stream_write(s, STR("data: 1\n\n"));
	settle();
	close(fd);
	loop_once(10);
	is_int(fixture.gones, gones + 1, "a client that leaves a stream is noticed");
	is_int(fixture.dones, dones + 1, "and done within the turn");
	is_int(server_connections(), 0, "no connection is left");
	fd = client_open();
	ask(fd, GET("/stream"));
	settle();
	shutdown(fd, SHUT_WR);
	settle();
	is_int(fixture.gones, gones + 2, "half a close means the same");
	close(fd);
	fd = client_open();
	say(fd, GET("/stream"));
	settle();
	close(fd);
	s = start("text/event-stream");
	ok(!stream_write(s, STR("data: 1\n\n")), "a stream to a client that has just left may be written");
	stream_end(s, true);
	settle();
	is_int(fixture.dones, dones + 3, "and ends");
	is_int(server_connections(), 0, "and leaves nothing");
}

static void
test_many_leave(void)
{
	enum { MANY = 150 };
	int fds[MANY];
	unsigned gones = fixture.gones, dones = fixture.dones;

	for (int i = 0; i < MANY; i++) {
		fds[i] = client_open();
		ask(fds[i], GET("/stream"));
	}
	is_int(server_streams(), MANY, "many streams are open");
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	settle();
	is_int(fixture.gones, gones + MANY, "all that leave are noticed");
	is_int(fixture.dones, dones + MANY, "and done");
	is_int(server_connections(), 0, "and leave nothing");
}

/* Fills the socket until the source must pause; returns the bytes written. */
static size_t
fill(struct stream *s)
{
	static char event[8192];
	size_t n = 0;

	memset(event, 'e', sizeof(event));
	for (bool pause = false; !pause && n < 64u << 20; n += sizeof(event))
		pause = stream_write(s, (struct str){ event, sizeof(event) });
	return n;
}

static size_t
read_some(int fd, size_t most)
{
	static char bytes[65536];
	size_t n = 0;

	for (int quiet = 0; quiet < 3 && n < most;) {
		ssize_t k = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL);

		settle();
		n += k > 0 ? (size_t)k : 0;
		quiet = k > 0 ? 0 : quiet + 1;
	}
	return n;
}

static void
test_back_pressure(void)
{
	int fd = client_open();
	struct stream *s;
	size_t written, queued;
	enum heard how;

	s = ask(fd, GET("/stream"));
	written = fill(s);
	queued = written - stream_sent(s);
	ok(queued > fixture_options.stream_high && queued < fixture_options.stream_high + 2 * 8300,
	    "a client that does not read pauses the source at the high mark");
	settle();
	is_int(fixture.drained, 0, "which stays paused");
	pass_ms(30000);
	is_int(server_streams(), 1, "for a while that is accepted");
	ok(read_some(fd, 64u << 20) > written, "when it reads, all of it comes");
	is_int(fixture.drained, 1, "and the source is told once");
	ok(!stream_write(s, STR("more")), "and may write again");
	is_str(hear(fd, &how), "4\r\nmore\r\n", "without delay");
	written = fill(s);
	stream_end(s, true);
	settle();
	ok(read_some(fd, 64u << 20) > written, "what is queued at the end still arrives");
	say(fd, GET("/now"));
	ok(ends_with(hear(fd, &how), "GET /now? ") && how == HEARD_OPEN, "and the connection lives on");
	close(fd);
	settle();
}

static void
test_stall(void)
{
	int fd = client_open();
	unsigned gones = fixture.gones;
	struct stream *s;

	s = ask(fd, GET("/stream"));
	fill(s);
	settle();
	pass_ms(59000);
	is_int(fixture.gones, gones, "a client that takes nothing is waited for");
	pass_ms(1000);
	is_int(fixture.gones, gones + 1, "but not longer than it may stall");
	is_int(server_connections(), 0, "and then it is cut");
	close(fd);
	fd = client_open();
	s = ask(fd, GET("/stream"));
	fill(s);
	stream_end(s, false);
	settle();
	is_int(server_streams(), 1, "a failed stream is flushed");
	pass_ms(2000);
	is_int(server_streams(), 0, "for a short time only");
	close(fd);
	settle();
}

static void
test_drain_and_close(void)
{
	int fd = client_open();
	enum heard how;
	struct stream *s;
	unsigned gones = fixture.gones;

	s = ask(fd, GET("/stream"));
	settle();
	server_drain();
	stream_write(s, STR("data: 1\n\n"));
	stream_end(s, true);
	ok(ends_with(hear(fd, &how), "0\r\n\r\n") && how == HEARD_CLOSED, "while draining a stream ends with its connection");
	close(fd);
	settle();
	is_int(fixture.gones, gones, "nobody was cut");
	ok(server_idle(), "then the server is idle");
}

int
main(void)
{
	fixture_open(&fixture_options);
	test_whole_stream();
	test_started_within_body();
	test_old_clients();
	test_failed_stream();
	test_keep_alive();
	test_client_leaves();
	test_many_leave();
	test_back_pressure();
	test_stall();
	test_drain_and_close();
	fixture_close();
	fixture_open(&fixture_options);
	ask(client_open(), GET("/stream"));
	server_close();
	is_int(fixture.gones, 1, "closing the server cuts its streams");
	fixture_close();
	return tap_done();
}
