/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.c - packs keys from a format string and takes them apart again.
 *
 * Runs in: every process that opens a store.
 *
 * Integers are big-endian, so LMDB's byte order is their order.  A string that
 * is not last ends in a NUL byte.  A string that does not fit is cut and gets
 * 32 hex digits of its SHA-256 in place of the rest: still unique, still in its
 * prefix's neighbourhood, but not to be read back as the name.
 */
#include "store/key.h"

#include <assert.h>
#include <endian.h>
#include <stdarg.h>
#include <string.h>

#include "base/seal.h"

#define CUT_DIGITS 32

static size_t
integer_size(char letter)
{
	switch (letter) {
	case 'B':
		return 1;
	case 'H':
		return 2;
	case 'I':
		return 4;
	case 'Q':
		return 8;
	default:
		return 0;
	}
}

/* The least that the rest of a format needs. */
static size_t
rest_size(const char *format)
{
	size_t n = 0;

	for (; *format != '\0'; format++)
		n += *format == 'S' ? CUT_DIGITS + 1 : integer_size(*format);
	return n;
}

static inline void
add_integer(struct key *k, uint64_t value, size_t size)
{
	uint64_t big = htobe64(value << (64 - 8 * size));

	assert(k->n + size <= KEY_BYTES);
	memcpy(k->bytes + k->n, &big, size);
	k->n += size;
}

static void
add_digest(struct key *k, struct str s)
{
	unsigned char digest[SHA256_BYTES];
	char hex[CUT_DIGITS + 1];

	sha256(digest, s);
	hex_write(hex, digest, CUT_DIGITS / 2);
	memcpy(k->bytes + k->n, hex, CUT_DIGITS);
	k->n += CUT_DIGITS;
}

/* A NUL inside a string that is not last would end it: such a byte becomes 1. */
static void
add_text(struct key *k, struct str s, bool last)
{
	for (size_t i = 0; i < s.n; i++)
		k->bytes[k->n++] = (unsigned char)(!last && s.p[i] == '\0' ? 1 : s.p[i]);
}

static void
add_str(struct key *k, struct str s, const char *rest)
{
	bool last = *rest == '\0';
	size_t tail = rest_size(rest) + (last ? 0 : 1);
	size_t room = KEY_BYTES - k->n - tail;

	assert(k->n + tail + CUT_DIGITS <= KEY_BYTES);
	if (s.n <= room) {
		add_text(k, s, last);
	} else {
		add_text(k, str_upto(s, room - CUT_DIGITS), last);
		add_digest(k, s);
	}
	if (!last)
		add_integer(k, 0, 1);
}

struct str
key_pack(struct key *k, const char *format, ...)
{
	va_list ap;

	k->n = 0;
	va_start(ap, format);
	for (const char *f = format; *f != '\0'; f++) {
		switch (*f) {
		case 'S':
			add_str(k, va_arg(ap, struct str), f + 1);
			break;
		case 'Q':
			add_integer(k, va_arg(ap, uint64_t), 8);
			break;
		case 'I':
			add_integer(k, va_arg(ap, uint32_t), 4);
			break;
		case 'H':
			add_integer(k, (uint64_t)va_arg(ap, int), 2);
			break;
		default:
			assert(*f == 'B');
			add_integer(k, (uint64_t)va_arg(ap, int), 1);
		}
	}
	va_end(ap);
	return (struct str){ (const char *)k->bytes, k->n };
}

static int
take_integer(struct str *rest, size_t size, uint64_t *value)
{
	if (rest->n < size)
		return -1;
	*value = 0;
	for (size_t i = 0; i < size; i++)
		*value = *value << 8 | (unsigned char)rest->p[i];
	*rest = str_from(*rest, size);
	return 0;
}

static int
take_str(struct str *rest, bool last, struct str *out)
{
	size_t n = last ? rest->n : str_find_byte(*rest, '\0');

	if (!last && n == rest->n)
		return -1;
	*out = str_upto(*rest, n);
	*rest = str_from(*rest, last ? n : n + 1);
	return 0;
}

/* One integer to where the caller's pointer says, in the width of its letter. */
static int
unpack_integer(struct str *rest, char letter, void *to)
{
	uint64_t value;

	if (take_integer(rest, integer_size(letter), &value) == -1)
		return -1;
	switch (letter) {
	case 'B':
		*(uint8_t *)to = (uint8_t)value;
		break;
	case 'H':
		*(uint16_t *)to = (uint16_t)value;
		break;
	case 'I':
		*(uint32_t *)to = (uint32_t)value;
		break;
	default:
		*(uint64_t *)to = value;
	}
	return 0;
}

int
key_unpack(struct str key, const char *format, ...)
{
	va_list ap;
	int rc = 0;

	va_start(ap, format);
	for (const char *f = format; rc == 0 && *f != '\0'; f++) {
		if (*f == 'S') {
			rc = take_str(&key, f[1] == '\0', va_arg(ap, struct str *));
		} else {
			assert(integer_size(*f) > 0);
			rc = unpack_integer(&key, *f, va_arg(ap, void *));
		}
	}
	va_end(ap);
	return rc == 0 && key.n == 0 ? 0 : -1;
}
