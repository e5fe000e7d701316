/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan.c - the grammar of RFC 8259, strictly.
 *
 * Runs in: everywhere.
 *
 * Nothing here allocates or recurses, and every byte is looked at once.  The
 * scanner never reads at or behind `end`: bodies carry no NUL.
 */
#include "base/json_scan.h"

#include <string.h>

#include "base/json_plain.h"
#include "base/utf8.h"

/* ---------------------------------------------------------------- pieces */

void
json_scan_start(struct json_scan *s, struct str src, uint32_t most)
{
	s->start = s->p = src.n == 0 ? "" : src.p;
	s->end = s->p + src.n;
	s->what = NULL;
	s->depth = 0;
	s->most = most == 0 ? JSON_DEPTH : most < JSON_DEPTH_MOST ? most : JSON_DEPTH_MOST;
}

int
json_scan_fail(struct json_scan *s, const char *what)
{
	s->what = what;
	return -1;
}

static inline int
fail_at(struct json_scan *s, const char *p, const char *what)
{
	s->p = p;
	return json_scan_fail(s, what);
}

static inline int
space(struct json_scan *s)
{
	const char *p = s->p;

	while (p < s->end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	s->p = p;
	return p < s->end ? 0 : json_scan_fail(s, "unexpected end");
}

static inline bool
digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static inline const char *
digits(const char *p, const char *end)
{
	while (digit(p, end))
		p++;
	return p;
}

static int
number(struct json_scan *s)
{
	const char *p = s->p, *end = s->end;

	if (*p == '-')
		p++;
	if (!digit(p, end))
		return fail_at(s, p, "bad number");
	p = *p == '0' ? p + 1 : digits(p, end);
	if (p < end && *p == '.') {
		if (!digit(++p, end))
			return fail_at(s, p, "bad number");
		p = digits(p, end);
	}
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if (!digit(p, end))
			return fail_at(s, p, "bad number");
		p = digits(p, end);
	}
	s->p = p;
	return 0;
}

static int
literal(struct json_scan *s, struct str word)
{
	if ((size_t)(s->end - s->p) < word.n || memcmp(s->p, word.p, word.n) != 0)
		return json_scan_fail(s, "unexpected character");
	s->p += word.n;
	return 0;
}

static inline bool
hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static const unsigned char escape_length[256] = {
	['"'] = 2, ['\\'] = 2, ['/'] = 2, ['b'] = 2, ['f'] = 2, ['n'] = 2, ['r'] = 2, ['t'] = 2,
};

/* Bytes of the escape at p, 0 when it is none. */
static inline size_t
escape(const char *p, const char *end)
{
	if (end - p < 2)
		return 0;
	if (escape_length[(unsigned char)p[1]] == 2)
		return 2;
	return p[1] == 'u' && end - p >= 6 && hex(p[2]) && hex(p[3]) && hex(p[4]) && hex(p[5]) ? 6 : 0;
}

static inline int
string(struct json_scan *s, bool *escaped)
{
	const char *p = s->p + 1, *end = s->end, *odd;
	size_t	    n;

	*escaped = false;
	for (;;) {
		odd = p = plain_skip(p, end);
		if (p == end)
			return fail_at(s, p, "unterminated string");
		if (*p == '"')
			break;
		if (*p == '\\') {
			*escaped = true;
			if ((n = escape(p, end)) == 0)
				return fail_at(s, p, "bad escape");
			p += n;
		} else if ((*p & 0x80) == 0) {
			return fail_at(s, p, "control character in a string");
		} else if ((p = utf8_run(p, end)) == odd) {
			return fail_at(s, p, "bad UTF-8");
		}
	}
	s->p = p + 1;
	return 0;
}

static inline int
scalar(struct json_scan *s, bool *escaped)
{
	switch (*s->p) {
	case '"':
		return string(s, escaped);
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return number(s);
	case 't':
		return literal(s, STR("true"));
	case 'f':
		return literal(s, STR("false"));
	case 'n':
		return literal(s, STR("null"));
	default:
		return json_scan_fail(s, "unexpected character");
	}
}

static inline bool
in_object(const struct json_scan *s)
{
	uint32_t top = s->depth - 1;

	return (s->objects[top / 64] >> top % 64 & 1) != 0;
}

static inline int
open_container(struct json_scan *s)
{
	char	 close = *s->p == '{' ? '}' : ']';
	uint64_t bit = UINT64_C(1) << s->depth % 64, *word = &s->objects[s->depth / 64];

	if (s->depth == s->most)
		return json_scan_fail(s, "nested too deep");
	*word = close == '}' ? *word | bit : *word & ~bit;
	s->depth++;
	s->p++;
	if (space(s) < 0)
		return -1;
	if (*s->p != close)
		return 1;
	s->depth--;
	s->p++;
	return 0;
}

static inline int
next(struct json_scan *s)
{
	if (space(s) < 0)
		return -1;
	if (*s->p == ',') {
		s->p++;
		return 1;
	}
	if (*s->p != (in_object(s) ? '}' : ']'))
		return json_scan_fail(s, "unexpected character");
	s->p++;
	s->depth--;
	return 0;
}

static inline int
member_name(struct json_scan *s, struct str *name, bool *escaped)
{
	if (space(s) < 0)
		return -1;
	if (*s->p != '"')
		return json_scan_fail(s, "a name is expected");
	name->p = s->p + 1;
	if (string(s, escaped) < 0)
		return -1;
	name->n = (size_t)(s->p - 1 - name->p);
	if (space(s) < 0)
		return -1;
	if (*s->p != ':')
		return json_scan_fail(s, "a colon is expected");
	s->p++;
	return 0;
}

/* ---------------------------------------------------------------- for json.c */

int
json_scan_space(struct json_scan *s)
{
	return space(s);
}

int
json_scan_scalar(struct json_scan *s, bool *escaped)
{
	return scalar(s, escaped);
}

int
json_scan_open(struct json_scan *s)
{
	return open_container(s);
}

int
json_scan_next(struct json_scan *s)
{
	return next(s);
}

bool
json_scan_in_object(const struct json_scan *s)
{
	return in_object(s);
}

int
json_scan_name(struct json_scan *s, struct str *name, bool *escaped)
{
	return member_name(s, name, escaped);
}

int
json_scan_end(struct json_scan *s)
{
	if (space(s) == 0)
		return json_scan_fail(s, "trailing data");
	s->what = NULL;
	return 0;
}

/* Behind a value: 1 when another one follows somewhere, 0 when the outermost is done. */
static inline int
close_containers(struct json_scan *s, uint32_t base, uint32_t *count)
{
	while (s->depth > base) {
		int more = next(s);

		if (more < 0)
			return -1;
		if (more > 0) {
			*count += s->depth == base + 1;
			return 1;
		}
	}
	return 0;
}

int
json_scan_value(struct json_scan *s, uint32_t *count)
{
	uint32_t   base = s->depth;
	struct str name;
	bool	   escaped;
	int	   more;

	*count = 0;
	for (;;) {
		if (space(s) < 0)
			return -1;
		if (*s->p == '{' || *s->p == '[') {
			more = open_container(s);
			*count += more > 0 && s->depth == base + 1;
		} else {
			more = scalar(s, &escaped);
		}
		if (more == 0)
			more = close_containers(s, base, count);
		if (more <= 0)
			return more;
		if (in_object(s) && member_name(s, &name, &escaped) < 0)
			return -1;
	}
}
