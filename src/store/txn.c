/* SPDX-License-Identifier: Apache-2.0 */
/*
 * txn.c - transactions that remember their first error.
 *
 * Runs in: every process that opens an environment.
 *
 * The two transaction objects live inside struct db, so none is allocated per
 * use: a read is a renewed snapshot that goes back at once, a write is LMDB's
 * one writer.  A read inside a read shares its snapshot.
 */
#include "store/txn.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "store/env.h"

/* ---- begin and end ---- */

static int
renew(struct db *db)
{
	int rc;

	if (db->read.mdb == NULL)
		return db_begin(db, MDB_RDONLY, &db->read.mdb);
	rc = mdb_txn_renew(db->read.mdb);
	if (rc == 0)
		return 0;
	/* Anew with what repairs there are: the map has grown, or the environment must be opened again. */
	mdb_txn_abort(db->read.mdb);
	db->read.mdb = NULL;
	return db_begin(db, MDB_RDONLY, &db->read.mdb);
}

struct txn *
txn_read(struct db *db)
{
	struct txn *t = &db->read;

	if (t->depth == 0)
		t->err = renew(db);
	t->depth++;
	return t;
}

struct txn *
txn_write(struct db *db)
{
	struct txn *t = &db->write;

	assert(t->depth == 0);	/* LMDB would wait for itself */
	t->err = db_begin(db, 0, &t->mdb);
	t->depth = 1;
	if (t->err == 0)
		room_begin(t);
	return t;
}

void
txn_end(struct txn *t)
{
	assert(t->depth > 0);
	if (--t->depth > 0)
		return;
	if (t->mdb != NULL && t->write) {
		mdb_txn_abort(t->mdb);
		t->mdb = NULL;
	} else if (t->mdb != NULL) {
		mdb_txn_reset(t->mdb);
	}
}

int
txn_commit(struct txn *t)
{
	assert(t->write && t->depth == 1);
	if (t->err != 0) {
		txn_end(t);
	} else {
		t->err = mdb_txn_commit(t->mdb);	/* frees it either way */
		t->mdb = NULL;
		t->depth = 0;
	}
	if (t->err == 0)
		return 0;
	if (txn_full(t))
		db_check_readers(t->db);	/* a dead reader may be what holds the pages */
	return -1;
}

bool
txn_failed(const struct txn *t)
{
	return t->err != 0;
}

const char *
txn_why(const struct txn *t)
{
	if (t->err == MDB_MAP_FULL)
		return "the environment or its file system is full";
	return t->err == 0 ? "no error" : mdb_strerror(t->err);
}

bool
txn_full(const struct txn *t)
{
	return t->err == MDB_MAP_FULL || t->err == MDB_TXN_FULL || t->err == ENOSPC || t->err == EDQUOT;
}

/* ---- single records ---- */

/* True when this step may go on. */
static bool
ready(struct txn *t, enum db_table table)
{
	assert(t->depth > 0 && db_tables[table].env == t->db->kind);
	return t->err == 0;
}

static MDB_val
val(struct str s)
{
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p };
}

/* A borrowed look into the map; false also when the table is not there. */
static bool
look(struct txn *t, enum db_table table, struct str key, MDB_val *value)
{
	MDB_val k = val(key);
	int rc;

	if (!ready(t, table) || t->db->dbi[table] == ENV_NO_TABLE)
		return false;
	rc = mdb_get(t->mdb, t->db->dbi[table], &k, value);
	if (rc != 0 && rc != MDB_NOTFOUND)
		t->err = rc;
	return rc == 0;
}

bool
txn_get(struct txn *t, enum db_table table, struct str key, struct arena *a, struct str *value)
{
	MDB_val v;

	*value = STR_NONE;
	if (!look(t, table, key, &v))
		return false;
	*value = arena_str(a, (struct str){ v.mv_data, v.mv_size });
	return true;
}

static void
copy_out(const MDB_val *v, void *out, size_t size)
{
	size_t copy = v->mv_size < size ? v->mv_size : size;

	if (copy > 0)
		memcpy(out, v->mv_data, copy);
	if (copy < size)
		memset((char *)out + copy, 0, size - copy);
}

bool
txn_get_into(struct txn *t, enum db_table table, struct str key, void *out, size_t size, size_t *n)
{
	MDB_val v = { 0, NULL };
	bool found = look(t, table, key, &v);

	if (!found)
		v.mv_size = 0;
	copy_out(&v, out, size);
	if (n != NULL)
		*n = found ? v.mv_size : 0;
	return found;
}

static bool
may_write(struct txn *t, enum db_table table, size_t bytes, bool put)
{
	assert(t->write);
	if (!ready(t, table))
		return false;
	if (t->db->dbi[table] == ENV_NO_TABLE)
		t->err = MDB_BAD_DBI;
	else
		t->err = room_claim(t, bytes, put);
	return t->err == 0;
}

void
txn_put(struct txn *t, enum db_table table, struct str key, struct str value)
{
	MDB_val k = val(key), v = val(value);

	if (may_write(t, table, key.n + value.n, true))
		t->err = mdb_put(t->mdb, t->db->dbi[table], &k, &v, 0);
}

void
txn_append(struct txn *t, enum db_table table, struct str key, struct str value)
{
	MDB_val k = val(key), v = val(value);
	int rc;

	if (!may_write(t, table, key.n + value.n, true))
		return;
	rc = mdb_put(t->mdb, t->db->dbi[table], &k, &v, MDB_APPEND);
	if (rc == MDB_KEYEXIST)		/* not the last one after all */
		rc = mdb_put(t->mdb, t->db->dbi[table], &k, &v, 0);
	t->err = rc;
}

bool
txn_del(struct txn *t, enum db_table table, struct str key)
{
	MDB_val k = val(key);
	int rc;

	if (!may_write(t, table, key.n, false))
		return false;
	rc = mdb_del(t->mdb, t->db->dbi[table], &k, NULL);
	if (rc != 0 && rc != MDB_NOTFOUND)
		t->err = rc;
	return rc == 0;
}

bool
txn_take(struct txn *t, enum db_table table, struct str key, void *out, size_t size, size_t *n)
{
	MDB_val k = val(key), v = { 0, NULL };
	MDB_cursor *cursor = NULL;
	int rc = MDB_NOTFOUND;

	if (may_write(t, table, key.n, false))
		rc = mdb_cursor_open(t->mdb, t->db->dbi[table], &cursor);
	if (rc == 0)
		rc = mdb_cursor_get(cursor, &k, &v, MDB_SET);
	if (rc != 0)
		v.mv_size = 0;
	copy_out(&v, out, size);
	*n = v.mv_size;
	if (rc == 0)
		rc = mdb_cursor_del(cursor, 0);
	if (cursor != NULL)
		mdb_cursor_close(cursor);
	if (rc != 0 && rc != MDB_NOTFOUND)
		t->err = rc;
	return rc == 0;
}
