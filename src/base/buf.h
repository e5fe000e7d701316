/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_BUF_H
#define WEIR_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

/* Growable bytes on the heap.  Zero-initialised is valid and empty; out of memory is fatal. */
struct buf {
	char  *p;
	size_t n;	/* bytes in use */
	size_t cap;
};

void	buf_done(struct buf *);			/* frees; valid and empty again */
void	buf_clear(struct buf *);		/* keeps the memory */
char   *buf_reserve(struct buf *, size_t more);	/* room for `more` bytes behind n; returns their start */
void	buf_add(struct buf *, const void *, size_t);
void	buf_str(struct buf *, struct str);
void	buf_cstr(struct buf *, const char *);
static inline void
buf_byte(struct buf *b, char c)
{
	if (b->n == b->cap)
		(void)buf_reserve(b, 1);
	b->p[b->n++] = c;
}
void	buf_u64(struct buf *, uint64_t);	/* decimal */
void	buf_i64(struct buf *, int64_t);
void	buf_printf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void	buf_drop(struct buf *, size_t n);	/* removes n bytes at the front */
struct str buf_view(const struct buf *);	/* borrowed until the next change */

/* malloc, realloc, strdup whose failure is fatal. */
void   *xmalloc(size_t) __attribute__((malloc));
void   *xcalloc(size_t n, size_t size) __attribute__((malloc));
void   *xrealloc(void *, size_t);
char   *xstrdup(const char *) __attribute__((malloc));

#endif
