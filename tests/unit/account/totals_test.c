/* SPDX-License-Identifier: Apache-2.0 */
/* totals_test.c - calendar quotas survive the machine, windows do not. */
#include "account/totals.h"

#include "books.h"
#include "limit/admit.h"

static struct arena	 arena;
static struct limit	 limits[4];
static struct scope	 scope = { SCOPE_KEY, 77, limits, 4 };
static struct slot_owner owner;
static const char *const texts[4] = { "100 requests / day", "100000 tokens / month America/Los_Angeles", "100 requests / 1h",
	"5.00 usd / hour" };

static struct grant
reserve(struct books *b)
{
	struct meters	  *m = meters_new(&owner);
	struct txn	  *txn = txn_write(b->state);
	struct amounts	   need = { { 1, 100, 200, 300, 5000 } };
	struct grant_label label = { .request_id = "req" };
	struct grant	   g = { 0 };
	struct refusal	   no;

	meters_begin(m, txn);
	if (admit_reserve(m, &scope, 1, &need, &label, &g, &no) < 0)
		printf("# refused\n");
	meters_end(m);
	if (txn_commit(txn) < 0)
		printf("# not stored\n");
	meters_free(m);
	return g;
}

static void
settle(struct books *b, struct grant g)
{
	struct meters *m = meters_new(&owner);
	struct txn    *txn = txn_write(b->state);
	struct amounts actual = { { 1, 10, 20, 30, 400 } };

	meters_begin(m, txn);
	admit_settle(m, &g, &actual);
	meters_end(m);
	if (txn_commit(txn) < 0)
		printf("# not stored\n");
	meters_free(m);
}

static int64_t
used(struct books *b, uint32_t which)
{
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json	 *root;
	struct json_error err;
	struct txn	 *txn = txn_read(b->state);
	int64_t		  value = -1;

	json_start(&out, &text, false);
	meters_show(txn, &scope, &out);
	txn_end(txn);
	if (json_read(&arena, buf_view(&text), (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) == 0 &&
	    json_i64(json_get(json_at(root, which), "used"), &value) < 0)
		value = -1;
	buf_done(&text);
	return value;
}

static void
boot(struct books *b, const char *name)
{
	books_close(b);
	books_open(b, name);
	ledger_seed_state(b->state, b->store);
	if (slot_claim(b->state, 1, &owner, NULL, NULL) < 0)
		printf("# no slot\n");
}

static void
test_boot(struct books *b)
{
	struct grant open;

	settle(b, reserve(b));
	open = reserve(b);
	ok(open.sequence != 0 && used(b, 1) == 330, "one request is settled and one is open");
	is_int(ledger_apply(b->state, b->store), 0, "a second passes");
	is_int(db_entries(b->store, DB_TOTAL), 1, "the totals are in the store");
	boot(b, "second");
	is_int(used(b, 0), 2, "after a boot the day's requests are as they were");
	is_int(used(b, 1), 30, "and the month's tokens, without those that were open");
	is_int(used(b, 2), 0, "windows begin anew");
	is_int(used(b, 3), 400, "the hour's cost is as it was");
}

static void
test_again(struct books *b)
{
	settle(b, reserve(b));
	ledger_seed_state(b->state, b->store);
	is_int(used(b, 1), 60, "seeding a state that counts already changes nothing");
	is_int(ledger_apply(b->state, b->store), 0, "another second");
	clock_advance(UINT64_C(3600) * SECOND);
	boot(b, "third");
	is_int(used(b, 3), 0, "a period that is over is not brought back");
	is_int(used(b, 1), 60, "the others are");
}

static void
test_idle(struct books *b)
{
	uint64_t before;

	is_int(ledger_apply(b->state, b->store), 0, "a second without requests");
	before = db_last_txn(b->store);
	is_int(ledger_apply(b->state, b->store), 0, "and another");
	is_int(db_last_txn(b->store), (int64_t)before, "write nothing");
}

static void
test_describe(struct books *b)
{
	struct txn     *txn = txn_read(b->store);
	struct walk	walk;
	struct buf	text = { NULL, 0, 0 };
	struct json_out out;

	json_start(&out, &text, false);
	ok(walk_first(&walk, txn, DB_TOTAL, STR_NONE, STR_NONE) && total_describe(walk.key, walk.value, &out) == 0,
	    "a total is told");
	walk_end(&walk);
	ok(str_find(buf_view(&text), STR("\"month\"")) < text.n, "by its periods");
	txn_end(txn);
	buf_done(&text);
}

int
main(void)
{
	struct books b;
	struct str   why;

	arena_init(&arena);
	temp_init();
	clock_freeze(1000 * SECOND, NOON);
	books_open(&b, "first");
	for (int i = 0; i < 4; i++)
		if (limit_read(&arena, str_of(texts[i]), &limits[i], &why) < 0)
			printf("# " STR_FMT "\n", STR_ARG(why));
	ledger_seed_state(b.state, b.store);
	if (slot_claim(b.state, 1, &owner, NULL, NULL) < 0)
		return 1;
	test_boot(&b);
	test_again(&b);
	test_idle(&b);
	test_describe(&b);
	books_close(&b);
	temp_done();
	arena_done(&arena);
	return tap_done();
}
