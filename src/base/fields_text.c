/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields_text.c - one field's value as an operator writes and reads it.
 *
 * Runs in: everywhere.
 *
 * What fields_text_show() prints, fields_text_read() takes back to the same value, save
 * secrets, and times, which are shown in milliseconds.
 */
#include "base/fields_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define NANO_DIGITS 9
#define NANO INT64_C(1000000000)

/* ---------------------------------------------------------------- showing */

static struct str
show_nano(struct arena *a, int64_t v)
{
	uint64_t   m = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	struct str s = arena_printf(a, "%s%" PRIu64 ".%09" PRIu64, v < 0 ? "-" : "", m / NANO,
	    m % NANO);

	while (s.p[s.n - 1] == '0')
		s.n--;
	if (s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

static struct str
show_time(struct arena *a, uint64_t us)
{
	char text[25];

	if (us == 0)
		return STR("never");
	clock_format(text, us);
	return arena_str(a, str_of(text));
}

static struct str
show_ms(struct arena *a, uint64_t ms)
{
	char text[24];

	duration_write(text, ms);
	return arena_str(a, str_of(text));
}

/* Commas and backslashes inside an item get a backslash. */
static struct str
show_list(struct arena *a, const struct str_list *l)
{
	size_t most = 1;
	char  *start, *out;

	for (size_t i = 0; i < l->n; i++)
		most += 2 * l->items[i].n + 1;
	out = start = arena_alloc(a, most);
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			*out++ = ',';
		for (size_t k = 0; k < l->items[i].n; k++) {
			char c = l->items[i].p[k];

			if (c == ',' || c == '\\')
				*out++ = '\\';
			*out++ = c;
		}
	}
	*out = '\0';
	return (struct str){ start, (size_t)(out - start) };
}

static struct str
show_bytes(struct arena *a, struct str bytes)
{
	char *out = arena_alloc(a, 2 * bytes.n + 1);

	hex_write(out, bytes.p, bytes.n);
	return (struct str){ out, 2 * bytes.n };
}

struct str
fields_text_show(struct arena *a, enum field_type type, const void *at)
{
	switch (type) {
	case FIELD_STR:
		return *(const struct str *)at;
	case FIELD_BOOL:
		return *(const bool *)at ? STR("true") : STR("false");
	case FIELD_U64:
		return arena_printf(a, "%" PRIu64, *(const uint64_t *)at);
	case FIELD_I64:
		return arena_printf(a, "%" PRId64, *(const int64_t *)at);
	case FIELD_MS:
		return show_ms(a, *(const uint64_t *)at);
	case FIELD_TIME:
		return show_time(a, *(const uint64_t *)at);
	case FIELD_NANO:
		return show_nano(a, *(const int64_t *)at);
	case FIELD_LIST:
	case FIELD_PAIRS:
		return show_list(a, at);
	case FIELD_BYTES:
		return show_bytes(a, *(const struct str *)at);
	case FIELD_SEALED:
		return ((const struct str *)at)->n > 0 ? STR("***") : STR("");
	}
	abort();
}

/* ---------------------------------------------------------------- reading */

static const char *
read_bool(struct str s, bool *v)
{
	static const char *const words[][2] = {
		{ "false", "true" }, { "no", "yes" }, { "off", "on" }, { "0", "1" },
	};

	for (size_t i = 0; i < LENGTH(words); i++) {
		for (int k = 0; k < 2; k++) {
			if (str_eq_nocase(s, str_of(words[i][k]))) {
				*v = k == 1;
				return NULL;
			}
		}
	}
	return "true or false";
}

static const char *
read_time(struct str s, uint64_t *us)
{
	if (s.n > 0 && !str_is(s, "never"))
		return clock_parse(s,
		    us) < 0 ? "a time like 2026-11-21T09:24:29Z, a date, or never" :
						NULL;
	*us = 0;
	return NULL;
}

static const char *
read_bytes(struct arena *a, struct str s, struct str *v)
{
	char *out = arena_alloc(a, s.n / 2 + 1);

	if (hex_read(out, s.n / 2, s) < 0)
		return "hex digits";
	*v = (struct str){ out, s.n / 2 };
	return NULL;
}

/* Takes one item off the front, blanks around it trimmed, backslashes undone. */
static struct str
take_item(struct arena *a, struct str *rest)
{
	char  *out = arena_alloc(a, rest->n + 1);
	size_t n = 0, i, literal = 0;	/* bytes up to `literal` must not be trimmed */

	for (i = 0; i < rest->n && rest->p[i] != ','; i++) {
		char next = i + 1 < rest->n ? rest->p[i + 1] : '\0';

		if (rest->p[i] == '\\' && (next == ',' || next == '\\')) {
			i++;
			literal = n + 1;
		}
		if (n == 0 && literal == 0 && (rest->p[i] == ' ' || rest->p[i] == '\t'))
			continue;
		out[n++] = rest->p[i];
	}
	*rest = str_from(*rest, i + 1);
	while (n > literal && (out[n - 1] == ' ' || out[n - 1] == '\t'))
		n--;
	out[n] = '\0';
	return (struct str){ out, n };
}

static const char *
read_list(struct arena *a, struct str s, bool pairs, struct str_list *v)
{
	struct str_list list = { NULL, 0 };
	size_t		most = 1;

	for (size_t i = 0; i < s.n; i++)
		most += s.p[i] == ',';
	list.items = arena_array(a, struct str, most);
	while (s.n > 0) {
		struct str item = take_item(a, &s);

		if (item.n == 0)
			continue;
		if (pairs && str_find_byte(item, '=') == item.n && str_find_byte(item,
		    ':') == item.n)
			return "name=value or Name: value, with commas between";
		list.items[list.n++] = item;
	}
	*v = list;
	return NULL;
}

static const char *
unless(int result, const char *wanted)
{
	return result < 0 ? wanted : NULL;
}

const char *
fields_text_read(struct arena *a, enum field_type type, struct str s, void *at)
{
	switch (type) {
	case FIELD_STR:
		*(struct str *)at = arena_str(a, s);
		return NULL;
	case FIELD_BOOL:
		return read_bool(s, at);
	case FIELD_U64:
		return unless(str_u64(s, at), "a whole number from 0");
	case FIELD_I64:
		return unless(str_i64(s, at), "a whole number");
	case FIELD_MS:
		return unless(str_duration_ms(s, at), "a time span like 1500ms, 30s, 5m, 2h or 1d");
	case FIELD_TIME:
		return read_time(s, at);
	case FIELD_NANO:
		return unless(str_decimal(s, NANO_DIGITS, at),
		    "an amount in dollars like 0.25, with at most nine digits behind the point");
	case FIELD_LIST:
	case FIELD_PAIRS:
		return read_list(a, s, type == FIELD_PAIRS, at);
	case FIELD_BYTES:
		return read_bytes(a, s, at);
	case FIELD_SEALED:
		return "given as a secret, not as a value";
	}
	abort();
}
