/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_look.c - figures and live copies of an open environment.
 *
 * Runs in: scheduler, admin, weirctl, weir-lmdb.
 *
 * A copy reads one snapshot while writers go on; it is compacted and appears
 * under its name when it is whole.
 */
#include <stdlib.h>
#include <unistd.h>

#include "store/env.h"
#include "store/files.h"

static int
count_lines(const char *text, void *arg)
{
	for (; *text != '\0'; text++)
		if (*text == '\n')
			++*(uint64_t *)arg;
	return 0;
}

/* LMDB lists them as text: a head line and one line each, or one line saying there are none. */
static uint64_t
count_readers(struct db *db)
{
	uint64_t lines = 0;

	mdb_reader_list(db->env, count_lines, &lines);
	return lines > 0 ? lines - 1 : 0;
}

void
db_stat(struct db *db, struct db_stat *out)
{
	MDB_envinfo info;

	*out = (struct db_stat){ 0 };
	if (db->env == NULL || mdb_env_info(db->env, &info) != 0)
		return;
	out->map_bytes = info.me_mapsize;
	out->used_bytes = (info.me_last_pgno + 1) * db->page;
	out->readers = count_readers(db);
	out->last_txn = info.me_last_txnid;
}

uint64_t
db_entries(struct db *db, enum db_table table)
{
	struct txn *t = txn_read(db);
	MDB_stat st = { 0 };

	if (!txn_failed(t) && db->dbi[table] != ENV_NO_TABLE)
		mdb_stat(t->mdb, db->dbi[table], &st);
	txn_end(t);
	return st.ms_entries;
}

int
db_copy(struct db *db, const char *path)
{
	int fd, rc;

	if (db->env == NULL)
		return -1;
	fd = files_begin_copy(path);
	if (fd == -1)
		return -1;
	rc = mdb_env_copyfd2(db->env, fd, MDB_CP_COMPACT);
	if (rc != 0) {
		close(fd);
		return -1;
	}
	return files_end_copy(path, fd);
}
