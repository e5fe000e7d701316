/* SPDX-License-Identifier: Apache-2.0 */
/* report_test.c - sums by key, model, channel and day, and entries in the order they were settled. */
#include "account/rollup.h"
#include "books.h"

static struct books b;
static struct arena arena;

#define TODAY (NOON / DAY)

static void
vary(struct entry *e, int i)
{
	static const char *const models[] = { "gpt-4o", "claude", "llama" };

	e->time_us = NOON - (uint64_t)(i % 10) * DAY;
	e->total_us = (uint64_t)i * 1000;
	e->key_id = 1 + (uint64_t)(i % 4 == 0);
	e->key = i % 4 == 0 ? STR("second") : STR("first");
	e->model_used = str_of(models[i % 3]);
	e->channel_id = 3;
	e->cost_nano = 100;
}

static size_t
rows_of(enum dimension by, uint64_t from, uint64_t to, struct report_row **rows)
{
	struct txn *txn = txn_read(b.store);
	size_t	    n = report_sum(txn, &arena, by, from, to, rows);

	txn_end(txn);
	return n;
}

static void
test_sums(void)
{
	struct report_row *rows;

	is_int(rows_of(BY_TOTAL, 0, UINT32_MAX, &rows), 1, "the total is one row");
	ok(rows[0].sums.requests == 100 && rows[0].sums.cost_nano == 10000, "of all");
	is_int(rows_of(BY_KEY, 0, UINT32_MAX, &rows), 2, "two keys were used");
	is_slice(rows[0].name, "first", "the busiest comes first");
	ok(rows[0].sums.requests == 75 && rows[1].sums.requests == 25, "each with its own");
	is_int(rows_of(BY_MODEL, 0, UINT32_MAX, &rows), 3, "three models were used");
	is_slice(rows[0].name, "gpt-4o", "by the name that was sent upstream");
	is_int(rows_of(BY_CHANNEL, 0, UINT32_MAX, &rows), 1, "one channel was used");
	ok(rows[0].id == 3 && rows[0].sums.requests == 100, "for all");
	is_int(rows_of(BY_DAY, 0, UINT32_MAX, &rows), 10, "on ten days");
	is_slice(rows[0].name, "2026-11-21", "the newest comes first");
	is_slice(rows[9].name, "2026-11-12", "the oldest last");
	is_int(rows_of(BY_DAY, TODAY - 2, TODAY - 1, &rows), 2, "both ends of a span are in it");
	is_int(rows_of(BY_TOTAL, TODAY - 2, TODAY - 1, &rows), 1, "for sums too");
	is_int(rows[0].sums.requests, 20, "which count that span only");
	is_int(rows_of(BY_KEY, TODAY + 1, TODAY + 5, &rows), 0, "a span without requests has no rows");
	is_int(rows_of(BY_KEY, 0, 5, &rows), 0, "nor has one long ago");
	is_int(rows_of(BY_KEY, 5, 0, &rows), 0, "nor one that ends before it begins");
}

static void
renamed(struct entry *e, int i)
{
	(void)i;
	e->time_us = NOON + DAY;
	e->key_id = 1;
	e->key = STR("renamed");
}

static void
test_names(void)
{
	struct report_row *rows;

	journal(&b, 1, 2, 1, renamed);
	is_int(ledger_apply(b.state, b.store), 1, "a key was renamed");
	(void)rows_of(BY_KEY, 0, UINT32_MAX, &rows);
	is_slice(rows[0].name, "renamed", "the newest name of a key is shown");
	(void)rows_of(BY_KEY, 0, TODAY, &rows);
	is_slice(rows[0].name, "first", "or that of the span");
}

struct seen {
	int	 n, most, unordered;
	uint64_t last;
};

static bool
see(void *arg, const struct entry *e)
{
	struct seen *s = arg;

	s->n++;
	s->unordered += entry_end_us(e) < s->last;
	s->last = entry_end_us(e);
	return s->n < s->most;
}

static void
at_hour(struct entry *e, int i)
{
	(void)i;
	e->time_us = NOON + 30 * DAY + e->sequence * 1000;
	e->total_us = 0;
}

static struct seen
entries(uint64_t from, uint64_t to, int most)
{
	struct seen s = { .most = most };
	struct txn *txn = txn_read(b.store);

	report_entries(txn, from, to, see, &s);
	txn_end(txn);
	return s;
}

static void
test_entries(void)
{
	uint64_t    from = NOON + 30 * DAY;
	struct seen s;

	for (uint64_t k = 0; k < 20; k++)
		journal(&b, (uint16_t)(k % 3), 100 + k, 1, at_hour);
	is_int(ledger_apply(b.state, b.store), 20, "twenty exchanges of three workers");
	s = entries(from, from + DAY, 1000);
	ok(s.n == 20 && s.unordered == 0, "are told oldest first");
	s = entries(from + 105000, from + 110000, 1000);
	is_int(s.n, 5, "a span holds what was settled in it");
	s = entries(from, from + DAY, 7);
	is_int(s.n, 7, "and ends when the caller has enough");
	s = entries(0, 1, 7);
	is_int(s.n, 0, "long ago there was nothing");
}

int
main(void)
{
	arena_init(&arena);
	temp_init();
	clock_freeze(1000 * SECOND, NOON);
	books_open(&b, "state");
	journal(&b, 1, 1, 100, vary);
	is_int(ledger_apply(b.state, b.store), 100, "a hundred exchanges");
	test_sums();
	test_names();
	test_entries();
	books_close(&b);
	temp_done();
	arena_done(&arena);
	return tap_done();
}
