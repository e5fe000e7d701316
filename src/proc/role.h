/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_ROLE_H
#define WEIR_PROC_ROLE_H

#include "conf/conf.h"
#include "proc/child.h"
#include "store/db.h"

/* What a child has when its part begins. */
struct role_env {
	struct conf	 conf;
	uint16_t	 slot;
	const int	*listeners;
	unsigned	 listeners_n;
	struct db	*store, *state;
};

/*
 * One kind of child.  `open` runs before the ready byte; -1 (with *why logged
 * by itself) ends the process.  `drain` asks for an end without loss; when
 * `idle` then says true, or at TERM, `close` cuts what is left.
 */
struct role {
	enum child_role role;
	const char     *comm;		/* as ps shows it, at most 15 bytes */
	int	      (*open)(struct role_env *);
	void	      (*drain)(void);
	bool	      (*idle)(void);
	void	      (*close)(void);
	void	      (*reopen)(void);	/* USR1, besides the log; may be NULL */
};

/* The process's exit status. */
int	role_run(const char *name, unsigned slot, unsigned listeners);
/* What every child does first, prepare included: rights, configuration from CONF_FD, log. */
void	role_begin(struct role_env *, enum child_role, unsigned slot, unsigned listeners);

extern const struct role role_worker, role_scheduler, role_admin;
int	prepare_run(void);	/* ROLE_PREPARE: no loop, reports problems as lines on CONTROL_FD */

#endif
