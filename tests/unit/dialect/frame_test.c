/* SPDX-License-Identifier: Apache-2.0 */
/* frame_test.c - events framed for each wire format; lines and arrays of JSON split, however they were cut. */
#include <stdlib.h>

#include "dialect/frame.h"
#include "tap.h"

static const struct {
	const char  *what;
	enum framing framing;
	bool	     first;
	const char  *name, *payload, *want;
} frames[] = {
	{ "an event", FRAME_SSE, true, "", "{}", "data: {}\n\n" },
	{ "an event's name is not for plain streams", FRAME_SSE, false, "x", "{}", "data: {}\n\n" },
	{ "a named event", FRAME_SSE_NAMED, true, "ping", "{}", "event: ping\ndata: {}\n\n" },
	{ "a named event without its name", FRAME_SSE_NAMED, true, "", "{}", "data: {}\n\n" },
	{ "a line", FRAME_LINES, false, "x", "{}", "{}\n" },
	{ "the first of an array", FRAME_ARRAY, true, "", "{}", "[{}" },
	{ "the next of an array", FRAME_ARRAY, false, "", "{}", ",\n{}" },
	{ "line ends in a payload", FRAME_SSE, true, "", "{\n\"a\":\r\n1}", "data: { \"a\":  1}\n\n" },
	{ "line ends in a line", FRAME_LINES, true, "", "{\r}", "{ }\n" },
	{ "line ends in a name", FRAME_SSE_NAMED, true, "a\nb", "{}", "event: a b\ndata: {}\n\n" },
	{ "a line end at the end", FRAME_LINES, true, "", "{}\n", "{} \n" },
};

static const struct {
	const char *what, *in, *want;	/* want: values as <value>, then ! for a refusal or ? for one that is not whole */
} splits[] = {
	{ "lines", "{\"a\":1}\n{\"b\":2}\n", "<{\"a\":1}><{\"b\":2}>" },
	{ "lines with CRLF and blank ones", "{}\r\n\r\n{}\r\n", "<{}><{}>" },
	{ "no line end at the end", "{}\n{}", "<{}><{}>" },
	{ "no line end at all", "{}{}", "<{}><{}>" },
	{ "an array", "[{\"a\":1}\n,\r\n{\"b\":[2]}]\n", "<{\"a\":1}><{\"b\":[2]}>" },
	{ "an empty array", "[]", "" },
	{ "a byte order mark", "\xef\xbb\xbf{}\n", "<{}>" },
	{ "brackets in strings", "{\"a\":\"}]\\\"}{\"}\n{\"}\":\"\\\\\"}", "<{\"a\":\"}]\\\"}{\"}><{\"}\":\"\\\\\"}>" },
	{ "values over several lines", "{\n \"a\": [\n1\n]\n}\n", "<{\n \"a\": [\n1\n]\n}>" },
	{ "no JSON between the values", "{}\nhello", "<{}>!" },
	{ "no JSON at all", "<html>", "!" },
	{ "a value that is not whole", "{}\n{\"a\":", "<{}>?" },
	{ "a string that is not whole", "{\"a", "?" },
	{ "an array whose end is missing", "[{}", "<{}>" },
};

/* Fed in pieces of `step` bytes, each a heap block of its own, so that ASan sees overreads. */
static void
feed(struct buf *got, struct str in, size_t step, uint64_t most)
{
	struct values v;
	struct str    value;
	int	      rc = 0;

	values_init(&v, most);
	while (in.n > 0 && rc >= 0) {
		struct str piece = str_upto(in, step);
		char	  *copy = malloc(piece.n);
		struct str rest = { copy, piece.n };

		memcpy(copy, piece.p, piece.n);
		while ((rc = values_next(&v, &rest, &value)) > 0)
			buf_printf(got, "<" STR_FMT ">", STR_ARG(value));
		free(copy);
		in = str_from(in, piece.n);
	}
	if (rc < 0)
		buf_byte(got, '!');
	else if (values_end(&v) < 0)
		buf_byte(got, '?');
	buf_byte(got, '\0');
	values_done(&v);
}

static void
test_splits(size_t i)
{
	struct str in = str_of(splits[i].in);
	struct buf got = { 0 };
	bool	   same = true;

	for (size_t step = 1; step <= in.n; step++) {
		buf_clear(&got);
		feed(&got, in, step, 1 << 20);
		same = same && strcmp(got.p, splits[i].want) == 0;
		if (!same)
			break;
	}
	ok(same, "%s", splits[i].what);
	if (!same)
		printf("#  got: %s\n# want: %s\n", got.p, splits[i].want);
	buf_done(&got);
}

int
main(void)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < LENGTH(frames); i++) {
		buf_clear(&b);
		frame_write(&b, frames[i].framing, frames[i].first, str_of(frames[i].name), str_of(frames[i].payload));
		is_slice(buf_view(&b), frames[i].want, "%s", frames[i].what);
	}
	buf_clear(&b);
	frame_end(&b, FRAME_ARRAY, true);
	frame_end(&b, FRAME_ARRAY, false);
	frame_end(&b, FRAME_LINES, true);
	is_slice(buf_view(&b), "[]]", "only an array has an end");
	is_str(frame_content_type(FRAME_LINES), "application/x-ndjson", "lines have their media type");
	is_str(frame_content_type(FRAME_ARRAY), "application/json", "so has an array");
	is_str(frame_content_type(FRAME_SSE_NAMED), "text/event-stream", "and events");
	is_slice(frame_keepalive(FRAME_SSE), ": keep-alive\n\n", "events are kept alive by a comment");
	is_int(frame_keepalive(FRAME_LINES).n, 0, "lines have no comments");
	for (size_t i = 0; i < LENGTH(splits); i++)
		test_splits(i);
	buf_clear(&b);
	feed(&b, STR("{\"a\":1}\n{\"a\":12}\n"), 3, 7);
	is_str(b.p, "<{\"a\":1}>!", "a value larger than allowed is refused, cut or not");
	buf_clear(&b);
	feed(&b, STR("{\"a\":12}"), 8, 7);
	is_str(b.p, "!", "also when it comes whole");
	buf_done(&b);
	return tap_done();
}
