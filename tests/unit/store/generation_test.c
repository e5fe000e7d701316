/* SPDX-License-Identifier: Apache-2.0 */
/* generation_test.c - a look is true once per change of the catalog. */
#include "store/generation.h"

#include "temp.h"

static void
commit(struct db *db, bool bump)
{
	struct txn *t = txn_write(db);

	txn_put(t, DB_AUDIT, STR("k"), STR("v"));
	if (bump)
		generation_bump(t);
	if (txn_commit(t) == -1)
		exit(1);
}

int
main(void)
{
	struct generation g;
	struct db *db;
	struct txn *t;

	temp_init();
	db = temp_open(ENV_STORE);
	generation_init(&g, db);
	ok(generation_moved(&g), "the first look is true");
	is_int(g.current, 0, "a new store has generation 0");
	ok(!generation_moved(&g), "the second is not");
	commit(db, false);
	ok(!generation_moved(&g), "a commit that does not bump it does not move it");
	commit(db, true);
	ok(generation_moved(&g), "a bump moves it");
	ok(!generation_moved(&g), "once");
	is_int(g.current, 1, "by one");
	commit(db, true);
	commit(db, true);
	ok(generation_moved(&g) && !generation_moved(&g), "two bumps between looks are one move");
	t = txn_write(db);
	generation_bump(t);
	txn_end(t);
	ok(!generation_moved(&g), "an aborted bump is none");
	t = txn_read(db);
	is_int(generation_get(t), 3, "a transaction can read it");
	txn_end(t);
	db_close(db);
	temp_done();
	return tap_done();
}
