/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.c - well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * Runs in: everywhere.
 */
#include "base/utf8.h"

#include "base/json.h"
#include "base/json_plain.h"

/* Lead bytes by range, with the bounds of the second byte (Unicode, table 3-7). */
static const struct lead {
	unsigned char first, last, low, high, length;
} leads[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

size_t
utf8_sequence(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t		     left = (size_t)(end - p);

	for (size_t i = 0; i < LENGTH(leads); i++) {
		const struct lead *l = &leads[i];

		if (u[0] < l->first || u[0] > l->last)
			continue;
		if (left < l->length || u[1] < l->low || u[1] > l->high)
			return 0;
		for (size_t k = 2; k < l->length; k++)
			if ((u[k] & 0xc0) != 0x80)
				return 0;
		return l->length;
	}
	return 0;
}

bool
utf8_valid(struct str s)
{
	const char *p = s.p, *end = s.n == 0 ? p : p + s.n;

	while (p < end) {
		p = utf8_run(p, end);
		if (p < end && (*p & 0x80) != 0)
			return false;
		p = plain_skip(p < end ? p + 1 : p, end);
	}
	return true;
}
