/* SPDX-License-Identifier: Apache-2.0 */
/* counters_test.c - counters add what entries say, survive their worker, and sum over slots. */
#include "account/counters.h"

#include "books.h"
#include "store/key.h"

static void
test_entry(void)
{
	struct counters c = { { 0 }, { 0 }, { 0 }, 0 };
	struct entry	e = sample();

	counters_entry(&c, &e);
	is_int(c.n[COUNTER_REQUESTS_2XX], 1, "a 200 is counted");
	is_int(c.n[COUNTER_TOKENS_INPUT], 812, "with its input");
	is_int(c.n[COUNTER_TOKENS_OUTPUT], 211, "and output tokens");
	is_int(c.n[COUNTER_COST_MICRO], 7920, "and its cost");
	is_int(c.n[COUNTER_ATTEMPTS_OK], 1, "its last attempt succeeded");
	is_int(c.n[COUNTER_ATTEMPTS_FAULT], 1, "the one before did not");
	is_int(c.n[COUNTER_FAILOVERS], 1, "and was given to the next candidate");
	is_int(c.n[COUNTER_REQUEST_SECONDS_SUM_US], 1500499, "its duration is summed");
	is_int(c.duration[8], 1, "and falls between 1.28 and 2.56 seconds");
	is_int(c.first_byte[5], 1, "its first byte between 0.16 and 0.32");
	e.total_us = 10000;
	e.first_byte_us = 0;
	counters_entry(&c, &e);
	is_int(c.duration[0], 1, "a bound belongs to its bucket");
	is_int(c.n[COUNTER_FIRST_BYTE_COUNT], 1, "a first byte that never came is not counted");
	e.total_us = UINT64_C(3600) * SECOND;
	counters_entry(&c, &e);
	is_int(c.duration[LATENCY_BUCKETS], 1, "what is longer than all bounds is counted too");
}

struct ending {
	uint16_t	status;
	enum end_reason end;
	const char     *fault;
	enum counter	counts;
};

static void
test_endings(void)
{
	static const struct ending table[] = {
		{ 429, END_REFUSED, "rate_limited", COUNTER_REFUSED_LIMIT },
		{ 429, END_REFUSED, "quota_exhausted", COUNTER_REFUSED_LIMIT },
		{ 429, END_UPSTREAM_ERROR, "up_rate_limited", COUNTER_REQUESTS_429 },
		{ 499, END_CLIENT_GONE, "client_gone", COUNTER_CLIENT_GONE },
		{ 499, END_CLIENT_GONE, "client_gone", COUNTER_REQUESTS_499 },
		{ 499, END_CLIENT_GONE, "client_gone", COUNTER_ATTEMPTS_CANCELLED },
		{ 200, END_TRUNCATED, "up_truncated", COUNTER_STREAM_TRUNCATED },
		{ 502, END_UPSTREAM_FAILED, "up_refused", COUNTER_REQUESTS_5XX },
		{ 502, END_UPSTREAM_FAILED, "up_refused", COUNTER_ATTEMPTS_FAULT },
		{ 401, END_REFUSED, "key_unknown", COUNTER_REQUESTS_4XX },
	};

	for (size_t i = 0; i < LENGTH(table); i++) {
		struct counters c = { { 0 }, { 0 }, { 0 }, 0 };
		struct entry	e = { .status = table[i].status, .end = table[i].end, .fault = str_of(table[i].fault),
			   .attempts = 1 };

		counters_entry(&c, &e);
		is_int(c.n[table[i].counts], 1, "%u %s counts once where it belongs", (unsigned)table[i].status,
		    table[i].fault);
	}
}

static void
test_small_costs(void)
{
	struct counters c = { { 0 }, { 0 }, { 0 }, 0 };
	struct entry	e = { .priced = true, .cost_nano = 300, .status = 200 };

	for (int i = 0; i < 10; i++)
		counters_entry(&c, &e);
	is_int(c.n[COUNTER_COST_MICRO], 3, "costs below a millionth add up");
	e.priced = false;
	e.cost_nano = 5000000;
	counters_entry(&c, &e);
	is_int(c.n[COUNTER_COST_MICRO], 3, "what has no price costs nothing here");
}

static void
test_stored(void)
{
	struct books	b;
	struct counters c = { { 0 }, { 0 }, { 0 }, 3 }, back, sum;
	struct entry	e = sample();
	struct txn     *txn;
	struct key	key;
	struct json_out out;
	struct buf	text = { NULL, 0, 0 };
	struct walk	walk;

	books_open(&b, "state");
	counters_entry(&c, &e);
	c.n[COUNTER_COST_NANO_REST] = 600;
	txn = txn_write(b.state);
	counters_load(txn, 1, &back);
	is_int(back.n[COUNTER_REQUESTS_2XX], 0, "a new slot has counted nothing");
	counters_store(txn, 1, &c);
	counters_store(txn, 2, &c);
	counters_load(txn, 1, &back);
	ok(memcmp(back.n, c.n, sizeof(c.n)) == 0 && memcmp(back.duration, c.duration, sizeof(c.duration)) == 0,
	    "the slot's next owner counts on");
	is_int(back.inflight, 0, "but has nothing in flight");
	counters_sum(txn, &sum);
	is_int(sum.n[COUNTER_REQUESTS_2XX], 2, "slots are summed");
	is_int(sum.inflight, 6, "with what is in flight");
	is_int(sum.n[COUNTER_COST_MICRO], 2 * 7920 + 1, "and the rests of costs");
	ok(walk_first(&walk, txn, DB_COUNTER, STR_NONE, STR_NONE), "a record is there");
	json_start(&out, &text, false);
	is_int(counters_describe(walk.key, walk.value, &out), 0, "and told");
	walk_end(&walk);
	txn_put(txn, DB_COUNTER, key_pack(&key, "H", 9), STR("damaged"));
	counters_load(txn, 9, &back);
	is_int(back.n[COUNTER_REQUESTS_2XX], 0, "damaged bytes count nothing");
	ok(counters_describe(key_pack(&key, "H", 9), STR("damaged"), &out) < 0, "and are not told");
	txn_end(txn);
	buf_done(&text);
	books_close(&b);
}

/* A record with fewer and one with more counters than this binary's. */
static void
test_versions(void)
{
	struct books	b;
	struct counters c;
	struct txn     *txn;
	struct key	key;
	uint16_t	head[4] = { 1, 2, 1, 0 };
	uint64_t	values[5] = { 11, 22, 33, 44, 55 };
	char		bytes[4000] = { 0 };

	books_open(&b, "state");
	txn = txn_write(b.state);
	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), values, sizeof(values));
	txn_put(txn, DB_COUNTER, key_pack(&key, "H", 3), (struct str){ bytes, sizeof(head) + sizeof(values) });
	counters_load(txn, 3, &c);
	ok(c.n[0] == 11 && c.n[1] == 22 && c.n[2] == 0 && c.duration[0] == 33 && c.first_byte[0] == 44,
	    "an older binary's record is read as far as it goes");
	head[1] = COUNTERS + 10;
	head[2] = LATENCY_BUCKETS + 1;
	memcpy(bytes, head, sizeof(head));
	txn_put(txn, DB_COUNTER, key_pack(&key, "H", 3),
	    (struct str){ bytes, sizeof(head) + (size_t)(head[1] + 2 * head[2] + 1) * 8 });
	counters_load(txn, 3, &c);
	ok(c.n[0] == 11 && c.n[4] == 55, "a newer one's as far as it is known");
	txn_end(txn);
	books_close(&b);
}

int
main(void)
{
	temp_init();
	test_entry();
	test_endings();
	test_small_costs();
	test_stored();
	test_versions();
	temp_done();
	return tap_done();
}
