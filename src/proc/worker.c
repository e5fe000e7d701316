/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.c - serves the API on one inherited listener.
 *
 * Runs in: worker.
 *
 * Before it serves, it takes its slot and gives back what the last owner held
 * when it died, so what a crash had reserved is free again when its successor
 * is ready.
 */
#include "api/api.h"
#include "base/log.h"
#include "limit/slot.h"
#include "proc/role.h"
#include "sched/lost.h"

static int
worker_open(struct role_env *env)
{
	struct api_env api = {
		.conf = &env->conf,
		.store = env->store,
		.state = env->state,
		.slot = env->slot,
		.listen_fds = env->listeners,
		.listen_n = env->listeners_n,
	};
	struct losses lost = { .access = access_open(env->conf.access_dir.p) };
	int	      claimed = slot_claim(env->state, env->slot, &api.owner, lost_log, &lost);

	access_flush(lost.access);
	access_free(lost.access);
	if (claimed < 0) {
		log_errorx("slot %u cannot be claimed", env->slot);
		return -1;
	}
	if (lost.n > 0)
		log_warnx("%u requests were lost with the worker before this one", lost.n);
	return api_open(&api);
}

const struct role role_worker = {
	.role = ROLE_WORKER,
	.comm = "weir-worker",
	.open = worker_open,
	.drain = api_drain,
	.idle = api_idle,
	.close = api_close,
	.reopen = api_reopen_logs,
};
