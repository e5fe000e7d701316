/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.c - growable bytes, and the allocations that may not fail.
 *
 * Runs in: everywhere.
 *
 * The memory doubles, so that adding byte by byte costs no more than one copy
 * of the whole.  Sizes from outside are bounded before they come here.
 */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/spare.h"

#define CAP_LEAST 64
#define U64_DIGITS 20

/* ---------------------------------------------------------------- memory or death */

static void *
must(void *p, size_t size)
{
	if (p == NULL)
		fatalx(EX_OSERR, "out of memory: %zu bytes", size);
	return p;
}

void *
xmalloc(size_t size)
{
	return must(spare_malloc(size), size);
}

void *
xcalloc(size_t n, size_t size)
{
	return must(spare_calloc(n, size), size);
}

void *
xrealloc(void *old, size_t size)
{
	return must(realloc(old, size == 0 ? 1 : size), size);
}

char *
xstrdup(const char *s)
{
	return must(strdup(s), strlen(s));
}

/* ---------------------------------------------------------------- the buffer */

void
buf_done(struct buf *b)
{
	spare_free(b->p);
	*b = (struct buf){ 0 };
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
}

static void
grow(struct buf *b, size_t more)
{
	size_t cap = b->cap < CAP_LEAST ? CAP_LEAST : b->cap * 2;

	assert(more < SIZE_MAX / 4);
	if (cap < b->n + more)
		cap = b->n + more;
	b->p = must(spare_realloc(b->p, cap), cap);
	b->cap = cap;
}

char *
buf_reserve(struct buf *b, size_t more)
{
	if (b->p == NULL || b->cap - b->n < more)
		grow(b, more);
	return b->p + b->n;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	memcpy(buf_reserve(b, n), bytes, n);
	b->n += n;
}

void
buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void
buf_cstr(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_u64(struct buf *b, uint64_t v)
{
	char digits[U64_DIGITS], *p = digits + sizeof(digits);

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
buf_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_byte(b, '-');
	buf_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t	room;
	int	n;

	buf_reserve(b, CAP_LEAST);
	room = b->cap - b->n;
	va_start(ap, fmt);
	n = vsnprintf(b->p + b->n, room, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if ((size_t)n >= room) {
		buf_reserve(b, (size_t)n + 1);
		va_start(ap, fmt);
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->n += (size_t)n;
}

void
buf_drop(struct buf *b, size_t n)
{
	assert(n <= b->n);
	b->n -= n;
	if (b->n > 0)
		memmove(b->p, b->p + n, b->n);
}

struct str
buf_view(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}
