/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_SLOT_H
#define WEIR_LIMIT_SLOT_H

#include "base/json.h"
#include "store/txn.h"

/*
 * A worker's slot: claimed at start, with all that the dead owner held given
 * back.  Each claim moves the incarnation, and the incarnation gives the owner
 * a range of 2^42 numbers of its own, so numbers never come twice in the life
 * of a state environment and no record has to be written to remember them.
 */
struct slot_owner {
	uint16_t slot;
	uint32_t pid;
	uint64_t incarnation;
	uint64_t sequence;	/* next free journal and reservation number, never goes back */
};

#define SLOT_RANGE_BITS 42

/*
 * Takes a number.  A journal block takes a fresh one in each try of its
 * transaction: within a slot, blocks must become visible in the order of their
 * numbers.
 */
uint64_t slot_next(struct slot_owner *);

/* Who a reservation is for, kept in its record so that a lost worker's request can be logged. */
struct grant_label {
	char	   request_id[31];
	uint64_t   key, channel;
	char	   model[64];	/* cut */
};

/* A reservation whose worker died. */
struct lost {
	uint16_t	   slot;
	uint64_t	   sequence;	/* a fresh number of that slot: for the journal block that logs it */
	uint64_t	   taken_ms;	/* mono, when it was admitted */
	struct grant_label label;
};

/*
 * Called inside the transaction that gives the reservation back: what it
 * writes (one journal block) is stored together with that or not at all.  May
 * be called again for the same one when the first commit failed.
 */
typedef void lost_fn(void *arg, struct txn *state, const struct lost *);

/* Requests stay counted, tokens and cost are given back.  -1: the owner lives, or the state is not writable. */
int	 slot_claim(struct db *state, uint16_t slot, struct slot_owner *, lost_fn *, void *arg) MUST_USE;
/* The scheduler's, once a second: the same for each slot whose owner is dead and not replaced; how many. */
int	 slot_reclaim_dead(struct db *state, lost_fn *, void *arg);
/* 0 when the slot was never claimed; moves when its owner died and that was noticed. */
uint64_t slot_incarnation(struct txn *state, uint16_t slot);
int	 slot_describe(struct str key, struct str value, struct json_out *) MUST_USE;

#endif
