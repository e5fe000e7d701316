/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generation.c - tells readers of the catalog that it has changed.
 *
 * Runs in: every process that opens the store.
 *
 * LMDB's transaction number moves with every commit, the ledger's of each
 * second included; the generation moves only with the catalog.  The number is
 * read before the generation: a commit between the two is seen at the next look.
 */
#include "store/generation.h"

#include "store/key.h"

#define GENERATION_KEY STR("generation")

uint64_t
generation_get(struct txn *t)
{
	unsigned char bytes[8];
	uint64_t value;
	size_t n;

	if (!txn_get_into(t, DB_META, GENERATION_KEY, bytes, sizeof(bytes), &n) ||
	    key_unpack((struct str){ (const char *)bytes, n }, "Q", &value) == -1)
		return 0;
	return value;
}

void
generation_bump(struct txn *t)
{
	struct key k;

	txn_put(t, DB_META, GENERATION_KEY, key_pack(&k, "Q", generation_get(t) + 1));
}

void
generation_init(struct generation *g, struct db *store)
{
	*g = (struct generation){ .store = store, .last_txn = UINT64_MAX, .current = UINT64_MAX };
}

bool
generation_moved(struct generation *g)
{
	uint64_t last = db_last_txn(g->store), now;
	struct txn *t;
	bool failed;

	if (last == g->last_txn)
		return false;
	t = txn_read(g->store);
	now = generation_get(t);
	failed = txn_failed(t);
	txn_end(t);
	if (failed)
		return false;
	g->last_txn = last;
	if (now == g->current)
		return false;
	g->current = now;
	return true;
}
