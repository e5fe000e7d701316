/* SPDX-License-Identifier: Apache-2.0 */
/* reservation_test.c - the record of an open exchange keeps its label and its holds. */
#include "limit/reservation.h"

#include "state.h"

static const struct grant_label label = { "req_01jd2k3m4n5p6q7r8s9t0v1w2x", 5, 7, "some-model" };

static void
test_holds(void)
{
	struct reservation r;
	struct grant_label back;
	struct hold	   h = { .scope = SCOPE_KEY, .limit_id = 9, .amount = 3 }, *all;
	size_t		   n;
	int		   added = 0;

	reservation_make(&r, &label);
	for (int i = 0; i < HOLDS_MOST; i++) {
		h.scope = (uint8_t)(i % SCOPE_KINDS);
		h.amount = i;
		added += reservation_add(&r, &h) == 0;
	}
	is_int(added, HOLDS_MOST, "a reservation holds what six scopes of eight limits need");
	ok(reservation_add(&r, &h) < 0, "and no more");
	reservation_drop(&r, SCOPE_CHANNEL);
	all = reservation_holds(&r, &n);
	is_int(n, HOLDS_MOST - LIMITS_MAX, "one kind can be dropped");
	for (size_t i = 0; i < n; i++)
		added -= all[i].scope != SCOPE_CHANNEL;
	is_int(added, LIMITS_MAX, "and the others are left");
	reservation_label(&r, &back);
	ok(memcmp(&back, &label, sizeof(back)) == 0, "the label comes back");
}

static void
test_stored(void)
{
	struct db	  *state = temp_open(ENV_STATE);
	struct reservation r, s;
	struct hold	   h = { .scope = SCOPE_KEY, .limit_id = 9, .amount = 3 };
	struct txn	  *txn = txn_write(state);
	size_t		   n, accepted = 0, size = sizeof(struct reservation_head) + 40 + sizeof(h);

	reservation_make(&r, &label);
	(void)!reservation_add(&r, &h);
	reservation_put(&r, txn, 3, 99);
	is_int(reservation_get(&s, txn, 3, 99), 0, "what was put is found");
	ok(reservation_holds(&s, &n)->amount == 3 && n == 1, "with its hold");
	ok(reservation_get(&s, txn, 3, 98) < 0 && reservation_get(&s, txn, 2, 99) < 0, "under its slot and number only");
	memset(&s, 0, sizeof(s));
	ok(reservation_take(&s, txn, 3, 99) == 0 && reservation_holds(&s, &n)->amount == 3 && n == 1, "it is taken");
	ok(reservation_take(&s, txn, 3, 99) < 0, "once");
	txn_end(txn);
	is_int(reservation_read(&s, (struct str){ r.bytes, size }), 0, "its bytes are read");
	for (size_t cut = 0; cut < size; cut++)
		accepted += reservation_read(&s, (struct str){ r.bytes, cut }) == 0;
	is_int(accepted, 0, "no prefix of them is");
	db_close(state);
}

int
main(void)
{
	arena_init(&arena);
	temp_init();
	test_holds();
	test_stored();
	temp_done();
	arena_done(&arena);
	return tap_done();
}
