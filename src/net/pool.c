/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.c - the multi handles: where transfers run and connections are kept.
 *
 * Runs in: worker, scheduler.
 *
 * A pool fills its first shard that has room, so that later shards empty when
 * load falls; one that stayed empty for a while is closed with its connections.
 *
 * libcurl must not be entered twice.  `depth` counts the calls into it that are
 * on the stack: what a callback asks for (start, resume, cancel) waits in a queue
 * of client.c until they have returned.
 */
#include "net/pool.h"

#include <assert.h>
#include <dirent.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/spare.h"

/*
 * A request walks the connections of its host in its shard: at c=1000 one shard
 * costs 34 us per request, eight cost 20.
 */
#define SHORT_SHARD_TRANSFERS 128
#define STREAM_SHARD_TRANSFERS 600
#define EMPTY_SHARD_MS 90000
#define SPARE_HANDLES 64
#define CA_PATH "/etc/ssl/certs"

struct shard {
	CURLM		*multi;
	struct pool	*pool;
	struct node	 node;
	unsigned	 transfers;
	bool		 kick;		/* libcurl has something to do now */
	bool		 touched;	/* it may have completed something */
	struct timer	 timer;		/* when libcurl has something to do */
	uint64_t	 empty_ms;	/* mono: since when it holds no transfer */
};

struct pool {
	bool	    stream;
	unsigned    shard_transfers;
	struct node shards;	/* oldest first */
	struct node spare;	/* unused transfers with their easy handles */
	unsigned    spares, active;
};

static struct pool pools[2] = {
	{ .shard_transfers = SHORT_SHARD_TRANSFERS },
	{ .stream = true, .shard_transfers = STREAM_SHARD_TRANSFERS },
};
static CURLSH *share;		/* NULL: no transfer has needed libcurl yet */
static char *ca_file;
static bool ca_hashed;
static unsigned connections_least;
static int depth;
static struct timer sweeper;

#define MSET(multi, option, value)                                                    \
	do {                                                                          \
		if (curl_multi_setopt((multi), (option), (value)) != CURLM_OK)        \
			assert(!"curl_multi_setopt(" #option ")");                    \
	} while (0)

bool
pool_busy(void)
{
	return depth > 0;
}

CURLSH *
pool_share(void)
{
	return share;
}

const char *
pool_ca_file(void)
{
	return ca_file;
}

const char *
pool_ca_path(void)
{
	return ca_hashed ? CA_PATH : NULL;
}

/*
 * Shards.
 */
static void
act(struct shard *s, curl_socket_t fd, int bits)
{
	int running;

	depth++;
	curl_multi_socket_action(s->multi, fd, bits, &running);
	depth--;
	s->touched = true;
	client_reap();
}

void
pool_act(struct shard *s, int fd, int bits)
{
	act(s, fd, bits);
}

/* From now, not from the turn's time: by libcurl's clock a timer that fires early is not due. */
static void
shard_wake_in(struct shard *s, long ms)
{
	s->kick = ms == 0;
	if (ms <= 0)
		loop_timer_off(&s->timer);
	else
		loop_timer(&s->timer, clock_now_us() / 1000 + (uint64_t)ms + 1);
}

static void
shard_due(struct timer *timer)
{
	struct shard *s = container_of(timer, struct shard, timer);
	long ms = -1;

	act(s, CURL_SOCKET_TIMEOUT, 0);
	/* libcurl names each time once: if it was not reached yet by its clock, ask again. */
	if (timer->due_ms == 0 && !s->kick && curl_multi_timeout(s->multi, &ms) == CURLM_OK)
		shard_wake_in(s, ms);
}

static int
shard_timer(CURLM *multi, long ms, void *shard)
{
	(void)multi;
	shard_wake_in(shard, ms);
	return 0;
}

static struct shard *
shard_new(struct pool *p)
{
	struct shard *s = xcalloc(1, sizeof(*s));
	unsigned keep = p->shard_transfers > connections_least ? p->shard_transfers : connections_least;

	s->pool = p;
	s->timer.fire = shard_due;
	s->multi = curl_multi_init();
	if (s->multi == NULL)
		fatalx(1, "curl_multi_init failed");
	MSET(s->multi, CURLMOPT_SOCKETFUNCTION, peer_want);
	MSET(s->multi, CURLMOPT_SOCKETDATA, s);
	MSET(s->multi, CURLMOPT_TIMERFUNCTION, shard_timer);
	MSET(s->multi, CURLMOPT_TIMERDATA, s);
	MSET(s->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	/* A cache smaller than what runs at a time would close and open all the time. */
	MSET(s->multi, CURLMOPT_MAXCONNECTS, (long)keep);
	list_add(&p->shards, &s->node);
	return s;
}

static void
shard_free(struct shard *s)
{
	loop_timer_off(&s->timer);
	list_del(&s->node);
	curl_multi_cleanup(s->multi);
	free(s);
}

static struct shard *
shard_with_room(struct pool *p)
{
	LIST_EACH(n, &p->shards) {
		struct shard *s = container_of(n, struct shard, node);

		if (s->transfers < p->shard_transfers)
			return s;
	}
	return shard_new(p);
}

static void
sweep(struct timer *timer)
{
	uint64_t now = clock_mono_ms();

	for (size_t i = 0; i < LENGTH(pools); i++)
		LIST_EACH(n, &pools[i].shards) {
			struct shard *s = container_of(n, struct shard, node);

			if (s->transfers == 0 && now - s->empty_ms >= EMPTY_SHARD_MS)
				shard_free(s);
		}
	loop_timer(timer, now + EMPTY_SHARD_MS / 2);
}

/*
 * Transfers.
 */
/* With the first that needs it: loaded and begun with, libcurl and its TLS library take a megabyte of a process. */
void
pool_library(void)
{
	if (share != NULL)
		return;
	libcurl_load();
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, spare_malloc, spare_free, spare_realloc, spare_strdup,
		spare_calloc) != CURLE_OK)
		fatalx(1, "curl_global_init failed");
	share = curl_share_init();
	if (share == NULL)
		fatalx(1, "curl_share_init failed");
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

static void
close_library(void)
{
	if (share == NULL)
		return;
	curl_share_cleanup(share);
	curl_global_cleanup();
	share = NULL;
}

struct transfer *
pool_take(bool stream)
{
	struct pool *p = &pools[stream];
	struct transfer *t;

	pool_library();
	if (list_empty(&p->spare)) {
		t = xcalloc(1, sizeof(*t));
		list_init(&t->node);
		list_init(&t->all);
		easy_open(t, stream);
	} else {
		t = container_of(p->spare.next, struct transfer, node);
		list_del(&t->node);
		p->spares--;
	}
	t->shard = shard_with_room(p);
	t->shard->transfers++;
	p->active++;
	return t;
}

static void
transfer_free(struct transfer *t)
{
	easy_close(t);
	free(t);
}

void
pool_give(struct transfer *t)
{
	struct pool *p = t->shard->pool;

	assert(!t->added);
	if (--t->shard->transfers == 0)
		t->shard->empty_ms = clock_mono_ms();
	p->active--;
	t->shard = NULL;
	arena_done(&t->arena);
	if (p->spares > SPARE_HANDLES + p->active / 4) {
		transfer_free(t);
		return;
	}
	list_add(p->spare.next, &t->node);	/* the warmest first */
	p->spares++;
}

void
pool_add(struct transfer *t)
{
	easy_prepare(t);
	depth++;
	if (curl_multi_add_handle(t->shard->multi, t->easy) != CURLM_OK)
		assert(!"curl_multi_add_handle");
	depth--;
	t->added = true;
	t->shard->kick = true;
}

void
pool_remove(struct transfer *t)
{
	assert(depth == 0);
	if (t->added) {
		depth++;
		curl_multi_remove_handle(t->shard->multi, t->easy);
		depth--;
	}
	t->added = false;
	peer_leave(t);
}

void
pool_unpause(struct transfer *t)
{
	t->held = false;
	depth++;
	curl_easy_pause(t->easy, CURLPAUSE_CONT);
	depth--;
	t->shard->touched = true;
	client_reap();
}

void
pool_fed(struct transfer *t)
{
	if (!t->thirsty)
		return;
	t->thirsty = false;
	depth++;
	curl_easy_pause(t->easy, t->held ? CURLPAUSE_RECV : CURLPAUSE_CONT);
	depth--;
	t->shard->touched = true;
	client_reap();
}

/*
 * Work.
 */
static void
end_complete(struct shard *s)
{
	CURLMsg *m;
	int left;

	s->touched = false;
	while ((m = curl_multi_info_read(s->multi, &left)) != NULL) {
		struct transfer *t;
		CURLcode code = m->data.result;

		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		transfer_complete(t, code);
	}
}

static bool
work_shard(struct shard *s)
{
	if (s->kick) {
		s->kick = false;
		act(s, CURL_SOCKET_TIMEOUT, 0);
	}
	/* A transfer may complete within the first kick: always look. */
	if (s->touched)
		end_complete(s);
	return s->kick;
}

bool
pool_work(void)
{
	bool more = false;

	for (size_t i = 0; i < LENGTH(pools); i++)
		LIST_EACH(n, &pools[i].shards)
			more |= work_shard(container_of(n, struct shard, node));
	return more;
}

bool
pool_pending(void)
{
	for (size_t i = 0; i < LENGTH(pools); i++)
		LIST_EACH(n, &pools[i].shards) {
			struct shard *s = container_of(n, struct shard, node);

			if (s->kick || s->touched)
				return true;
		}
	return false;
}

unsigned
pool_shards(bool stream)
{
	unsigned n = 0;

	LIST_EACH(node, &pools[stream].shards)
		n++;
	return n;
}

/*
 * Opening and closing.
 */
static bool
is_hashed(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *e;
	bool hashed = false;

	if (d == NULL)
		return false;
	while (!hashed && (e = readdir(d)) != NULL)
		hashed = str_ends(str_of(e->d_name), STR(".0"));
	closedir(d);
	return hashed;
}

void
pool_open(const struct client_options *o)
{
	connections_least = o->connections_per_host;
	ca_file = o->ca_file == NULL ? NULL : xstrdup(o->ca_file);
	ca_hashed = ca_file == NULL && is_hashed(CA_PATH);
	for (size_t i = 0; i < LENGTH(pools); i++) {
		list_init(&pools[i].shards);
		list_init(&pools[i].spare);
	}
	sweeper.fire = sweep;
	loop_timer(&sweeper, clock_mono_ms() + EMPTY_SHARD_MS / 2);
}

void
pool_close(void)
{
	loop_timer_off(&sweeper);
	for (size_t i = 0; i < LENGTH(pools); i++) {
		LIST_EACH(n, &pools[i].spare) {
			list_del(n);
			transfer_free(container_of(n, struct transfer, node));
		}
		LIST_EACH(m, &pools[i].shards)
			shard_free(container_of(m, struct shard, node));
		pools[i].spares = 0;
	}
	close_library();
	free(ca_file);
	ca_file = NULL;
}
