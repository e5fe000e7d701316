/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job_prune.c - removes days that are older than they are kept.
 *
 * Runs in: scheduler.
 */
#include "account/access.h"
#include "account/ledger.h"
#include "base/clock.h"
#include "base/log.h"
#include "sched/sched.h"

#define DAY_US UINT64_C(86400000000)

static void
prune_access(const struct conf *c)
{
	int n;

	if (c->access_dir.n == 0 || c->access_days == 0)
		return;
	n = access_prune(c->access_dir.p, (unsigned)c->access_days, clock_wall_us());
	if (n > 0)
		log_info("access log: %d files older than %u days removed", n, (unsigned)c->access_days);
}

static void
prune_ledger(struct sched_env *env)
{
	uint64_t keep = env->conf->ledger_days * DAY_US, now = clock_wall_us();
	int	 n;

	if (keep == 0 || keep >= now)
		return;
	n = ledger_prune(env->store, now - keep);
	if (n > 0)
		log_info("ledger: %d blocks older than %u days removed", n, (unsigned)env->conf->ledger_days);
	else if (n < 0)
		log_warnx("ledger: old records cannot be removed");
}

void
job_prune_run(struct sched_env *env)
{
	prune_access(env->conf);
	prune_ledger(env);
}
