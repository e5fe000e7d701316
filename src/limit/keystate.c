/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keystate.c - the state of one upstream key.
 *
 * Runs in: worker, scheduler.
 *
 * No record means active.  Cooling and exhausted end by themselves; invalid
 * stays until the key is recovered or replaced, because it needs explicit
 * evidence to get there.
 */
#include <string.h>

#include "base/clock.h"
#include "limit/breaker.h"
#include "store/key.h"

#define VERSION 1

const char *const keystate_names[4] = { "active", "cooling", "exhausted", "invalid" };

struct keystate_record {
	uint16_t version;
	uint8_t	 state;		/* enum keystate */
	uint8_t	 spare;
	uint32_t fault;		/* the evidence */
	uint64_t until_ms, since_ms;	/* mono; until 0 = no end */
};

/* Over and no state at all are the same. */
static enum keystate
state_now(const struct keystate_record *r, uint64_t now_ms)
{
	if (r->state != KEYSTATE_INVALID && r->until_ms != 0 && r->until_ms <= now_ms)
		return KEYSTATE_ACTIVE;
	return (enum keystate)r->state;
}

enum keystate
keystate_look(struct txn *txn, uint64_t upkey, uint64_t now_ms, uint64_t *until_ms)
{
	struct keystate_record r;
	struct key	       key;
	size_t		       n;
	enum keystate	       state;

	*until_ms = 0;
	if (!txn_get_into(txn, DB_KEYSTATE, key_pack(&key, "Q", upkey), &r, sizeof(r), &n) || n < sizeof(r) ||
	    r.version != VERSION || r.state > KEYSTATE_INVALID)
		return KEYSTATE_ACTIVE;
	state = state_now(&r, now_ms);
	if (state != KEYSTATE_ACTIVE && state != KEYSTATE_INVALID)
		*until_ms = r.until_ms;
	return state;
}

void
keystate_set(struct txn *txn, uint64_t upkey, enum keystate state, uint64_t until_ms, enum fault evidence,
    uint64_t now_ms)
{
	struct key	       key;
	struct keystate_record r = {
		.version = VERSION,
		.state = (uint8_t)state,
		.fault = evidence,
		.until_ms = until_ms,
		.since_ms = now_ms,
	};

	if (state == KEYSTATE_ACTIVE) {
		keystate_clear(txn, upkey);
		return;
	}
	txn_put(txn, DB_KEYSTATE, key_pack(&key, "Q", upkey), (struct str){ (const char *)&r, sizeof(r) });
}

void
keystate_clear(struct txn *txn, uint64_t upkey)
{
	struct key key;

	(void)txn_del(txn, DB_KEYSTATE, key_pack(&key, "Q", upkey));
}

int
keystate_describe(struct str key, struct str value, struct json_out *out)
{
	struct keystate_record r;
	uint64_t	       upkey, now = clock_mono_ms();

	if (key_unpack(key, "Q", &upkey) < 0 || value.n < sizeof(r))
		return -1;
	memcpy(&r, value.p, sizeof(r));
	if (r.version != VERSION || r.state > KEYSTATE_INVALID)
		return -1;
	json_unum(out, "upstream_key", upkey);
	json_cstr(out, "state", keystate_names[state_now(&r, now)]);
	json_cstr(out, "evidence", r.fault < FAULTS ? fault_info((enum fault)r.fault)->name : NULL);
	json_unum(out, "left_ms", r.until_ms > now ? r.until_ms - now : 0);
	json_unum(out, "since_ms", now > r.since_ms ? now - r.since_ms : 0);
	return 0;
}
