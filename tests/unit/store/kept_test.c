/* SPDX-License-Identifier: Apache-2.0 */
/* kept_test.c - kept replies are their key's own, bounded, and gone in the order of their age. */
#include "store/kept.h"
#include "temp.h"

#define SECOND UINT64_C(1000000)

static struct db   *db;
static struct arena a;
static const struct kept_bounds bounds = { .bytes = 4000, .age_us = 100 * SECOND };

static void
put(const char *id, uint64_t key_id, uint64_t at, size_t n)
{
	struct txn *t = txn_write(db);
	struct kept r = { .id = str_of(id), .key_id = key_id, .created_us = at, .reply = STR("{}") };
	char	   *items = arena_zalloc(&a, n);

	memset(items, 'i', n);
	r.items = (struct str){ items, n };
	kept_put(t, &r, &bounds);
	if (txn_commit(t) == -1)
		printf("# not stored\n");
}

static bool
get(const char *id, uint64_t key_id, uint64_t now, struct kept *r)
{
	struct txn *t = txn_read(db);
	bool	    there = kept_get(t, &a, str_of(id), key_id, &bounds, now, r);

	txn_end(t);
	return there;
}

static uint64_t
sum(void)
{
	struct txn *t = txn_read(db);
	struct key  k;
	uint64_t    n = 0;

	(void)txn_get_into(t, DB_KEPT_AGE, key_pack(&k, "QQS", UINT64_C(0), UINT64_C(0), STR("")), &n, sizeof(n), NULL);
	txn_end(t);
	return n;
}

static bool
del(const char *id, uint64_t key_id)
{
	struct txn *t = txn_write(db);
	bool	    there = kept_del(t, str_of(id), key_id);

	return txn_commit(t) == 0 && there;
}

int
main(void)
{
	struct kept r;

	temp_init();
	arena_init(&a);
	db = temp_open(ENV_STATE);

	put("resp_1", 7, 10 * SECOND, 10);
	ok(get("resp_1", 7, 11 * SECOND, &r) && r.items.n == 10 && str_is(r.reply, "{}") && r.created_us == 10 * SECOND,
	    "what was put is there");
	ok(!get("resp_1", 8, 11 * SECOND, &r), "for its own key only");
	ok(!get("resp_2", 7, 11 * SECOND, &r) && !get("", 7, 11 * SECOND, &r), "an unknown id is not there");
	ok(!get("resp_1", 7, 110 * SECOND, &r), "nor is one that is too old");
	put("resp_1", 9, 10 * SECOND, 20);
	ok(get("resp_1", 7, 11 * SECOND, &r) && r.items.n == 10 && get("resp_1", 9, 11 * SECOND, &r) && r.items.n == 20,
	    "two keys may have the same id");
	ok(del("resp_1", 9), "and delete their own");
	ok(!del("resp_1", 8) && get("resp_1", 7, 11 * SECOND, &r), "another key does not delete it");
	ok(del("resp_1", 7) && !get("resp_1", 7, 11 * SECOND, &r), "its own does");
	is_int(sum(), 0, "and its bytes are given back");

	put("a", 1, 20 * SECOND, 800);
	put("b", 1, 21 * SECOND, 800);
	put("c", 1, 22 * SECOND, 800);
	put("d", 1, 23 * SECOND, 800);
	ok(get("a", 1, 23 * SECOND, &r), "as long as there is room all stay");
	put("e", 1, 24 * SECOND, 800);
	ok(!get("a", 1, 24 * SECOND, &r) && get("b", 1, 24 * SECOND, &r) && get("e", 1, 24 * SECOND, &r), "then the oldest goes");
	put("huge", 1, 25 * SECOND, 2000);
	ok(!get("huge", 1, 25 * SECOND, &r) && get("b", 1, 25 * SECOND, &r), "a huge one is not kept, and drives nobody out");
	put("b", 1, 26 * SECOND, 100);
	ok(get("b", 1, 26 * SECOND, &r) && r.items.n == 100, "a second one of the same id replaces the first");
	ok(sum() < bounds.bytes, "the sum stays below the bound");
	put("f", 1, 200 * SECOND, 10);
	ok(!get("e", 1, 100 * SECOND, &r) && sum() < 400, "the old are dropped with the next that comes");

	db_close(db);
	arena_done(&a);
	temp_done();
	return tap_done();
}
