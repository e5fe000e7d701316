/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor.c - starts children, waits, and starts them again.
 *
 * Runs in: supervisor.
 *
 * It opens no database and parses nothing a stranger sent, so there is little
 * that could bring it down; whatever may fail happens in a child.
 *
 * Ending has two steps: first the workers, then those who served them, so that
 * the scheduler still moves the last settled requests to the ledger.
 */
#include "proc/supervisor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "conf/paths.h"
#include "proc/daemon.h"
#include "proc/launch.h"
#include "proc/listen.h"
#include "proc/notify.h"
#include "proc/pidfile.h"
#include "proc/sandbox.h"
#include "proc/signals.h"
#include "proc/simulator.h"
#include "proc/spawn.h"
#include "proc/status.h"
#include "proc/upgrade.h"

#define TICK_MS 1000

static struct supervisor *boss;
static struct timer	  tick_timer, watchdog_timer;
static bool		  changed;

void
supervisor_changed(void)
{
	changed = true;
	loop_soon();
}

static bool
write_status(void *arg)
{
	(void)arg;
	if (changed)
		status_write();
	changed = false;
	return false;
}

/* ---------------------------------------------------------------- ending */

static void
end_all_now(void)
{
	LIST_EACH(n, children_all()) {
		struct child *c = container_of(n, struct child, node);

		if (c->state != CHILD_EMPTY)
			child_event(c, EVENT_KILL);
	}
}

static void
end_workers(enum child_event how)
{
	LIST_EACH(n, &boss->generations) {
		struct generation *g = container_of(n, struct generation, node);

		/* Our successor's scheduler waits for ours. */
		if (boss->superseded)
			generation_end(g, how);
		else
			generation_end_workers(g, how);
	}
}

static bool
nobody_left(void)
{
	LIST_EACH(n, children_all())
		if (container_of(n, struct child, node)->state != CHILD_EMPTY)
			return false;
	return true;
}

static void
end_rest(void)
{
	boss->phase = SUPERVISOR_ENDING_REST;
	LIST_EACH(n, &boss->generations)
		generation_end(container_of(n, struct generation, node), boss->how);
	simulator_end(boss->how);
}

static bool
workers_left(void)
{
	LIST_EACH(n, &boss->generations)
		if (!generation_workers_gone(container_of(n, struct generation, node)))
			return true;
	return false;
}

void
supervisor_look(struct supervisor *s)
{
	if (s->phase == SUPERVISOR_ENDING && !workers_left())
		end_rest();
	if (s->phase == SUPERVISOR_ENDING_REST && nobody_left())
		loop_stop();
	supervisor_changed();
}

void
supervisor_end(struct supervisor *s, enum child_event how)
{
	bool again = s->phase >= SUPERVISOR_ENDING;

	if (again && how <= s->how && how != EVENT_KILL)
		return;
	s->how = how;
	if (!again) {
		s->phase = SUPERVISOR_ENDING;
		if (!s->superseded)
			notify_send("STOPPING=1\nSTATUS=%s", how == EVENT_DRAIN ? "draining" : "stopping");
		log_info("%s", how == EVENT_DRAIN ? "draining" : "stopping");
		launch_abort(s);
		upgrade_abort();
	}
	if (how == EVENT_KILL)
		end_all_now();
	else if (s->phase == SUPERVISOR_ENDING)
		end_workers(how);
	else
		end_rest();
	supervisor_look(s);
}

/* ---------------------------------------------------------------- signals */

static void
reap(void)
{
	int   status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!child_reap(pid, status) && !upgrade_reap(pid, status))
			log_debug("pid %d ended, it is none of ours", (int)pid);
	supervisor_look(boss);
}

static void
reopen_logs(void)
{
	log_reopen();
	if (boss->current != NULL && boss->current->conf.log_file.n > 0)
		rights_give(boss->current->conf.log_file.p, &boss->user);	/* before the children open it */
	LIST_EACH(n, children_all()) {
		const struct child *c = container_of(n, struct child, node);

		if (c->state == CHILD_READY || c->state == CHILD_DRAINING)
			child_signal(c, SIGUSR1);
	}
	log_info("logs reopened");
}

/* The first asks, the second insists. */
static void
stop(void)
{
	bool twice = boss->phase >= SUPERVISOR_ENDING && boss->how != EVENT_DRAIN;

	supervisor_end(boss, twice ? EVENT_KILL : EVENT_STOP);
}

static void
got_signal(int sig)
{
	switch (sig) {
	case SIGCHLD:
		reap();
		break;
	case SIGHUP:
		launch_reload(boss);
		break;
	case SIGUSR1:
		reopen_logs();
		break;
	case SIGUSR2:
		upgrade_begin(boss);
		break;
	case SIGQUIT:
		supervisor_end(boss, EVENT_DRAIN);
		break;
	case SIGTERM:
	case SIGINT:
		stop();
		break;
	}
}

/* ---------------------------------------------------------------- time */

static void
tick(struct timer *t)
{
	LIST_EACH(n, children_all())
		child_tick(container_of(n, struct child, node));
	log_flush();
	loop_timer(t, clock_mono_ms() + TICK_MS);
}

static void
watchdog(struct timer *t)
{
	notify_send("WATCHDOG=1");
	loop_timer(t, clock_mono_ms() + notify_watchdog_ms());
}

static void
start_timers(void)
{
	tick_timer.fire = tick;
	loop_timer(&tick_timer, clock_mono_ms() + TICK_MS);
	watchdog_timer.fire = watchdog;
	if (notify_watchdog_ms() > 0)
		loop_timer(&watchdog_timer, clock_mono_ms() + notify_watchdog_ms());
}

/* ---------------------------------------------------------------- the whole */

static void
make_directories(const struct conf *c)
{
	if (rights_directory(c->data_dir.p, 0750, &boss->user) < 0)
		fatal(EX_CANTCREAT, "%s: cannot be made", c->data_dir.p);
	if (rights_directory(c->run_dir.p, 0755, &boss->user) < 0)
		fatal(EX_CANTCREAT, "%s: cannot be made", c->run_dir.p);
}

void
supervisor_log(struct supervisor *s, const struct conf *c)
{
	static char path[4096];
	char	    wanted[sizeof(path)];

	log_set_level(c->log_level);
	snprintf(wanted, sizeof(wanted), STR_FMT, STR_ARG(c->log_file));
	if (strcmp(path, wanted) == 0)
		return;
	if (log_open(wanted) < 0) {
		if (s->phase == SUPERVISOR_STARTING)
			fatal(EX_CANTCREAT, "%s: cannot be opened", wanted);
		log_error("%s: cannot be opened, the old log stays", wanted);
		return;
	}
	strcpy(path, wanted);
	if (path[0] != '\0')
		rights_give(path, &s->user);
}

static void
open_loop(const struct conf *c)
{
	notify_open();
	loop_open();
	loop_hook(LOOP_SLEEP, write_status, NULL);
	signals_open(got_signal);
	start_timers();
	upgrade_setup(boss);
	status_setup(boss, arena_str(&boss->arena, c->run_dir));
}

static void
clean_up(struct str pid_file, int outcome)
{
	struct conf c = { .pid_file = pid_file };

	listen_close(!boss->superseded);
	if (!boss->superseded) {
		pidfile_remove(&c);
		if (boss->master)
			status_remove();
	}
	daemon_outcome(outcome, true);
	signals_close();
	loop_close();
	arena_done(&boss->arena);
}

int
supervisor_run(const struct supervisor_options *options)
{
	static struct supervisor s;
	struct conf		 c;
	struct str		 pid_file;
	int			 lock, status;

	boss = &s;
	s = (struct supervisor){ .options = *options, .phase = SUPERVISOR_STARTING };
	list_init(&s.generations);
	arena_init(&s.arena);
	s.binary = spawn_own_path(&s.arena, options->program);
	s.started_us = clock_wall_us();
	launch_setup(&s);
	if ((status = launch_read(&s, &c)) != 0) {
		conf_done(&c);
		arena_done(&s.arena);
		return status;
	}
	lock = upgrade_adopt();
	if (options->daemon && lock < 0)
		daemon_begin();
	signals_block();
	make_directories(&c);
	supervisor_log(&s, &c);
	lock = pidfile_lock(&c, lock);
	rights_descriptors();
	if (!sandbox_instrumented())
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	listen_adopt();
	open_loop(&c);
	pid_file = arena_str(&s.arena, c.pid_file);
	child_setup(s.binary, spawn_sim_path(&s.arena, s.binary), lock);
	launch_first(&s, &c);
	loop_run();
	log_info("ended");
	clean_up(pid_file, s.exit_status);
	return s.exit_status;
}
