/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_FILES_H
#define WEIR_STORE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The files of an environment's directory.  Nothing here opens data.mdb: closing it would drop LMDB's locks. */
#define FILES_PATH 4096

int	files_make_dirs(const char *path) MUST_USE;	/* mode 0700; errno tells why not */
size_t	files_data_size(const char *dir);		/* 0: there is none */
void	files_remove(const char *dir);			/* who has them open keeps them */
/* A descriptor that holds the lock of an opening; -1 when it cannot be had: foreign directory, or a hung holder. */
int	files_lock(const char *dir, bool create);
void	files_wait_ms(long ms);
struct str files_boot_id(char out[64]);
/* A new file `name` in dir, mode 0600, and its name when it is whole; -1 with errno. */
int	files_begin_copy(const char *dir) MUST_USE;
int	files_end_copy(const char *dir, int fd) MUST_USE;	/* syncs and closes */

#endif
