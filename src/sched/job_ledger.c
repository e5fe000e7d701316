/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job_ledger.c - moves settled requests from the journal to the ledger.
 *
 * Runs in: scheduler.
 *
 * A disk that is full or fails only makes the journal wait: it is tried again
 * each second, and said once when it begins and once when it is over.
 */
#include "account/ledger.h"
#include "base/log.h"
#include "sched/sched.h"

static bool failing;

void
job_ledger_run(struct sched_env *env)
{
	int moved = ledger_apply(env->state, env->store);

	if (moved < 0 && !failing)
		log_errorx("ledger: cannot be written, the journal waits");
	else if (moved >= 0 && failing)
		log_info("ledger: written again, %d requests moved", moved);
	failing = moved < 0;
}
