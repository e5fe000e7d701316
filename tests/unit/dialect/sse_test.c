/* SPDX-License-Identifier: Apache-2.0 */
/* sse_test.c - events come out whole and clean, however the bytes were cut. */
#include <stdlib.h>

#include "dialect/sse.h"
#include "tap.h"

static const struct {
	const char *what, *in, *want;	/* want: events as <name|data>, then <end> for one that sse_end() gave */
} cases[] = {
	{ "a plain event", "data: {\"a\":1}\n\n", "<|{\"a\":1}>" },
	{ "two events", "data: a\n\ndata: b\n\n", "<|a><|b>" },
	{ "CRLF line ends", "data: a\r\n\r\ndata: b\r\n\r\n", "<|a><|b>" },
	{ "CR line ends", "data: a\r\rdata: b\r\r", "<|a><|b>" },
	{ "no blank after the colon", "data:a\n\n", "<|a>" },
	{ "only one blank is taken off", "data:  a\n\n", "<| a>" },
	{ "a byte order mark", "\xef\xbb\xbf" "data: a\n\n", "<|a>" },
	{ "a byte order mark alone on its line", "\xef\xbb\xbf\ndata: a\n\ndata: b\n\n", "<|a><|b>" },
	{ "comments between events", ": hello\n\ndata: a\n\n: x\n\n", "<|a>" },
	{ "a comment inside a block", ": hello\ndata: a\n\n", "<|a>" },
	{ "a comment after the data of a block", "data: a\n: hello\n\n", "<|a>" },
	{ "several data lines are joined by blanks", "data: {\"a\":\ndata: 1}\n\n", "<|{\"a\": 1}>" },
	{ "empty data is no event", "data:\n\ndata: \n\ndata: a\n\n", "<|a>" },
	{ "an event's name", "event: error\ndata: a\n\n", "<error|a>" },
	{ "a name behind the data", "data: a\nevent: error\n\n", "<error|a>" },
	{ "a name is forgotten with its event", "event: ping\ndata: a\n\ndata: b\n\n", "<ping|a><|b>" },
	{ "a name without data is forgotten", "event: ping\n\ndata: b\n\n", "<|b>" },
	{ "id and retry lines are passed over", "id: 1\nretry: 5\ndata: a\n\n", "<|a>" },
	{ "a field name alone on its line", "data\n\ndata: a\n\n", "<|a>" },
	{ "no blank line at the end", "data: a\n\ndata: b\n", "<|a><|b><end>" },
	{ "no line end at the end", "data: a\n\ndata: b", "<|a><|b><end>" },
	{ "many blank lines", "\n\n\ndata: a\n\n\n\n", "<|a>" },
	{ "characters of several bytes", "data: \xe2\x82\xac\n\n", "<|\xe2\x82\xac>" },
};

static void
note(struct buf *got, const struct sse_event *e)
{
	buf_printf(got, "<" STR_FMT "|" STR_FMT ">", STR_ARG(e->name), STR_ARG(e->data));
}

/* Fed in pieces of `first` bytes, then of `step`; each piece is a heap block of its own, so that ASan sees overreads. */
static void
feed(struct buf *got, struct str in, size_t first, size_t step)
{
	struct sse	 s;
	struct sse_event e;

	sse_init(&s, 1 << 20);
	for (size_t n = first; in.n > 0; n = step) {
		struct str piece = str_upto(in, n > 0 ? n : 1);
		char	  *copy = malloc(piece.n);
		struct str rest = { copy, piece.n };

		memcpy(copy, piece.p, piece.n);
		while (sse_next(&s, &rest, &e) > 0)
			note(got, &e);
		free(copy);
		in = str_from(in, piece.n);
	}
	if (sse_end(&s, &e)) {
		note(got, &e);
		buf_cstr(got, "<end>");
	}
	buf_byte(got, '\0');
	sse_done(&s);
}

int
main(void)
{
	struct buf	 got = { 0 };
	struct sse	 s;
	struct sse_event e;
	struct str	 large = STR("data: 0123456789012345678901234567890123456789\n\n");

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct str in = str_of(cases[i].in);
		int	   same = 1;

		feed(&got, in, in.n, in.n);
		is_str(got.p, cases[i].want, "%s", cases[i].what);
		for (size_t first = 1; first <= in.n; first++) {
			for (size_t step = 1; step <= in.n; step++) {
				buf_clear(&got);
				feed(&got, in, first, step);
				same = same && strcmp(got.p, cases[i].want) == 0;
			}
		}
		ok(same, "%s: the same at every cut", cases[i].what);
		buf_clear(&got);
	}
	sse_init(&s, 20);
	is_int(sse_next(&s, &large, &e), -1, "an event above the cap is refused");
	sse_done(&s);
	sse_write(&got, STR("{}"));
	is_slice(buf_view(&got), "data: {}\n\n", "an event is written as one data line and a blank one");
	buf_done(&got);
	return tap_done();
}
