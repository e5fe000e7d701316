/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job_readers.c - clears what dead processes left in the environments.
 *
 * Runs in: scheduler.
 *
 * A reader slot of a dead process pins old pages until the map is full.  What
 * a dead worker had reserved is given back by its replacement; here only what
 * belongs to slots that stay empty.
 */
#include "base/log.h"
#include "limit/slot.h"
#include "sched/lost.h"
#include "sched/sched.h"

void
job_readers_run(struct sched_env *env)
{
	struct losses lost = { .access = access_open(env->conf->access_dir.p) };
	int	      n;

	db_check_readers(env->state);
	db_check_readers(env->store);
	n = slot_reclaim_dead(env->state, lost_log, &lost);
	access_flush(lost.access);
	access_free(lost.access);
	if (n > 0)
		log_warnx("%d requests were lost with workers that died", n);
}
