/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump.c - writes records as portable text, one JSON object a line.
 *
 * Runs in: weir-lmdb.
 *
 * Keys and values are hex, as stored: upstream secrets stay sealed under the
 * master key, client keys are hashes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "inspect/inspect.h"

static void
write_hex(struct buf *out, struct str bytes)
{
	hex_write(buf_reserve(out, 2 * bytes.n + 1), bytes.p, bytes.n);
	out->n += 2 * bytes.n;
}

static void
dump_one(struct inspect *in, enum db_table table, struct txn *t, struct sink *sink)
{
	struct arena a;
	struct str name;
	struct walk w;

	(void)in;
	arena_init(&a);
	name = tables_name(&a, table);
	for (bool more = walk_first(&w, t, table, STR_NONE, STR_NONE); more; more = walk_next(&w)) {
		buf_printf(&sink->buf, "{\"table\":\"" STR_FMT "\",\"key\":\"", STR_ARG(name));
		write_hex(&sink->buf, w.key);
		buf_cstr(&sink->buf, "\",\"value\":\"");
		write_hex(&sink->buf, w.value);
		buf_cstr(&sink->buf, "\"}\n");
		sink_turn(sink);
	}
	arena_done(&a);
}

/* One snapshot of one environment: all its tables, or one of them. */
static int
dump_env(struct inspect *in, enum db_env env, int only)
{
	struct db *db = inspect_open(in, env, DB_READ_ONLY);
	struct sink sink;
	struct txn *t;

	if (db == NULL)
		return EX_NOINPUT;
	sink_init(&sink, env);
	t = txn_read(db);
	for (int i = 0; i < DB_TABLES; i++)
		if (db_tables[i].env == env && (only < 0 || only == i))
			dump_one(in, (enum db_table)i, t, &sink);
	if (txn_failed(t)) {
		inspect_complain("%s: %s", inspect_env_name(env), txn_why(t));
		sink.failed = true;
	}
	txn_end(t);
	return sink_done(&sink);
}

int
dump_tables(struct inspect *in, int argc, char **argv)
{
	enum db_table table;
	struct str why;
	int status;

	if (in->all == (argc == 1)) {
		inspect_complain("dump takes one table or --all");
		return EX_USAGE;
	}
	if (!in->all) {
		if (tables_find(argv[0], &table) == -1)
			return EX_USAGE;
		return dump_env(in, db_tables[table].env, (int)table);
	}
	status = dump_env(in, ENV_STORE, -1);
	/* A daemon that is down may have no state: that is no fault. */
	if (status == EX_OK && inspect_try_open(in, ENV_STATE, DB_READ_ONLY, &why) != NULL)
		status = dump_env(in, ENV_STATE, -1);
	return status;
}
