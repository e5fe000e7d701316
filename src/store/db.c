/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.c - opens and closes the two LMDB environments.
 *
 * Runs in: worker, scheduler, admin, weirctl, weir-lmdb; after exec, never across a fork.
 *
 * Openings of one environment are serialised by a lock file of our own, since
 * LMDB's may fail while another process opens, and since only one may find the
 * state unusable and make it anew.  Making it anew unlinks the files: a process
 * that still has the old ones open keeps them.  The state's map is writable, so
 * its file is cut to the map's size at each opening: never to less than it has.
 */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "store/env.h"
#include "store/files.h"
#include "store/migrate.h"

#define MAX_READERS  256
#define MAX_TABLES   64		/* more than ours: a newer binary's tables may be there */
#define OPEN_TRIES   10
#define OPEN_WAIT_MS 10

const struct db_table_info db_tables[DB_TABLES] = {
#define TABLE(env, name, help) [DB_##name] = { env, #name, help },
#include "store/tables.def"
#undef TABLE
};

static const struct env_info {
	const char *directory;
	size_t	    map_bytes;
	unsigned    flags;
} env_info[] = {
	[ENV_STORE] = { "store", (size_t)1 << 30, MDB_NOTLS },
	[ENV_STATE] = { "state", (size_t)512 << 20, MDB_NOTLS | MDB_WRITEMAP | MDB_NOSYNC },
};

enum opened {
	OPENED,
	OPEN_FAILED,	/* *why tells */
	OPEN_USELESS,	/* *why tells; a state may be made anew */
};

/* ---- the environment ---- */

static bool
is_damage(int rc)
{
	return rc == MDB_INVALID || rc == MDB_CORRUPTED || rc == MDB_VERSION_MISMATCH ||
	    rc == MDB_PAGE_NOTFOUND || rc == MDB_INCOMPATIBLE;
}

static size_t
map_size(const struct db *db, size_t wanted)
{
	size_t has = db->kind == ENV_STATE ? files_data_size(db->dir) : 0;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (wanted == 0)
		wanted = env_info[db->kind].map_bytes;
	if (wanted < has)
		wanted = has;
	return (wanted + page - 1) / page * page;
}

static int
open_once(struct db *db, size_t map_bytes)
{
	unsigned flags = env_info[db->kind].flags;
	int rc = mdb_env_create(&db->env);

	if (rc != 0)
		return rc;
	if (db->flags & DB_READ_ONLY)
		flags = MDB_NOTLS | MDB_RDONLY;
	else
		rc = mdb_env_set_mapsize(db->env, map_size(db, map_bytes));
	if (rc == 0)
		rc = mdb_env_set_maxreaders(db->env, MAX_READERS);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(db->env, MAX_TABLES);
	if (rc == 0)
		rc = mdb_env_open(db->env, db->dir, flags, 0600);
	if (rc != 0) {
		mdb_env_close(db->env);
		db->env = NULL;
	}
	return rc;
}

static int
open_env(struct db *db, size_t map_bytes)
{
	int rc = 0;

	for (int i = 0; i < OPEN_TRIES; i++) {
		rc = open_once(db, map_bytes);
		if (rc == 0 || rc == EACCES || rc == ENOENT || rc == ENOSPC || rc == ENOMEM)
			break;
		files_wait_ms(OPEN_WAIT_MS);
	}
	return rc;
}

static void
close_env(struct db *db)
{
	if (db->env == NULL)
		return;
	if (db->read.mdb != NULL)
		mdb_txn_abort(db->read.mdb);
	db->read.mdb = NULL;
	mdb_env_close(db->env);
	db->env = NULL;
}

static void
learn_sizes(struct db *db)
{
	MDB_envinfo info;
	MDB_stat st;

	mdb_env_info(db->env, &info);
	mdb_env_stat(db->env, &st);
	db->map = info.me_mapsize;
	db->page = st.ms_psize;
	db->reserved = 0;
}

/* ---- tables, schema, stamp ---- */

/* All tables of this environment; MDB_NOTFOUND when one is missing and may not be. */
static int
open_tables(struct db *db, MDB_txn *mdb, unsigned flags, bool may_miss)
{
	for (int i = 0; i < DB_TABLES; i++) {
		char name[32];
		size_t n = 0;
		int rc;

		db->dbi[i] = ENV_NO_TABLE;
		if (db_tables[i].env != db->kind)
			continue;
		for (; db_tables[i].name[n] != '\0'; n++)
			name[n] = (char)(db_tables[i].name[n] | 0x20);
		name[n] = '\0';
		rc = mdb_dbi_open(mdb, name, flags, &db->dbi[i]);
		if (rc == MDB_NOTFOUND && may_miss)
			db->dbi[i] = ENV_NO_TABLE;
		else if (rc != 0)
			return rc;
	}
	return 0;
}

static int
open_present_tables(struct db *db)
{
	MDB_txn *mdb;
	int rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &mdb);

	if (rc != 0)
		return rc;
	rc = open_tables(db, mdb, 0, true);
	if (rc == 0)
		return mdb_txn_commit(mdb);
	mdb_txn_abort(mdb);
	return rc;
}

static bool
lacks_tables(const struct db *db)
{
	for (int i = 0; i < DB_TABLES; i++)
		if (db_tables[i].env == db->kind && db->dbi[i] == ENV_NO_TABLE)
			return true;
	return false;
}

static bool
is_this_boot(struct txn *t)
{
	char stored[64], now[64];
	struct str want = files_boot_id(now);
	size_t n;

	return txn_get_into(t, DB_STAMP, STR("boot"), stored, sizeof(stored), &n) &&
	    n <= sizeof(stored) && str_eq((struct str){ stored, n }, want);
}

/* Makes what is missing and brings the schema up, in one transaction. */
static enum opened
prepare(struct db *db, bool fresh, struct str *why)
{
	const struct migrate_plan *plan = &migrate_plans[db->kind];
	struct txn *t = txn_write(db);
	char boot[64];

	/* Tables take their pages without a claim of their own. */
	if (!txn_failed(t))
		t->err = room_claim(t, DB_TABLES * db->page, true);
	if (!txn_failed(t))
		t->err = open_tables(db, t->mdb, MDB_CREATE, false);
	if (fresh && db->kind == ENV_STATE)
		txn_put(t, DB_STAMP, STR("boot"), files_boot_id(boot));
	if (fresh) {
		migrate_stamp(t, plan);
	} else if (!txn_failed(t) && migrate_run(t, plan, why) == -1) {
		txn_end(t);
		return OPEN_FAILED;
	}
	if (txn_commit(t) == 0)
		return OPENED;
	*why = str_of(txn_why(t));
	return OPEN_FAILED;
}

/* What is inside: nothing yet, ours, or something that cannot be used. */
static enum opened
look_inside(struct db *db, struct str *why)
{
	const struct migrate_plan *plan = &migrate_plans[db->kind];
	bool fresh = db->dbi[plan->table] == ENV_NO_TABLE;
	uint32_t version = 0;
	bool boot = true;
	struct txn *t;

	if (fresh && !(db->flags & DB_CREATE)) {
		*why = STR("it holds no tables of weir");
		return OPEN_FAILED;
	}
	if (fresh)
		return prepare(db, true, why);
	t = txn_read(db);
	version = migrate_version(t, plan);
	if (db->kind == ENV_STATE)
		boot = is_this_boot(t);
	txn_end(t);
	if (version == 0 || !boot) {
		*why = version == 0 ? STR("it has no schema version") : STR("it is of an earlier boot");
		return OPEN_USELESS;
	}
	if (version > plan->current) {
		*why = STR("it was written by a newer version of weir");
		return OPEN_FAILED;
	}
	if (db->flags & DB_READ_ONLY || (version == plan->current && !lacks_tables(db)))
		return OPENED;
	return prepare(db, false, why);
}

static enum opened
open_all(struct db *db, size_t map_bytes, struct str *why)
{
	size_t size = files_data_size(db->dir);
	MDB_envinfo info;
	int rc;

	if (size == 0 && !(db->flags & DB_CREATE)) {
		*why = STR("there is none");
		return OPEN_FAILED;
	}
	rc = open_env(db, map_bytes);
	if (rc == 0) {
		learn_sizes(db);
		mdb_env_info(db->env, &info);
		if (db->kind == ENV_STATE && size > 0 && size < (info.me_last_pgno + 1) * db->page)
			rc = MDB_CORRUPTED;
	}
	if (rc == 0)
		rc = open_present_tables(db);
	if (rc == 0)
		return look_inside(db, why);
	*why = str_of(mdb_strerror(rc));
	return is_damage(rc) ? OPEN_USELESS : OPEN_FAILED;
}

static int
open_locked(struct db *db, size_t map_bytes, struct str *why)
{
	int lock = files_lock(db->dir, !(db->flags & DB_READ_ONLY));
	enum opened got = open_all(db, map_bytes, why);

	/* Without the lock another may be at it: then we rather fail and are started again. */
	if (got == OPEN_USELESS && db->kind == ENV_STATE && db->flags & DB_CREATE && lock != -1) {
		log_warnx("state in %s is made anew: " STR_FMT, db->dir, STR_ARG(*why));
		close_env(db);
		files_remove(db->dir);
		got = open_all(db, map_bytes, why);
	}
	if (lock != -1)
		close(lock);
	return got == OPENED ? 0 : -1;
}

struct db *
db_open(enum db_env kind, const char *dir, unsigned flags, size_t map_bytes, struct str *why)
{
	struct db *db;

	*why = STR_NONE;
	if (strlen(dir) > FILES_PATH - 64) {
		*why = STR("the path is too long");
		return NULL;
	}
	db = xcalloc(1, sizeof(*db));
	db->kind = kind;
	db->flags = flags;
	db->dir = xmalloc(strlen(dir) + 16);
	sprintf(db->dir, "%s/%s", dir, env_info[kind].directory);
	db->read.db = db->write.db = db;
	db->write.write = true;
	if (flags & DB_CREATE && files_make_dirs(db->dir) == -1) {
		*why = str_of(strerror(errno));
	} else if (open_locked(db, map_bytes, why) == 0) {
		db_check_readers(db);
		return db;
	}
	db_close(db);
	return NULL;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	assert(db->write.depth == 0 && db->read.depth == 0);
	close_env(db);
	free(db->dir);
	free(db);
}

/* ---- while it is open ---- */

/* A failed write of the meta page makes LMDB refuse all further work of this process: only a new opening helps. */
static int
reopen(struct db *db)
{
	size_t map = db->map;
	int rc;

	close_env(db);
	rc = open_env(db, map);
	if (rc != 0)
		return rc;
	learn_sizes(db);
	return open_present_tables(db);
}

static int
repair(struct db *db, int rc)
{
	int dead;

	if (db->read.depth > 0)
		return rc;	/* somebody holds pointers into the map */
	switch (rc) {
	case MDB_MAP_RESIZED:
		rc = mdb_env_set_mapsize(db->env, 0);
		if (rc == 0)
			learn_sizes(db);
		return rc;
	case MDB_READERS_FULL:
		return mdb_reader_check(db->env, &dead);
	case MDB_PANIC:
		return reopen(db);
	default:
		return rc;
	}
}

int
db_begin(struct db *db, unsigned mdb_flags, MDB_txn **mdb)
{
	int rc;

	if (db->env == NULL && (rc = reopen(db)) != 0)
		return rc;
	rc = mdb_txn_begin(db->env, NULL, mdb_flags, mdb);
	if (rc != 0 && repair(db, rc) == 0)
		rc = mdb_txn_begin(db->env, NULL, mdb_flags, mdb);
	if (rc != 0)
		*mdb = NULL;
	return rc;
}

uint64_t
db_last_txn(const struct db *db)
{
	MDB_envinfo info;

	if (db->env == NULL || mdb_env_info(db->env, &info) != 0)
		return 0;
	return info.me_last_txnid;
}

void
db_check_readers(struct db *db)
{
	int dead;

	if (db->env != NULL)
		mdb_reader_check(db->env, &dead);
}

int
db_sync(struct db *db)
{
	return db->env != NULL && mdb_env_sync(db->env, 1) == 0 ? 0 : -1;
}
