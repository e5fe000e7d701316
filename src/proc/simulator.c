/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simulator.c - the embedded simulator's process.
 *
 * Runs in: supervisor.
 */
#include "proc/simulator.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "proc/listen.h"

/* A process and the script it was started with; the old one drains beside the new one. */
struct simulator {
	struct child child;
	char	    *script;
};

static struct simulator  *running;
static unsigned		  living;
static struct supervisor *boss;

static void
sim_ready(struct child *c)
{
	(void)c;
	supervisor_changed();
}

static void
sim_failed(struct child *c, unsigned n)
{
	(void)c;
	(void)n;
	supervisor_changed();
}

static void
release(void *arg)
{
	struct simulator *s = arg;

	child_done(&s->child);
	free(s->script);
	free(s);
}

static void
sim_gone(struct child *c)
{
	struct simulator *s = container_of(c, struct simulator, child);

	if (s == running)
		running = NULL;
	living--;
	loop_free_later(s, release);
	supervisor_look(boss);
}

static const struct child_owner sim_hears = { sim_ready, sim_failed, sim_gone };

static void
start(const struct conf *c)
{
	struct simulator *s = xcalloc(1, sizeof(*s));
	struct buf	  script = { 0 };

	buf_str(&script, c->sim_script);
	buf_byte(&script, '\0');
	s->script = xstrdup(script.p);
	buf_done(&script);
	child_init(&s->child, ROLE_SIM, 0);
	s->child.owner = &sim_hears;
	s->child.script = s->script;
	s->child.run_as = &boss->user;
	s->child.grace_ms = c->grace_ms;
	s->child.listeners[s->child.listeners_n++] = listen_fd(LISTEN_SIM, 0, 0);
	running = s;
	living++;
	child_start(&s->child);
}

void
simulator_follow(struct supervisor *boss_, const struct conf *c)
{
	boss = boss_;
	if (c->sim_listen.n == 0 || listen_fd(LISTEN_SIM, 0, 0) < 0) {
		simulator_end(EVENT_DRAIN);
		return;
	}
	if (running != NULL && str_is(c->sim_script, running->script))
		return;
	simulator_end(EVENT_DRAIN);
	start(c);
}

void
simulator_end(enum child_event how)
{
	if (running != NULL && running->child.state != CHILD_EMPTY)
		child_event(&running->child, how);
}

bool
simulator_gone(void)
{
	return living == 0;
}
