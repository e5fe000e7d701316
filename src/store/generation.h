/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_GENERATION_H
#define WEIR_STORE_GENERATION_H

#include "store/txn.h"

/* The catalog's version: bumped by every change that workers must see, not by the ledger. */
void	 generation_bump(struct txn *store_write);
uint64_t generation_get(struct txn *store_read);

/* Cheap enough for every loop turn: looks at LMDB's own transaction number first. */
struct generation {
	struct db *store;
	uint64_t   last_txn;	/* as of the last look */
	uint64_t   current;	/* as of the last look */
};
void	 generation_init(struct generation *, struct db *store);
bool	 generation_moved(struct generation *);	/* true at the first look, then once per change */

#endif
