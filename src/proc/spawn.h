/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_SPAWN_H
#define WEIR_PROC_SPAWN_H

#include <sys/types.h>

#include "base/arena.h"
#include "proc/child.h"
#include "proc/rights.h"

/* Bytes on the socketpair, from the child. */
#define SPAWN_READY	'R'
#define SPAWN_ALIVE	'.'
#define SPAWN_FAILED	'E'	/* exec failed */

struct spawn {
	enum child_role role;
	int		slot;		/* -1: none */
	int		conf_fd;	/* sealed memfd; -1: none */
	int		lock_fd;	/* held open so that the lock outlives us by no less than the child */
	const int      *listeners;
	unsigned	listeners_n;
	const char     *binary;
	const char     *script;		/* the simulator's */
	const struct rights_user *run_as;	/* the simulator's, which knows no configuration; or NULL */
};

/* Fork and exec; *control is our end, non-blocking.  -1 with errno. */
pid_t	spawn_child(const struct spawn *, int *control) MUST_USE;
/* Our own path as it was started, so that a replaced file (or link) is found; arena text. */
const char *spawn_own_path(struct arena *, const char *argv0);
const char *spawn_sim_path(struct arena *, const char *own);

#endif
