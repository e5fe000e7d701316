/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing_test.c - each message of framing_cases.def, cut at every byte.
 */
#include "net/framing.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

#define OK(n) (1000 + (n))
#define MORE(n) (2000 + (n))
#define IS_STATUS(want) ((want) < 1000)

static const struct framing_limits limits = { .head_bytes = 2048, .headers = 20, .body_bytes = 1000 };

enum frame { FRAME_RAW, FRAME_LINE, FRAME_HEAD, FRAME_BARE, FRAME_OLD, FRAME_CHUNKS };

static const struct {
	const char *before, *after;
} frames[] = {
	[FRAME_RAW] = { "", "" },
	[FRAME_LINE] = { "", "\r\nHost: a\r\n\r\n" },
	[FRAME_HEAD] = { "POST /p HTTP/1.1\r\nHost: a\r\n", "\r\n" },
	[FRAME_BARE] = { "POST /p HTTP/1.1\r\n", "\r\n" },
	[FRAME_OLD] = { "POST /p HTTP/1.0\r\n", "\r\n" },
	[FRAME_CHUNKS] = { "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "" },
};

#define BYTES(frame, want, text) { frame, want, text, sizeof(text) - 1 },
#define RAW(want, text) BYTES(FRAME_RAW, want, text)
#define LINE(want, text) BYTES(FRAME_LINE, want, text)
#define HEAD(want, text) BYTES(FRAME_HEAD, want, text)
#define BARE(want, text) BYTES(FRAME_BARE, want, text)
#define OLD(want, text) BYTES(FRAME_OLD, want, text)
#define CHUNKS(want, text) BYTES(FRAME_CHUNKS, want, text)

static const struct {
	enum frame  frame;
	int	    want;
	const char *text;
	size_t	    n;
} cases[] = {
#include "framing_cases.def"
};

/* What one way of cutting the bytes came to. */
struct outcome {
	size_t	 taken;
	uint64_t ended;
	enum framing_at at;
	int	 status;
	uint64_t body;
};

static struct outcome
feed_cut(struct str message, size_t first, size_t each)
{
	struct framing f;
	struct outcome o = { 0 };
	size_t n = first;

	framing_init(&f);
	while (o.taken < message.n && f.at != FRAMING_BAD) {
		size_t most = message.n - o.taken < n ? message.n - o.taken : n;
		size_t k = framing_feed(&f, &limits, message.p + o.taken, most);

		o.taken += k;
		n = each;
		if (k < most)
			break;
	}
	o.ended = f.ended;
	o.at = f.at;
	o.status = f.at == FRAMING_BAD ? f.status : 0;
	o.body = f.body_seen;
	return o;
}

static bool
same(struct outcome a, struct outcome b)
{
	return a.taken == b.taken && a.ended == b.ended && a.at == b.at && a.status == b.status &&
	    a.body == b.body;
}

static int
meaning(struct outcome o, size_t n)
{
	if (o.at == FRAMING_BAD)
		return o.status;
	if (o.taken != n)
		return -1;
	return o.at == FRAMING_IDLE ? OK((int)o.ended) : MORE((int)o.ended);
}

static void
describe(char *out, size_t size, const char *text, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n && k + 5 < size && i < 60; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= ' ' && c < 0x7f && c != '#' && c != '\\')
			out[k++] = (char)c;
		else
			k += (size_t)snprintf(out + k, size - k, "\\x%02x", c);
	}
	out[k] = '\0';
}

static void
run_case(size_t i)
{
	struct buf b = { 0 };
	char name[320];
	struct outcome whole;
	size_t odd = 0;

	buf_cstr(&b, frames[cases[i].frame].before);
	buf_add(&b, cases[i].text, cases[i].n);
	buf_cstr(&b, frames[cases[i].frame].after);
	describe(name, sizeof(name), cases[i].text, cases[i].n);
	whole = feed_cut(buf_view(&b), b.n, b.n);
	for (size_t cut = 1; cut < b.n; cut++)
		odd += !same(feed_cut(buf_view(&b), cut, b.n), whole);
	odd += !same(feed_cut(buf_view(&b), 1, 1), whole);
	is_int(meaning(whole, b.n), cases[i].want, "frame %d is judged: %s", cases[i].frame, name);
	is_int(odd, 0, "and however it is cut: %s", name);
	buf_done(&b);
}

static struct framing
fed(const char *text)
{
	struct framing f;

	framing_init(&f);
	framing_feed(&f, &limits, text, strlen(text));
	return f;
}

static void
test_what_a_head_says(void)
{
	struct framing f = fed("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
			       "Content-Length: 7\r\n\r\n");

	is_int(f.at, FRAMING_BODY, "a counted body is waited for");
	is_int(f.body_left, 7, "with what is left of it");
	ok(f.expects && !f.close && !f.chunked, "100-continue is expected, the connection stays");
	is_int(f.method, FRAMING_POST, "the method is known");
	f = fed("GET / HTTP/1.0\r\n\r\n");
	ok(f.close && f.minor == 0, "HTTP/1.0 closes");
	f = fed("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
	ok(!f.close, "HTTP/1.0 stays when it asks to");
	f = fed("GET / HTTP/1.0\r\nConnection: Kept-alive, xeep-alive, keep-alives\r\n\r\n");
	ok(f.close, "but only in so many words");
	f = fed("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE ,y\r\n\r\n");
	ok(f.close, "close is found in a list");
	f = fed("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed, xclose\r\n\r\n");
	ok(!f.close, "and only the whole token");
	f = fed("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n");
	ok(f.close, "close wins over keep-alive");
	f = fed("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
	ok(!f.expects, "HTTP/1.0 expects nothing");
	f = fed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	ok(!f.chunked && f.ended == 2 && f.requests == 2, "a message inherits nothing from the one before");
}

static void
test_steps(void)
{
	static const char text[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
				   "3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\nGET";
	struct framing f;
	struct buf body = { 0 };
	enum framing_event what;
	size_t used = 0, heads = 0;

	framing_init(&f);
	do {
		size_t k = framing_step(&f, &limits, text + used, sizeof(text) - 1 - used, &what);

		if (what == FRAMING_DATA)
			buf_add(&body, text + used, k);
		heads += what == FRAMING_HEAD_END;
		used += k;
	} while (f.at != FRAMING_IDLE && f.at != FRAMING_BAD);
	is_slice(buf_view(&body), "abcde", "the steps tell the body from its framing");
	is_int(heads, 1, "and say once that the head is complete");
	is_int(sizeof(text) - 1 - used, 3, "and stop where the message ends");
	buf_done(&body);
}

/* A head with `line` more bytes in its path and `rest` in a header. */
static int
judge_sizes(size_t line, size_t rest, unsigned lines)
{
	struct buf b = { 0 };
	struct outcome o;

	buf_cstr(&b, "GET /");
	for (size_t i = 0; i < line; i++)
		buf_byte(&b, 'p');
	buf_cstr(&b, " HTTP/1.1\r\nHost: a\r\nX: ");
	for (size_t i = 0; i < rest; i++)
		buf_byte(&b, 'h');
	buf_cstr(&b, "\r\n");
	for (unsigned i = 0; i < lines; i++)
		buf_cstr(&b, "Y: z\r\n");
	buf_cstr(&b, "\r\n");
	o = feed_cut(buf_view(&b), b.n, b.n);
	ok(same(feed_cut(buf_view(&b), 1, 1), o), "byte by byte it is the same");
	buf_done(&b);
	return meaning(o, o.taken);
}

static void
test_caps(void)
{
	is_int(judge_sizes(1008, 0, 0), OK(1), "a request line of half the head is taken");
	is_int(judge_sizes(1009, 0, 0), 414, "one byte more is refused as too long");
	is_int(judge_sizes(5000, 0, 0), 414, "and so is a long one");
	is_int(judge_sizes(0, 2016, 0), OK(1), "a head of exactly the cap is taken");
	is_int(judge_sizes(0, 2017, 0), 431, "one byte more is refused as too large");
	is_int(judge_sizes(0, 100000, 0), 431, "and so is a huge one");
	is_int(judge_sizes(0, 0, 18), OK(1), "the cap of header lines may be reached");
	is_int(judge_sizes(0, 0, 19), 431, "but not passed");
}

static void
test_chunk_caps(void)
{
	static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
	struct buf b = { 0 };
	struct framing f;

	buf_cstr(&b, head);
	buf_cstr(&b, "1;");
	for (int i = 0; i < 1100; i++)
		buf_byte(&b, 'e');
	f = fed("");
	framing_feed(&f, &limits, b.p, b.n);
	is_int(f.status, 400, "an endless extension is refused");
	buf_clear(&b);
	buf_cstr(&b, head);
	for (int i = 0; i < 100; i++)
		buf_cstr(&b, "1;eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\r\nx\r\n");
	f = fed("");
	framing_feed(&f, &limits, b.p, b.n);
	is_int(f.status, 400, "and so are many small ones");
	buf_clear(&b);
	buf_cstr(&b, head);
	for (int i = 0; i < 1000; i++)
		buf_cstr(&b, "1\r\nx\r\n");
	buf_cstr(&b, "0\r\n\r\n");
	f = fed("");
	is_int(framing_feed(&f, &limits, b.p, b.n), b.n, "a thousand chunks of one byte are a body");
	is_int(f.ended, 1, "that ends");
	buf_clear(&b);
	buf_cstr(&b, head);
	buf_cstr(&b, "0\r\n");
	for (int i = 0; i < 18; i++)
		buf_printf(&b, "X%d: %0120d\r\n", i, 0);
	f = fed("");
	framing_feed(&f, &limits, b.p, b.n);
	is_int(f.status, 431, "trailers count as head");
	buf_done(&b);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(i);
	ok(sizeof(cases) / sizeof(cases[0]) >= 300, "there are at least 300 messages");
	test_what_a_head_says();
	test_steps();
	test_caps();
	test_chunk_caps();
	return tap_done();
}
