/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_write.c - JSON text, value by value.
 *
 * Runs in: everywhere.
 *
 * Whatever bytes come in, what goes out is valid JSON: a byte that is not
 * UTF-8 becomes U+FFFD.  Nesting is the caller's; only commas, quotes and
 * indentation are ours.
 */
#include "base/json.h"

#include <assert.h>
#include <string.h>

#include "base/json_plain.h"
#include "base/utf8.h"

/* ---------------------------------------------------------------- strings */

static void
quote_control(struct buf *to, unsigned char c)
{
	static const char from[] = "\b\f\n\r\t\"\\", as[] = "bfnrt\"\\";
	const char	 *at = c == 0 ? NULL : strchr(from, c);

	if (at == NULL) {
		buf_printf(to, "\\u%04x", c);
		return;
	}
	buf_byte(to, '\\');
	buf_byte(to, as[at - from]);
}

/* A byte or sequence that is not plain; returns what is behind it. */
static const char *
quote_odd(struct buf *to, const char *p, const char *end)
{
	const char *behind;

	if ((*p & 0x80) == 0) {
		quote_control(to, (unsigned char)*p);
		return p + 1;
	}
	behind = utf8_run(p, end);
	if (behind == p) {
		buf_str(to, STR("\xef\xbf\xbd"));
		return p + 1;
	}
	buf_add(to, p, (size_t)(behind - p));
	return behind;
}

void
json_quote(struct buf *to, struct str s)
{
	const char *p = s.n == 0 ? "" : s.p, *end = p + s.n;

	buf_reserve(to, s.n + 2);
	buf_byte(to, '"');
	while (p < end) {
		const char *stop = plain_skip(p, end);

		buf_add(to, p, (size_t)(stop - p));
		p = stop == end ? end : quote_odd(to, stop, end);
	}
	buf_byte(to, '"');
}

/* ---------------------------------------------------------------- structure */

void
json_start(struct json_out *o, struct buf *to, bool pretty)
{
	*o = (struct json_out){ .to = to, .pretty = pretty };
}

static void
new_line(struct json_out *o)
{
	if (!o->pretty)
		return;
	buf_byte(o->to, '\n');
	for (int i = 0; i < o->depth; i++)
		buf_str(o->to, STR("  "));
}

/* A literal name has nothing to be escaped, and is written at once. */
static void
put_name(struct json_out *o, const char *name)
{
	size_t n = strlen(name);
	char  *p = buf_reserve(o->to, n + 4), *begin = p;

	if (o->comma)
		*p++ = ',';
	*p++ = '"';
	memcpy(p, name, n);
	p += n;
	*p++ = '"';
	*p++ = ':';
	o->to->n += (size_t)(p - begin);
	o->named = true;
}

/* What stands in front of a value: comma, line, name. */
static void
lead(struct json_out *o, const char *name)
{
	if (name != NULL && !o->pretty)
		put_name(o, name);
	else if (name != NULL)
		json_named(o, str_of(name));
	else if (!o->named && o->comma)
		buf_byte(o->to, ',');
	if (!o->named && o->depth > 0)
		new_line(o);
	o->named = false;
	o->comma = true;
}

void
json_named(struct json_out *o, struct str name)
{
	assert(!o->named);
	if (o->comma)
		buf_byte(o->to, ',');
	new_line(o);
	json_quote(o->to, name);
	buf_str(o->to, o->pretty ? STR(": ") : STR(":"));
	o->named = true;
}

static void
begin(struct json_out *o, const char *name, char bracket)
{
	lead(o, name);
	buf_byte(o->to, bracket);
	o->comma = false;
	o->depth++;
}

static void
end(struct json_out *o, char bracket)
{
	assert(o->depth > 0 && !o->named);
	o->depth--;
	if (o->comma)
		new_line(o);
	buf_byte(o->to, bracket);
	o->comma = true;
}

void
json_object(struct json_out *o, const char *name)
{
	begin(o, name, '{');
}

void
json_object_end(struct json_out *o)
{
	end(o, '}');
}

void
json_array(struct json_out *o, const char *name)
{
	begin(o, name, '[');
}

void
json_array_end(struct json_out *o)
{
	end(o, ']');
}

/* ---------------------------------------------------------------- values */

void
json_raw(struct json_out *o, const char *name, struct str json)
{
	lead(o, name);
	buf_str(o->to, json.n == 0 ? STR("null") : json);
}

void
json_str(struct json_out *o, const char *name, struct str s)
{
	lead(o, name);
	json_quote(o->to, s);
}

void
json_cstr(struct json_out *o, const char *name, const char *s)
{
	if (s == NULL)
		json_null(o, name);
	else
		json_str(o, name, str_of(s));
}

void
json_num(struct json_out *o, const char *name, int64_t v)
{
	lead(o, name);
	buf_i64(o->to, v);
}

void
json_unum(struct json_out *o, const char *name, uint64_t v)
{
	lead(o, name);
	buf_u64(o->to, v);
}

void
json_bool(struct json_out *o, const char *name, bool v)
{
	json_raw(o, name, v ? STR("true") : STR("false"));
}

void
json_null(struct json_out *o, const char *name)
{
	json_raw(o, name, STR("null"));
}
