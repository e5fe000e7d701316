/* SPDX-License-Identifier: Apache-2.0 */
/* slot_test.c - a slot has one living owner, and a dead one's requests are given back and logged once. */
#include "limit/slot.h"

#include <signal.h>
#include <sys/wait.h>

#include "state.h"
#include "base/log.h"
#include "store/key.h"

static const struct amounts need = { { 1, 100, 200, 300, 5000 } };

struct found {
	int	    n;
	struct lost last;
};

/* As a worker does: one journal block for each, in the same transaction. */
static void
on_lost(void *arg, struct txn *txn, const struct lost *lost)
{
	struct found *found = arg;
	struct key    key;

	found->n++;
	found->last = *lost;
	txn_put(txn, DB_JOURNAL, key_pack(&key, "HQ", (int)lost->slot, lost->sequence), STR("lost"));
}

static struct limit limits[2];
static struct scope scope = { SCOPE_KEY, 1, limits, 2 };

/* A child takes the slot, reserves n requests and dies without a word. */
static void
die_with(uint16_t slot, int n)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct db     *state = temp_open(ENV_STATE);
		struct worker  w;
		struct grant   g;
		struct refusal no;

		worker_start(&w, state, slot, NULL, NULL);
		for (int i = 0; i < n; i++) {
			g.sequence = 0;
			(void)!worker_reserve(&w, &scope, 1, need, &g, &no);
		}
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void
test_claim(void)
{
	struct db	 *state;
	struct slot_owner owner;
	struct found	  found = { .n = 0 };
	uint64_t	  first;

	die_with(1, 3);
	state = temp_open(ENV_STATE);
	is_int(shown(state, &scope, 0, "reserved"), 3, "a dead worker's requests are still reserved");
	is_int(slot_claim(state, 1, &owner, on_lost, &found), 0, "its slot can be claimed");
	is_int(found.n, 3, "each of its requests is told");
	is_str(found.last.label.request_id, "req_test", "with its id");
	ok(found.last.label.key == 5 && found.last.label.channel == 7, "its key and channel");
	is_str(found.last.label.model, "gpt-test", "and its model");
	is_int(found.last.slot, 1, "and its slot");
	is_int(shown(state, &scope, 0, "used"), 3, "requests stay counted");
	is_int(shown(state, &scope, 0, "reserved"), 0, "but are not reserved");
	is_int(shown(state, &scope, 1, "used"), 0, "tokens are given back");
	is_int(db_entries(state, DB_RESERVATION), 0, "no reservation is left");
	is_int(db_entries(state, DB_JOURNAL), 3, "each was journalled under a number of its own");
	is_int(state_faults(state), 0, "the invariants hold");
	is_int(owner.incarnation, 2, "the incarnation has moved");
	first = slot_next(&owner);
	ok(first > found.last.sequence, "the owner's numbers follow those of what was lost");
	is_int(slot_next(&owner), (int64_t)first + 1, "one by one");
	is_int(slot_claim(state, 1, &owner, on_lost, &found), 0, "the same process may claim it again");
	is_int(found.n, 3, "which finds nothing more");
	ok(slot_next(&owner) > first, "and never repeats a number");
	db_close(state);
}

static void
test_living_owner(void)
{
	int		  ready[2];
	char		  byte;
	pid_t		  pid;
	struct slot_owner owner;
	struct db	 *state;

	if (pipe(ready) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		struct worker w;

		worker_start(&w, temp_open(ENV_STATE), 2, NULL, NULL);
		if (write(ready[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ok(read(ready[0], &byte, 1) == 1, "a child owns the slot");
	state = temp_open(ENV_STATE);
	ok(slot_claim(state, 2, &owner, NULL, NULL) < 0, "a slot whose owner lives is not given away");
	is_int(slot_reclaim_dead(state, NULL, NULL), 0, "nor cleared");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_int(slot_claim(state, 2, &owner, NULL, NULL), 0, "it is when the owner has died");
	db_close(state);
	close(ready[0]);
	close(ready[1]);
}

static void
test_reclaim(void)
{
	struct db	 *state;
	struct found	  found = { .n = 0 };
	struct slot_owner owner;
	struct txn	 *txn;
	uint64_t	  incarnation;

	die_with(4, 2);
	die_with(5, 5);
	state = temp_open(ENV_STATE);
	txn = txn_read(state);
	incarnation = slot_incarnation(txn, 4);
	txn_end(txn);
	is_int(slot_reclaim_dead(state, on_lost, &found), 7, "all dead owners' requests are given back");
	is_int(found.n, 7, "and told");
	is_int(db_entries(state, DB_RESERVATION), 0, "no reservation is left");
	is_int(state_faults(state), 0, "the invariants hold");
	txn = txn_read(state);
	ok(slot_incarnation(txn, 4) > incarnation, "the incarnation has moved, so what it claimed is void");
	txn_end(txn);
	is_int(slot_reclaim_dead(state, on_lost, &found), 0, "a second round finds nothing");
	is_int(slot_claim(state, 5, &owner, on_lost, &found), 0, "a cleared slot can be claimed");
	is_int(found.n, 7, "with nothing left to give back");
	ok(slot_next(&owner) > found.last.sequence, "and later numbers");
	db_close(state);
}

static void
test_describe(void)
{
	struct db	 *state = temp_open(ENV_STATE);
	struct txn	 *txn = txn_read(state);
	struct walk	  walk;
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json_error err;
	int		  good = 0, n = 0;

	for (bool more = walk_first(&walk, txn, DB_SLOT, STR_NONE, STR_NONE); more; more = walk_next(&walk), n++) {
		buf_clear(&text);
		json_start(&out, &text, false);
		json_object(&out, NULL);
		good += slot_describe(walk.key, walk.value, &out) == 0;
		json_object_end(&out);
		good -= json_check(buf_view(&text), 0, &err) != 0;
	}
	txn_end(txn);
	ok(n > 0 && n == good, "each of the %d slots is told in JSON", n);
	json_start(&out, &text, false);
	ok(slot_describe(STR("\0\1"), STR("short"), &out) < 0, "a damaged one is not");
	buf_done(&text);
	db_close(state);
}

int
main(void)
{
	arena_init(&arena);
	temp_init();
	clock_freeze(1000 * SECOND, UINT64_C(1795253069) * SECOND);
	limits[0] = limit_of("100 requests / 1h");
	limits[1] = limit_of("100000 tokens / day");
	log_set_level(LOG_LEVEL_ERROR);
	test_claim();
	test_living_owner();
	test_reclaim();
	test_describe();
	temp_done();
	arena_done(&arena);
	return tap_done();
}
