/* SPDX-License-Identifier: Apache-2.0 */
/* walk_test.c - walks see a table in order, within a prefix, and may delete as they go. */
#include <inttypes.h>

#include "base/buf.h"
#include "store/key.h"
#include "store/txn.h"
#include "temp.h"

#define MANY 3000

static void
fill(struct db *db, const char *const *keys)
{
	struct txn *t = txn_write(db);

	for (; *keys != NULL; keys++)
		txn_put(t, DB_METER, str_of(*keys), str_of(*keys));
	if (txn_commit(t) == -1)
		exit(1);
}

/* All keys of a walk in one text. */
static const char *
forward(struct txn *t, const char *prefix, const char *from)
{
	static struct buf out;
	struct walk w;

	buf_clear(&out);
	for (bool more = walk_first(&w, t, DB_METER, str_of(prefix), str_of(from)); more; more = walk_next(&w))
		buf_printf(&out, STR_FMT " ", STR_ARG(w.key));
	walk_end(&w);
	buf_byte(&out, '\0');
	return out.p;
}

static const char *
backward(struct txn *t, const char *prefix)
{
	static struct buf out;
	struct walk w;

	buf_clear(&out);
	for (bool more = walk_last(&w, t, DB_METER, str_of(prefix)); more; more = walk_prev(&w))
		buf_printf(&out, STR_FMT " ", STR_ARG(w.key));
	buf_byte(&out, '\0');
	return out.p;
}

static void
test_ranges(struct db *db)
{
	static const char *const keys[] = { "a", "b1", "b2", "b3", "c", "\xff", "\xff\xff" "1", "\xff\xff" "2", NULL };
	struct txn *t;

	t = txn_read(db);
	is_str(forward(t, "", ""), "", "an empty table has nothing to walk");
	is_str(backward(t, ""), "", "backwards neither");
	txn_end(t);
	fill(db, keys);
	t = txn_read(db);
	is_str(forward(t, "b", ""), "b1 b2 b3 ", "a walk stays within its prefix");
	is_str(forward(t, "b", "b2"), "b2 b3 ", "it begins at a key inside the prefix");
	is_str(forward(t, "b", "a"), "b1 b2 b3 ", "a key before the prefix begins at the prefix");
	is_str(forward(t, "b", "c"), "", "a key behind the prefix finds nothing");
	is_str(forward(t, "", "b25"), "b3 c \xff \xff\xff" "1 \xff\xff" "2 ", "without a prefix it goes to the end");
	is_str(forward(t, "x", ""), "", "a prefix that no key has finds nothing");
	is_str(backward(t, "b"), "b3 b2 b1 ", "backwards it begins at the prefix's last key");
	is_str(backward(t, "\xff\xff"), "\xff\xff" "2 \xff\xff" "1 ", "a prefix of the greatest bytes has a last key too");
	is_str(backward(t, ""), "\xff\xff" "2 \xff\xff" "1 \xff c b3 b2 b1 a ", "without a prefix it begins at the table's end");
	is_str(backward(t, "x"), "", "backwards too a prefix that no key has finds nothing");
	ok(!txn_failed(t), "an end is no error");
	txn_end(t);
}

static void
test_deleting(struct db *db)
{
	struct txn *t = txn_write(db);
	struct walk w;

	for (bool more = walk_first(&w, t, DB_METER, STR("b"), STR_NONE); more; more = walk_next(&w))
		if (str_is(w.key, "b2"))
			walk_del(&w);
	is_str(forward(t, "b", ""), "b1 b3 ", "the current record is deleted, its neighbours stay");
	for (bool more = walk_last(&w, t, DB_METER, STR("\xff")); more; more = walk_prev(&w))
		walk_del(&w);
	is_str(forward(t, "", ""), "a b1 b3 c ", "a backward walk deletes too");
	is_int(txn_commit(t), 0, "and all commits");
}

/* Over many pages, with pages that become empty and are merged on the way. */
static void
test_deleting_many(struct db *db)
{
	struct txn *t = txn_write(db);
	char value[200] = { 0 };
	struct walk w;
	struct key k;
	uint64_t seen = 0, n, wrong = 0;

	for (uint64_t i = 0; i < MANY; i++)
		txn_put(t, DB_JOURNAL, key_pack(&k, "Q", i), (struct str){ value, sizeof(value) });
	is_int(txn_commit(t), 0, "a table of many pages is made");
	t = txn_write(db);
	for (bool more = walk_first(&w, t, DB_JOURNAL, STR_NONE, STR_NONE); more; more = walk_next(&w)) {
		wrong += key_unpack(w.key, "Q", &n) == -1 || n != seen;
		seen++;
		if (n % 3 != 0)
			walk_del(&w);
	}
	is_int(txn_commit(t), 0, "two of three records are deleted during a walk");
	is_int(seen, MANY, "which sees each record once");
	is_int(wrong, 0, "in order");
	is_int(db_entries(db, DB_JOURNAL), MANY / 3, "a third is left");
	t = txn_write(db);
	for (bool more = walk_first(&w, t, DB_JOURNAL, STR_NONE, STR_NONE); more; more = walk_next(&w))
		walk_del(&w);
	is_int(txn_commit(t), 0, "the rest is deleted in one walk");
	is_int(db_entries(db, DB_JOURNAL), 0, "nothing is left");
}

int
main(void)
{
	struct db *db;

	temp_init();
	db = temp_open(ENV_STATE);
	test_ranges(db);
	test_deleting(db);
	test_deleting_many(db);
	db_close(db);
	temp_done();
	return tap_done();
}
