/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spare.c - blocks that were freed, kept for the next of their size.
 *
 * Runs in: worker, scheduler, admin.
 *
 * A request makes and frees the same hundred blocks each time, and many
 * requests are under way at once: more than malloc's own cache of a thread
 * holds (7 of a size, none above 1032 bytes), so most would take its long way.
 * Here a block of up to LARGEST bytes goes to a list of its size, in steps of
 * 16 bytes as malloc itself counts, and comes from there.
 *
 * The size of a block is asked of malloc, nothing is written in front of it.
 * A list serves what its smallest block can hold: a block whose size is no
 * whole step goes to the list below.  Lists belong to the one thread that
 * called spare_open(); any other gets plain malloc.
 *
 * Larger blocks (bodies) stand on a shelf of a few places; one serves whatever
 * needs at least half of it.  Each would cost as many page faults as it has
 * pages if it came from the kernel anew.  spare_age() clears the shelf of what
 * nobody took since the last call.
 *
 * Under a memory checker nothing is kept, or it would see no use after free.
 */
#include "base/spare.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define STEP 16u
#define HEAD 8u			/* what malloc adds to a block */
#define LARGEST (17u << 10)	/* holds libcurl's receive buffer */
#define STEPS (LARGEST / STEP + 2)
#define KEPT_MOST (1u << 20)
#define SHELF 32
#define SHELF_BYTES (8u << 20)

struct spare {
	struct spare *next;
};

struct place {
	void  *block;
	size_t size;
	bool   old;	/* it was here when spare_age() was called last */
};

static struct spare *lists[STEPS];
static size_t	     kept;
static struct place  shelf[SHELF];
static unsigned	     shelf_n;
static size_t	     shelf_bytes;
static _Thread_local bool keeps;

/* There only when the program was built with a sanitizer. */
void __asan_init(void) __attribute__((weak));

void
spare_open(void)
{
	keeps = __asan_init == NULL;
}

static size_t
step_for(size_t n)
{
	return n < STEP ? 2 : (n + HEAD + STEP - 1) / STEP;
}

static struct spare *
take(size_t step)
{
	struct spare *s = lists[step];

	lists[step] = s->next;
	kept -= step * STEP;
	return s;
}

static void *
unshelve(unsigned i)
{
	void *block = shelf[i].block;

	shelf_bytes -= shelf[i].size;
	shelf[i] = shelf[--shelf_n];
	return block;
}

/* The last that came is the warmest. */
static void *
from_shelf(size_t n)
{
	for (unsigned i = shelf_n; i-- > 0;)
		if (shelf[i].size >= n && shelf[i].size / 2 <= n)
			return unshelve(i);
	return NULL;
}

static bool
to_shelf(void *block, size_t size)
{
	if (size > SHELF_BYTES / 4 || shelf_n == SHELF || shelf_bytes + size > SHELF_BYTES)
		return false;
	shelf[shelf_n++] = (struct place){ block, size, false };
	shelf_bytes += size;
	return true;
}

void *
spare_malloc(size_t n)
{
	size_t step = n <= LARGEST ? step_for(n) : 0;
	void  *large;

	if (keeps && lists[step] != NULL)	/* list 0 is always empty */
		return take(step);
	if (keeps && n > LARGEST && (large = from_shelf(n)) != NULL)
		return large;
	return malloc(n == 0 ? 1 : n);
}

void *
spare_calloc(size_t n, size_t size)
{
	size_t bytes;
	size_t step;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	step = bytes <= LARGEST ? step_for(bytes) : 0;
	if (keeps && lists[step] != NULL)
		return memset(take(step), 0, bytes);
	return calloc(1, bytes == 0 ? 1 : bytes);
}

void
spare_free(void *p)
{
	struct spare *s = p;
	size_t	      size, step;

	if (p == NULL)
		return;
	size = keeps ? malloc_usable_size(p) : 0;
	step = (size + HEAD) / STEP;
	if (step < 2 || step >= STEPS || kept > KEPT_MOST) {
		if (step < STEPS || !to_shelf(p, size))
			free(p);
		return;
	}
	s->next = lists[step];
	lists[step] = s;
	kept += step * STEP;
}

void *
spare_realloc(void *p, size_t n)
{
	size_t had = p == NULL ? 0 : malloc_usable_size(p);
	void  *q;

	if (p == NULL)
		return spare_malloc(n);
	if (n <= had && n > had / 2)
		return p;
	if (!keeps || had > LARGEST)	/* the kernel moves pages, it copies nothing */
		return realloc(p, n == 0 ? 1 : n);
	q = spare_malloc(n);
	if (q == NULL)
		return NULL;
	memcpy(q, p, had < n ? had : n);
	spare_free(p);
	return q;
}

char *
spare_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char  *p = spare_malloc(n);

	return p == NULL ? NULL : memcpy(p, s, n);
}

void
spare_age(void)
{
	for (unsigned i = shelf_n; i-- > 0;) {
		if (shelf[i].old)
			free(unshelve(i));
		else
			shelf[i].old = true;
	}
}

void
spare_trim(void)
{
	for (size_t step = 0; step < STEPS; step++)
		while (lists[step] != NULL)
			free(take(step));
	while (shelf_n > 0)
		free(unshelve(shelf_n - 1));
}

size_t
spare_bytes(void)
{
	return kept + shelf_bytes;
}
