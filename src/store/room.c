/* SPDX-License-Identifier: Apache-2.0 */
/*
 * room.c - keeps a full map or a full tmpfs an error instead of an accident.
 *
 * Runs in: every process that writes an environment.
 *
 * Two things go wrong when room runs out.  A delete needs pages too, so a map
 * filled to its last page could not be emptied: puts are refused while a reserve
 * for deletes is left.  And a page of a writable map that tmpfs cannot back
 * kills the writer with SIGBUS: so the file gets its memory ahead of use, a
 * step at a time, and a step that is refused makes puts fail instead.
 *
 * Every change claims an upper bound of the pages it may take anew: copies of
 * pages it touches (all together no more than there are) and room for its bytes.
 * Claims are held against what lies behind the last used page; only when that
 * is short are the free pages before it counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "store/env.h"

#define PAGES_PER_PUT	 3		/* a leaf, its split, a share of the branches */
#define PAGES_PER_DELETE 1
#define PAGES_OF_TREES	 64		/* more pages than a small environment has: roots, first leaves */
#define STEP_BYTES	 (2u << 20)	/* memory is reserved this far ahead */
#define RESERVE_BYTES	 (2u << 20)	/* left to deletes, or a 16th of a small map */

/* Reserves memory up to `want` bytes of the file; false when there is none. */
static bool
back_up_to(struct db *db, size_t want)
{
	int fd;

	if (want > db->map)
		want = db->map;
	if (want <= db->reserved)
		return true;
	if (mdb_env_get_fd(db->env, &fd) != 0)
		return false;
	while (fallocate(fd, 0, (off_t)db->reserved, (off_t)(want - db->reserved)) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EOPNOTSUPP)
			return false;
		db->reserved = db->map;		/* this file system cannot; nothing to be done */
		return true;
	}
	db->reserved = want;
	return true;
}

void
room_begin(struct txn *t)
{
	MDB_envinfo info;

	if (mdb_env_info(t->db->env, &info) != 0)
		return;
	t->base = (info.me_last_pgno + 1) * t->db->page;
	t->touched = t->written = 0;
	t->counted = false;
	t->spare = 0;
	/* Two steps at a time, so that a growing file asks once in a while only.  A refusal shows at the claim. */
	if (t->db->kind == ENV_STATE && t->base + STEP_BYTES > t->db->reserved)
		(void)back_up_to(t->db, t->base + 2 * STEP_BYTES);
}

/* A free list's record begins with how many page numbers follow. */
static size_t
list_length(const MDB_val *value)
{
	size_t n = 0;

	if (value->mv_size >= sizeof(n))
		memcpy(&n, value->mv_data, sizeof(n));
	return n;
}

/* The bytes of pages that earlier transactions freed, as the free list tells them. */
static size_t
count_spare(struct db *db)
{
	struct txn *t = txn_read(db);
	MDB_cursor *cursor;
	MDB_val key, value;
	size_t pages = 0;

	if (t->err == 0 && mdb_cursor_open(t->mdb, 0, &cursor) == 0) {
		while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0)
			pages += list_length(&value);
		mdb_cursor_close(cursor);
	}
	txn_end(t);
	return pages * db->page;
}

/* How far the file may be used, once it was made longer where that is possible. */
static size_t
limit_for(struct db *db, size_t need)
{
	if (db->kind == ENV_STORE)
		return db->map;
	if (need > db->reserved && !back_up_to(db, need + STEP_BYTES))
		(void)back_up_to(db, need);
	return db->reserved;
}

static bool
fits(struct txn *t, size_t need)
{
	if (need <= limit_for(t->db, need))
		return true;
	if (!t->counted) {
		t->counted = true;
		t->spare = count_spare(t->db);
	}
	return need <= limit_for(t->db, need) + t->spare;
}

/* A small record may leave half a page empty beside it; a large one has pages of its own. */
static size_t
stored_size(size_t bytes, size_t page)
{
	return bytes < page / 2 ? 2 * bytes : (bytes + page) / page * page;
}

int
room_claim(struct txn *t, size_t bytes, bool put)
{
	struct db *db = t->db;
	size_t keep = db->map / 16 < RESERVE_BYTES ? db->map / 16 : RESERVE_BYTES;
	size_t most = t->base + PAGES_OF_TREES * db->page, need;

	t->touched += (put ? PAGES_PER_PUT : PAGES_PER_DELETE) * db->page;
	t->written += put ? stored_size(bytes, db->page) : 0;
	need = t->base + (t->touched < most ? t->touched : most) + t->written;
	if (put)
		return fits(t, need + keep) ? 0 : MDB_MAP_FULL;
	/* A full map is LMDB's to tell; a page without memory nobody would tell. */
	return db->kind == ENV_STORE || db->reserved == db->map || fits(t, need) ? 0 : MDB_MAP_FULL;
}
