/* SPDX-License-Identifier: Apache-2.0 */
/* meter_show_test.c - meters and reservations are told as JSON, and broken invariants are found. */
#include "limit/meter.h"
#include "state.h"
#include "store/key.h"

static struct worker w;
static struct limit  limits[2];
static struct scope  scope = { SCOPE_KEY, 42, limits, 2 };

static int
describe_all(enum db_table table, int (*describe)(struct str, struct str, struct json_out *), struct buf *text)
{
	struct txn	 *txn = txn_read(w.state);
	struct walk	  walk;
	struct json_out	  out;
	struct json_error err;
	int		  n = 0;

	for (bool more = walk_first(&walk, txn, table, STR_NONE, STR_NONE); more; more = walk_next(&walk)) {
		buf_clear(text);
		json_start(&out, text, true);
		json_object(&out, NULL);
		n += describe(walk.key, walk.value, &out) == 0;
		json_object_end(&out);
		n -= json_check(buf_view(text), 0, &err) != 0;
	}
	txn_end(txn);
	return n;
}

static void
test_describe(void)
{
	struct buf	text = { NULL, 0, 0 };
	struct json_out out;
	struct key	key;

	is_int(describe_all(DB_METER, meter_describe, &text), 1, "a meter is told as JSON");
	ok(str_find(buf_view(&text), STR("\"key\"")) < text.n && str_find(buf_view(&text), STR("\"day\"")) < text.n,
	    "with its scope and periods");
	is_int(describe_all(DB_RESERVATION, reservation_describe, &text), 1, "a reservation is told as JSON");
	ok(str_find(buf_view(&text), STR("req_test")) < text.n, "with its request id");
	json_start(&out, &text, false);
	ok(meter_describe(key_pack(&key, "BQ", 1, UINT64_C(1)), STR("damaged"), &out) < 0 &&
		reservation_describe(key_pack(&key, "HQ", 1, UINT64_C(1)), STR("damaged"), &out) < 0 &&
		total_describe(key_pack(&key, "BQ", 1, UINT64_C(1)), STR("damaged"), &out) < 0,
	    "damaged bytes are not");
	buf_clear(&text);
	json_start(&out, &text, false);
	is_int(total_describe(key_pack(&key, "BQ", 1, UINT64_C(1)), STR_NONE, &out), 0, "a total of nothing is a total");
	buf_done(&text);
}

static void
change_meter(void (*change)(struct meter *))
{
	struct txn  *txn = txn_write(w.state);
	struct meter m = { .kind = SCOPE_KEY, .id = 42 };
	struct key   key;
	struct str   k = key_pack(&key, "BQ", SCOPE_KEY, UINT64_C(42));
	size_t	     n;

	ok(txn_get_into(txn, DB_METER, k, m.bytes, sizeof(m.bytes), &n) && meter_accept(&m, n) == 0, "the meter is read");
	change(&m);
	txn_put(txn, DB_METER, k, (struct str){ m.bytes, meter_size(&m) });
	is_int(txn_commit(txn), 0, "and changed");
}

static void
spoil_reserved(struct meter *m)
{
	size_t n;

	meter_windows(m, &n)[0].reserved += 5;
}

static void
mend_reserved(struct meter *m)
{
	size_t n;

	meter_windows(m, &n)[0].reserved -= 5;
}

static void
spoil_used(struct meter *m)
{
	size_t n;

	meter_quotas(m, &n)[0].used = -1;
}

static int
count_faults(void)
{
	struct buf	text = { NULL, 0, 0 };
	struct json_out out;
	struct txn     *txn = txn_read(w.state);
	int		n;

	json_start(&out, &text, false);
	json_array(&out, NULL);
	n = meters_check(txn, &out);
	json_array_end(&out);
	txn_end(txn);
	buf_done(&text);
	return n;
}

static void
test_check(void)
{
	struct txn *txn;
	struct key  key;

	is_int(count_faults(), 0, "a sound state has no faults");
	change_meter(spoil_reserved);
	is_int(count_faults(), 1, "a reserved total that nobody holds is found");
	change_meter(mend_reserved);
	change_meter(spoil_used);
	is_int(count_faults(), 1, "a negative use is found");
	txn = txn_write(w.state);
	(void)txn_del(txn, DB_METER, key_pack(&key, "BQ", SCOPE_KEY, UINT64_C(42)));
	is_int(txn_commit(txn), 0, "the meter is taken away");
	is_int(count_faults(), 2, "holds that no meter knows are found");
	txn = txn_write(w.state);
	txn_put(txn, DB_METER, key_pack(&key, "BQ", SCOPE_KEY, UINT64_C(42)), STR("garbage"));
	txn_put(txn, DB_RESERVATION, key_pack(&key, "HQ", 9, UINT64_C(1)), STR("garbage"));
	is_int(txn_commit(txn), 0, "both become garbage");
	is_int(count_faults(), 4, "which is found too");
}

int
main(void)
{
	struct amounts need = { { 1, 10, 10, 20, 0 } };
	struct grant   g = { 0 };
	struct refusal no;

	arena_init(&arena);
	temp_init();
	clock_freeze(1000 * SECOND, UINT64_C(1795253069) * SECOND);
	limits[0] = limit_of("100 requests / 1m");
	limits[1] = limit_of("100 tokens / day");
	worker_start(&w, temp_open(ENV_STATE), 0, NULL, NULL);
	is_int(worker_reserve(&w, &scope, 1, need, &g, &no), 0, "one request is open");
	test_describe();
	test_check();
	meters_free(w.meters);
	db_close(w.state);
	temp_done();
	arena_done(&arena);
	return tap_done();
}
