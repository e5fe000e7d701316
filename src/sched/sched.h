/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SCHED_SCHED_H
#define WEIR_SCHED_SCHED_H

#include "base/seal.h"
#include "conf/conf.h"
#include "store/db.h"

/*
 * The scheduler: a table of jobs, each with the time of its next run.  A job
 * ends within its turn, or goes on by callbacks of the loop; it reports, and
 * others decide.
 */
struct sched_env {
	const struct conf      *conf;
	struct db	       *store, *state;
	const struct seal_ring *ring;	/* NULL: the master key is not readable, secrets stay sealed */
};

struct job {
	const char *name;
	uint64_t  (*every_ms)(const struct conf *);	/* 0: never */
	void	  (*run)(struct sched_env *);
	void	  (*close)(struct sched_env *);		/* the scheduler ends; may be NULL */
};

int	sched_open(struct sched_env *) MUST_USE;	/* after loop_open(); borrows the env; runs every job at once */
void	sched_close(void);

void	job_ledger_run(struct sched_env *);	/* journal to ledger; at the end once more */
void	job_readers_run(struct sched_env *);	/* what dead processes left in the environments */
void	job_prune_run(struct sched_env *);	/* days that are older than they are kept */

#endif
