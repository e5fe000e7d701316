/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_JSON_PLAIN_H
#define WEIR_BASE_JSON_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Skips what needs no look inside a JSON string: ASCII from blank on, save
 * quote and backslash.  This is where a large body spends its time, so it
 * goes 16 bytes at a time with SSE2 (every x86-64 has it), 8 elsewhere.
 */
static inline bool
plain_byte(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/*
 * plain_stops() is not zero when one of the PLAIN_BYTES at p is not plain;
 * plain_first() finds it then.
 */
#ifdef __SSE2__

#include <emmintrin.h>

#define PLAIN_BYTES 16

static inline unsigned
plain_stops(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	/* As signed bytes, all below a blank are control characters or not ASCII. */
	__m128i low = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));
	__m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash)));
}

static inline const char *
plain_first(const char *p, unsigned stops)
{
	return p + __builtin_ctz(stops);
}

#else

#define PLAIN_BYTES 8

static inline unsigned
plain_stops(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t       v, quote, slash;

	memcpy(&v, p, sizeof(v));
	quote = v ^ ones * '"';
	slash = v ^ ones * '\\';
	/* A byte below n sets its top bit in (byte - n), and only such a byte borrows. */
	return ((v | (v - ones * 0x20) | (quote - ones) | (slash - ones)) & tops) != 0;
}

static inline const char *
plain_first(const char *p, unsigned stops)
{
	(void)stops;
	while (plain_byte(*p))
		p++;
	return p;
}

#endif

/* The first byte from p on that is not plain, or end. */
static inline const char *
plain_skip(const char *p, const char *end)
{
	for (; end - p >= PLAIN_BYTES; p += PLAIN_BYTES) {
		unsigned stops = plain_stops(p);

		if (stops != 0)
			return plain_first(p, stops);
	}
	while (p < end && plain_byte(*p))
		p++;
	return p;
}

#endif
