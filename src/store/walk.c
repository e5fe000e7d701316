/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk.c - walks a table in key order.
 *
 * Runs in: every process that opens an environment.
 *
 * After walk_del() the next step seeks from the deleted key anew instead of
 * trusting where the cursor came to stand.
 */
#include <assert.h>
#include <string.h>

#include "store/env.h"
#include "store/key.h"

void
walk_end(struct walk *w)
{
	if (w->cursor != NULL)
		mdb_cursor_close(w->cursor);
	w->cursor = NULL;
}

static bool
stop(struct walk *w)
{
	walk_end(w);
	w->key = w->value = STR_NONE;
	return false;
}

/* Moves the cursor; `seek` is for MDB_SET_RANGE.  MDB_NOTFOUND is an end, all else an error. */
static int
move(struct walk *w, MDB_cursor_op op, struct str seek)
{
	MDB_val k = { seek.n, (void *)(uintptr_t)seek.p }, v = { 0, NULL };
	int rc = mdb_cursor_get(w->cursor, &k, &v, op);

	if (rc == 0) {
		w->key = (struct str){ k.mv_data, k.mv_size };
		w->value = (struct str){ v.mv_data, v.mv_size };
	} else if (rc != MDB_NOTFOUND) {
		w->txn->err = rc;
	}
	return rc;
}

/* What a step found counts only while it has the prefix. */
static bool
within(struct walk *w, int rc)
{
	w->deleted = 0;
	return rc == 0 && str_starts(w->key, w->prefix) ? true : stop(w);
}

static bool
start(struct walk *w, struct txn *t, enum db_table table, struct str prefix)
{
	MDB_cursor *cursor;

	assert(t->depth > 0 && db_tables[table].env == t->db->kind);
	*w = (struct walk){ .txn = t, .table = table, .prefix = prefix };
	if (t->err != 0 || t->db->dbi[table] == ENV_NO_TABLE || prefix.n > KEY_BYTES)
		return false;
	t->err = mdb_cursor_open(t->mdb, t->db->dbi[table], &cursor);
	if (t->err != 0)
		return false;
	w->cursor = cursor;
	return true;
}

static int
seek_from(struct walk *w, struct str key)
{
	return key.n == 0 ? move(w, MDB_FIRST, STR_NONE) : move(w, MDB_SET_RANGE, key);
}

bool
walk_first(struct walk *w, struct txn *t, enum db_table table, struct str prefix, struct str from)
{
	if (from.n > KEY_BYTES)
		from = str_upto(from, KEY_BYTES);
	if (!start(w, t, table, prefix))
		return false;
	return within(w, seek_from(w, str_cmp(from, prefix) > 0 ? from : prefix));
}

/* The last record before `key`, or the table's last when no key is that great. */
static int
seek_before(struct walk *w, struct str key)
{
	int rc = key.n == 0 ? MDB_NOTFOUND : move(w, MDB_SET_RANGE, key);

	if (rc == MDB_NOTFOUND)
		return move(w, MDB_LAST, STR_NONE);
	return rc == 0 ? move(w, MDB_PREV, STR_NONE) : rc;
}

bool
walk_last(struct walk *w, struct txn *t, enum db_table table, struct str prefix)
{
	unsigned char beyond[KEY_BYTES];
	size_t n = prefix.n;

	if (!start(w, t, table, prefix))
		return false;
	/* The least key beyond all with the prefix: its last byte that can grow, plus one. */
	if (n > 0)
		memcpy(beyond, prefix.p, n);
	while (n > 0 && beyond[n - 1] == 0xff)
		n--;
	if (n > 0)
		beyond[n - 1]++;
	return within(w, seek_before(w, (struct str){ (const char *)beyond, n }));
}

static struct str
deleted_key(const struct walk *w)
{
	return (struct str){ (const char *)w->gone, w->deleted };
}

bool
walk_next(struct walk *w)
{
	if (w->cursor == NULL || w->txn->err != 0)
		return stop(w);
	if (w->deleted > 0)
		return within(w, seek_from(w, deleted_key(w)));
	return within(w, move(w, MDB_NEXT, STR_NONE));
}

bool
walk_prev(struct walk *w)
{
	if (w->cursor == NULL || w->txn->err != 0)
		return stop(w);
	if (w->deleted > 0)
		return within(w, seek_before(w, deleted_key(w)));
	return within(w, move(w, MDB_PREV, STR_NONE));
}

void
walk_del(struct walk *w)
{
	struct txn *t = w->txn;

	assert(t->write && (w->cursor == NULL || w->deleted == 0));
	if (w->cursor == NULL || t->err != 0)
		return;
	memcpy(w->gone, w->key.p, w->key.n);
	w->deleted = w->key.n;
	t->err = room_claim(t, 0, false);
	if (t->err == 0)
		t->err = mdb_cursor_del(w->cursor, 0);
	w->key = w->value = STR_NONE;
}
