/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_check_test.c - a roll-up that is not the ledger's sum is found. */
#include "account/rollup.h"
#include "books.h"
#include "store/key.h"

static struct books b;

static int
faults(void)
{
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json_error err;
	struct txn	 *txn = txn_read(b.store);
	int		  n;

	json_start(&out, &text, false);
	json_array(&out, NULL);
	n = ledger_check(txn, &out);
	json_array_end(&out);
	txn_end(txn);
	if (json_check(buf_view(&text), 0, &err) < 0)
		n = -1;
	buf_done(&text);
	return n;
}

static void
change_row(enum dimension by, uint64_t id, bool remove)
{
	struct rollups r;
	struct txn    *txn = txn_write(b.store);
	struct key     key;
	struct entry   e = sample();

	rollups_init(&r);
	rollups_add(&r, &e);
	MAP_EACH(slot, &r.map) {
		struct rollup *row = slot->value;

		memset(&row->sums, 0, sizeof(row->sums));
		row->sums.cost_nano = row->dimension == by;
	}
	rollups_store(&r, txn);
	rollups_done(&r);
	if (remove)
		(void)txn_del(txn, DB_ROLLUP, key_pack(&key, "IBQ", (uint32_t)(NOON / DAY), (int)by, id));
	is_int(txn_commit(txn), 0, "a roll-up by %s is %s", dimension_names[by], remove ? "removed" : "changed");
}

int
main(void)
{
	struct txn *txn;

	temp_init();
	clock_freeze(1000 * SECOND, NOON);
	books_open(&b, "state");
	is_int(faults(), 0, "empty books are sound");
	journal(&b, 1, 1, 10, NULL);
	is_int(ledger_apply(b.state, b.store), 10, "ten exchanges are booked");
	is_int(faults(), 0, "the books are sound");
	change_row(BY_KEY, 5, false);
	is_int(faults(), 2, "it is not the ledger's sum, and not the total's part");
	change_row(BY_CHANNEL, 7, true);
	is_int(faults(), 4, "what is missing is found as well");
	txn = txn_write(b.store);
	txn_put(txn, DB_ROLLUP, STR("x"), STR("garbage"));
	is_int(txn_commit(txn), 0, "garbage is among them");
	is_int(faults(), 5, "which is found too");
	books_close(&b);
	temp_done();
	return tap_done();
}
