/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse.c - server-sent events, split and written.
 *
 * Runs in: worker.
 *
 * held is two regions: [0, line) the data of the event being read, its lines
 * joined by one blank (JSON does not mind), and [line, n) the bytes of a line
 * whose end has not come.  Most events touch neither: they are slices of what
 * was fed.
 */
#include "dialect/sse.h"

#include <string.h>

void
sse_init(struct sse *s, uint64_t most)
{
	memset(s, 0, sizeof(*s));
	s->most = most;
}

void
sse_done(struct sse *s)
{
	buf_done(&s->held);
}

/* Offset of the first CR or LF, or n. */
static size_t
line_end(struct str s)
{
	return str_find_either(s, '\n', '\r');
}

static void
forget_event(struct sse *s)
{
	buf_drop(&s->held, s->line);
	s->line = 0;
	s->has_data = s->given = false;
	s->name_n = 0;
}

/* One line without its end, as a field; the value behind the colon and at most one blank. */
static struct str
field_value(struct str line, size_t colon)
{
	struct str value = str_from(line, colon + 1);

	if (value.n > 0 && value.p[0] == ' ')
		value = str_from(value, 1);
	return value;
}

/* The line that *in begins with is blank: the event before it is whole. */
static bool
blank_follows(struct str in)
{
	return in.n > 0 && (in.p[0] == '\n' || (in.p[0] == '\r' && in.n > 1 && in.p[1] == '\n'));
}

/* In place, as an event may have a million lines: a held line's name is longer than the blank. */
static void
keep_data(struct sse *s, struct str value, bool in_feed)
{
	if (in_feed) {
		if (s->has_data)
			buf_byte(&s->held, ' ');
		buf_str(&s->held, value);
	} else {
		if (s->has_data)
			s->held.p[s->line++] = ' ';
		memmove(s->held.p + s->line, value.p, value.n);
		s->held.n = s->line + value.n;
	}
	s->line = s->held.n;
	s->has_data = true;
}

static void
keep_name(struct sse *s, struct str value)
{
	value = str_upto(value, sizeof(s->name));
	s->name_n = (uint8_t)value.n;
	memcpy(s->name, value.p, value.n);
}

static bool
deliver(struct sse *s, struct str data, struct sse_event *e)
{
	e->data = data;
	e->name = (struct str){ s->name, s->name_n };
	s->given = true;
	return true;
}

/* A whole line.  True when it made an event whole: the event is in *e. */
static bool
take_line(struct sse *s, struct str line, bool in_feed, struct str rest, struct sse_event *e)
{
	size_t	   colon = str_find_byte(line, ':');
	struct str name = str_upto(line, colon), value = field_value(line, colon);

	if (line.n == 0) {
		s->held.n = s->line;	/* a held line may have been a lone BOM */
		if (s->has_data)
			return deliver(s, (struct str){ s->held.p, s->line }, e);
		s->name_n = 0;
		return false;
	}
	if (str_is(name, "event")) {
		keep_name(s, value);
	} else if (str_is(name, "data") && value.n > 0) {
		if (in_feed && !s->has_data && blank_follows(rest))
			return deliver(s, value, e);
		keep_data(s, value, in_feed);
		return false;
	}
	s->held.n = s->line;
	return false;
}

static struct str
without_bom(struct sse *s, struct str line)
{
	if (!s->begun && str_starts(line, STR("\xef\xbb\xbf")))
		line = str_from(line, 3);
	s->begun = true;
	return line;
}

/* The line whose end has not come. */
static struct str
unfinished(const struct sse *s)
{
	return str_from(buf_view(&s->held), s->line);
}

int
sse_next(struct sse *s, struct str *in, struct sse_event *e)
{
	if (s->given)
		forget_event(s);
	while (in->n > 0) {
		struct str line;
		size_t	   end;
		bool	   in_feed = s->held.n == s->line;

		if (s->cr && in->p[0] == '\n') {
			s->cr = false;
			*in = str_from(*in, 1);
			continue;
		}
		s->cr = false;
		end = line_end(*in);
		if (s->held.n + end > s->most)
			return -1;
		if (end == in->n) {
			buf_str(&s->held, *in);
			*in = str_from(*in, end);
			return 0;
		}
		if (in_feed) {
			line = str_upto(*in, end);
		} else {
			buf_add(&s->held, in->p, end);
			line = unfinished(s);
		}
		s->cr = in->p[end] == '\r';
		*in = str_from(*in, end + 1);
		if (s->cr && in->n > 0 && in->p[0] == '\n') {
			s->cr = false;
			*in = str_from(*in, 1);
		}
		if (take_line(s, without_bom(s, line), in_feed, *in, e))
			return 1;
	}
	return 0;
}

int
sse_end(struct sse *s, struct sse_event *e)
{
	struct str line = unfinished(s);

	if (s->given)
		forget_event(s);
	else if (line.n > 0 && take_line(s, without_bom(s, line), false, STR_NONE, e))
		return 1;
	return s->has_data && take_line(s, STR(""), false, STR_NONE, e);
}

void
sse_write(struct buf *out, struct str payload)
{
	buf_add(out, "data: ", 6);
	buf_str(out, payload);
	buf_add(out, "\n\n", 2);
}
