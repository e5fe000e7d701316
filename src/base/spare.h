/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_SPARE_H
#define WEIR_BASE_SPARE_H

#include <stddef.h>

/*
 * malloc and free with a memory: what was freed waits for the next request of
 * its size.  Every block is an ordinary one of malloc(3), so either free may
 * take what either malloc gave.  NULL when there is no memory, as malloc.
 */
void   *spare_malloc(size_t);
void   *spare_calloc(size_t n, size_t size);
void   *spare_realloc(void *, size_t);
void	spare_free(void *);
char   *spare_strdup(const char *);
void	spare_open(void);	/* the calling thread keeps blocks from now on; others never do */
void	spare_age(void);	/* each second: large blocks that nobody took since the last call go */
void	spare_trim(void);	/* gives all that is kept back to malloc */
size_t	spare_bytes(void);	/* kept now */

#endif
