/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_DB_H
#define WEIR_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * The two LMDB environments.  `store` must survive power loss: plain
 * synchronous commits.  `state` must survive the death of any process but not
 * of the machine: WRITEMAP|NOSYNC on tmpfs, stamped with the boot id and made
 * anew when missing, damaged or of another boot.  Each process opens each
 * environment once, after exec.  tables.def lists the tables of both.
 */
enum db_table {
#define TABLE(env, name, help) DB_##name,
#include "store/tables.def"
#undef TABLE
	DB_TABLES
};

enum db_env { ENV_STORE, ENV_STATE };

struct db_table_info {
	enum db_env	env;
	const char     *name;	/* lower case, as LMDB knows it */
	const char     *help;
};

extern const struct db_table_info db_tables[DB_TABLES];

#define DB_CREATE	0x01	/* make directory and tables when missing */
#define DB_READ_ONLY	0x02	/* an operator's look; still writes the lock file */

struct db;

/*
 * `dir` is the data directory or the run directory; the environment lies in its
 * subdirectory store/ or state/.  NULL with *why (static text) on failure.
 * `map_bytes` 0 means the default (store 1 GiB, state 512 MiB, sparse); a state never gets less than it has.
 */
struct db *db_open(enum db_env, const char *dir, unsigned flags, size_t map_bytes, struct str *why);
void	 db_close(struct db *);
uint64_t db_last_txn(const struct db *);	/* moves with every commit of any process; no system call */
void	 db_check_readers(struct db *);		/* frees slots of dead readers */
int	 db_sync(struct db *) MUST_USE;
int	 db_copy(struct db *, const char *path) MUST_USE;	/* a live, compacted copy: path/data.mdb, which may not be there yet */

struct db_stat {
	uint64_t map_bytes, used_bytes;	/* high-water mark of pages in use */
	uint64_t readers, last_txn;
};
void	 db_stat(struct db *, struct db_stat *);
uint64_t db_entries(struct db *, enum db_table);

#endif
