/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c - prints what changes in a table.
 *
 * Runs in: weir-lmdb.
 *
 * When a commit of any process has moved the transaction number, the table is
 * walked and compared with the walk before; several changes of one record in
 * between are one.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#include "base/map.h"
#include "inspect/describe.h"
#include "inspect/inspect.h"

#define POLL_MS 100

/* What a table held at one look. */
struct look {
	struct arena arena;
	struct map   map;	/* key to struct seen */
};

struct seen {
	uint64_t hash;		/* of the value */
	bool	 still;		/* is in the next look too */
};

static volatile sig_atomic_t ended;

static void
end_watch(int sig)
{
	(void)sig;
	ended = 1;
}

static void
look_done(struct look *l)
{
	map_done(&l->map);
	arena_done(&l->arena);
}

static void
tell(struct inspect *in, struct buf *out, enum db_table table, const char *change, struct str key, struct str value)
{
	struct json_out o;
	struct buf text = { 0 };
	struct arena a;

	arena_init(&a);
	describe_json(&text, table, key, value);
	if (in->json) {
		json_start(&o, out, false);
		json_object(&o, NULL);
		json_cstr(&o, "change", change);
		if (value.p != NULL)
			json_raw(&o, "is", buf_view(&text));
		else
			json_str(&o, "key", describe_key(&a, table, key));
		json_object_end(&o);
		buf_byte(out, '\n');
	} else {
		buf_printf(out, "%s ", change);
		if (value.p != NULL)
			describe_words(out, table, key, value, in->colour);
		else
			buf_printf(out, STR_FMT " " STR_FMT "\n", STR_ARG(tables_name(&a, table)),
			    STR_ARG(describe_key(&a, table, key)));
	}
	buf_done(&text);
	arena_done(&a);
}

/* Fills `now` and tells what differs from `was` (NULL at the first look); how many records did. */
static uint64_t
compare(struct inspect *in, struct db *db, enum db_table table, struct look *was, struct look *now, struct buf *out)
{
	struct txn *t = txn_read(db);
	uint64_t changes = 0;
	struct walk w;

	*now = (struct look){ 0 };
	arena_init(&now->arena);
	for (bool more = walk_first(&w, t, table, STR_NONE, STR_NONE); more; more = walk_next(&w)) {
		struct seen *s = arena_new(&now->arena, struct seen), *before;

		s->hash = str_hash(w.value);
		map_put(&now->map, arena_str(&now->arena, w.key), s);
		before = was == NULL ? NULL : map_get(&was->map, w.key);
		if (before != NULL)
			before->still = true;
		if (was == NULL || (before != NULL && before->hash == s->hash))
			continue;
		tell(in, out, table, before == NULL ? "added" : "changed", w.key, w.value);
		changes++;
	}
	txn_end(t);
	if (was == NULL)
		return 0;
	MAP_EACH(slot, &was->map) {
		if (((struct seen *)slot->value)->still)
			continue;
		tell(in, out, table, "removed", slot->key, STR_NONE);
		changes++;
	}
	return changes;
}

static void
catch_signals(void)
{
	struct sigaction act = { .sa_handler = end_watch };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

int
watch_table(struct inspect *in, int argc, char **argv)
{
	struct timespec pause = { 0, POLL_MS * 1000000L };
	struct look was, now;
	struct buf out = { 0 };
	enum db_table table;
	uint64_t last, changes = 0;
	struct db *db;
	int status = EX_OK;

	(void)argc;
	if (tables_find(argv[0], &table) == -1)
		return EX_USAGE;
	db = inspect_open(in, db_tables[table].env, DB_READ_ONLY);
	if (db == NULL)
		return EX_NOINPUT;
	catch_signals();
	last = db_last_txn(db);
	compare(in, db, table, NULL, &was, &out);
	while (!ended && status == EX_OK && (in->count == 0 || changes < in->count)) {
		nanosleep(&pause, NULL);
		if (db_last_txn(db) == last)
			continue;
		last = db_last_txn(db);
		changes += compare(in, db, table, &was, &now, &out);
		look_done(&was);
		was = now;
		if (fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout) != 0)
			status = EX_IOERR;
		buf_clear(&out);
	}
	look_done(&was);
	buf_done(&out);
	return status;
}
