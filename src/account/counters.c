/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.c - what a worker slot counted since the state began.
 *
 * Runs in: worker (count, store), admin (sum).
 *
 * Stored by position with the numbers of positions in front: an older binary
 * reads what it knows of a newer one's record, and the other way round.
 */
#include "account/counters.h"

#include <string.h>

#include "store/key.h"

#define VERSION 1

struct stored {
	uint16_t version;
	uint16_t counters, buckets;	/* how many of each */
	uint16_t spare;
	uint64_t values[COUNTERS + 2 * (LATENCY_BUCKETS + 1) + 1];
};

static const char *const counter_names[COUNTERS] = {
#define C(name, metric, labels, help) #name,
#include "account/counters.def"
#undef C
};

/* ---------------------------------------------------------------- stored */

static void
add_values(uint64_t *to, size_t most, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n && i < most; i++)
		to[i] += from[i];
}

static int
add_stored(struct counters *c, const struct stored *s, size_t bytes)
{
	const uint64_t *v = s->values;

	if (bytes < offsetof(struct stored, values) || s->version != VERSION ||
	    bytes != offsetof(struct stored, values) + (s->counters + 2 * s->buckets + 1) * sizeof(uint64_t))
		return -1;
	add_values(c->n, COUNTERS, v, s->counters);
	add_values(c->duration, LATENCY_BUCKETS + 1, v + s->counters, s->buckets);
	add_values(c->first_byte, LATENCY_BUCKETS + 1, v + s->counters + s->buckets, s->buckets);
	c->inflight += v[s->counters + 2 * s->buckets];
	return 0;
}

/* Newer binaries may store more than `struct stored` holds. */
struct roomy {
	struct stored s;
	uint64_t      more[128];
};

void
counters_load(struct txn *txn, uint16_t slot, struct counters *c)
{
	struct roomy r;
	struct key   key;
	size_t	     n;

	memset(c, 0, sizeof(*c));
	if (txn_get_into(txn, DB_COUNTER, key_pack(&key, "H", (int)slot), &r, sizeof(r), &n) &&
	    n <= sizeof(r))
		(void)add_stored(c, &r.s, n);
	c->inflight = 0;
}

void
counters_store(struct txn *txn, uint16_t slot, const struct counters *c)
{
	struct key    key;
	struct stored s = { .version = VERSION, .counters = COUNTERS, .buckets = LATENCY_BUCKETS + 1 };
	uint64_t     *v = s.values;

	memcpy(v, c->n, sizeof(c->n));
	memcpy(v + COUNTERS, c->duration, sizeof(c->duration));
	memcpy(v + COUNTERS + LATENCY_BUCKETS + 1, c->first_byte, sizeof(c->first_byte));
	v[COUNTERS + 2 * (LATENCY_BUCKETS + 1)] = c->inflight;
	txn_put(txn, DB_COUNTER, key_pack(&key, "H", (int)slot), (struct str){ (const char *)&s, sizeof(s) });
}

/* True when it was understood. */
static bool
add_record(struct counters *c, struct str value)
{
	struct roomy r;

	if (value.n == 0 || value.n > sizeof(r))
		return false;
	memcpy(&r, value.p, value.n);
	return add_stored(c, &r.s, value.n) == 0;
}

static void
carry(struct counters *c)
{
	c->n[COUNTER_COST_MICRO] += c->n[COUNTER_COST_NANO_REST] / 1000;
	c->n[COUNTER_COST_NANO_REST] %= 1000;
}

void
counters_sum(struct txn *txn, struct counters *sum)
{
	struct walk walk;

	memset(sum, 0, sizeof(*sum));
	for (bool more = walk_first(&walk, txn, DB_COUNTER, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk))
		(void)add_record(sum, walk.value);
	carry(sum);
}

int
counters_describe(struct str key, struct str value, struct json_out *out)
{
	struct counters c;
	uint16_t	slot;

	memset(&c, 0, sizeof(c));
	if (key_unpack(key, "H", &slot) < 0 || !add_record(&c, value))
		return -1;
	json_unum(out, "slot", slot);
	json_unum(out, "inflight", c.inflight);
	for (int i = 0; i < COUNTERS; i++)
		if (c.n[i] != 0)
			json_unum(out, counter_names[i], c.n[i]);
	return 0;
}

/* ---------------------------------------------------------------- counting */

static int
code_counter(unsigned status)
{
	if (status == 429)
		return COUNTER_REQUESTS_429;
	if (status == 499)
		return COUNTER_REQUESTS_499;
	return status < 400   ? COUNTER_REQUESTS_2XX
	       : status < 500 ? COUNTER_REQUESTS_4XX
			      : COUNTER_REQUESTS_5XX;
}

static void
observe(uint64_t *buckets, uint64_t us)
{
	int i = 0;

	while (i < LATENCY_BUCKETS && us > UINT64_C(10000) << i)
		i++;
	buckets[i]++;
}

static bool
is_limit(struct str fault)
{
	return str_is(fault, "rate_limited") || str_is(fault, "quota_exhausted") ||
	    str_is(fault, "too_large_for_limit");
}

static void
count_end(struct counters *c, const struct entry *e)
{
	if (e->end == END_CLIENT_GONE)
		c->n[COUNTER_CLIENT_GONE]++;
	else if (e->end == END_TRUNCATED)
		c->n[COUNTER_STREAM_TRUNCATED]++;
	else if (e->end == END_REFUSED && is_limit(e->fault))
		c->n[COUNTER_REFUSED_LIMIT]++;
}

static int
last_attempt(enum end_reason end)
{
	switch (end) {
	case END_COMPLETE:
		return COUNTER_ATTEMPTS_OK;
	case END_CLIENT_GONE:
	case END_LIMIT:
	case END_DRAINED:
	case END_WORKER_LOST:
		return COUNTER_ATTEMPTS_CANCELLED;
	default:
		return COUNTER_ATTEMPTS_FAULT;
	}
}

static void
count_attempts(struct counters *c, const struct entry *e)
{
	if (e->attempts == 0)
		return;
	c->n[COUNTER_FAILOVERS] += e->attempts - 1u;
	c->n[COUNTER_ATTEMPTS_FAULT] += e->attempts - 1u;
	c->n[last_attempt(e->end)]++;
}

void
counters_entry(struct counters *c, const struct entry *e)
{
	c->n[code_counter(e->status)]++;
	c->n[COUNTER_TOKENS_INPUT] += usage_input(&e->usage);
	c->n[COUNTER_TOKENS_OUTPUT] += usage_output(&e->usage);
	if (e->priced && e->cost_nano > 0)
		c->n[COUNTER_COST_NANO_REST] += (uint64_t)e->cost_nano;
	carry(c);
	count_end(c, e);
	count_attempts(c, e);
	c->n[COUNTER_REQUEST_SECONDS_SUM_US] += e->total_us;
	observe(c->duration, e->total_us);
	if (e->first_byte_us != 0) {
		c->n[COUNTER_FIRST_BYTE_SUM_US] += e->first_byte_us;
		c->n[COUNTER_FIRST_BYTE_COUNT]++;
		observe(c->first_byte, e->first_byte_us);
	}
}
