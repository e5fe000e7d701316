/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define JSON "Content-Type: application/json\r\n"

struct odd {
	const char	 *what;
	const struct act *script;
	enum fault	  fault;
	int		  status;	/* 0: no head came up */
	const char	 *body;		/* NULL: does not matter */
	bool		  by_close;
};

static const char many_interims[] =
    "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\n"
    "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\n"
    "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\n"
    "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 103 x\r\n\r\n";

static const struct act s_counted[] = { READ, SEND(OK_HEAD JSON "Content-Length: 5\r\nX-Probe: yes\r\n\r\nhello"), HANG };
static const struct act s_chunked[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-Probe: late\r\n\r\n"), HANG };
static const struct act s_empty[] = { READ, SEND(OK_HEAD "Content-Length: 0\r\n\r\n"), HANG };
static const struct act s_drip[] = { READ,
	DRIP(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"), HANG };
static const struct act s_closed[] = { READ, SEND(OK_HEAD JSON "\r\nhello"), CLOSE };
static const struct act s_old[] = { READ, SEND("HTTP/1.0 200 OK\r\n\r\nhello"), CLOSE };
static const struct act s_interim[] = { READ,
	SEND("HTTP/1.1 100 Continue\r\nContent-Length: 99\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" OK_HEAD
	     "Content-Length: 5\r\n\r\nhello"), HANG };
static const struct act s_interim16[] = { READ, { OP_SEND, many_interims, sizeof(many_interims) - 1 },
	SEND(OK_HEAD "Content-Length: 5\r\n\r\nhello"), HANG };
static const struct act s_interim17[] = { READ, { OP_SEND, many_interims, sizeof(many_interims) - 1 },
	SEND("HTTP/1.1 100 x\r\n\r\n" OK_HEAD "Content-Length: 5\r\n\r\nhello"), HANG };
static const struct act s_interims[] = { READ, FLOOD("HTTP/1.1 102 x\r\n\r\n", 100000000), HANG };
static const struct act s_switch[] = { READ,
	SEND("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello"), HANG };
static const struct act s_204[] = { READ, SEND("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello"), HANG };
static const struct act s_304[] = { READ,
	SEND("HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), HANG };
static const struct act s_moved[] = { READ,
	SEND("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 5\r\n\r\nhello"), HANG };
static const struct act s_html[] = { READ,
	SEND("HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<b>x>"), HANG };
static const struct act s_gzip[] = { READ,
	SEND(OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"), HANG };
static const struct act s_bare_lf[] = { READ, SEND("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"), HANG };
static const struct act s_same_length[] = { READ,
	SEND(OK_HEAD "Content-Length: 5\r\ncontent-length: 5\r\n\r\nhello"), HANG };
static const struct act s_both[] = { READ,
	SEND(OK_HEAD "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), HANG };
static const struct act s_long[] = { READ, SEND(OK_HEAD "Content-Length: 5\r\n\r\nhello and more"), HANG };

static const struct act s_silent_close[] = { READ, CLOSE };
static const struct act s_close_unread[] = { CLOSE };
static const struct act s_reset[] = { READ, RESET };
static const struct act s_cut_status[] = { READ, SEND("HTTP/1.1 20"), CLOSE };
static const struct act s_cut_head[] = { READ, SEND(OK_HEAD "Content-Le"), CLOSE };
static const struct act s_cut_line[] = { READ, SEND(OK_HEAD JSON), CLOSE };
static const struct act s_reset_head[] = { READ, SEND(OK_HEAD "Content-Le"), NAP(30), RESET };
static const struct act s_short[] = { READ, SEND(OK_HEAD "Content-Length: 10\r\n\r\nhello"), CLOSE };
static const struct act s_reset_body[] = { READ, SEND(OK_HEAD "Content-Length: 10\r\n\r\nhello"), NAP(30), RESET };
static const struct act s_no_last[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), CLOSE };
static const struct act s_cut_chunk[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"), CLOSE };
static const struct act s_cut_trailer[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"), CLOSE };
static const struct act s_bad_chunk[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"), HANG };
static const struct act s_huge_chunk[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello"), HANG };
static const struct act s_negative_chunk[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n"), HANG };
static const struct act s_chunk_end[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n"), HANG };

static const struct act s_two_lengths[] = { READ,
	SEND(OK_HEAD "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), HANG };
static const struct act s_list_length[] = { READ, SEND(OK_HEAD "Content-Length: 5, 5\r\n\r\nhello"), HANG };
static const struct act s_minus_length[] = { READ, SEND(OK_HEAD "Content-Length: -5\r\n\r\nhello"), HANG };
static const struct act s_word_length[] = { READ, SEND(OK_HEAD "Content-Length: five\r\n\r\nhello"), HANG };
static const struct act s_vast_length[] = { READ,
	SEND(OK_HEAD "Content-Length: 99999999999999999999\r\n\r\nhello"), HANG };
static const struct act s_coding[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), HANG };
static const struct act s_two_codings[] = { READ,
	SEND(OK_HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), HANG };
static const struct act s_garbage[] = { READ, SEND("\x16\x03\x01 what\r\n\r\nhello"), CLOSE };
static const struct act s_zero_nine[] = { READ, SEND("hello, this is no head"), CLOSE };
static const struct act s_no_status[] = { READ, SEND("HTTP/1.1 abc\r\nContent-Length: 5\r\n\r\nhello"), CLOSE };
static const struct act s_two[] = { READ, SEND("HTTP/2 200\r\nContent-Length: 5\r\n\r\nhello"), CLOSE };
static const struct act s_nul[] = { READ, SEND(OK_HEAD "X: a\0b\r\nContent-Length: 5\r\n\r\nhello"), CLOSE };
static const struct act s_cr[] = { READ, SEND(OK_HEAD "X: a\rb: c\r\nContent-Length: 5\r\n\r\nhello"), CLOSE };
static const struct act s_big_header[] = { READ, SEND(OK_HEAD "X: "), FLOOD("yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 100000000), HANG };
static const struct act s_many_headers[] = { READ, SEND(OK_HEAD), FLOOD("X-Header: yyyyyyyyyyyyyy\r\n", 100000000), HANG };
static const struct act s_vast[] = { READ, SEND(OK_HEAD "Content-Length: 1073741824\r\n\r\nhello"), HANG };
static const struct act s_flood[] = { READ, SEND(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"),
	FLOOD("20\r\nyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 100000000), HANG };
static const struct act s_flood_close[] = { READ, SEND(OK_HEAD "\r\n"),
	FLOOD("yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 100000000), HANG };

static const struct odd odds[] = {
	{ "a counted reply arrives whole", s_counted, FAULT_NONE, 200, "hello", false },
	{ "a chunked reply arrives without its chunks", s_chunked, FAULT_NONE, 200, "hello", false },
	{ "an empty reply is complete", s_empty, FAULT_NONE, 200, "", false },
	{ "a reply that drips byte by byte arrives whole", s_drip, FAULT_NONE, 200, "hello", false },
	{ "a reply without length ends with the connection", s_closed, FAULT_NONE, 200, "hello", true },
	{ "so does one of HTTP/1.0", s_old, FAULT_NONE, 200, "hello", true },
	{ "interim responses are skipped, with what they say of a body", s_interim, FAULT_NONE, 200, "hello", false },
	{ "sixteen of them are borne", s_interim16, FAULT_NONE, 200, "hello", false },
	{ "seventeen are not", s_interim17, FAULT_UP_GARBAGE, 0, "", false },
	{ "a storm of interim responses is garbage", s_interims, FAULT_UP_GARBAGE, 0, "", false },
	{ "a switch of protocols is garbage", s_switch, FAULT_UP_GARBAGE, 0, "", false },
	{ "204 has no body whatever follows", s_204, FAULT_NONE, 204, "", false },
	{ "304 has no body whatever follows", s_304, FAULT_NONE, 304, "", false },
	{ "a redirect is a reply like others and not followed", s_moved, FAULT_NONE, 302, "hello", false },
	{ "an error page is a reply like others", s_html, FAULT_NONE, 502, "<b>x>", false },
	{ "a compressed body passes as bytes", s_gzip, FAULT_NONE, 200, "hello", false },
	{ "lines may end with LF alone", s_bare_lf, FAULT_NONE, 200, "hello", false },
	{ "the same length twice is one length", s_same_length, FAULT_NONE, 200, "hello", false },
	{ "chunks go before a length", s_both, FAULT_NONE, 200, "hello", false },
	{ "bytes beyond the length are no part of the reply", s_long, FAULT_NONE, 200, "hello", false },

	{ "a close without an answer is a reset", s_silent_close, FAULT_UP_RESET, 0, "", false },
	{ "a close before the request was read too", s_close_unread, FAULT_UP_RESET, 0, "", false },
	{ "a reset instead of an answer is a reset", s_reset, FAULT_UP_RESET, 0, "", false },
	{ "a cut in the status line is a reset", s_cut_status, FAULT_UP_RESET, 0, "", false },
	{ "a cut within a header is a reset", s_cut_head, FAULT_UP_RESET, 0, "", false },
	{ "a cut between headers is a reset", s_cut_line, FAULT_UP_RESET, 0, "", false },
	{ "a reset within the head is a reset", s_reset_head, FAULT_UP_RESET, 0, "", false },
	{ "a reply shorter than its length is truncated", s_short, FAULT_UP_TRUNCATED, 200, "hello", false },
	{ "a reset within the body truncates it", s_reset_body, FAULT_UP_TRUNCATED, 200, "hello", false },
	{ "a missing last chunk truncates the body", s_no_last, FAULT_UP_TRUNCATED, 200, "hello", false },
	{ "a cut within a chunk truncates the body", s_cut_chunk, FAULT_UP_TRUNCATED, 200, "hel", false },
	{ "a cut before the end of the trailers truncates it", s_cut_trailer, FAULT_UP_TRUNCATED, 200, "hello", false },
	{ "a chunk size that is no number is garbage", s_bad_chunk, FAULT_UP_GARBAGE, 200, "hello", false },
	{ "a chunk size beyond 64 bits is garbage", s_huge_chunk, FAULT_UP_GARBAGE, 200, NULL, false },
	{ "a negative chunk size is garbage", s_negative_chunk, FAULT_UP_GARBAGE, 200, "", false },
	{ "a chunk that is longer than its size is garbage", s_chunk_end, FAULT_UP_GARBAGE, 200, NULL, false },

	{ "two different lengths are garbage", s_two_lengths, FAULT_UP_GARBAGE, 0, "", false },
	{ "a list of lengths is garbage", s_list_length, FAULT_UP_GARBAGE, 0, "", false },
	{ "a negative length is garbage", s_minus_length, FAULT_UP_GARBAGE, 0, "", false },
	{ "a length in words is garbage", s_word_length, FAULT_UP_GARBAGE, 0, "", false },
	{ "a length beyond 64 bits is garbage", s_vast_length, FAULT_UP_GARBAGE, 0, "", false },
	{ "a transfer coding that was not asked for is garbage", s_coding, FAULT_UP_GARBAGE, 0, "", false },
	{ "so is the right one twice", s_two_codings, FAULT_UP_GARBAGE, 0, "", false },
	{ "what is not HTTP is garbage", s_garbage, FAULT_UP_GARBAGE, 0, "", false },
	{ "HTTP/0.9 is garbage", s_zero_nine, FAULT_UP_GARBAGE, 0, "", false },
	{ "a status line without status is garbage", s_no_status, FAULT_UP_GARBAGE, 0, "", false },
	{ "HTTP/2 on a connection of HTTP/1.1 is garbage", s_two, FAULT_UP_GARBAGE, 0, "", false },
	{ "a NUL in the head is garbage", s_nul, FAULT_UP_GARBAGE, 0, "", false },
	{ "a lone CR in the head is garbage", s_cr, FAULT_UP_GARBAGE, 0, "", false },
	{ "a header without end is garbage", s_big_header, FAULT_UP_GARBAGE, 0, "", false },
	{ "headers without end are garbage", s_many_headers, FAULT_UP_GARBAGE, 0, "", false },
	{ "a length above the limit is refused before the body", s_vast, FAULT_UP_TOO_LARGE, 0, "", false },
	{ "chunks without end are stopped at the limit", s_flood, FAULT_UP_TOO_LARGE, 200, NULL, false },
	{ "bytes without end are stopped at the limit", s_flood_close, FAULT_UP_TOO_LARGE, 200, NULL, true },
};

static void
test_odd(const struct odd *o)
{
	struct got g = { 0 };

	got_script(&g, o->script);
	ok(g.ends == 1 && g.fault == o->fault && g.status == o->status && g.heads == (o->status != 0) &&
		g.by_close == o->by_close && g.seen <= 1000000 &&
		(o->body == NULL || str_is(buf_view(&g.body), o->body)),
	    "%s", o->what);
	if (g.ends != 1 || g.fault != o->fault || g.status != o->status || g.by_close != o->by_close)
		printf("# ends %d, fault %s, status %d, by close %d\n", g.ends, fault_info(g.fault)->name, g.status,
		    g.by_close);
	printf("# detail: %s\n", g.detail);
	buf_done(&g.body);
}

static void
test_headers(void)
{
	struct got g = { 0 };

	got_script(&g, s_counted);
	is_str(g.type, "application/json", "the content type is told");
	is_str(g.probe, "yes", "any header can be asked for, whatever its case");
	buf_done(&g.body);
	g = (struct got){ 0 };
	got_script(&g, s_chunked);
	is_str(g.type, "", "a missing header is empty");
	is_str(g.probe, "", "a trailer is no header");
	buf_done(&g.body);
}

static void
test_all(void)
{
	for (size_t i = 0; i < LENGTH(odds); i++)
		test_odd(&odds[i]);
	test_headers();
}

int
main(void)
{
	test_all();
	net_plain = true;
	test_all();
	return tap_done();
}
