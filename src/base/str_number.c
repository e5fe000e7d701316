/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str_number.c - numbers, durations and sizes as people write them.
 *
 * Runs in: everywhere.
 *
 * All of these take the whole slice or refuse it: no sign unless the type has
 * one, no blanks, nothing that does not fit.
 */
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

struct unit {
	const char *name;
	uint64_t    factor;
};

int
str_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		if (__builtin_mul_overflow(v, UINT64_C(10), &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return -1;
	}
	*out = v;
	return 0;
}

static int
with_sign(bool negative, uint64_t magnitude, int64_t *out)
{
	if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return -1;
	*out = (int64_t)(negative ? 0 - magnitude : magnitude);
	return 0;
}

static bool
take_minus(struct str *s)
{
	if (s->n == 0 || s->p[0] != '-')
		return false;
	*s = str_from(*s, 1);
	return true;
}

int
str_i64(struct str s, int64_t *out)
{
	bool	 negative = take_minus(&s);
	uint64_t magnitude;

	return str_u64(s, &magnitude) < 0 ? -1 : with_sign(negative, magnitude, out);
}

int
str_decimal(struct str s, int digits, int64_t *out)
{
	bool	   negative = take_minus(&s);
	size_t	   dot = str_find_byte(s, '.');
	struct str fraction = str_from(s, dot + 1);
	uint64_t   whole, part = 0;

	if (str_u64(str_upto(s, dot), &whole) < 0 || fraction.n > (size_t)digits)
		return -1;
	if (dot < s.n && str_u64(fraction, &part) < 0)
		return -1;
	for (int i = 0; i < digits; i++)
		if (__builtin_mul_overflow(whole, UINT64_C(10), &whole))
			return -1;
	for (size_t i = fraction.n; i < (size_t)digits; i++)
		part *= 10;	/* stays below 10^digits, which fitted */
	if (__builtin_add_overflow(whole, part, &whole))
		return -1;
	return with_sign(negative, whole, out);
}

static int
with_unit(struct str s, const struct unit *units, size_t n, uint64_t *out)
{
	uint64_t   v, factor = 0;
	size_t	   i = 0;
	struct str name;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	name = str_from(s, i);
	for (size_t u = 0; u < n; u++)
		if (str_eq_nocase(name, str_of(units[u].name)))
			factor = units[u].factor;
	if (factor == 0 || str_u64(str_upto(s, i), &v) < 0 || __builtin_mul_overflow(v, factor, &v))
		return -1;
	*out = v;
	return 0;
}

/* The greatest first, so that duration_write() finds the shortest form. */
static const struct unit durations[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
	{ "", 1000 },
};

int
str_duration_ms(struct str s, uint64_t *ms)
{
	return with_unit(s, durations, LENGTH(durations), ms);
}

void
duration_write(char out[24], uint64_t ms)
{
	const struct unit *u = ms == 0 ? &durations[3] : durations;	/* nothing is "0s" */

	while (ms % u->factor != 0)
		u++;
	snprintf(out, 24, "%" PRIu64 "%s", ms / u->factor, u->name);
}

int
str_bytes(struct str s, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "", 1 }, { "k", 1 << 10 }, { "m", 1 << 20 }, { "g", 1 << 30 },
	};

	return with_unit(s, units, LENGTH(units), bytes);
}
