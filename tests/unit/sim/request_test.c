/* SPDX-License-Identifier: Apache-2.0 */
/* request_test.c - requests are read however they are cut, and what is no request is refused. */
#include "sim/request.h"

#include "tap.h"

struct outcome {
	enum request_state    state;
	struct request_reader reader;
	struct sim_request    request;
};

static struct arena arena;
static char	    bytes[256 << 10];

/* The first `cut` bytes, then one at a time: as if a network did it. */
static struct outcome
read_cut(struct str text, size_t cut)
{
	struct outcome o = { REQUEST_MORE, { 0 }, { 0 } };

	memcpy(bytes, text.p, text.n);
	while (cut <= text.n && (o.state = request_read(&o.reader, bytes, cut)) == REQUEST_MORE)
		cut++;
	if (o.state == REQUEST_WHOLE)
		request_look(&o.reader, bytes, &arena, &o.request);
	return o;
}

static struct outcome
read_whole(struct str text)
{
	return read_cut(text, text.n);
}

static int
status_of(const char *text)
{
	struct outcome o = read_whole(str_of(text));

	return o.state == REQUEST_REFUSED ? o.reader.status : o.state == REQUEST_WHOLE ? 200 : 0;
}

static void
every_cut(const char *text, const char *body, const char *what)
{
	struct str all = str_of(text);
	size_t	   wrong = 0;

	for (size_t cut = 0; cut <= all.n; cut++) {
		struct outcome o = read_cut(all, cut);

		if (o.state != REQUEST_WHOLE || o.reader.at != all.n || !str_is(o.request.body, body) ||
		    !str_is(o.request.path, "/p"))
			wrong++;
	}
	is_int(wrong, 0, "%s is the same at every cut", what);
}

static void
wholes(void)
{
	struct outcome o;

	every_cut("\r\nPOST /p HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "hello", "a counted body");
	every_cut("POST /p HTTP/1.1\r\ntransfer-encoding:\tChunked\r\n\r\n2;a=b\r\nhe\r\n03 \r\nllo\r\n0\r\nX: y\r\n\r\n",
	    "hello", "a chunked body with extension and trailer");
	every_cut("GET /p HTTP/1.1\r\n\r\n", "", "a head alone");
	o = read_whole(STR("POST /p HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET /q HTTP/1.1\r\n\r\n"));
	is_int(o.reader.at, 41, "a request ends where the next begins");
	o = read_whole(STR("\r\nPUT /p?q HTTP/1.1\r\nA: b\r\n\r\n"));
	is_slice(o.request.method, "PUT", "the method is known");
	is_slice(o.request.path, "/p?q", "the path has its query");
	is_slice(o.request.head, "PUT /p?q HTTP/1.1\r\nA: b\r\n", "the head is without empty lines");
}

static void
connections(void)
{
	ok(!read_whole(STR("GET /p HTTP/1.1\r\n\r\n")).reader.last, "HTTP/1.1 keeps the connection");
	ok(read_whole(STR("GET /p HTTP/1.1\r\nConnection: Close\r\n\r\n")).reader.last, "unless it says close");
	ok(read_whole(STR("GET /p HTTP/1.0\r\n\r\n")).reader.last, "HTTP/1.0 does not");
	ok(!read_whole(STR("GET /p HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")).reader.last, "unless it says keep");
	ok(read_whole(STR("PUT /p HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n")).reader.expects,
	    "a client may wait for 100");
}

static void
refusals(void)
{
	is_int(status_of("\r\n\r\n"), 0, "empty lines are no request yet");
	is_int(status_of("Host: a\r\n\r\n"), 400, "a head without its request line is refused");
	is_int(status_of("GET /p HTTP/1.1\n\n"), 400, "a bare LF is refused");
	is_int(status_of("GET  HTTP/1.1\r\n"), 400, "an empty target is refused");
	is_int(status_of("GET /a b HTTP/1.1\r\n"), 400, "a target with a blank is refused");
	is_int(status_of("GET /p\r\n"), 400, "HTTP/0.9 is refused");
	is_int(status_of("GET /p HTTP/2.0\r\n"), 505, "another version is refused");
	is_int(status_of("GET /p HTTP/1.1\r\nA b\r\n"), 400, "a field without a colon is refused");
	is_int(status_of("GET /p HTTP/1.1\r\nA : b\r\n"), 400, "a blank before the colon is refused");
	is_int(status_of("GET /p HTTP/1.1\r\n A: b\r\n"), 400, "a folded line is refused");
	is_int(status_of("GET /p HTTP/1.1\r\nA: b\rc\r\n"), 400, "a CR in a line is refused");
	is_int(read_whole(STR("GET /p HTTP/1.1\r\nA: b\0c\r\n")).reader.status, 400, "a NUL in a line is refused");
	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: -5\r\n"), 400, "a negative length is refused");
	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: \r\n"), 400, "an empty length is refused");
	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: 1, 1\r\n"), 400, "a list of lengths is refused");
	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n"), 400,
	    "a length twice is refused");
	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), 400,
	    "both framings are refused");
	is_int(status_of("PUT /p HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n"), 501,
	    "another coding is refused");
	is_int(status_of("PUT /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400,
	    "chunked twice is refused");
}

#define CHUNKED "PUT /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

static void
chunks(void)
{
	is_int(status_of(CHUNKED "-1\r\n"), 400, "a negative chunk is refused");
	is_int(status_of(CHUNKED "\r\n"), 400, "a chunk without a size is refused");
	is_int(status_of(CHUNKED "0x1\r\n"), 400, "a size with a prefix is refused");
	is_int(status_of(CHUNKED "1\nA\r\n0\r\n\r\n"), 400, "a bare LF behind a size is refused");
	is_int(status_of(CHUNKED "1\r\nAB\r\n"), 400, "a chunk longer than its size is refused");
	is_int(status_of(CHUNKED "ffffffffffffffff\r\n"), 413, "a huge chunk is refused");
	is_int(status_of(CHUNKED "10000000000000000\r\n"), 400, "a size of 17 digits is refused");
	is_int(status_of(CHUNKED "1\r\nA\r\n4000000\r\n"), 413, "chunks of more than 64 MiB are refused");
	is_int(status_of(CHUNKED "4000000\r\n"), 0, "64 MiB are not");
	is_int(status_of(CHUNKED "0\r\n\r\n"), 200, "an empty chunked body is whole");
}

static void
limits(void)
{
	static char huge[REQUEST_HEAD_MOST + 200];
	struct str  text = { huge, REQUEST_HEAD_MOST + 1 };

	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: 67108864\r\n\r\n"), 0, "64 MiB are waited for");
	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: 67108865\r\n\r\n"), 413, "one byte more is not");
	is_int(status_of("PUT /p HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"), 413,
	    "nor a length that no number holds");
	memset(huge, 'a', sizeof(huge));
	is_int(read_whole(text).reader.status, 431, "a request line without an end is refused");
	memcpy(huge, "GET /p HTTP/1.1\r\nA:", 19);
	is_int(read_whole(text).reader.status, 431, "so is a field without an end");
	memcpy(huge + REQUEST_HEAD_MOST - 4, "\r\n\r\n", 4);
	text.n = REQUEST_HEAD_MOST;
	is_int(read_whole(text).state, REQUEST_WHOLE, "a head of 64 KiB is read");
	memset(huge, 'a', sizeof(huge));
	memcpy(huge, CHUNKED, sizeof(CHUNKED) - 1);
	text.n = sizeof(CHUNKED) + 1100;
	is_int(read_whole(text).reader.status, 400, "a chunk's line without an end is refused");
	text.n = sizeof(huge);
	memcpy(huge + sizeof(CHUNKED) - 1, "0\r\n", 3);
	is_int(read_whole(text).reader.status, 431, "so is a trailer");
}

/* What a request asks: its model and whether it wants a stream. */
static void
questions(void)
{
	struct outcome o;

	o = read_whole(STR("POST /v1/x HTTP/1.1\r\nContent-Length: 34\r\n\r\n{\"model\":\"a\\u0062\", \"stream\":true}"));
	is_slice(o.request.model, "ab", "the model is the body's, unescaped");
	ok(o.request.stream, "so is the stream");
	o = read_whole(STR("POST /v1beta/models/g-1:streamGenerateContent HTTP/1.1\r\n\r\n"));
	is_slice(o.request.model, "g-1", "else they are the path's");
	ok(o.request.stream, "where a stream is a verb");
	o = read_whole(STR("POST /v1/x HTTP/1.1\r\nContent-Length: 13\r\n\r\n{\"model\":\"a\", "));
	ok(o.request.json == NULL && o.request.model.n == 0, "a body that is no JSON names no model");
}

/* A body too large for a whole tree still names its model. */
static void
large_bodies(void)
{
	struct buf	      b = { 0 };
	struct request_reader r = { 0 };
	struct sim_request    q = { 0 };

	buf_printf(&b, "POST /p HTTP/1.1\r\nContent-Length: %d\r\n\r\n{\"model\":\"big\",\"x\":[0", (2 << 20) + 24);
	for (size_t i = 0; i < 1 << 20; i++)
		buf_cstr(&b, ",1");
	buf_cstr(&b, "] }");
	is_int(request_read(&r, b.p, b.n), REQUEST_WHOLE, "a body of 2 MiB is read");
	request_look(&r, b.p, &arena, &q);
	is_slice(q.model, "big", "its model is known");
	ok(arena.bytes < 1 << 20, "without a node for each of its million elements");
	buf_done(&b);
}

int
main(void)
{
	arena_init(&arena);
	wholes();
	connections();
	refusals();
	chunks();
	limits();
	questions();
	large_bodies();
	arena_done(&arena);
	return tap_done();
}
