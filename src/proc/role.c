/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role.c - what every child does, in order.
 *
 * Runs in: worker, scheduler, admin, prepare.
 *
 *	fewer rights, configuration, user, log, both environments, loop, the role's own part, ready byte
 *
 * The supervisor is heard by signals (QUIT drain, TERM stop, USR1 reopen) and
 * by the end of its side of the socketpair, which means that it died: then
 * there is a second left to cut streams in their protocol and settle them.
 */
#include "proc/role.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"
#include "proc/rights.h"
#include "proc/sandbox.h"
#include "proc/signals.h"
#include "proc/spawn.h"

#define BEAT_MS 1000
#define IDLE_LOOK_MS 100

static const struct role *const roles[] = { &role_worker, &role_scheduler, &role_admin };

static const struct role *me;
static struct watch	  control = { .fd = -1 };
static struct timer	  beat_timer, idle_timer;
static bool		  draining;
static int		  listener_fds[CHILD_LISTENERS];

/* ---------------------------------------------------------------- the beginning */

static void
read_conf(struct conf *c)
{
	struct conf_problem *problems;
	struct buf	     text = { 0 };
	struct stat	     st;
	size_t		     n;

	if (fstat(CONF_FD, &st) < 0)
		fatal(EX_OSERR, "no configuration was passed");
	buf_reserve(&text, (size_t)st.st_size);
	if (pread(CONF_FD, text.p, (size_t)st.st_size, 0) != (ssize_t)st.st_size)
		fatal(EX_OSERR, "the passed configuration cannot be read");
	text.n = (size_t)st.st_size;
	conf_init(c);
	if (conf_read_text(c, buf_view(&text), &problems, &n) < 0)
		fatalx(EX_SOFTWARE, "the accepted configuration is not readable: " STR_FMT,
		    STR_ARG(n > 0 ? problems[0].message : STR_NONE));
	buf_done(&text);
	close(CONF_FD);
}

static const char *
log_name(enum child_role role, unsigned slot)
{
	static char name[32];

	if (role == ROLE_WORKER)
		snprintf(name, sizeof(name), "worker %u", slot);
	else
		snprintf(name, sizeof(name), "%s", child_role_names[role]);
	return name;
}

void
role_begin(struct role_env *env, enum child_role role, unsigned slot, unsigned listeners)
{
	*env = (struct role_env){ .slot = (uint16_t)slot, .listeners = listener_fds, .listeners_n = listeners };
	rights_narrow();
	log_init(log_name(role, slot), LOG_LEVEL_INFO);
	for (unsigned i = 0; i < listeners; i++) {
		listener_fds[i] = LISTEN_FD + (int)i;
		fcntl(listener_fds[i], F_SETFD, FD_CLOEXEC);
	}
	fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC);
	read_conf(&env->conf);
	rights_drop(&env->conf);
	rights_die_with_parent();
	if (log_open(arena_cstr(&env->conf.arena, env->conf.log_file)) < 0)
		log_warn("the log file cannot be opened, logging to stderr");
	log_init(log_name(role, slot), env->conf.log_level);
}

static void
open_stores(struct role_env *env)
{
	struct str why;

	env->store = db_open(ENV_STORE, env->conf.data_dir.p, 0, 0, &why);
	if (env->store == NULL)
		fatalx(EX_UNAVAILABLE, "store in " STR_FMT ": " STR_FMT, STR_ARG(env->conf.data_dir), STR_ARG(why));
	env->state = db_open(ENV_STATE, env->conf.run_dir.p, 0, 0, &why);
	if (env->state == NULL)
		fatalx(EX_UNAVAILABLE, "state in " STR_FMT ": " STR_FMT, STR_ARG(env->conf.run_dir), STR_ARG(why));
}

/* ---------------------------------------------------------------- while it runs */

static bool
look_idle(void *arg)
{
	(void)arg;
	if (draining && me->idle())
		loop_stop();
	return false;
}

static void
look_again(struct timer *t)
{
	loop_timer(t, clock_mono_ms() + IDLE_LOOK_MS);	/* the turn itself does the looking */
}

static void
got_signal(int sig)
{
	switch (sig) {
	case SIGQUIT:
		if (!draining)
			me->drain();
		draining = true;
		idle_timer.fire = look_again;
		look_again(&idle_timer);
		loop_soon();
		break;
	case SIGTERM:
		loop_stop();
		break;
	case SIGUSR1:
		log_reopen();
		if (me->reopen != NULL)
			me->reopen();
		break;
	}
}

/* Nobody writes to us: whatever comes is the end. */
static void
supervisor_gone(struct watch *w, uint32_t events)
{
	char	bytes[16];
	ssize_t n = read(w->fd, bytes, sizeof(bytes));

	(void)events;
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	rights_last_second();
	loop_remove(w);
	log_warnx("the supervisor is gone");
	loop_stop();
}

static void
beat(struct timer *t)
{
	(void)!send(CONTROL_FD, &(char){ SPAWN_ALIVE }, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	log_flush();
	loop_timer(t, clock_mono_ms() + BEAT_MS);
}

static void
open_loop(void)
{
	loop_open();
	signals_open(got_signal);
	fcntl(CONTROL_FD, F_SETFL, O_NONBLOCK);
	control.ready = supervisor_gone;
	if (loop_add(&control, CONTROL_FD, EPOLLIN | EPOLLRDHUP) < 0)
		fatal(EX_OSERR, "cannot watch the supervisor");
}

static void
say_ready(void)
{
	char ready = SPAWN_READY;

	if (send(CONTROL_FD, &ready, 1, MSG_NOSIGNAL) != 1)
		fatal(EX_OSERR, "cannot tell the supervisor");
	beat_timer.fire = beat;
	loop_timer(&beat_timer, clock_mono_ms() + BEAT_MS);
	loop_hook(LOOP_SLEEP, look_idle, NULL);
}

static const struct role *
role_named(const char *name)
{
	for (size_t i = 0; i < LENGTH(roles); i++)
		if (strcmp(child_role_names[roles[i]->role], name) == 0)
			return roles[i];
	return NULL;
}

int
role_run(const char *name, unsigned slot, unsigned listeners)
{
	struct role_env env;

	if (strcmp(name, child_role_names[ROLE_PREPARE]) == 0)
		return prepare_run();
	me = role_named(name);
	if (me == NULL || listeners > CHILD_LISTENERS)
		fatalx(EX_USAGE, "no such role: %s", name);
	prctl(PR_SET_NAME, me->comm, 0, 0, 0);
	role_begin(&env, me->role, slot, listeners);
	open_stores(&env);
	open_loop();
	if (me->open(&env) < 0)
		return EX_UNAVAILABLE;
	sandbox_enter(&env.conf);
	say_ready();
	loop_run();
	me->close();
	db_close(env.state);
	db_close(env.store);
	signals_close();
	loop_close();
	conf_done(&env.conf);
	log_flush();
	return 0;
}
