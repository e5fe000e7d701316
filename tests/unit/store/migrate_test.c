/* SPDX-License-Identifier: Apache-2.0 */
/* migrate_test.c - older schemas are brought up step by step, newer ones refused. */
#include "store/migrate.h"

#include "temp.h"

static void
step_one(struct txn *t)
{
	txn_put(t, DB_AUDIT, STR("one"), STR("done"));
}

static void
step_two(struct txn *t)
{
	char word[8];
	size_t n;

	if (txn_get_into(t, DB_AUDIT, STR("one"), word, sizeof(word), &n))
		txn_put(t, DB_AUDIT, STR("two"), STR("after one"));
}

static void
step_bad(struct txn *t)
{
	txn_put(t, DB_AUDIT, STR_NONE, STR("x"));
}

static const struct migrate_step steps[] = { { 1, step_one }, { 2, step_two } };
static const struct migrate_step bad_steps[] = { { 1, step_bad } };

static bool
has(struct db *db, const char *key)
{
	struct txn *t = txn_read(db);
	bool found = txn_get_into(t, DB_AUDIT, str_of(key), NULL, 0, NULL);

	txn_end(t);
	return found;
}

int
main(void)
{
	struct migrate_plan plan = { DB_META, 3, steps, LENGTH(steps) }, bad = { DB_META, 2, bad_steps, 1 },
			    gap = { DB_META, 9, steps, LENGTH(steps) }, old = { DB_META, 2, steps, 1 };
	struct db *db;
	struct txn *t;
	struct str why;

	temp_init();
	db = temp_open(ENV_STORE);
	t = txn_write(db);
	is_int(migrate_version(t, &migrate_plans[ENV_STORE]), migrate_plans[ENV_STORE].current, "a new store has the current schema");
	is_int(migrate_run(t, &migrate_plans[ENV_STORE], &why), 0, "the current schema needs no step");
	is_int(migrate_run(t, &bad, &why), 0, "a step is run");
	is_int(txn_commit(t), -1, "its failure makes the whole upgrade fail");
	t = txn_write(db);
	is_int(migrate_version(t, &plan), 1, "the old schema is left");
	is_int(migrate_run(t, &gap, &why), -1, "a schema that no step leads on from is refused");
	txn_end(t);
	ok(!has(db, "one"), "and nothing was changed");
	t = txn_write(db);
	is_int(migrate_run(t, &plan, &why), 0, "two steps are run");
	is_int(txn_commit(t), 0, "and commit");
	ok(has(db, "one") && has(db, "two"), "in their order");
	t = txn_write(db);
	is_int(migrate_version(t, &plan), 3, "the version moved with them");
	is_int(migrate_run(t, &old, &why), -1, "an older binary refuses the newer schema");
	is_slice(why, "it was written by a newer version of weir", "and says why");
	txn_del(t, DB_META, STR("schema"));
	is_int(migrate_run(t, &plan, &why), -1, "a store without a version is refused");
	txn_end(t);
	db_close(db);
	temp_done();
	return tap_done();
}
