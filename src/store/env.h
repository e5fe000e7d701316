/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_ENV_H
#define WEIR_STORE_ENV_H

/* What db.c, txn.c, walk.c and room.c share; nobody outside store/ includes this. */

#include <lmdb.h>

#include "store/txn.h"

#define ENV_NO_TABLE ((MDB_dbi)-1)	/* a read-only look at a store that lacks the table */

struct txn {
	struct db *db;
	MDB_txn	  *mdb;		/* kept between reads; of a write NULL outside of it and when begin failed */
	int	   err;		/* the first error, LMDB's code or errno */
	unsigned   depth;	/* reads: how often it was begun; writes: 1 while open */
	bool	   write;
	size_t	   base;	/* bytes of pages in use when it began */
	size_t	   touched;	/* upper bound of the bytes of pages that its changes copy */
	size_t	   written;	/* upper bound of the bytes of pages that hold what it put */
	size_t	   spare;	/* bytes of free pages; counted only when room is short */
	bool	   counted;	/* spare is known */
};

struct db {
	MDB_env	    *env;
	enum db_env  kind;
	unsigned     flags;	/* DB_CREATE DB_READ_ONLY */
	char	    *dir;	/* the environment's own directory */
	size_t	     map;	/* bytes mapped */
	size_t	     page;	/* bytes of one page */
	size_t	     reserved;	/* state: bytes of the file that are known to have memory behind them */
	MDB_dbi	     dbi[DB_TABLES];
	struct txn   read, write;
};

/* db.c */
int	db_begin(struct db *, unsigned mdb_flags, MDB_txn **) MUST_USE;	/* mdb_txn_begin() with the repairs that help */

/* room.c: see there */
void	room_begin(struct txn *);
int	room_claim(struct txn *, size_t bytes, bool put) MUST_USE;

#endif
