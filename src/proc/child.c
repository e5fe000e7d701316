/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child.c - the life of a child process: a table of states and events.
 *
 * Runs in: supervisor.
 *
 * Restarts: a child that was ready for a while is replaced at once; one that
 * ends before it is ready, or as soon as it is, waits 0.1 s, and twice as long
 * each time, up to 60 s.
 *
 * Silence is counted in ticks of our own clock and not in time that passed:
 * after a suspend of the machine every child is late at once, and none hangs.
 */
#include "proc/child.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "proc/spawn.h"

#define START_MS 30000		/* to the ready byte */
#define PREPARE_MS 600000	/* a store of an older version is migrated in it */
#define TERM_MS 3000		/* from TERM to KILL; a second is promised, the machine may be slow */
#define KILL_MS 1000
#define SILENT_TICKS 10
#define DELAY_FIRST_MS 100
#define DELAY_MOST_MS 60000
#define SETTLED_MS 100		/* ready for so long: the start was good */
#define REPORT_BYTES 262144

const char *const child_role_names[CHILD_ROLES] = {
	[ROLE_WORKER] = "worker",
	[ROLE_SCHEDULER] = "scheduler",
	[ROLE_ADMIN] = "admin",
	[ROLE_SIM] = "sim",
	[ROLE_PREPARE] = "prepare",
};

const char *const child_state_names[CHILD_STATES] = {
	[CHILD_EMPTY] = "empty",
	[CHILD_STARTING] = "starting",
	[CHILD_READY] = "ready",
	[CHILD_DRAINING] = "draining",
	[CHILD_BACKOFF] = "backoff",
};

static const char *const event_names[CHILD_EVENTS] = { "ready", "exit", "timeout", "drain", "stop", "kill" };

static struct node  all = { &all, &all };
static const char  *binary_path, *sim_path;
static int	    lock_descriptor = -1;

struct node *
children_all(void)
{
	return &all;
}

const char *
child_name(const struct child *c)
{
	static char name[64];

	if (c->role == ROLE_WORKER)
		snprintf(name, sizeof(name), "worker %d (pid %d)", c->slot, (int)c->pid);
	else
		snprintf(name, sizeof(name), "%s (pid %d)", child_role_names[c->role], (int)c->pid);
	return name;
}

/* ---------------------------------------------------------------- what the table's cells do */

static void
enter(struct child *c, enum child_state state, uint64_t timeout_ms)
{
	c->state = state;
	c->since_ms = clock_mono_ms();
	c->silent = 0;
	if (timeout_ms > 0)
		loop_timer(&c->timer, c->since_ms + timeout_ms);
	else
		loop_timer_off(&c->timer);
}

static void
close_control(struct child *c)
{
	int fd = c->control.fd;

	if (fd < 0)
		return;
	loop_remove(&c->control);
	c->control.fd = -1;
	close(fd);
}

void
child_signal(const struct child *c, int sig)
{
	if (c->pid > 0 && kill(c->pid, sig) < 0)
		log_warn("%s: cannot send signal %d", child_name(c), sig);
}

static void
impossible(struct child *c)
{
	log_errorx("%s: this event cannot come in state %s", child_name(c), child_state_names[c->state]);
	abort();
}

static void
to_ready(struct child *c)
{
	enter(c, CHILD_READY, 0);
	c->failures = 0;
	log_debug("%s is ready", child_name(c));
	c->owner->ready(c);
}

static void
to_empty(struct child *c)
{
	close_control(c);
	c->pid = 0;
	enter(c, CHILD_EMPTY, 0);
	c->owner->gone(c);
}

static void
to_backoff(struct child *c)
{
	close_control(c);
	c->pid = 0;
	/* A timer of 0 ms would be none: the next turn is soon enough. */
	enter(c, CHILD_BACKOFF, c->delay_ms > 0 ? c->delay_ms : 1);
}

static void
longer_delay(struct child *c)
{
	c->delay_ms = c->delay_ms == 0 ? DELAY_FIRST_MS : c->delay_ms * 2;
	if (c->delay_ms > DELAY_MOST_MS)
		c->delay_ms = DELAY_MOST_MS;
}

static void
failed_start(struct child *c)
{
	if (c->role == ROLE_PREPARE) {
		to_empty(c);
		return;
	}
	longer_delay(c);
	to_backoff(c);
	c->owner->failed(c, ++c->failures);
}

static void
died(struct child *c)
{
	if (clock_mono_ms() - c->since_ms >= SETTLED_MS)
		c->delay_ms = 0;
	else
		longer_delay(c);
	to_backoff(c);
}

static void
kill_it(struct child *c)
{
	log_warnx("%s: %s for too long, killed", child_name(c), c->state == CHILD_STARTING ? "starting" : "silent");
	child_signal(c, SIGKILL);
	loop_timer_off(&c->timer);	/* its exit is the next event */
}

static void
spawn(struct child *c)
{
	int fd;

	if (c->state == CHILD_BACKOFF)
		c->restarts++;
	c->started_us = clock_wall_us();
	enter(c, CHILD_STARTING, c->role == ROLE_PREPARE ? PREPARE_MS : START_MS);
	c->pid = spawn_child(&(struct spawn){ .role = c->role, .slot = c->slot, .conf_fd = c->conf_fd,
	    .lock_fd = lock_descriptor, .listeners = c->listeners, .listeners_n = c->listeners_n,
	    .binary = c->role == ROLE_SIM ? sim_path : binary_path, .script = c->script,
	    .run_as = c->run_as }, &fd);
	if (c->pid < 0) {
		log_warn("%s: cannot start it", child_name(c));
		c->pid = 0;
		failed_start(c);
		return;
	}
	if (loop_add(&c->control, fd, EPOLLIN) < 0)
		fatal(EX_OSERR, "cannot watch %s", child_name(c));
}

static void
quit(struct child *c)
{
	c->pressure = 0;
	enter(c, CHILD_DRAINING, c->grace_ms > 0 ? c->grace_ms : 1);
	child_signal(c, SIGQUIT);
}

static void
term(struct child *c)
{
	c->pressure = 1;
	enter(c, CHILD_DRAINING, TERM_MS);
	child_signal(c, SIGTERM);
}

static void
kill_now(struct child *c)
{
	c->pressure = 2;
	enter(c, CHILD_DRAINING, KILL_MS);
	child_signal(c, SIGKILL);
}

static void
press(struct child *c)
{
	if (c->pressure == 0) {
		log_info("%s: the grace period is over", child_name(c));
		term(c);
	} else {
		if (c->pressure == 1)
			log_warnx("%s: does not end, killed", child_name(c));
		kill_now(c);
	}
}

/* Once it was told to hurry it is not asked again: TERM twice must not move the deadline. */
static void
press_term(struct child *c)
{
	if (c->pressure == 0)
		term(c);
}

/* ---------------------------------------------------------------- the table */

typedef void action_fn(struct child *);

static action_fn *const table[CHILD_STATES][CHILD_EVENTS] = {
	/*		       ready	    exit	  timeout    drain     stop	   kill */
	[CHILD_EMPTY]	   = { impossible,  impossible,	  NULL,	     NULL,     NULL,	   NULL },
	[CHILD_STARTING]   = { to_ready,    failed_start, kill_it,   kill_now, kill_now,   kill_now },
	[CHILD_READY]	   = { NULL,	    died,	  kill_it,   quit,     term,	   kill_now },
	[CHILD_DRAINING]   = { NULL,	    to_empty,	  press,     NULL,     press_term, kill_now },
	[CHILD_BACKOFF]	   = { impossible,  impossible,	  spawn,     to_empty, to_empty,   to_empty },
};

void
child_event(struct child *c, enum child_event event)
{
	action_fn *act = table[c->state][event];

	log_debug("%s: %s in state %s", child_name(c), event_names[event], child_state_names[c->state]);
	if (act != NULL)
		act(c);
}

/* ---------------------------------------------------------------- where events come from */

static void
timed_out(struct timer *t)
{
	child_event(container_of(t, struct child, timer), EVENT_TIMEOUT);
}

/* The simulator has no ready byte: its end of the socket closes when exec succeeds. */
static void
control_closed(struct child *c)
{
	close_control(c);
	if (c->role == ROLE_SIM) {
		if (c->state == CHILD_STARTING)
			child_event(c, EVENT_READY);
	} else if (c->role != ROLE_PREPARE) {
		child_signal(c, SIGKILL);	/* it ends, or it is mad */
	}
}

static void
take_bytes(struct child *c, const char *bytes, size_t n)
{
	c->silent = 0;
	if (c->role == ROLE_PREPARE) {
		if (c->report.n + n <= REPORT_BYTES)
			buf_add(&c->report, bytes, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == SPAWN_READY && c->state == CHILD_STARTING)
			child_event(c, EVENT_READY);
}

static void
control_ready(struct watch *w, uint32_t events)
{
	struct child *c = container_of(w, struct child, control);
	char	      bytes[4096];
	ssize_t	      n;

	(void)events;
	while (w->fd >= 0) {
		n = read(w->fd, bytes, sizeof(bytes));
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			control_closed(c);
		if (n <= 0)
			return;
		if (c->role == ROLE_SIM && bytes[0] == SPAWN_FAILED) {
			log_errorx("sim: %s cannot be executed", sim_path);
			close_control(c);	/* its exit follows */
			return;
		}
		take_bytes(c, bytes, (size_t)n);
	}
}

static void
log_exit(const struct child *c, int status)
{
	bool expected = c->state == CHILD_DRAINING;

	if (expected && (c->pressure == 2 || (WIFEXITED(status) && WEXITSTATUS(status) == 0)))
		log_debug("%s ended", child_name(c));
	else if (WIFSIGNALED(status))
		log_warnx("%s was killed by signal %d (%s)%s", child_name(c), WTERMSIG(status),
		    strsignal(WTERMSIG(status)), WCOREDUMP(status) ? ", core dumped" : "");
	else
		log_warnx("%s exited with status %d", child_name(c), WEXITSTATUS(status));
}

bool
child_reap(pid_t pid, int status)
{
	LIST_EACH(n, &all) {
		struct child *c = container_of(n, struct child, node);

		if (c->pid != pid)
			continue;
		if (c->control.fd >= 0 && c->role == ROLE_PREPARE)
			control_ready(&c->control, 0);	/* its last words may still wait there */
		if (!(c->role == ROLE_PREPARE && WIFEXITED(status)))
			log_exit(c, status);
		c->status = status;
		child_event(c, EVENT_EXIT);
		return true;
	}
	return false;
}

void
child_tick(struct child *c)
{
	if (c->role == ROLE_SIM || (c->state != CHILD_READY && c->state != CHILD_DRAINING))
		return;
	if (++c->silent == SILENT_TICKS)
		child_event(c, c->state == CHILD_READY ? EVENT_TIMEOUT : EVENT_KILL);
}

/* ---------------------------------------------------------------- a place */

void
child_setup(const char *binary, const char *sim, int lock_fd)
{
	binary_path = binary;
	sim_path = sim;
	lock_descriptor = lock_fd;
}

void
child_init(struct child *c, enum child_role role, unsigned index)
{
	*c = (struct child){ .role = role, .index = index, .slot = -1, .conf_fd = -1 };
	c->control = (struct watch){ .fd = -1, .ready = control_ready };
	c->timer.fire = timed_out;
	list_add(&all, &c->node);
}

void
child_done(struct child *c)
{
	assert(c->state == CHILD_EMPTY);
	list_del(&c->node);
	buf_done(&c->report);
}

void
child_start(struct child *c)
{
	assert(c->state == CHILD_EMPTY && c->owner != NULL);
	spawn(c);
}
