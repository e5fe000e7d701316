/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_PIDFILE_H
#define WEIR_PROC_PIDFILE_H

#include "proc/supervisor.h"

/*
 * The lock of the runtime directory, and the pid file.  All our children hold
 * the lock's descriptor too, so it is free only when the last process of a
 * weir has ended, also of one whose supervisor was killed.
 */
int	pidfile_lock(const struct conf *, int inherited);	/* the descriptor; exits 75 when another weir runs */
void	pidfile_write(const struct supervisor *);		/* pid file, and our pid into the lock */
void	pidfile_remove(const struct conf *);
int	pidfile_lock_fd(void);
/* Writes a small file beside and renames it over; -1 with errno. */
int	pidfile_replace(struct str path, struct str text, mode_t) MUST_USE;

#endif
