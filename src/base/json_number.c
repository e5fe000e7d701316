/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_number.c - JSON numbers as integers, exactly.
 *
 * Runs in: everywhere.
 *
 * No float is involved.  5.0 and 1e3 are whole and count as integers, since
 * some clients print every number that way; 0.5 and 1e-3 are none.  Zeros are
 * held back until a digit behind them needs them, so that 1.000...0 of any
 * length and 0e999999 do not overflow.
 */
#include "base/json.h"

#define EXPONENT_MOST 1000000000

struct decimal {
	uint64_t digits;	/* without the zeros at its end */
	int64_t	 tens;		/* times 10 to this */
	bool	 negative;
};

static int
add_digit(struct decimal *d, char c)
{
	uint64_t v = (uint64_t)(c - '0');

	d->tens++;
	if (v == 0)
		return 0;
	for (; d->tens > 0; d->tens--)
		if (__builtin_mul_overflow(d->digits, UINT64_C(10), &d->digits))
			return -1;
	return __builtin_add_overflow(d->digits, v, &d->digits) ? -1 : 0;
}

/* The digits in front of the exponent; what is left of `s` is the exponent. */
static int
read_digits(struct str *s, struct decimal *d)
{
	int64_t fraction = 0;
	bool	behind = false;

	for (; s->n > 0 && (s->p[0] | 0x20) != 'e'; *s = str_from(*s, 1)) {
		if (s->p[0] == '.') {
			behind = true;
			continue;
		}
		if (add_digit(d, s->p[0]) < 0)
			return -1;
		fraction += behind;
	}
	d->tens -= fraction;
	return 0;
}

static int64_t
read_exponent(struct str s)
{
	int64_t v = 0;
	bool	negative = s.p[0] == '-';

	for (size_t i = negative || s.p[0] == '+'; i < s.n && v < EXPONENT_MOST; i++)
		v = v * 10 + (s.p[i] - '0');
	return negative ? -v : v;
}

/* The magnitude as a whole number. */
static int
whole(const struct json *j, struct decimal *d)
{
	struct str s;

	if (!json_is(j, JSON_NUMBER))
		return -1;
	s = j->raw;
	d->negative = s.p[0] == '-';
	s = str_from(s, d->negative);
	if (read_digits(&s, d) < 0)
		return -1;
	if (s.n > 0)
		d->tens += read_exponent(str_from(s, 1));
	if (d->digits == 0)
		return 0;
	if (d->tens < 0)
		return -1;
	for (; d->tens > 0; d->tens--)
		if (__builtin_mul_overflow(d->digits, UINT64_C(10), &d->digits))
			return -1;
	return 0;
}

int
json_u64(const struct json *j, uint64_t *out)
{
	struct decimal d = { 0 };

	if (whole(j, &d) < 0 || (d.negative && d.digits != 0))
		return -1;
	*out = d.digits;
	return 0;
}

int
json_i64(const struct json *j, int64_t *out)
{
	struct decimal d = { 0 };

	if (whole(j, &d) < 0 || d.digits > (uint64_t)INT64_MAX + d.negative)
		return -1;
	*out = (int64_t)(d.negative ? 0 - d.digits : d.digits);
	return 0;
}
