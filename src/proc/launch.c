/* SPDX-License-Identifier: Apache-2.0 */
/*
 * launch.c - how a configuration comes to life, and how it fails to.
 *
 * Runs in: supervisor.
 *
 *	read -> PREPARING (a child imports into the store) -> STARTING -> ready: the old one drains
 *
 * One launch at a time; a HUP that comes during one makes another one follow.
 */
#include "proc/launch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "conf/paths.h"
#include "conf/problem.h"
#include "proc/daemon.h"
#include "proc/keep.h"
#include "proc/listen.h"
#include "proc/notify.h"
#include "proc/pidfile.h"
#include "proc/simulator.h"
#include "proc/upgrade.h"

#define FIRST_TRIES 3		/* starts of one child in a row before the first start is given up */
#define STEER_MS 1000		/* handshakes under way when an index goes get so long to finish */

static struct supervisor *boss;
static struct child	  preparer;
static bool		  preparing, again;
static struct timer	  retire_timer;
static struct generation *retiring_late;	/* waits for the handshakes on its listeners */

bool
launch_busy(void)
{
	return boss->next != NULL || preparing;
}

static unsigned
worker_count(const struct conf *c)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (c->workers > 0)
		return (unsigned)c->workers;
	return cpus > 0 ? (unsigned)cpus : 1;
}

/* ---------------------------------------------------------------- how it ended */

static void
remember(bool good, struct str message)
{
	boss->last.time_us = clock_wall_us();
	boss->last.good = good;
	snprintf(boss->last.message, sizeof(boss->last.message), STR_FMT, STR_ARG(message));
	supervisor_changed();
}

static void
follow_up(void)
{
	if (!again)
		return;
	again = false;
	if (boss->phase == SUPERVISOR_RUNNING)
		launch_reload(boss);
}

/* What runs goes on; without anything running, the process ends. */
static void
fail(int status, struct str message)
{
	struct generation *g = boss->next;

	boss->next = NULL;
	remember(false, message);
	if (g != NULL)
		generation_end(g, EVENT_KILL);
	if (boss->phase == SUPERVISOR_STARTING) {
		log_errorx("cannot start: " STR_FMT, STR_ARG(message));
		boss->exit_status = status;
		supervisor_end(boss, EVENT_KILL);
		return;
	}
	if (boss->phase != SUPERVISOR_RUNNING)
		return;
	log_errorx("reload failed, the old configuration stays: " STR_FMT, STR_ARG(message));
	notify_send("READY=1\nSTATUS=reload failed: " STR_FMT, STR_ARG(str_upto(message, 200)));
	follow_up();
}

/* The highest index that any living generation accepts from stays open. */
static void
trim_listeners(void)
{
	unsigned most = 0;

	LIST_EACH(n, &boss->generations) {
		const struct generation *g = container_of(n, struct generation, node);

		if (!generation_gone(g) && g->workers > most)
			most = g->workers;
	}
	if (most > 0)
		listen_trim(most);
}

/* ---------------------------------------------------------------- the generations' events */

static void
retire_now(struct timer *t)
{
	(void)t;
	if (retiring_late != NULL)
		generation_end(retiring_late, EVENT_DRAIN);
	retiring_late = NULL;
}

/* Fewer workers: new connections go elsewhere first, and what is on its way to the old sockets still arrives. */
static void
retire(struct generation *old, unsigned workers)
{
	if (old->workers == workers) {
		generation_end(old, EVENT_DRAIN);
		return;
	}
	listen_steer(workers);
	if (workers > old->workers) {
		generation_end(old, EVENT_DRAIN);
		return;
	}
	retire_now(NULL);
	retiring_late = old;
	loop_timer(&retire_timer, clock_mono_ms() + STEER_MS);
}

static void
first_is_ready(void)
{
	boss->phase = SUPERVISOR_RUNNING;
	listen_settle(boss->current->workers);
	upgrade_we_are_ready();
	boss->master = true;
	pidfile_write(boss);
	for (unsigned a = 0; a < listen_addresses(); a++)
		log_info("listening on %s", listen_text(a));
	log_info("ready: %u workers, configuration %s", boss->current->workers, boss->options.conf);
	daemon_outcome(0, boss->current->conf.log_file.n > 0);
}

static void
generation_is_ready(struct generation *g)
{
	struct generation *old = boss->current;

	boss->current = g;
	boss->next = NULL;
	remember(true, old == NULL ? STR("started") : STR("reloaded"));
	if (old == NULL) {
		first_is_ready();
	} else {
		log_info("reloaded: generation %u is ready, generation %u drains", g->number, old->number);
		retire(old, g->workers);
	}
	supervisor_log(boss, &g->conf);
	simulator_follow(boss, &g->conf);
	notify_send("READY=1\nSTATUS=generation %u, %u workers", g->number, g->workers);
	supervisor_changed();
	follow_up();
}

static void
generation_failed(struct generation *g, const struct child *c, unsigned n)
{
	char message[160];

	if (g != boss->next)
		return;
	if (boss->phase == SUPERVISOR_STARTING && !upgrade_we_are_new() && n < FIRST_TRIES)
		return;
	snprintf(message, sizeof(message), "%s %s", child_role_names[c->role],
	    WIFEXITED(c->status) && WEXITSTATUS(c->status) == EX_CONFIG ? "refused the configuration"
								       : "ended before it was ready");
	fail(EX_SOFTWARE, str_of(message));
}

static void
generation_is_gone(struct generation *g)
{
	if (g == retiring_late)
		retiring_late = NULL;
	if (g == boss->current)
		boss->current = NULL;
	if (g == boss->next)
		boss->next = NULL;
	log_debug("generation %u is gone", g->number);
	loop_free_later(g, generation_free);
	trim_listeners();
	supervisor_look(boss);
}

static const struct generation_owner generation_hears = {
	generation_is_ready, generation_failed, generation_is_gone, supervisor_changed
};

/* ---------------------------------------------------------------- preparing */

static void
start_generation(struct generation *g)
{
	struct str why = STR_NONE;

	if (listen_open(&boss->arena, &g->conf, &boss->user, g->workers, &why) < 0) {
		fail(EX_UNAVAILABLE, why);
		return;
	}
	if (boss->phase == SUPERVISOR_STARTING)
		simulator_follow(boss, &g->conf);
	if (generation_start(g, &why) < 0)
		fail(EX_CONFIG, why);
}

/* What the preparer wrote: one problem a line, "file:line: message". */
static struct str
log_report(struct str report)
{
	struct str first = STR_NONE, line;

	while (str_split(&report, '\n', &line)) {
		if (line.n == 0)
			continue;
		if (first.n == 0)
			first = line;
		log_errorx(STR_FMT, STR_ARG(line));
	}
	return first.n > 0 ? first : STR("the store cannot be prepared");
}

static void
prepared(struct child *c)
{
	int status = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : EX_SOFTWARE;

	preparing = false;
	c->conf_fd = -1;
	if (boss->next == NULL) {	/* aborted meanwhile */
		supervisor_look(boss);
	} else if (status != 0) {
		fail(status, log_report(buf_view(&c->report)));
	} else {
		start_generation(boss->next);
	}
	buf_clear(&c->report);
}

static const struct child_owner preparer_hears = { .gone = prepared };

static void
launch(struct conf *c)
{
	struct generation *g = generation_new(c, ++boss->numbers, worker_count(c), &generation_hears);

	if (g == NULL) {
		conf_done(c);
		fail(EX_OSERR, str_of(strerror(errno)));
		return;
	}
	list_add(boss->generations.next, &g->node);
	boss->next = g;
	preparing = true;
	preparer.conf_fd = g->conf_fd;
	child_start(&preparer);
}

/* ---------------------------------------------------------------- entrances */

void
launch_setup(struct supervisor *s)
{
	boss = s;
	retire_timer.fire = retire_now;
	child_init(&preparer, ROLE_PREPARE, 0);
	preparer.owner = &preparer_hears;
}

/* All go to the log; the first is remembered for the status file. */
static void
tell_problems(struct arena *a, const struct conf_problem *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		log_errorx(STR_FMT, STR_ARG(problem_text(a, &p[i])));
	remember(false, n > 0 ? problem_text(a, &p[0]) : STR("the configuration cannot be read"));
}

int
launch_read(struct supervisor *s, struct conf *c)
{
	struct conf_problem *problems = NULL;
	struct str	     why = STR_NONE;
	size_t		     n = 0;

	conf_init(c);
	if (conf_read(c, s->options.conf, &problems, &n) < 0) {
		tell_problems(&c->arena, problems, n);
		return EX_CONFIG;
	}
	paths_resolve(c);
	if (rights_find(c, &s->user, &why) < 0) {
		log_errorx("%s: " STR_FMT, s->options.conf, STR_ARG(why));
		remember(false, why);
		return EX_CONFIG;
	}
	return 0;
}

void
launch_first(struct supervisor *s, struct conf *c)
{
	(void)s;
	launch(c);
}

void
launch_reload(struct supervisor *s)
{
	struct conf c;

	if (s->phase != SUPERVISOR_RUNNING || upgrade_busy()) {
		remember(false, upgrade_busy() ? STR("no reload now: an upgrade is under way") :
		    STR("no reload now: starting or ending"));
		log_warnx("%s", s->last.message);
		return;
	}
	if (launch_busy()) {
		again = true;
		return;
	}
	log_info("reloading %s", s->options.conf);
	notify_reloading();
	if (launch_read(s, &c) != 0) {
		log_errorx("reload failed, the old configuration stays");
		notify_send("READY=1\nSTATUS=reload failed: %s", s->last.message);
		conf_done(&c);
		return;
	}
	keep_settings(&c, &s->current->conf);
	launch(&c);
}

void
launch_abort(struct supervisor *s)
{
	struct generation *g = s->next;

	again = false;
	retire_now(NULL);
	s->next = NULL;
	if (preparing)
		child_event(&preparer, EVENT_KILL);
	if (g != NULL)
		generation_end(g, EVENT_KILL);
}
