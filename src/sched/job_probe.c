/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job_probe.c - each channel's health and model list, from one request.
 *
 * Runs in: scheduler.
 *
 * The job only reports: CHANSTAT says how a channel does, MODEL records say
 * what it offers; the workers decide what follows from it.
 */
#include "sched/job_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "limit/chanstat.h"
#include "net/client.h"
#include "net/loop.h"
#include "route/snapshot.h"
#include "sched/discover.h"
#include "store/generation.h"

#define AT_ONCE 10
#define RETRY_MS 30000		/* after a list that could not be had */
#define LIST_BYTES_MOST (16u << 20)	/* of one page */
#define PAGES_MOST 50

struct probe {
	struct node	    node;
	struct sched_env   *env;
	struct snapshot	   *snapshot;	/* held: the channel is its */
	const struct route_channel *channel;
	struct transfer	   *transfer;
	struct arena	    arena;
	struct header_lines headers;
	struct call	    call;
	struct buf	    body;
	struct model_list   models;	/* of the pages so far, in the arena */
	unsigned	    pages;
	int		    status;
	uint64_t	    begun_us;
	bool		    discover;
};

/* When each channel is due; kept across catalogs by channel id. */
struct due {
	struct node node;
	uint64_t    channel;
	uint64_t    probe_ms, discover_ms;	/* mono; 0 = at once */
	bool	    running;
};

static struct node running = { &running, &running }, dues = { &dues, &dues };
static unsigned	   running_n;

static struct due *
due_of(uint64_t channel)
{
	struct due *d;

	LIST_EACH(n, &dues) {
		d = container_of(n, struct due, node);
		if (d->channel == channel)
			return d;
	}
	d = xcalloc(1, sizeof(*d));
	d->channel = channel;
	list_add(&dues, &d->node);
	return d;
}

static void
release(void *arg)
{
	struct probe *p = arg;

	provider_headers_wipe(&p->headers);
	buf_done(&p->body);
	snapshot_drop(p->snapshot);
	arena_done(&p->arena);
	free(p);
}

static void
over(struct probe *p)
{
	due_of(p->channel->record->r.id)->running = false;
	list_del(&p->node);
	running_n--;
	loop_free_later(p, release);
}

/* ---- what a probe found --------------------------------------------------------- */

static enum health
judge(const struct probe *p, enum fault f, uint64_t latency_ms, const char **why)
{
	const struct conf *conf = p->env->conf;

	*why = "";
	if (f != FAULT_NONE) {
		*why = fault_info(f)->text;
		return HEALTH_DOWN;
	}
	if (p->status == 401 || p->status == 403) {
		*why = "it refuses the channel's key";
		return HEALTH_DOWN;
	}
	if (p->status >= 500) {
		*why = "it answers with a server error";
		return HEALTH_DOWN;
	}
	if (latency_ms > conf->health_degraded_ms) {
		*why = "it answers slowly";
		return HEALTH_DEGRADED;
	}
	return HEALTH_OK;	/* any other answer: it lives, even when it has no model list */
}

static void
report(struct probe *p, enum health h, uint64_t latency_ms, const char *why)
{
	struct str	name = p->channel->record->r.name;
	uint64_t	id = p->channel->record->r.id;
	struct chanstat s;
	struct txn     *t = txn_write(p->env->state);
	uint32_t	before;

	chanstat_get(t, id, &s);
	before = s.health;
	s.failures = h == HEALTH_DOWN ? s.failures + 1 : 0;
	s.health = h;
	s.latency_ms = latency_ms;
	s.checked_us = clock_wall_us();
	snprintf(s.detail, sizeof(s.detail), "%s", why);
	chanstat_put(t, id, &s);
	if (txn_commit(t) < 0)
		log_warnx("channel " STR_FMT ": its health could not be stored", STR_ARG(name));
	else if (before != h)
		log_info("channel " STR_FMT ": %s%s%s, %llu ms", STR_ARG(name), health_names[h],
		    why[0] != '\0' ? ": " : "", why, (unsigned long long)latency_ms);
}

static void
on_head(void *arg, const struct transfer_head *h)
{
	struct probe *p = arg;

	p->status = h->status;
}

static void
on_bytes(void *arg, struct str bytes)
{
	struct probe *p = arg;

	if (p->discover)
		buf_str(&p->body, bytes);
}

static void ask(struct probe *);

/* One page more, behind those that are there. */
static int
add_page(struct probe *p)
{
	struct model_list page, *all = &p->models;
	struct listed_model *of;

	if (provider_read_models(&p->arena, arena_str(&p->arena, buf_view(&p->body)), &page) < 0)
		return -1;
	of = arena_array(&p->arena, struct listed_model, all->n + page.n + 1);
	if (all->n > 0)
		memcpy(of, all->of, all->n * sizeof(*of));
	if (page.n > 0)
		memcpy(of + all->n, page.of, page.n * sizeof(*of));
	*all = (struct model_list){ of, all->n + page.n, page.next };
	return 0;
}

/* False: another page was asked for. */
static bool
take_list(struct probe *p)
{
	if (p->status != 200 || add_page(p) < 0)
		return true;
	if (p->models.next.n > 0 && ++p->pages < PAGES_MOST) {
		ask(p);
		return false;
	}
	if (discover_store(p->env->store, p->channel, &p->models) == 0)
		due_of(p->channel->record->r.id)->discover_ms = clock_mono_ms() + p->env->conf->discovery_ms;
	return true;
}

static void
on_end(void *arg, enum fault f, const char *detail)
{
	struct probe *p = arg;
	uint64_t      latency_ms = (clock_now_us() - p->begun_us) / 1000;
	const char   *why;
	enum health   h = judge(p, f, latency_ms, &why);

	(void)detail;
	p->transfer = NULL;
	if (p->env->conf->health_ms > 0 && p->pages == 0)
		report(p, h, latency_ms, why);
	if (!p->discover || f != FAULT_NONE || take_list(p))
		over(p);
}

/* ---- which are due ---------------------------------------------------------------- */

static const struct transfer_events events = { on_head, on_bytes, on_end, NULL };

/* For the list's next page. */
static void
ask(struct probe *p)
{
	const struct route_channel *c = p->channel;

	buf_clear(&p->body);
	p->call = (struct call){
		.method = "GET",
		.url = provider_list_url(&p->arena, c->base_url, c->tongues.own, p->models.next).p,
		.headers = p->headers.lines,
		.n = p->headers.n,
		.total_ms = p->env->conf->health_timeout_ms,
		.body_most = LIST_BYTES_MOST,
		.allow_private = c->allow_private,
	};
	p->transfer = transfer_start(&p->call, &events, p);
}

static void
begin(struct sched_env *env, struct snapshot *s, const struct route_channel *c, bool discover)
{
	struct probe	  *p = xcalloc(1, sizeof(*p));
	struct header_wish wish = { .dialect = c->tongues.own, .own = &c->provider->headers, .user_agent = env->conf->user_agent };

	if (c->upkeys_n > 0)
		wish.secret = secret_bytes(&c->upkeys[0].secret);
	arena_init(&p->arena);
	p->env = env;
	p->snapshot = snapshot_hold(s);
	p->channel = c;
	p->discover = discover;
	p->begun_us = clock_now_us();
	p->headers = provider_headers(&p->arena, c->preset, &wish);
	list_add(&running, &p->node);
	running_n++;
	ask(p);
}

static struct snapshot *snapshot;

/* The channels as of now; built again only when the store's generation moved. */
static struct snapshot *
catalog(struct sched_env *env)
{
	static struct generation generation;
	struct str_list		 none = { 0 };
	struct txn		*t;

	if (snapshot == NULL)
		generation_init(&generation, env->store);
	if (!generation_moved(&generation) && snapshot != NULL)
		return snapshot;
	t = txn_read(env->store);
	snapshot_drop(snapshot);
	snapshot = snapshot_build(t, env->ring, &none);
	txn_end(t);
	return snapshot;
}

/* Either interval may be 0: then it is for the other's sake only that a channel is asked. */
void
job_probe_run(struct sched_env *env)
{
	const struct conf *conf = env->conf;
	struct snapshot	  *s = catalog(env);
	uint64_t	   now = clock_mono_ms();

	for (size_t i = 0; i < s->channels_n && running_n < AT_ONCE; i++) {
		const struct route_channel *c = &s->channels[i];
		struct due		   *d = due_of(c->record->r.id);
		bool			    probe = conf->health_ms > 0 && d->probe_ms <= now;
		bool			    discover = conf->discovery_ms > 0 && d->discover_ms <= now;

		if (d->running || (!probe && !discover))
			continue;
		d->running = true;
		d->probe_ms = now + conf->health_ms;
		if (discover)	/* moved on when it succeeds */
			d->discover_ms = now + (conf->discovery_ms < RETRY_MS ? conf->discovery_ms : RETRY_MS);
		begin(env, s, c, discover);
	}
}

void
job_probe_close(void)
{
	LIST_EACH(n, &running) {
		struct probe *p = container_of(n, struct probe, node);

		if (p->transfer != NULL)
			transfer_cancel(p->transfer);
		over(p);
	}
	snapshot_drop(snapshot);
	snapshot = NULL;
	LIST_EACH(n, &dues) {
		list_del(n);
		free(container_of(n, struct due, node));
	}
}
