/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_GENERATION_H
#define WEIR_PROC_GENERATION_H

#include "conf/conf.h"
#include "proc/child.h"

/*
 * The children of one accepted configuration.  A reload makes a new generation
 * beside the old one; for a while both run, on the same listeners, with
 * different slots.
 */
enum generation_state {
	GENERATION_NEW,		/* being prepared or starting */
	GENERATION_RUNNING,
	GENERATION_RETIRING,	/* told to drain or to stop; freed when the last child is gone */
};

struct generation;

struct generation_owner {
	void (*ready)(struct generation *);			/* all are READY for the first time */
	void (*failed)(struct generation *, const struct child *, unsigned n);	/* one did not start, n-th time in a row */
	void (*gone)(struct generation *);			/* no process is left */
	void (*changed)(void);					/* something to tell in the status file */
};

struct generation {
	struct node			node;	/* in the supervisor's list, newest first */
	const struct generation_owner  *owner;
	unsigned			number;
	enum generation_state		state;
	uint64_t			since_us;	/* wall */
	struct conf			conf;
	int				conf_fd;	/* sealed memfd with the accepted text */
	unsigned			workers;	/* so many processes, each with a listener of every address */
	struct child		       *children;	/* workers first */
	size_t				n;
	bool				told;		/* that it is gone */
};

/* Takes the conf (moves it out of *c).  NULL with errno. */
struct generation *generation_new(struct conf *c, unsigned number, unsigned workers, const struct generation_owner *);
int	generation_start(struct generation *, struct str *why) MUST_USE;	/* after its listeners are open */
void	generation_end(struct generation *, enum child_event);		/* DRAIN, STOP or KILL for all */
/* Workers only; the others serve them and end later. */
void	generation_end_workers(struct generation *, enum child_event);
bool	generation_workers_gone(const struct generation *);
bool	generation_gone(const struct generation *);
void	generation_free(void *generation);	/* for loop_free_later() */
int	generation_memfd(const struct conf *);	/* -1 with errno */

#endif
