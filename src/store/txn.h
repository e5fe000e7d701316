/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_TXN_H
#define WEIR_STORE_TXN_H

#include "base/arena.h"
#include "store/db.h"
#include "store/key.h"

/*
 * A sticky transaction: the first error is remembered, later steps become
 * no-ops, only txn_commit() (or txn_failed()) tells.  Values never leave as
 * pointers into the map: they are copied into the caller's arena or buffer.
 *
 * One read transaction per process and environment is kept and renewed;
 * txn_end() resets it at once, so no snapshot outlives a loop turn.
 */
struct txn;

struct txn *txn_read(struct db *);	/* never NULL */
struct txn *txn_write(struct db *);	/* never NULL; waits for the writer's lock */
void	txn_end(struct txn *);		/* ends a read; aborts a write */
int	txn_commit(struct txn *) MUST_USE;	/* ends it either way; -1 when anything failed, nothing is stored */
bool	txn_failed(const struct txn *);
const char *txn_why(const struct txn *);	/* of the first error; static text */
bool	txn_full(const struct txn *);	/* the first error was MAP_FULL or ENOSPC */

/* True when found; *value is a copy in the arena. */
bool	txn_get(struct txn *, enum db_table, struct str key, struct arena *, struct str *value);
/* True when found; copies at most `size` bytes to `out`, clears the rest, tells the stored size in *n (may be NULL). */
bool	txn_get_into(struct txn *, enum db_table, struct str key, void *out, size_t size, size_t *n);
void	txn_put(struct txn *, enum db_table, struct str key, struct str value);
/* For keys that only grow: cheaper, falls back to txn_put. */
void	txn_append(struct txn *, enum db_table, struct str key, struct str value);
bool	txn_del(struct txn *, enum db_table, struct str key);	/* true when it was there */
/* txn_get_into() and txn_del() with one search. */
bool	txn_take(struct txn *, enum db_table, struct str key, void *out, size_t size, size_t *n);

/*
 * A walk in key order from the first key >= `from`, while the key starts with
 * `prefix` (either may be empty).  key and value are valid until the next step
 * only.  The current record may be deleted with walk_del(), nothing else may
 * be written to this table during the walk.
 */
struct walk {
	struct txn     *txn;
	void	       *cursor;
	enum db_table	table;
	struct str	prefix;	/* borrowed */
	struct str	key, value;
	size_t		deleted;	/* length of the key that walk_del() took away, kept in `gone` */
	unsigned char	gone[KEY_BYTES];
};

bool	walk_first(struct walk *, struct txn *, enum db_table, struct str prefix, struct str from);
bool	walk_last(struct walk *, struct txn *, enum db_table, struct str prefix);
bool	walk_next(struct walk *);
bool	walk_prev(struct walk *);
void	walk_del(struct walk *);
void	walk_end(struct walk *);	/* also implied when a step returned false */

#endif
