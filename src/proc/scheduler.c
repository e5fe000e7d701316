/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scheduler.c - runs the jobs, exactly once per host.
 *
 * Runs in: scheduler.
 *
 * During a reload or an upgrade two of us live for a moment.  The lock decides:
 * the new one is ready at once, and begins to work when the old one has ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "conf/paths.h"
#include "net/loop.h"
#include "proc/role.h"
#include "sched/sched.h"

#define LOOK_MS 20

static int		 lock_fd = -1;
static struct timer	 lock_timer;
static struct sched_env	 sched;
static struct seal_ring *ring;
static bool		 working, leaving;

static void
begin_when_alone(struct timer *t)
{
	if (leaving)
		return;
	if (flock(lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			log_error("scheduler.lock cannot be locked");
		loop_timer(t, clock_mono_ms() + LOOK_MS);
		return;
	}
	if (sched_open(&sched) < 0) {
		log_errorx("the jobs cannot start");
		loop_stop();
		return;
	}
	working = true;
}

static int
scheduler_open(struct role_env *env)
{
	struct arena *a = &env->conf.arena;
	struct str    path = paths_in(a, env->conf.run_dir, "scheduler.lock"), why;

	ring = seal_ring_open(arena_cstr(a, env->conf.master_key), a, &why);
	if (ring == NULL)
		log_warnx("master key " STR_FMT ": " STR_FMT, STR_ARG(env->conf.master_key), STR_ARG(why));
	sched = (struct sched_env){ .conf = &env->conf, .store = env->store, .state = env->state, .ring = ring };
	lock_fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (lock_fd < 0) {
		log_error("%s: cannot be opened", path.p);
		return -1;
	}
	lock_timer.fire = begin_when_alone;
	begin_when_alone(&lock_timer);
	return 0;
}

static void
scheduler_drain(void)
{
	leaving = true;
}

static bool
scheduler_idle(void)
{
	return true;	/* jobs end within their turn */
}

static void
scheduler_close(void)
{
	if (working)
		sched_close();
	working = false;
	seal_ring_free(ring);
	close(lock_fd);
}

const struct role role_scheduler = {
	.role = ROLE_SCHEDULER,
	.comm = "weir-scheduler",
	.open = scheduler_open,
	.drain = scheduler_drain,
	.idle = scheduler_idle,
	.close = scheduler_close,
};
