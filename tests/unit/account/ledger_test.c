/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_test.c - each settled exchange reaches the ledger once, whatever fails in between. */
#include "account/ledger.h"

#include "account/rollup.h"
#include "books.h"
#include "store/key.h"

static struct books b;
static struct arena arena;

static struct sums
total(void)
{
	struct txn	  *txn = txn_read(b.store);
	struct report_row *rows;
	struct sums	   none = { .requests = 0 };
	size_t		   n = report_sum(txn, &arena, BY_TOTAL, 0, UINT32_MAX, &rows);

	txn_end(txn);
	return n == 1 ? rows[0].sums : none;
}

static int
faults(void)
{
	struct buf	text = { NULL, 0, 0 };
	struct json_out out;
	struct txn     *txn = txn_read(b.store);
	int		n;

	json_start(&out, &text, false);
	json_array(&out, NULL);
	n = ledger_check(txn, &out);
	json_array_end(&out);
	txn_end(txn);
	if (n != 0)
		printf("# " STR_FMT "\n", STR_ARG(buf_view(&text)));
	buf_done(&text);
	return n;
}

static void
test_moves(void)
{
	is_int(ledger_apply(b.state, b.store), 0, "an empty journal has nothing to move");
	journal(&b, 1, 1, 3, NULL);
	journal(&b, 1, 2, 2, NULL);
	journal(&b, 2, 1, 4, NULL);
	is_int(journal_backlog(b.state), 3, "three blocks wait");
	is_int(ledger_apply(b.state, b.store), 9, "all their exchanges move");
	is_int(journal_backlog(b.state), 0, "and wait no longer");
	is_int(db_entries(b.store, DB_LEDGER), 3, "the ledger has the blocks");
	is_int(total().requests, 9, "the sums have the exchanges");
	is_int(total().cost_nano, 9 * 7920000, "and what they cost");
	is_int(ledger_apply(b.state, b.store), 0, "a second round moves nothing");
	is_int(faults(), 0, "ledger and roll-ups agree");
}

/* As if the process had died between the two commits. */
static void
test_applied_not_deleted(void)
{
	journal(&b, 1, 3, 5, NULL);
	is_int(ledger_apply(b.state, b.store), 5, "a block moves");
	journal(&b, 1, 3, 5, NULL);
	is_int(ledger_apply(b.state, b.store), 0, "when it is still in the journal it is not counted again");
	is_int(journal_backlog(b.state), 0, "but deleted");
	is_int(total().requests, 14, "the sums are as before");
	journal(&b, 1, 4, 1, NULL);
	is_int(ledger_apply(b.state, b.store), 1, "later blocks of the slot are counted");
	is_int(faults(), 0, "ledger and roll-ups agree");
}

/* A new state begins with low numbers again. */
static void
test_new_state(void)
{
	books_close(&b);
	books_open(&b, "state-after-boot");
	journal(&b, 1, 1, 2, NULL);
	is_int(ledger_apply(b.state, b.store), 2, "after a boot the same numbers are other blocks");
	is_int(total().requests, 17, "and are counted");
	is_int(faults(), 0, "ledger and roll-ups agree");
}

static void
vary(struct entry *e, int i)
{
	static const enum end_reason ends[] = { END_COMPLETE, END_REFUSED, END_TRUNCATED };

	e->time_us = NOON - (uint64_t)i * DAY / 4;
	e->total_us = NOON - e->time_us + SECOND;	/* all of a block are settled together */
	e->end = ends[i % 3];
	e->priced = i % 4 != 0;
	e->usage.source = i % 5 == 0 ? USAGE_ESTIMATED : USAGE_REPORTED;
	e->key_id = (uint64_t)i % 3;
	if (i % 6 == 0)
		e->model_used = STR_NONE;
}

static void
test_large(void)
{
	struct sums before = total(), s;
	int	    moved = 0;

	for (uint64_t k = 0; k < 600; k++)
		journal(&b, (uint16_t)(k % 7), 1000 + k, 40, vary);
	moved = ledger_apply(b.state, b.store);
	is_int(moved, 600 * 40, "more than fits one transaction moves in several");
	s = total();
	is_int(s.requests - before.requests, 24000, "all is counted");
	is_int(s.succeeded + s.failed + s.refused, (int64_t)s.requests, "each as one of three ends");
	is_int(s.unpriced - before.unpriced, 6000, "what had no price is told");
	is_int(s.estimated - before.estimated, 4800, "and what was estimated");
	is_int(faults(), 0, "ledger and roll-ups agree");
}

static void
test_damaged(void)
{
	struct txn *txn = txn_write(b.state);

	journal_put(txn, 1, 9000, STR("\xff\xff\xff\xff garbage"));
	is_int(txn_commit(txn), 0, "a damaged block is in the journal");
	is_int(ledger_apply(b.state, b.store), 0, "it counts nothing");
	is_int(journal_backlog(b.state), 0, "and does not stop the others");
}

static void
test_store_full(void)
{
	struct str   why;
	char	     dir[300];
	struct books small = { b.state, NULL };
	uint64_t     waiting;

	snprintf(dir, sizeof(dir), "%s/small", temp_dir);
	mkdir(dir, 0700);
	small.store = db_open(ENV_STORE, dir, DB_CREATE, 1 << 20, &why);
	if (!ok(small.store != NULL, "a store of one megabyte is opened"))
		return;
	for (uint64_t k = 0; k < 200; k++)
		journal(&b, 3, 20000 + k, 100, NULL);
	waiting = journal_backlog(b.state);
	ok(ledger_apply(small.state, small.store) < 0, "a full store fails");
	ok(journal_backlog(b.state) > 0 && journal_backlog(b.state) <= waiting, "and the journal waits");
	db_close(small.store);
	ok(ledger_apply(b.state, b.store) > 0, "a store with room takes it");
	is_int(journal_backlog(b.state), 0, "all of it");
}

static void
test_prune(void)
{
	uint64_t before = db_entries(b.store, DB_LEDGER);
	struct sums s = total(), after;

	journal(&b, 5, 50000, 3, NULL);
	is_int(ledger_apply(b.state, b.store), 3, "one more block");
	is_int(ledger_prune(b.store, NOON), 0, "today's blocks are not removed");
	is_int(ledger_prune(b.store, NOON + DAY), (int64_t)before + 1, "those of days before are");
	is_int(db_entries(b.store, DB_LEDGER), 0, "all of them");
	after = total();
	is_int(after.requests, (int64_t)s.requests + 3, "the roll-ups stay");
	is_int(faults(), 0, "and are not held against a pruned ledger");
}

static void
test_describe(void)
{
	struct txn     *txn = txn_read(b.store);
	struct walk	walk;
	struct buf	text = { NULL, 0, 0 };
	struct json_out out;

	json_start(&out, &text, false);
	ok(walk_first(&walk, txn, DB_APPLIED, STR_NONE, STR_NONE) && applied_describe(walk.key, walk.value, &out) == 0,
	    "a slot's mark is told");
	walk_end(&walk);
	ok(walk_first(&walk, txn, DB_ROLLUP, STR_NONE, STR_NONE) && rollup_describe(walk.key, walk.value, &out) == 0,
	    "a roll-up is told");
	walk_end(&walk);
	ok(applied_describe(STR("ab"), STR("x"), &out) < 0 && rollup_describe(STR("ab"), STR("x"), &out) < 0,
	    "damaged bytes are not");
	txn_end(txn);
	buf_done(&text);
}

int
main(void)
{
	arena_init(&arena);
	temp_init();
	clock_freeze(1000 * SECOND, NOON);
	books_open(&b, "state");
	test_moves();
	test_applied_not_deleted();
	test_new_state();
	test_large();
	test_damaged();
	test_prune();
	test_describe();
	test_store_full();
	books_close(&b);
	temp_done();
	arena_done(&arena);
	return tap_done();
}
