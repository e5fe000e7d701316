/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.c - prints the records of a table.
 *
 * Runs in: weir-lmdb.
 */
#include <stdio.h>
#include <sysexits.h>

#include "inspect/describe.h"
#include "inspect/inspect.h"
#include "store/record.h"

/* A name instead of an id, for the kinds that have names. */
static int
find_named(struct db *db, enum db_table table, struct str name, struct key *k)
{
	struct txn *t = txn_read(db);
	const struct record *r = NULL;
	struct arena a;

	arena_init(&a);
	for (int kind = 0; kind < RECORD_KINDS; kind++)
		if (record_info[kind].table == table)
			r = record_find(t, (enum record_kind)kind, name, &a);
	if (r != NULL)
		key_pack(k, "Q", r->id);
	arena_done(&a);
	txn_end(t);
	return r == NULL ? -1 : 0;
}

int
print_table(struct inspect *in, int argc, char **argv)
{
	enum db_table table;
	struct key prefix = { .n = 0 };
	struct sink sink;
	struct walk w;
	struct txn *t;
	struct db *db;

	if (tables_find(argv[0], &table) == -1)
		return EX_USAGE;
	db = inspect_open(in, db_tables[table].env, DB_READ_ONLY);
	if (db == NULL)
		return EX_NOINPUT;
	if (argc > 1 && find_named(db, table, str_of(argv[1]), &prefix) == -1 &&
	    describe_prefix(table, str_of(argv[1]), &prefix) == -1) {
		inspect_complain("\"%s\" is no beginning of a key of %s", argv[1], argv[0]);
		return EX_USAGE;
	}
	sink_init(&sink, db_tables[table].env);
	t = txn_read(db);
	for (bool more = walk_first(&w, t, table, (struct str){ (const char *)prefix.bytes, prefix.n }, STR_NONE); more;
	    more = walk_next(&w)) {
		if (in->json) {
			describe_json(&sink.buf, table, w.key, w.value);
			buf_byte(&sink.buf, '\n');
		} else {
			describe_words(&sink.buf, table, w.key, w.value, in->colour);
		}
		sink_turn(&sink);
	}
	if (txn_failed(t)) {
		inspect_complain("%s: %s", argv[0], txn_why(t));
		sink.failed = true;
	}
	txn_end(t);
	return sink_done(&sink);
}
