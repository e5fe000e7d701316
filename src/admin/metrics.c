/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.c - what a monitoring system sees.
 *
 * Runs in: admin.
 *
 * Counters are the workers' own, summed over all slots, dead ones included: a
 * worker that is replaced takes nothing with it.  Gauges are looked up when
 * asked for.
 */
#include "admin/metrics.h"

#include <inttypes.h>

#include "account/counters.h"
#include "account/ledger.h"
#include "admin/running.h"
#include "limit/breaker.h"

static void
head(struct buf *out, const char *name, const char *help)
{
	buf_printf(out, "# HELP weir_%s %s\n# TYPE weir_%s gauge\n", name, help, name);
}

static void
gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	head(out, name, help);
	buf_printf(out, "weir_%s %" PRIu64 "\n", name, value);
}

static void
seconds(struct buf *out, const char *name, const char *help, uint64_t us)
{
	head(out, name, help);
	buf_printf(out, "weir_%s %" PRIu64 ".%06" PRIu64 "\n", name, us / 1000000, us % 1000000);
}

static void
add_running(const struct admin_env *env, struct buf *out)
{
	struct running r;

	running_read(env->conf->run_dir, &r);
	gauge(out, "workers_up", "workers that are ready", r.ready);
	gauge(out, "workers_not_ready", "workers that start, drain or wait for a restart", r.others);
	gauge(out, "child_restarts", "restarts of the processes that live now", r.restarts);
	gauge(out, "generation", "number of the running configuration since the start", r.generation);
	gauge(out, "config_last_reload_successful", "whether the last start or reload was accepted", r.reload_good);
	seconds(out, "config_last_reload_timestamp_seconds", "when that was", r.reload_us);
	seconds(out, "start_timestamp_seconds", "when the supervisor started", r.since_us);
}

/* How many records of a table are in each state, by the word their own describe function uses. */
typedef int describe_fn(struct str key, struct str value, struct json_out *);

static struct str
state_of(struct arena *a, describe_fn *describe, const struct walk *w, struct buf *scratch)
{
	struct json_limits whole = { .tree_depth = JSON_WHOLE };
	struct json_error  err;
	struct json_out	   j;
	struct json	  *root;
	int		   known;

	buf_clear(scratch);
	json_start(&j, scratch, false);
	json_object(&j, NULL);
	known = describe(w->key, w->value, &j);
	json_object_end(&j);
	if (known < 0 || json_read(a, buf_view(scratch), whole, &root, &err) < 0)
		return STR_NONE;
	return json_text(a, json_get(root, "state"));
}

struct tally {
	enum db_table	   table;
	describe_fn	  *describe;
	const char	  *metric, *help;
	const char *const *states;
	size_t		   n;
};

#define STATES_MOST 4

static void
add_tally(struct txn *t, const struct tally *what, struct buf *out)
{
	uint64_t     counts[STATES_MOST] = { 0 };
	struct buf   scratch = { 0 };
	struct arena a;
	struct walk  w;

	arena_init(&a);
	for (bool more = walk_first(&w, t, what->table, STR_NONE, STR_NONE); more; more = walk_next(&w)) {
		struct str state = state_of(&a, what->describe, &w, &scratch);

		for (size_t i = 0; i < what->n; i++)
			counts[i] += str_is(state, what->states[i]);
		arena_done(&a);
	}
	head(out, what->metric, what->help);
	for (size_t i = 0; i < what->n; i++)
		buf_printf(out, "weir_%s{state=\"%s\"} %" PRIu64 "\n", what->metric, what->states[i], counts[i]);
	buf_done(&scratch);
}

static const char *const breaker_states[] = { "open", "half_open" };

static const struct tally tallies[] = {
	{ DB_BREAKER, breaker_describe, "breakers", "breakers that are not closed", breaker_states,
	    LENGTH(breaker_states) },
	{ DB_KEYSTATE, keystate_describe, "upstream_keys_unusable", "upstream keys that are not active",
	    keystate_names + KEYSTATE_COOLING, LENGTH(keystate_names) - KEYSTATE_COOLING },
};

static void
add_ratio(struct buf *out, const char *name, struct db *db)
{
	struct db_stat s;

	db_stat(db, &s);
	buf_printf(out, "weir_store_map_used_ratio{env=\"%s\"} %.6f\n", name,
	    s.map_bytes > 0 ? (double)s.used_bytes / (double)s.map_bytes : 0.0);
}

static void
add_readers(struct buf *out, const char *name, struct db *db)
{
	struct db_stat s;

	db_stat(db, &s);
	buf_printf(out, "weir_store_readers{env=\"%s\"} %" PRIu64 "\n", name, s.readers);
}

static void
add_stores(const struct admin_env *env, struct buf *out)
{
	gauge(out, "journal_backlog", "journal blocks that are not in the ledger yet", journal_backlog(env->state));
	gauge(out, "reservations_open", "requests that hold something of a limit", db_entries(env->state, DB_RESERVATION));
	head(out, "store_map_used_ratio", "used part of an environment's map, as of its highest mark");
	add_ratio(out, "store", env->store);
	add_ratio(out, "state", env->state);
	head(out, "store_readers", "reader slots in use");
	add_readers(out, "store", env->store);
	add_readers(out, "state", env->state);
}

void
metrics_write(const struct admin_env *env, struct buf *out)
{
	struct counters sum;
	struct txn     *t = txn_read(env->state);

	counters_sum(t, &sum);
	counters_prometheus(&sum, out);
	for (size_t i = 0; i < LENGTH(tallies); i++)
		add_tally(t, &tallies[i], out);
	txn_end(t);
	add_stores(env, out);
	add_running(env, out);
	head(out, "build_info", "the version that answers");
	buf_printf(out, "weir_build_info{version=\"%s\"} 1\n", WEIR_VERSION);
}
