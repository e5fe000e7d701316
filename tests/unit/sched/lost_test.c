/* SPDX-License-Identifier: Apache-2.0 */
#include "sched/lost.h"

#include "account/entry.h"
#include "account/ledger.h"
#include "base/clock.h"
#include "tap.h"
#include "unit/store/temp.h"

static void
test_entry(struct db *state)
{
	struct lost  lost = { .slot = 3, .sequence = 77, .taken_ms = 9000,
		 .label = { .request_id = "req_x", .key = 5, .channel = 6, .model = "m" } };
	struct txn  *t = txn_write(state);
	struct entry e;
	struct walk  w;
	struct str   block;
	struct losses told = { .access = access_open(NULL) };

	lost_log(&told, t, &lost);
	is_int(told.n, 1, "a lost request is counted");
	lost_log(&told, t, &lost);
	is_int(told.n, 1, "once, however often its transaction runs");
	ok(txn_commit(t) == 0, "its block is stored");
	t = txn_read(state);
	ok(walk_first(&w, t, DB_JOURNAL, STR_NONE, STR_NONE), "it is in the journal");
	block = w.value;
	ok(entry_unpack(&block, &e), "as an entry");
	is_slice(e.request_id, "req_x", "under the request's id");
	is_int(e.key_id, 5, "with its key");
	is_int(e.channel_id, 6, "its channel");
	is_slice(e.model, "m", "its model");
	is_int(e.end, END_WORKER_LOST, "ended by its worker's death");
	is_int(e.total_us, 1000000, "after as long as it was held");
	is_int(e.time_us, 50000000 - 1000000, "and dated when it began");
	ok(!e.priced && e.cost_nano == 0, "unpriced");
	is_int(e.slot, 3, "under its slot");
	is_int(e.sequence, 77, "and number");
	walk_end(&w);
	txn_end(t);
	access_free(told.access);
}

static void
test_clock_behind(struct db *state)
{
	struct lost  lost = { .slot = 3, .sequence = 78, .taken_ms = 999999 };
	struct txn  *t = txn_write(state);
	struct entry e;
	struct walk  w;
	struct str   block;
	struct losses told = { .access = access_open(NULL) };

	lost_log(&told, t, &lost);
	ok(walk_last(&w, t, DB_JOURNAL, STR_NONE), "a request of the future is in the journal");
	block = w.value;
	ok(entry_unpack(&block, &e) && e.total_us == 0, "and was held for no time");
	walk_end(&w);
	txn_end(t);
	access_free(told.access);
}

int
main(void)
{
	struct str why;
	struct db *state;

	clock_freeze(10000000, 50000000);
	state = db_open(ENV_STATE, temp_init(), DB_CREATE, 1 << 20, &why);
	if (ok(state != NULL, "a state is opened")) {
		test_entry(state);
		test_clock_behind(state);
		db_close(state);
	}
	temp_done();
	return tap_done();
}
