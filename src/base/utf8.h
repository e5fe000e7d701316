/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_UTF8_H
#define WEIR_BASE_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed sequence of two or more at p < end, 0 when there is none. */
size_t	utf8_sequence(const char *p, const char *end);

/*
 * Behind the sequences from p on.  The common ones are tested here: two bytes
 * (Latin, Cyrillic, Greek, Hebrew, Arabic) and three without a special bound
 * (nearly all of the rest).  Returns p itself when the first is bad.
 */
static inline const char *
utf8_run(const char *p, const char *end)
{
	while (p < end && (*p & 0x80) != 0) {
		const unsigned char *u = (const unsigned char *)p;
		size_t		     n;

		if (end - p >= 3 && u[0] >= 0xe1 && u[0] <= 0xec && (u[1] & 0xc0) == 0x80 &&
		    (u[2] & 0xc0) == 0x80)
			n = 3;
		else if (end - p >= 2 && u[0] >= 0xc2 && u[0] <= 0xdf && (u[1] & 0xc0) == 0x80)
			n = 2;
		else if ((n = utf8_sequence(p, end)) == 0)
			break;
		p += n;
	}
	return p;
}

#endif
