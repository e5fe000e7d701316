/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api.c - a worker's serving side: what its files share, and the turn's hooks.
 *
 * Runs in: worker.
 *
 * Each turn: a new catalog is taken when the store's generation moved; the
 * batch runs the turn's settlements and admissions in one transaction, with
 * the journal block and the counters of this worker in it; the access lines go
 * out in one write.
 */
#include "api/api.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "account/ledger.h"
#include "api/exchange.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/spare.h"
#include "net/client.h"
#include "net/loop.h"
#include "store/generation.h"

#define SECOND_MS 1000u
#define LARGE_BYTES (128 << 10)
#define CUT_MS 500u
#define HEALTH_MOST 4096

static struct api	 self;
static struct generation generation;
static struct buf	 journal;	/* entries settled in this transaction */
static struct timer	 second;
static struct batch_op	 tally;		/* puts the counters into a transaction that settles nothing */
static struct counters	 stored;	/* as they last were */
static bool		 tallied;	/* this try's transaction is to have them */
static uint64_t		 lost_before;	/* access lines, already counted */
static int		 statm = -1;
static struct {
	uint64_t    channel;
	enum health health;
} healths[HEALTH_MOST];		/* channels that are not plainly healthy */
static size_t healths_n;

struct api *
api(void)
{
	return &self;
}

enum health
api_health(uint64_t channel)
{
	for (size_t i = 0; i < healths_n; i++)
		if (healths[i].channel == channel)
			return healths[i].health;
	return HEALTH_OK;
}

/* ---- the catalog ------------------------------------------------------------ */

static void
take_catalog(void)
{
	struct txn	*t = txn_read(self.env.store);
	struct snapshot *fresh = snapshot_build(t, self.ring, &self.env.conf->limits);
	bool		 failed = txn_failed(t);

	fresh->generation = generation_get(t);
	txn_end(t);
	if (failed && self.snapshot != NULL) {	/* half a catalog is worse than the last one */
		log_warnx("the catalog cannot be read: it stays as it was");
		snapshot_drop(fresh);
		generation_init(&generation, self.env.store);
		return;
	}
	snapshot_drop(self.snapshot);
	self.snapshot = fresh;
	log_debug("catalog generation %llu: %zu channels, %zu names, %zu keys", (unsigned long long)fresh->generation,
	    fresh->channels_n, fresh->offers.n, fresh->keys.n);
}

/* Before a client waits for it. */
static void
expect_upstreams(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < self.snapshot->channels_n; i++) {
		const struct route_channel *c = &self.snapshot->channels[i];

		client_expect(arena_cstr(&a, c->base_url), c->allow_private);
	}
	arena_done(&a);
}

static bool
follow_catalog(void *arg)
{
	(void)arg;
	if (generation_moved(&generation)) {
		take_catalog();
		expect_upstreams();
	}
	return false;
}

static void
follow_health(void)
{
	struct txn     *t = txn_read(self.env.state);
	struct chanstat s;

	healths_n = 0;
	for (size_t i = 0; i < self.snapshot->channels_n && healths_n < HEALTH_MOST; i++) {
		uint64_t id = self.snapshot->channels[i].record->r.id;

		if (!chanstat_get(t, id, &s) || s.health == HEALTH_OK || s.health >= HEALTHS)
			continue;
		healths[healths_n].channel = id;
		healths[healths_n++].health = (enum health)s.health;
	}
	txn_end(t);
}

/* ---- memory ------------------------------------------------------------------- */

static uint64_t
resident_bytes(void)
{
	char	      text[64] = "";
	unsigned long total, resident;

	if (statm < 0 || pread(statm, text, sizeof(text) - 1, 0) <= 0 || sscanf(text, "%lu %lu", &total, &resident) != 2)
		return 0;
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
watch_memory(void)
{
	static bool shedding;
	bool	    over = self.env.conf->memory_bytes > 0 && resident_bytes() > self.env.conf->memory_bytes;

	if (over != shedding)
		log_warnx("memory is %s the ceiling of %llu bytes: new requests are %s", over ? "above" : "below",
		    (unsigned long long)self.env.conf->memory_bytes, over ? "refused" : "taken again");
	shedding = over;
	server_shed(over);
}

static void
each_second(struct timer *t)
{
	follow_health();
	watch_memory();
	spare_age();
	if (memcmp(&self.counters, &stored, sizeof(stored)) != 0 && list_empty(&tally.node))
		batch_add(self.batch, &tally);
	loop_timer(t, clock_mono_ms() + SECOND_MS);
}

/* ---- the transaction ------------------------------------------------------------ */

void
api_journal(const struct entry *e)
{
	entry_pack(&journal, e);
}

/* Nothing but that: a gateway that settles nothing counts as well (refusals, open requests). */
static void
tally_run(struct batch_op *op, struct txn *t)
{
	(void)op;
	(void)t;
	tallied = true;
}

static void
batch_begins(void *arg, struct txn *t)
{
	(void)arg;
	buf_clear(&journal);
	tallied = false;
	meters_begin(self.meters, t);
}

static void
batch_ends(void *arg, struct txn *t)
{
	(void)arg;
	meters_end(self.meters);
	if (journal.n > 0)
		journal_put(t, self.env.slot, slot_next(&self.env.owner), buf_view(&journal));
	tallied |= journal.n > 0;
	if (tallied)
		counters_store(t, self.env.slot, &self.counters);
}

static void
batch_done(void *arg, bool failed)
{
	(void)arg;
	if (failed)
		self.counters.n[COUNTER_STORE_FAILURES]++;
	else if (tallied)
		stored = self.counters;
}

static bool
run_batch(void *arg)
{
	bool pending = batch_pending(self.batch);

	(void)arg;
	if (pending)
		batch_run(self.batch);
	return pending;
}

static bool
flush_lines(void *arg)
{
	(void)arg;
	if (batch_pending(self.batch))	/* added after this turn's transaction */
		loop_soon();
	access_flush(self.access);
	self.counters.n[COUNTER_ACCESS_LOST] += access_lost(self.access) - lost_before;
	lost_before = access_lost(self.access);
	return false;
}

/* ---- open and close --------------------------------------------------------------- */

static void
open_client(void)
{
	struct arena	      a;
	struct client_options o = { .connections_per_host = 1024 };

	arena_init(&a);
	o.ca_file = self.env.conf->ca_file.n > 0 ? arena_cstr(&a, self.env.conf->ca_file) : NULL;
	client_open(&o);
	arena_done(&a);
}

#define OWN_DESCRIPTORS 40u	/* of a worker without clients: store, state, loop, logs, and some to spare */
#define BRIEF_DESCRIPTORS 1024u	/* a stream that begins has a second one for the rest of the turn; clients turned away linger */

/* A client may need another descriptor for its upstream; who is turned away at the door is better off than who starves inside. */
static unsigned
connections_most(void)
{
	uint64_t      most = self.env.conf->connections, able;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur == RLIM_INFINITY)
		return (unsigned)most;
	able = files.rlim_cur > OWN_DESCRIPTORS + 3 ? files.rlim_cur - OWN_DESCRIPTORS : 3;
	able = able / 3 < BRIEF_DESCRIPTORS ? able / 3 : (able - BRIEF_DESCRIPTORS) / 2;
	if (able >= most)
		return (unsigned)most;
	log_info("http.max_connections is %llu, but %llu descriptors are enough for %llu only", (unsigned long long)most,
	    (unsigned long long)files.rlim_cur, (unsigned long long)able);
	return (unsigned)able;
}

static int
open_server(void)
{
	const struct conf    *c = self.env.conf;
	struct server_options o = {
		.body_bytes = c->body_bytes,
		.upload_bytes = c->upload_bytes,
		.head_bytes = (uint32_t)c->head_bytes,
		.head_ms = c->head_ms,
		.body_ms = c->body_ms,
		.idle_ms = c->idle_ms,
		.connections = connections_most(),
		.stream_keepalive_ms = c->stream_keepalive_ms,
		.stream_high = c->stream_buffer,
		.stream_low = c->stream_buffer / 2,
		.stream_stall_ms = c->stream_stall_ms,
	};

	for (size_t i = 0; i < self.env.listen_n; i++)
		if (server_open(self.env.listen_fds[i], &exchange_handler, &o) < 0)
			return -1;
	return 0;
}

static int
open_ring(void)
{
	struct arena a;
	struct str   why;

	arena_init(&a);
	self.ring = seal_ring_open(arena_cstr(&a, self.env.conf->master_key), &a, &why);
	if (self.ring == NULL)
		log_errorx("master key: " STR_FMT, STR_ARG(why));
	arena_done(&a);
	return self.ring != NULL ? 0 : -1;
}

static void
load_counters(void)
{
	struct txn *t = txn_read(self.env.state);

	counters_load(t, self.env.slot, &self.counters);
	txn_end(t);
	self.counters.n[COUNTER_WORKER_STARTS]++;
}

int
api_open(const struct api_env *env)
{
	struct batch_hooks hooks = { batch_begins, batch_ends, batch_done, NULL };

	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);	/* large bodies go back to the kernel when they are freed */
	self.env = *env;
	self.rules = breaker_default;
	self.rules.faults = (uint32_t)env->conf->breaker_faults;
	self.rules.open_ms = env->conf->breaker_open_ms;
	if (open_ring() < 0)
		return -1;
	self.meters = meters_new(&self.env.owner);
	self.batch = batch_new(env->state, hooks);
	self.access = access_open(env->conf->access_dir.p);
	statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	load_counters();
	batch_init_op(&tally);
	tally.phase = BATCH_SETTLE;
	tally.run = tally_run;
	generation_init(&generation, env->store);
	(void)generation_moved(&generation);	/* what comes after this look is seen at the next */
	take_catalog();
	open_client();
	expect_upstreams();
	loop_hook(LOOP_WORK, follow_catalog, NULL);
	loop_hook(LOOP_BATCH, run_batch, NULL);
	loop_hook(LOOP_SLEEP, flush_lines, NULL);
	second.fire = each_second;
	each_second(&second);
	return open_server();
}

void
api_drain(void)
{
	self.draining = true;
	server_drain();
}

bool
api_idle(void)
{
	return self.open == 0 && server_idle() && !batch_pending(self.batch);
}

void
api_close(void)
{
	uint64_t end = clock_now_us() + CUT_MS * 1000;

	exchange_cut_all();
	while (!api_idle() && clock_now_us() < end)	/* last words go out, usage is settled */
		loop_once(10);
	server_close();
	if (list_empty(&tally.node))
		batch_add(self.batch, &tally);
	batch_run(self.batch);
	access_flush(self.access);
	access_free(self.access);
	client_close();
	batch_free(self.batch);
	meters_free(self.meters);
	snapshot_drop(self.snapshot);
	self.snapshot = NULL;
	seal_ring_free(self.ring);
	if (statm >= 0)
		close(statm);
}

void
api_reopen_logs(void)
{
	access_reopen(self.access);
}
