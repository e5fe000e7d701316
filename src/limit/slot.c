/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slot.c - who owns a worker slot, and what becomes of a dead owner's requests.
 *
 * Runs in: worker (claim), scheduler (reclaim).
 *
 * A pid alone does not name a process: pids come again.  So the record also
 * holds when the process started, as the kernel tells it.  Giving back and
 * logging happen in one transaction with the new incarnation, so each lost
 * request is given back and logged exactly once whoever does it.
 */
#include "limit/slot.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "limit/reservation.h"
#include "store/key.h"

#define VERSION	 1
#define TRIES	 2
#define SLOTS_MOST 1024		/* dead ones found in one round; the others wait for the next */

struct slot_record {
	uint32_t version;
	uint32_t pid;		/* 0: nobody's */
	uint64_t started;	/* clock ticks since boot; 0 = not known */
	uint64_t incarnation;
	uint64_t claimed_us;	/* wall */
};

/* ---------------------------------------------------------------- processes */

/* State and start time are words 3 and 22 of /proc/PID/stat; word 2 is a name and may hold anything. */
static int
process_look(uint32_t pid, char *state, uint64_t *started)
{
	char  path[32], text[1024], *p;
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	p = strrchr(text, ')');
	if (p == NULL || sscanf(p + 1, " %c", state) != 1)
		return -1;
	for (int word = 2; word < 22 && p != NULL; word++)
		p = strchr(p + 1, ' ');
	return p != NULL && sscanf(p, "%" SCNu64, started) == 1 ? 0 : -1;
}

static bool
process_lives(const struct slot_record *r)
{
	uint64_t started;
	char	 state;

	if (r->pid == 0 || (kill((pid_t)r->pid, 0) < 0 && errno == ESRCH))
		return false;
	if (process_look(r->pid, &state, &started) < 0)
		return true;
	return state != 'Z' && state != 'X' && (r->started == 0 || r->started == started);
}

/* ---------------------------------------------------------------- the record */

static bool
get(struct txn *txn, uint16_t slot, struct slot_record *r)
{
	struct key key;
	size_t	   n;

	if (!txn_get_into(txn, DB_SLOT, key_pack(&key, "H", (int)slot), r, sizeof(*r), &n))
		return false;
	return n >= sizeof(*r) && r->version == VERSION;
}

static void
put(struct txn *txn, uint16_t slot, const struct slot_record *r)
{
	struct key key;

	txn_put(txn, DB_SLOT, key_pack(&key, "H", (int)slot), (struct str){ (const char *)r, sizeof(*r) });
}

uint64_t
slot_incarnation(struct txn *txn, uint16_t slot)
{
	struct slot_record r;

	return get(txn, slot, &r) ? r.incarnation : 0;
}

uint64_t
slot_next(struct slot_owner *owner)
{
	assert(owner->sequence >> SLOT_RANGE_BITS == owner->incarnation);
	return owner->sequence++;
}

/* The incarnation after the one that is stored; `pid` 0 for nobody. */
static void
move(struct txn *txn, uint16_t slot, uint32_t pid, struct slot_owner *owner)
{
	struct slot_record r;
	char		   state;

	if (!get(txn, slot, &r))
		r = (struct slot_record){ .version = VERSION };
	r.incarnation++;
	r.pid = pid;
	r.started = 0;
	r.claimed_us = clock_wall_us();
	if (pid != 0)
		(void)process_look(pid, &state, &r.started);
	put(txn, slot, &r);
	*owner = (struct slot_owner){
		.slot = slot,
		.pid = pid,
		.incarnation = r.incarnation,
		.sequence = r.incarnation << SLOT_RANGE_BITS,
	};
}

/* ---------------------------------------------------------------- giving back */

static void
give_back_one(struct meters *m, struct reservation *r, uint64_t sequence, lost_fn *lost, void *arg)
{
	struct lost   what = { .slot = m->owner->slot, .sequence = sequence,
		  .taken_ms = reservation_head(r)->taken_ms };
	size_t	      n;
	struct hold  *h = reservation_holds(r, &n);
	struct gauge  g;
	struct meter *meter;

	for (size_t i = 0; i < n; i++) {
		meter = meters_get(m, (enum scope_kind)h[i].scope, h[i].scope_id);
		if (!meter_find(meter, (enum period)h[i].period, h[i].limit_id, &g))
			continue;
		gauge_settle(&g, h[i].at, h[i].amount, h[i].metric == METRIC_REQUESTS ? h[i].amount : 0);
	}
	reservation_label(r, &what.label);
	if (lost != NULL)
		lost(arg, m->txn, &what);
}

/* All reservations of the slot, whichever incarnation made them. */
static int
give_back(struct txn *txn, struct slot_owner *owner, lost_fn *lost, void *arg)
{
	struct meters	  *m = meters_new(owner);
	struct reservation r;
	struct walk	   walk;
	struct key	   prefix;
	int		   n = 0;

	meters_begin(m, txn);
	for (bool more =
		 walk_first(&walk, txn, DB_RESERVATION, key_pack(&prefix, "H", (int)owner->slot), STR_NONE);
	     more; more = walk_next(&walk)) {
		if (reservation_read(&r, walk.value) == 0) {
			give_back_one(m, &r, slot_next(owner), lost, arg);
			n++;
		}
		walk_del(&walk);
	}
	meters_end(m);
	meters_free(m);
	return n;
}

/* The claim in one transaction: how many were given back, or -1. */
static int
take_over(struct db *state, uint16_t slot, uint32_t pid, uint64_t expected, struct slot_owner *owner,
    lost_fn *lost, void *arg)
{
	struct txn *txn;
	int	    n;

	for (int try = 0; try < TRIES; try++) {
		txn = txn_write(state);
		if (expected != 0 && slot_incarnation(txn, slot) != expected) {
			txn_end(txn);
			return 0;
		}
		move(txn, slot, pid, owner);
		n = give_back(txn, owner, lost, arg);
		if (txn_commit(txn) == 0)
			return n;
		db_check_readers(state);
	}
	return -1;
}

int
slot_claim(struct db *state, uint16_t slot, struct slot_owner *owner, lost_fn *lost, void *arg)
{
	struct txn	  *txn = txn_read(state);
	struct slot_record r;
	bool		   known = get(txn, slot, &r);
	int		   n;

	txn_end(txn);
	if (known && r.pid != (uint32_t)getpid() && process_lives(&r)) {
		log_warnx("slot %u belongs to process %u, which lives", (unsigned)slot, (unsigned)r.pid);
		return -1;
	}
	n = take_over(state, slot, (uint32_t)getpid(), 0, owner, lost, arg);
	if (n < 0)
		log_errorx("slot %u cannot be claimed: the state cannot be written", (unsigned)slot);
	if (n > 0)
		log_info("slot %u: %d requests of a dead worker were given back", (unsigned)slot, n);
	return n < 0 ? -1 : 0;
}

struct dead {
	uint16_t slot;
	uint64_t incarnation;
};

static size_t
find_dead(struct db *state, struct dead *dead, size_t most)
{
	struct txn	  *txn = txn_read(state);
	struct walk	   walk;
	struct slot_record r;
	size_t		   n = 0;

	for (bool more = walk_first(&walk, txn, DB_SLOT, STR_NONE, STR_NONE); more; more = walk_next(&walk)) {
		if (n == most || walk.value.n < sizeof(r))
			continue;
		memcpy(&r, walk.value.p, sizeof(r));
		if (r.version != VERSION || r.pid == 0 || process_lives(&r) ||
		    key_unpack(walk.key, "H", &dead[n].slot) < 0)
			continue;
		dead[n++].incarnation = r.incarnation;
	}
	txn_end(txn);
	return n;
}

int
slot_reclaim_dead(struct db *state, lost_fn *lost, void *arg)
{
	struct dead	  dead[SLOTS_MOST];
	struct slot_owner nobody;
	size_t		  n = find_dead(state, dead, SLOTS_MOST);
	int		  sum = 0, given;

	for (size_t i = 0; i < n; i++) {
		given = take_over(state, dead[i].slot, 0, dead[i].incarnation, &nobody, lost, arg);
		if (given < 0)
			log_errorx(
			    "slot %u cannot be cleared: the state cannot be written", (unsigned)dead[i].slot);
		else
			sum += given;
	}
	if (sum > 0)
		log_info("%d requests of dead workers were given back", sum);
	return sum;
}

int
slot_describe(struct str key, struct str value, struct json_out *out)
{
	struct slot_record r;
	uint16_t	   slot;

	if (key_unpack(key, "H", &slot) < 0 || value.n < sizeof(r))
		return -1;
	memcpy(&r, value.p, sizeof(r));
	if (r.version != VERSION)
		return -1;
	json_unum(out, "slot", slot);
	json_unum(out, "pid", r.pid);
	json_bool(out, "lives", process_lives(&r));
	json_unum(out, "incarnation", r.incarnation);
	return 0;
}
