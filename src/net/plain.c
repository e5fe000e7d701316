/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain.c - transfers without libcurl: which, and the connections kept for them.
 *
 * Runs in: worker, scheduler.
 *
 * The connection used last is used first, so that those nobody needs grow old.
 */
#include "net/plain.h"

#include <assert.h>
#include <errno.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/spare.h"

#define LIFE_MS 300000
#define IDLE_MS 60000
#define SWEEP_MS 15000

static unsigned keep_most;	/* per host */
static struct timer sweeper;

bool
plain_suits(const struct call *c)
{
	struct plain_host *h = plain_host(str_of(c->url));

	if (keep_most == 0 || h == NULL)
		return false;
	for (unsigned i = 0; i < h->at_n; i++)
		if (!c->allow_private && !address_public(&h->at[i].any))
			return false;
	return true;
}

struct transfer *
plain_take(const struct call *c)
{
	struct transfer *t = xcalloc(1, sizeof(*t));

	list_init(&t->node);
	list_init(&t->all);
	t->host = plain_host(str_of(c->url));
	return t;
}

void
plain_give(struct transfer *t)
{
	assert(t->plain == NULL);
	loop_free_later(t, spare_free);
}

void
plain_keep(struct plain *p)
{
	if (p->host->idle_n >= keep_most) {
		plain_conn_close(p);
		return;
	}
	p->phase = PLAIN_IDLE;
	p->idle_ms = clock_mono_ms();
	list_add(p->host->idle.next, &p->node);
	p->host->idle_n++;
	plain_listen(p);
}

/* What came since its last answer, an end or bytes that nobody asked for, may not have been delivered yet. */
static bool
is_quiet(const struct plain *p)
{
	char c;

	return recvfrom(p->watch.fd, &c, 1, MSG_PEEK | MSG_DONTWAIT, NULL, NULL) == -1 && errno == EAGAIN;
}

static struct plain *
take_idle(struct plain_host *h)
{
	uint64_t now = clock_mono_ms();

	while (!list_empty(&h->idle)) {
		struct plain *p = container_of(h->idle.next, struct plain, node);

		if (now - p->born_ms < LIFE_MS && now - p->idle_ms < IDLE_MS && is_quiet(p)) {
			list_del(&p->node);
			h->idle_n--;
			return p;
		}
		plain_conn_close(p);
	}
	return NULL;
}

void
plain_add(struct transfer *t)
{
	struct plain *p = t->call.upload > 0 ? NULL : take_idle(t->host);

	t->added = true;
	if (p == NULL) {
		plain_connect(t);
		return;
	}
	p->t = t;
	t->plain = p;
	p->reused = true;
	plain_send(p);
}

void
plain_remove(struct transfer *t)
{
	t->added = false;
	if (t->plain != NULL)
		plain_conn_close(t->plain);
}

void
plain_fed(struct transfer *t)
{
	if (t->plain->phase == PLAIN_BUSY && transfer_unsent(t).n > 0)
		plain_push(t->plain);
}

void
plain_unpause(struct transfer *t)
{
	struct plain *p = t->plain;

	t->held = false;
	plain_fed(t);
	if (t->plain != p)
		return;
	plain_listen(p);
	if (p->in.n > 0)
		plain_feed(p, p->in.p, p->in.n);
}

/*
 * Opening and closing.
 */
static void
sweep_host(struct plain_host *h)
{
	while (!list_empty(&h->idle)) {
		struct plain *p = container_of(h->idle.prev, struct plain, node);

		if (clock_mono_ms() - p->idle_ms < IDLE_MS)
			return;
		plain_conn_close(p);
	}
}

static void
sweep(struct timer *t)
{
	plain_hosts_each(sweep_host);
	loop_timer(t, clock_mono_ms() + SWEEP_MS);
}

static void
close_host(struct plain_host *h)
{
	while (!list_empty(&h->idle))
		plain_conn_close(container_of(h->idle.next, struct plain, node));
}

void
plain_open(const struct client_options *o)
{
	keep_most = o->library_only ? 0 : o->connections_per_host;
	sweeper = (struct timer){ .fire = sweep };
	loop_timer(&sweeper, clock_mono_ms() + SWEEP_MS);
}

void
plain_close(void)
{
	loop_timer_off(&sweeper);
	plain_hosts_close(close_host);
}
