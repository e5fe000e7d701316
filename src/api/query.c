/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c - parameters behind a path, and percent signs.
 *
 * Runs in: worker.
 */
#include "api/query.h"

static struct str
decode(struct arena *a, struct str s, bool plus)
{
	char	     *out = arena_alloc(a, s.n + 1);
	size_t	      n = 0;
	unsigned char byte;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && hex_read(&byte, 1, (struct str){ s.p + i + 1, 2 }) == 0) {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	return (struct str){ out, n };
}

struct str
percent_decode(struct arena *a, struct str s)
{
	return decode(a, s, false);
}

struct str
query_value(struct arena *a, struct str query, const char *name)
{
	struct str piece;

	while (str_split(&query, '&', &piece)) {
		size_t eq = str_find_byte(piece, '=');

		if (str_is(decode(a, str_upto(piece, eq), true), name))
			return decode(a, str_from(piece, eq + 1), true);
	}
	return STR_NONE;
}
