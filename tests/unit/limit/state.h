/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_LIMIT_STATE_H
#define WEIR_TESTS_LIMIT_STATE_H

/* What the tests of limits share: a state environment, limits from text, a worker that admits and settles. */

#include "../store/temp.h"
#include "base/arena.h"
#include "base/clock.h"
#include "limit/admit.h"

#define SECOND UINT64_C(1000000)

static struct arena arena;

__attribute__((unused)) static struct limit
limit_of(const char *text)
{
	struct limit limit;
	struct str   why;

	if (limit_read(&arena, str_of(text), &limit, &why) < 0) {
		printf("Bail out! %s: " STR_FMT "\n", text, STR_ARG(why));
		exit(1);
	}
	return limit;
}

/* One process's share: its slot and its meters. */
struct worker {
	struct db	 *state;
	struct slot_owner owner;
	struct meters	 *meters;
};

__attribute__((unused)) static void
worker_start(struct worker *w, struct db *state, uint16_t slot, lost_fn *lost, void *arg)
{
	w->state = state;
	if (slot_claim(state, slot, &w->owner, lost, arg) < 0) {
		printf("Bail out! slot %u cannot be claimed\n", (unsigned)slot);
		exit(1);
	}
	w->meters = meters_new(&w->owner);
}

/* One reservation in a transaction of its own; 0, -1 refused, -2 not stored. */
__attribute__((unused)) static int
worker_reserve(struct worker *w, const struct scope *scopes, size_t n, struct amounts need, struct grant *grant,
    struct refusal *no)
{
	struct grant_label label = { .request_id = "req_test", .key = 5, .channel = 7, .model = "gpt-test" };
	struct txn	  *txn = txn_write(w->state);
	int		   result;

	meters_begin(w->meters, txn);
	result = admit_reserve(w->meters, scopes, n, &need, &label, grant, no);
	meters_end(w->meters);
	return txn_commit(txn) < 0 ? -2 : result;
}

__attribute__((unused)) static void
worker_settle(struct worker *w, struct grant *grant, struct amounts actual)
{
	struct txn *txn = txn_write(w->state);

	meters_begin(w->meters, txn);
	admit_settle(w->meters, grant, &actual);
	meters_end(w->meters);
	if (txn_commit(txn) == 0)
		grant->sequence = 0;
}

/* The invariants hold: how many faults, their words as a comment. */
__attribute__((unused)) static int
state_faults(struct db *state)
{
	struct buf	text = { NULL, 0, 0 };
	struct json_out out;
	struct txn     *txn = txn_read(state);
	int		faults;

	json_start(&out, &text, false);
	json_array(&out, NULL);
	faults = meters_check(txn, &out);
	json_array_end(&out);
	txn_end(txn);
	if (faults != 0)
		printf("# " STR_FMT "\n", STR_ARG(buf_view(&text)));
	buf_done(&text);
	return faults;
}

/* What a limit counts now, by meters_show(): the number behind `name`. */
__attribute__((unused)) static int64_t
shown(struct db *state, const struct scope *scope, size_t which, const char *name)
{
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json	 *root;
	struct json_error err;
	struct txn	 *txn = txn_read(state);
	int64_t		  value = -1;

	json_start(&out, &text, false);
	meters_show(txn, scope, &out);
	txn_end(txn);
	if (json_read(&arena, buf_view(&text), (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) == 0 &&
	    json_i64(json_get(json_at(root, (uint32_t)which), name), &value) < 0)
		value = -1;
	buf_done(&text);
	return value;
}

#endif
