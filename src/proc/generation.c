/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generation.c - the children of one accepted configuration.
 *
 * Runs in: supervisor.
 */
#include "proc/generation.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "proc/listen.h"
#include "proc/slots.h"

/* ---------------------------------------------------------------- the accepted text */

static int
write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text = str_from(text, (size_t)n);
	}
	return 0;
}

int
generation_memfd(const struct conf *c)
{
	struct buf text = { 0 };
	int	   saved, fd = memfd_create("weir.conf", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	conf_write(c, &text);
	if (write_all(fd, buf_view(&text)) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) {
		saved = errno;
		close(fd);
		errno = saved;
		fd = -1;
	}
	buf_done(&text);
	return fd;
}

/* ---------------------------------------------------------------- what its children tell */

static struct generation *
of(const struct child *c)
{
	return c->arg;
}

static void
child_ready(struct child *c)
{
	struct generation *g = of(c);

	g->owner->changed();
	if (g->state != GENERATION_NEW)
		return;
	for (size_t i = 0; i < g->n; i++)
		if (g->children[i].state != CHILD_READY)
			return;
	g->state = GENERATION_RUNNING;
	g->owner->ready(g);
}

static void
child_failed(struct child *c, unsigned n)
{
	struct generation *g = of(c);

	g->owner->changed();
	if (g->state == GENERATION_NEW)
		g->owner->failed(g, c, n);
}

static void
tell_gone(struct generation *g)
{
	if (g->told || !generation_gone(g))
		return;
	g->told = true;
	g->owner->gone(g);
}

static void
child_gone(struct child *c)
{
	struct generation *g = of(c);

	slots_give(c->slot);
	c->slot = -1;
	g->owner->changed();
	tell_gone(g);
}

static const struct child_owner child_hears = { child_ready, child_failed, child_gone };

/* ---------------------------------------------------------------- its life */

struct generation *
generation_new(struct conf *c, unsigned number, unsigned workers, const struct generation_owner *owner)
{
	struct generation *g;
	int		   fd = generation_memfd(c);

	if (fd < 0)
		return NULL;
	g = xcalloc(1, sizeof(*g));
	*g = (struct generation){ .owner = owner, .number = number, .workers = workers, .conf_fd = fd, .conf = *c };
	*c = (struct conf){ 0 };
	list_init(&g->node);
	g->since_us = clock_wall_us();
	return g;
}

static struct child *
add_child(struct generation *g, enum child_role role, unsigned index)
{
	struct child *c = &g->children[g->n++];

	child_init(c, role, index);
	c->owner = &child_hears;
	c->arg = g;
	c->conf_fd = g->conf_fd;
	c->grace_ms = g->conf.grace_ms;
	return c;
}

static int
add_worker(struct generation *g, unsigned index)
{
	struct child *c = add_child(g, ROLE_WORKER, index);

	c->slot = slots_take();
	for (unsigned a = 0; a < listen_addresses() && a < CHILD_LISTENERS; a++)
		c->listeners[c->listeners_n++] = listen_fd(LISTEN_API, a, index);
	return c->slot < 0 ? -1 : 0;
}

static void
add_admin(struct generation *g)
{
	struct child *c;
	int	      fd = listen_fd(LISTEN_ADMIN, 0, 0);

	if (fd < 0)
		return;
	c = add_child(g, ROLE_ADMIN, 0);
	c->listeners[c->listeners_n++] = fd;
}

int
generation_start(struct generation *g, struct str *why)
{
	g->children = xcalloc((size_t)g->workers + 2, sizeof(*g->children));
	for (unsigned i = 0; i < g->workers; i++) {
		if (add_worker(g, i) < 0) {
			*why = STR("too many workers: no slot is free");
			return -1;
		}
	}
	add_child(g, ROLE_SCHEDULER, 0);
	add_admin(g);
	for (size_t i = 0; i < g->n && g->state == GENERATION_NEW; i++)
		child_start(&g->children[i]);
	return 0;
}

static void
end(struct generation *g, enum child_event event, bool workers_only)
{
	size_t n = g->n;

	g->state = GENERATION_RETIRING;
	/* The last one's end may free the generation, at the end of the turn. */
	for (size_t i = 0; i < n; i++)
		if (g->children[i].state != CHILD_EMPTY && (!workers_only || g->children[i].role == ROLE_WORKER))
			child_event(&g->children[i], event);
}

void
generation_end(struct generation *g, enum child_event event)
{
	end(g, event, false);
	tell_gone(g);
}

void
generation_end_workers(struct generation *g, enum child_event event)
{
	end(g, event, true);
}

bool
generation_workers_gone(const struct generation *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->children[i].role == ROLE_WORKER && g->children[i].state != CHILD_EMPTY)
			return false;
	return true;
}

bool
generation_gone(const struct generation *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->children[i].state != CHILD_EMPTY)
			return false;
	return true;
}

void
generation_free(void *generation)
{
	struct generation *g = generation;

	for (size_t i = 0; i < g->n; i++) {
		slots_give(g->children[i].slot);
		child_done(&g->children[i]);
	}
	list_del(&g->node);
	close(g->conf_fd);
	conf_done(&g->conf);
	free(g->children);
	free(g);
}
