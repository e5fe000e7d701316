/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c - moves settled exchanges from the journal to the ledger.
 *
 * Runs in: worker (journal_put), scheduler (the rest).
 *
 * Two environments cannot commit as one.  So the ledger's transaction also
 * stores, per slot, the number of the last block it took; only then are the
 * blocks deleted from the journal.  A crash in between leaves blocks whose
 * number is not above that mark: the next round deletes them and does not
 * count them again.  Numbers begin anew with a new state environment, so the
 * mark names the environment by a random number that was put into it.
 *
 * A ledger key has the time of settlement in front.
 */
#include "account/ledger.h"

#include <string.h>

#include "account/rollup.h"
#include "account/totals.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/key.h"

#define ROUND_BYTES (4u << 20)	/* of blocks in one transaction */
#define ROUND_LEAST (16u << 10)	/* a store that is nearly full may still take this much */
#define DELETE_STEP 256		/* blocks deleted in one transaction: workers wait for it */
#define PRUNE_STEP  10000	/* blocks removed in one transaction */
#define STAMP_KEY   STR("ledger")
#define PRUNED_KEY  STR("ledger_pruned")

void
journal_put(struct txn *state, uint16_t slot, uint64_t sequence, struct str block)
{
	struct key key;

	txn_put(state, DB_JOURNAL, key_pack(&key, "HQ", (int)slot, sequence), block);
}

uint64_t
journal_backlog(struct db *state)
{
	return db_entries(state, DB_JOURNAL);
}

/* ---------------------------------------------------------------- the state's own number */

static uint64_t
state_number(struct txn *state)
{
	uint64_t number = 0;

	return txn_get_into(state, DB_STAMP, STAMP_KEY, &number, sizeof(number), NULL) ? number : 0;
}

static bool
is_seeded(struct db *state)
{
	struct txn *txn = txn_read(state);
	bool	    seeded = state_number(txn) != 0;

	txn_end(txn);
	return seeded;
}

void
ledger_seed_state(struct db *state, struct db *store)
{
	struct txn *from, *to;
	uint64_t    number;

	if (is_seeded(state))
		return;
	from = txn_read(store);
	to = txn_write(state);
	if (state_number(to) == 0) {
		rand_bytes(&number, sizeof(number));
		number |= 1;
		txn_put(to, DB_STAMP, STAMP_KEY, (struct str){ (const char *)&number, sizeof(number) });
		totals_restore(from, to);
	}
	if (txn_commit(to) < 0)
		log_errorx("quotas in use could not be restored: the state cannot be written");
	txn_end(from);
}

/* ---------------------------------------------------------------- the mark */

struct mark {
	uint64_t state;		/* the state environment's number */
	uint64_t sequence;	/* of the last block that is in the ledger */
};

static uint64_t
mark_get(struct txn *store, uint16_t slot, uint64_t state)
{
	struct mark mark = { 0, 0 };
	struct key  key;

	if (!txn_get_into(store, DB_APPLIED, key_pack(&key, "H", (int)slot), &mark, sizeof(mark), NULL))
		return 0;
	return mark.state == state ? mark.sequence : 0;
}

static void
mark_put(struct txn *store, uint16_t slot, uint64_t state, uint64_t sequence)
{
	struct mark mark = { state, sequence };
	struct key  key;

	txn_put(store, DB_APPLIED, key_pack(&key, "H", (int)slot),
	    (struct str){ (const char *)&mark, sizeof(mark) });
}

/* ---------------------------------------------------------------- moving */

/* A block's place in the journal. */
struct place {
	uint16_t slot;
	uint64_t sequence;
};

struct round {
	uint64_t       state;	/* its number */
	struct buf     places;	/* struct place: what may be deleted afterwards */
	size_t	       bytes, most_bytes;
	int	       moved;	/* exchanges */
	uint64_t       mark;	/* of the slot at hand */
	bool	       more;	/* the journal holds more than fits one round */
	struct rollups rollups;
};

/* Numbers come again with a new state and a clock may go back: no block may take the place of another. */
static struct str
free_key(struct key *key, struct txn *store, uint64_t settled_us, struct place at)
{
	struct str k = key_pack(key, "QHQ", settled_us, (int)at.slot, at.sequence);

	while (txn_get_into(store, DB_LEDGER, k, NULL, 0, NULL))
		k = key_pack(key, "QHQ", ++settled_us, (int)at.slot, at.sequence);
	return k;
}

/* Into the ledger and the sums; what is damaged of it is kept in the ledger, where it can be seen. */
static void
take_block(struct round *round, struct txn *store, struct place at, struct str block)
{
	struct str   rest = block;
	struct entry e;
	struct key   key;
	uint64_t     settled_us = 0;

	while (entry_unpack(&rest, &e)) {
		if (settled_us == 0)
			settled_us = entry_end_us(&e);
		rollups_add(&round->rollups, &e);
		round->moved++;
	}
	if (rest.n > 0)
		log_warnx(
		    "journal block %u/%llu is damaged", (unsigned)at.slot, (unsigned long long)at.sequence);
	if (settled_us == 0)
		settled_us = clock_wall_us();
	txn_append(store, DB_LEDGER, free_key(&key, store, settled_us, at), block);
}

/* The journal is walked in key order, so each slot's blocks come together and ascending. */
static void
take_blocks(struct round *round, struct txn *state, struct txn *store)
{
	struct walk  walk;
	struct place at, last = { 0, 0 };
	bool	     any = false;

	for (bool more = walk_first(&walk, state, DB_JOURNAL, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		if (round->bytes >= round->most_bytes) {
			round->more = true;
			walk_end(&walk);
			break;
		}
		if (key_unpack(walk.key, "HQ", &at.slot, &at.sequence) < 0)
			continue;
		if (any && at.slot != last.slot)
			mark_put(store, last.slot, round->state, round->mark);
		if (!any || at.slot != last.slot)
			round->mark = mark_get(store, at.slot, round->state);
		if (at.sequence > round->mark) {
			take_block(round, store, at, walk.value);
			round->mark = at.sequence;
		}
		buf_add(&round->places, &at, sizeof(at));
		round->bytes += walk.value.n;
		last = at;
		any = true;
	}
	if (any)
		mark_put(store, last.slot, round->state, round->mark);
}

/* Left where they are when it fails: the mark makes that harmless. */
static int
delete_blocks(struct db *state, const struct round *round)
{
	const struct place *places = (const struct place *)(const void *)round->places.p;
	size_t		    n = round->places.n / sizeof(*places);
	struct txn	   *txn;
	struct key	    key;

	for (size_t i = 0; i < n;) {
		txn = txn_write(state);
		for (size_t end = i + DELETE_STEP; i < n && i < end; i++)
			(void)txn_del(
			    txn, DB_JOURNAL, key_pack(&key, "HQ", (int)places[i].slot, places[i].sequence));
		if (txn_commit(txn) < 0)
			return -1;
	}
	return 0;
}

static bool
journal_empty(struct txn *state)
{
	struct walk walk;
	bool	    any = walk_first(&walk, state, DB_JOURNAL, STR_NONE, STR_NONE);

	walk_end(&walk);
	return !any;
}

/* One durable transaction, or none when there is nothing to tell. */
static int
apply_round(struct round *round, struct db *state, struct db *store)
{
	struct txn   *from = txn_read(state), *to = txn_read(store);
	struct totals totals;
	bool	      nothing;

	totals_gather(&totals, from, to);
	txn_end(to);
	round->state = state_number(from);
	nothing = totals.changed.n == 0 && journal_empty(from);
	if (nothing) {
		txn_end(from);
		totals_done(&totals);
		return 0;
	}
	to = txn_write(store);
	take_blocks(round, from, to);
	txn_end(from);
	rollups_store(&round->rollups, to);
	totals_store(&totals, to);
	totals_done(&totals);
	if (txn_commit(to) < 0)
		return -1;
	return delete_blocks(state, round);
}

static int
try_round(struct round *round, struct db *state, struct db *store, size_t most_bytes)
{
	int failed;

	memset(round, 0, sizeof(*round));
	round->most_bytes = most_bytes;
	rollups_init(&round->rollups);
	failed = apply_round(round, state, store);
	rollups_done(&round->rollups);
	buf_done(&round->places);
	return failed;
}

int
ledger_apply(struct db *state, struct db *store)
{
	struct round round;
	size_t	     most_bytes = ROUND_BYTES;
	int	     moved = 0;

	ledger_seed_state(state, store);
	do {
		while (try_round(&round, state, store, most_bytes) < 0)
			if ((most_bytes /= 16) < ROUND_LEAST)
				return -1;
		moved += round.moved;
	} while (round.more);
	return moved;
}

int
applied_describe(struct str key, struct str value, struct json_out *out)
{
	struct mark mark;
	uint16_t    slot;

	if (key_unpack(key, "H", &slot) < 0 || value.n != sizeof(mark))
		return -1;
	memcpy(&mark, value.p, sizeof(mark));
	json_unum(out, "slot", slot);
	json_unum(out, "sequence", mark.sequence);
	json_unum(out, "state", mark.state);
	return 0;
}

/* ---------------------------------------------------------------- pruning */

/* Up to PRUNE_STEP blocks in one transaction; how many, or -1. */
static int
prune_step(struct db *store, uint64_t before_us)
{
	struct txn *txn = txn_write(store);
	struct walk walk;
	struct key  key, bound;
	struct str  end = key_pack(&bound, "Q", before_us);
	int	    n = 0;

	for (bool more = walk_first(&walk, txn, DB_LEDGER, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		if (n == PRUNE_STEP || str_cmp(walk.key, end) >= 0) {
			walk_end(&walk);
			break;
		}
		walk_del(&walk);
		n++;
	}
	if (n > 0)
		txn_put(txn, DB_META, key_pack(&key, "S", PRUNED_KEY),
		    (struct str){ (const char *)&before_us, sizeof(before_us) });
	return txn_commit(txn) < 0 ? -1 : n;
}

int
ledger_prune(struct db *store, uint64_t before_us)
{
	int sum = 0, n;

	before_us -= before_us % ROLLUP_DAY_US;
	do {
		n = prune_step(store, before_us);
		if (n < 0)
			return -1;
		sum += n;
	} while (n == PRUNE_STEP);
	return sum;
}
