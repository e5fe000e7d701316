/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c - a bump allocator that is freed whole.
 *
 * Runs in: everywhere.
 *
 * The newest ordinary block is always `head`.  A request too large for the
 * next block gets one of its own, which goes behind the head, so that what is
 * left of the head is still used.  The memory of a buffer that is taken hangs
 * on a list of its own.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/spare.h"

#define ALIGN 16
#define BLOCK_LEAST 1024
#define BLOCK_MOST 65536
#define TAKE_LEAST 1024	/* of a buffer; less is copied, and its memory free for the next */

struct arena_block {
	struct arena_block *next;	/* older */
	size_t		    size;	/* of the whole, this head included */
	alignas(ALIGN) char data[];
};

/* A buffer whose memory went to the arena. */
struct arena_taken {
	struct arena_taken *next;
	char		   *p;
};

void
arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

static void
drop_taken(struct arena *a)
{
	for (struct arena_taken *t = a->taken; t != NULL; t = t->next)
		spare_free(t->p);
	a->taken = NULL;
}

void
arena_done(struct arena *a)
{
	struct arena_block *b, *next;

	drop_taken(a);
	for (b = a->head; b != NULL; b = next) {
		next = b->next;
		spare_free(b);
	}
	arena_init(a);
}

void
arena_reset(struct arena *a)
{
	struct arena_block *kept = a->head;

	if (kept == NULL)
		return;
	a->head = kept->next;
	arena_done(a);
	kept->next = NULL;
	*a = (struct arena){ .head = kept, .free = kept->data, .end = (char *)kept + kept->size, .bytes = kept->size };
}

static struct arena_block *
block_new(struct arena *a, size_t size)
{
	struct arena_block *b = spare_malloc(size);

	if (b == NULL)
		fatalx(EX_OSERR, "out of memory: %zu bytes", size);
	b->next = NULL;
	b->size = size;
	a->bytes += size;
	return b;
}

static void
push(struct arena *a, size_t size)
{
	struct arena_block *b = block_new(a, size);

	b->next = a->head;
	a->head = b;
	a->free = b->data;
	a->end = (char *)b + size;
}

static size_t
next_size(const struct arena *a)
{
	if (a->head == NULL)
		return BLOCK_LEAST;
	return a->head->size < BLOCK_MOST ? a->head->size * 2 : BLOCK_MOST;
}

static void *
alloc_alone(struct arena *a, size_t size)
{
	struct arena_block *b;

	if (a->head == NULL)
		push(a, BLOCK_LEAST);
	b = block_new(a, sizeof(*b) + size);
	b->next = a->head->next;
	a->head->next = b;
	return b->data;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	char *p;

	assert(size < SIZE_MAX / 2);
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (size > (size_t)(a->end - a->free)) {
		size_t block = next_size(a);

		if (size > block - sizeof(struct arena_block))
			return alloc_alone(a, size);
		push(a, block);
	} else if (a->head == NULL) {
		push(a, BLOCK_LEAST);	/* even nothing gets an address */
	}
	p = a->free;
	a->free += size;
	return p;
}

void *
arena_zalloc(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

void *
arena_zalloc_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	bool   overflow = __builtin_mul_overflow(n, size, &bytes);

	assert(!overflow);
	return arena_zalloc(a, bytes);
}

void *
arena_dup(struct arena *a, const void *bytes, size_t n)
{
	void *p = arena_alloc(a, n);

	return n == 0 ? p : memcpy(p, bytes, n);
}

char *
arena_cstr(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

char *
arena_decimal(struct arena *a, uint64_t n)
{
	char  digits[21];
	char *p = digits + sizeof(digits) - 1;

	*p = '\0';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return arena_dup(a, p, (size_t)(digits + sizeof(digits) - p));
}

/* What is empty costs nothing: streams copy empty ids by the million. */
struct str
arena_str(struct arena *a, struct str s)
{
	if (s.n == 0)
		return STR("");
	return (struct str){ arena_cstr(a, s), s.n };
}

struct str
arena_take(struct arena *a, struct buf *b)
{
	struct arena_taken *t;
	struct str	    s;

	if (b->n < TAKE_LEAST) {
		s = arena_str(a, buf_view(b));
		buf_done(b);
		return s;
	}
	*buf_reserve(b, 1) = '\0';
	t = arena_alloc(a, sizeof(*t));
	*t = (struct arena_taken){ a->taken, b->p };
	a->taken = t;
	a->bytes += b->cap;
	s = buf_view(b);
	*b = (struct buf){ 0 };
	return s;
}

struct str
arena_join(struct arena *a, const struct str *pieces, size_t n)
{
	size_t size = 0;
	char  *start, *p;

	for (size_t i = 0; i < n; i++)
		size += pieces[i].n;
	p = start = arena_alloc(a, size + 1);
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].n > 0)
			memcpy(p, pieces[i].p, pieces[i].n);
		p += pieces[i].n;
	}
	*p = '\0';
	return (struct str){ start, size };
}

struct str
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char	small[256], *p;
	int	n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	assert(n >= 0);
	p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(small))
		memcpy(p, small, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){ p, (size_t)n };
}

struct str
arena_printf(struct arena *a, const char *fmt, ...)
{
	struct str s;
	va_list	   ap;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
