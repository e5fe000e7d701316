/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame.c - how the events of a stream are told apart on the wire.
 *
 * Runs in: worker.
 */
#include "dialect/frame.h"

#include <string.h>

/* Line ends in a payload would end its frame; between JSON's tokens a blank does as well. */
static void
add_line(struct buf *out, struct str payload)
{
	while (payload.n > 0) {
		size_t n = str_find_either(payload, '\n', '\r');

		buf_add(out, payload.p, n);
		if (n < payload.n)
			buf_byte(out, ' ');
		payload = str_from(payload, n + 1);
	}
}

void
frame_write(struct buf *out, enum framing framing, bool first, struct str name, struct str payload)
{
	if (framing == FRAME_ARRAY)
		buf_cstr(out, first ? "[" : ",\n");
	if (framing == FRAME_SSE_NAMED && name.n > 0) {
		buf_cstr(out, "event: ");
		add_line(out, name);
		buf_byte(out, '\n');
	}
	if (framing == FRAME_SSE || framing == FRAME_SSE_NAMED)
		buf_cstr(out, "data: ");
	add_line(out, payload);
	if (framing == FRAME_LINES)
		buf_byte(out, '\n');
	else if (framing != FRAME_ARRAY)
		buf_cstr(out, "\n\n");
}

void
frame_end(struct buf *out, enum framing framing, bool empty)
{
	if (framing == FRAME_ARRAY)
		buf_cstr(out, empty ? "[]" : "]");
}

const char *
frame_content_type(enum framing framing)
{
	if (framing == FRAME_LINES)
		return "application/x-ndjson";
	return framing == FRAME_ARRAY ? "application/json" : "text/event-stream";
}

struct str
frame_keepalive(enum framing framing)
{
	return framing == FRAME_SSE || framing == FRAME_SSE_NAMED ? STR(": keep-alive\n\n") : STR("");
}

/*
 * Values.  held has the beginning of a value whose end has not come.  Inside an
 * array the brackets and commas between the values are passed over, so lines
 * and an array need no telling apart: both are objects with something between.
 */
void
values_init(struct values *v, uint64_t most)
{
	memset(v, 0, sizeof(*v));
	v->most = most;
}

void
values_done(struct values *v)
{
	buf_done(&v->held);
}

static bool
may_stand_between(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == '[' || c == ']';
}

/* A byte order mark may come byte by byte. */
static bool
is_of_bom(char c)
{
	return c == '\xef' || c == '\xbb' || c == '\xbf';
}

/* True when this byte ends the value that it belongs to. */
static bool
ends_value(struct values *v, char c)
{
	if (v->in_string) {
		if (v->escaped)
			v->escaped = false;
		else if (c == '\\')
			v->escaped = true;
		else if (c == '"')
			v->in_string = false;
		return false;
	}
	if (c == '"')
		v->in_string = true;
	else if (c == '{' || c == '[')
		v->depth++;
	else if (c == '}' || c == ']')
		return --v->depth == 0;
	return false;
}

static size_t
skip_between(struct values *v, struct str in)
{
	size_t i = 0;

	while (i < in.n && (may_stand_between(in.p[i]) || (!v->begun && is_of_bom(in.p[i]))))
		i++;
	return i;
}

int
values_next(struct values *v, struct str *in, struct str *value)
{
	if (v->given)
		buf_clear(&v->held);
	v->given = false;
	if (v->depth == 0) {
		*in = str_from(*in, skip_between(v, *in));
		if (in->n > 0 && in->p[0] != '{')
			return -1;
	}
	for (size_t i = 0; i < in->n; i++) {
		v->begun = true;
		if (!ends_value(v, in->p[i]))
			continue;
		if (v->held.n + i >= v->most)
			return -1;
		*value = str_upto(*in, i + 1);
		if (v->held.n > 0) {
			buf_add(&v->held, in->p, i + 1);
			*value = buf_view(&v->held);
		}
		v->given = true;
		*in = str_from(*in, i + 1);
		return 1;
	}
	if (v->held.n + in->n > v->most)
		return -1;
	buf_str(&v->held, *in);
	*in = str_from(*in, in->n);
	return 0;
}

int
values_end(const struct values *v)
{
	return v->depth > 0 || v->in_string ? -1 : 0;
}
