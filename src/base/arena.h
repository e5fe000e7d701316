/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_ARENA_H
#define WEIR_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

/*
 * A bump allocator: what one exchange (or one command) needs, freed whole.
 * Out of memory is fatal, so no caller tests for NULL.  Blocks start small
 * and double up to 64 KiB; a larger request gets a block of its own.
 */
struct arena_block;
struct arena_taken;
struct buf;

struct arena {
	struct arena_block *head;	/* newest block, NULL before the first use */
	char		   *free;	/* next free byte in head */
	char		   *end;	/* one past head's last byte */
	size_t		    bytes;	/* sum of the blocks' sizes, and of the buffers that were taken */
	struct arena_taken *taken;	/* buffers, newest first */
};

void	 arena_init(struct arena *);
void	 arena_done(struct arena *);		/* frees all; the arena may be used again */
void	 arena_reset(struct arena *);		/* the same, but keeps one block for what comes next */
void	*arena_alloc(struct arena *, size_t size);	/* aligned to 16, not cleared */
void	*arena_zalloc(struct arena *, size_t size);
void	*arena_zalloc_array(struct arena *, size_t n, size_t size);
void	*arena_dup(struct arena *, const void *, size_t);
struct str arena_str(struct arena *, struct str);	/* a copy, NUL behind its end */
char	*arena_cstr(struct arena *, struct str);
struct str arena_take(struct arena *, struct buf *);	/* what is in it, NUL behind its end; it is empty then */
char	*arena_decimal(struct arena *, uint64_t);	/* without printf, which costs ten times as much */
/* The pieces behind each other.  For texts of strangers: arena_printf() ends a text at a NUL in it. */
struct str arena_join(struct arena *, const struct str *pieces, size_t n);
#define ARENA_JOIN(a, ...) arena_join((a), (const struct str[]){ __VA_ARGS__ }, LENGTH(((const struct str[]){ __VA_ARGS__ })))
struct str arena_printf(struct arena *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *, const char *fmt, va_list)
	__attribute__((format(printf, 2, 0)));

#define arena_new(a, type) ((type *)arena_zalloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_zalloc_array((a), (n), sizeof(type)))

#endif
