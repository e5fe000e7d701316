/* SPDX-License-Identifier: Apache-2.0 */
/* room_test.c - a full environment refuses puts, still deletes, and recovers. */
#include "store/key.h"
#include "store/txn.h"
#include "temp.h"

#define SMALL_MAP (1u << 20)

static struct db *
open_small(enum db_env env)
{
	struct str why;
	struct db *db = db_open(env, temp_dir, DB_CREATE, SMALL_MAP, &why);

	if (db == NULL)
		exit(1);
	return db;
}

static int
put_one(struct db *db, enum db_table table, uint64_t number, bool *full)
{
	static char value[1000];
	struct txn *t = txn_write(db);
	struct key k;
	int rc;

	txn_put(t, table, key_pack(&k, "Q", number), (struct str){ value, sizeof(value) });
	rc = txn_commit(t);
	*full = txn_full(t);
	return rc;
}

static uint64_t
fill(struct db *db, enum db_table table, bool *full)
{
	uint64_t n = 0;

	while (n < 100000 && put_one(db, table, n, full) == 0)
		n++;
	return n;
}

static void
test_full(enum db_env env, enum db_table table, const char *name)
{
	struct db *db = open_small(env);
	bool full = false;
	uint64_t n = fill(db, table, &full), deleted = 0;
	struct db_stat st;
	struct key k;

	db_stat(db, &st);
	ok(n > 300 && n < 1100, "%s: a map of 1 MiB takes several hundred records of 1000 bytes", name);
	ok(full, "%s: the put that no longer fits fails as full", name);
	ok(st.used_bytes <= SMALL_MAP - SMALL_MAP / 32, "%s: pages are left for deletes", name);
	is_int(db_entries(db, table), n, "%s: nothing of the refused put is stored", name);
	for (uint64_t i = 0; i < n; i++) {
		struct txn *t = txn_write(db);

		txn_del(t, table, key_pack(&k, "Q", i));
		deleted += txn_commit(t) == 0;
	}
	is_int(deleted, n, "%s: every record of the full map can be deleted, one transaction each", name);
	ok(fill(db, table, &full) > n / 2, "%s: the freed pages are used again", name);
	db_close(db);
}

/* Thousands of changes in one transaction of a nearly full map. */
static void
test_large_delete(void)
{
	struct db *db = open_small(ENV_STATE);
	struct txn *t = txn_write(db);
	struct walk w;

	for (bool more = walk_first(&w, t, DB_METER, STR_NONE, STR_NONE); more; more = walk_next(&w))
		walk_del(&w);
	is_int(txn_commit(t), 0, "all records of a full map are deleted in one transaction");
	is_int(db_entries(db, DB_METER), 0, "none is left");
	db_close(db);
}

static void
test_reserve(void)
{
	struct db *db = temp_open(ENV_STATE);
	static char value[100000];
	struct txn *t = txn_write(db);
	struct key k;

	for (uint64_t i = 0; i < 100; i++)
		txn_put(t, DB_JOURNAL, key_pack(&k, "Q", i), (struct str){ value, sizeof(value) });
	is_int(txn_commit(t), 0, "one transaction may take more than the memory reserved ahead");
	is_int(db_entries(db, DB_JOURNAL), 100, "all of it is stored");
	db_close(db);
}

int
main(void)
{
	temp_init();
	test_full(ENV_STATE, DB_METER, "state");
	test_large_delete();
	test_full(ENV_STORE, DB_AUDIT, "store");
	test_reserve();
	temp_done();
	return tap_done();
}
