/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_SUPERVISOR_H
#define WEIR_PROC_SUPERVISOR_H

#include "proc/generation.h"
#include "proc/rights.h"

/* What the command line said. */
struct supervisor_options {
	const char *program;	/* argv[0] */
	const char *conf;	/* absolute path */
	bool	    daemon;	/* leave the terminal once ready */
};

/* The outcome of the last start or reload, for the status file. */
struct last_reload {
	uint64_t time_us;	/* wall; 0 = none yet */
	bool	 good;
	char	 message[1024];
};

enum supervisor_phase {
	SUPERVISOR_STARTING,	/* the first generation is not ready yet */
	SUPERVISOR_RUNNING,
	SUPERVISOR_ENDING,	/* workers end */
	SUPERVISOR_ENDING_REST,	/* then all others */
};

/* One per process; the parts of proc/ share it. */
struct supervisor {
	struct supervisor_options options;
	const char	      *binary;		/* our own path */
	struct arena	       arena;		/* as long as the process */
	struct rights_user     user;
	enum supervisor_phase  phase;
	enum child_event       how;		/* ENDING: drain, stop or kill */
	int		       exit_status;
	struct node	       generations;	/* newest first */
	struct generation     *current;		/* NULL until the first is ready */
	struct generation     *next;		/* being prepared or started, or NULL */
	unsigned	       numbers;		/* generations so far */
	struct last_reload     last;
	uint64_t	       started_us;	/* wall */
	bool		       master;		/* pid file, status file and service manager are ours */
	bool		       superseded;	/* a new binary took over: we only drain */
};

int	supervisor_run(const struct supervisor_options *);	/* the process's exit status */
void	supervisor_end(struct supervisor *, enum child_event how);
/* The phase's consequences, after a child or a generation is gone. */
void	supervisor_look(struct supervisor *);
void	supervisor_log(struct supervisor *, const struct conf *);	/* level and file; fatal while starting */
void	supervisor_changed(void);	/* the status file is to be written at the end of this turn */

#endif
