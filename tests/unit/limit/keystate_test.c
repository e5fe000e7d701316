/* SPDX-License-Identifier: Apache-2.0 */
/* keystate_test.c - upstream keys cool, are exhausted until a reset, or are invalid until recovered. */
#include "limit/breaker.h"
#include "state.h"
#include "store/key.h"

int
main(void)
{
	struct db      *state;
	struct txn     *txn;
	struct key	key;
	struct walk	walk;
	struct json_out out;
	struct buf	text = { NULL, 0, 0 };
	uint64_t	until, now;

	temp_init();
	clock_freeze(1000 * SECOND, UINT64_C(1795253069) * SECOND);
	now = clock_mono_ms();
	state = temp_open(ENV_STATE);
	txn = txn_write(state);
	is_int(keystate_look(txn, 1, now, &until), KEYSTATE_ACTIVE, "a key nothing is known of is active");
	keystate_set(txn, 1, KEYSTATE_COOLING, now + 500, FAULT_UP_RATE_LIMITED, now);
	is_int(keystate_look(txn, 1, now, &until), KEYSTATE_COOLING, "a cooling key cools");
	is_int(until, (int64_t)now + 500, "until its time");
	is_int(keystate_look(txn, 1, now + 500, &until), KEYSTATE_ACTIVE, "and is active then");
	is_int(keystate_look(txn, 2, now, &until), KEYSTATE_ACTIVE, "other keys are not concerned");
	keystate_set(txn, 1, KEYSTATE_EXHAUSTED, now + 3600000, FAULT_UP_QUOTA, now);
	is_int(keystate_look(txn, 1, now + 3599999, &until), KEYSTATE_EXHAUSTED, "an exhausted key waits for its reset");
	keystate_set(txn, 1, KEYSTATE_EXHAUSTED, 0, FAULT_UP_QUOTA, now);
	is_int(keystate_look(txn, 1, UINT64_MAX, &until), KEYSTATE_EXHAUSTED, "without a known end it waits for ever");
	keystate_set(txn, 1, KEYSTATE_INVALID, 0, FAULT_UP_KEY_INVALID, now);
	is_int(keystate_look(txn, 1, UINT64_MAX, &until), KEYSTATE_INVALID, "an invalid key stays so");
	json_start(&out, &text, false);
	ok(keystate_describe(key_pack(&key, "Q", UINT64_C(1)), STR("x"), &out) < 0, "damaged bytes are not told");
	ok(walk_first(&walk, txn, DB_KEYSTATE, STR_NONE, STR_NONE), "the record is there");
	is_int(keystate_describe(walk.key, walk.value, &out), 0, "and told");
	walk_end(&walk);
	ok(str_find(buf_view(&text), STR("\"invalid\"")) < text.n && str_find(buf_view(&text), STR("UP_KEY_INVALID")) < text.n,
	    "with its state and the evidence");
	keystate_clear(txn, 1);
	is_int(keystate_look(txn, 1, now, &until), KEYSTATE_ACTIVE, "a recovered key is active");
	keystate_set(txn, 1, KEYSTATE_COOLING, now + 500, FAULT_UP_RATE_LIMITED, now);
	keystate_set(txn, 1, KEYSTATE_ACTIVE, 0, FAULT_NONE, now);
	ok(!walk_first(&walk, txn, DB_KEYSTATE, STR_NONE, STR_NONE), "setting it active leaves no record");
	txn_end(txn);
	db_close(state);
	buf_done(&text);
	temp_done();
	return tap_done();
}
