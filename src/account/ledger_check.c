/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_check.c - the accounts' invariants.
 *
 * Runs in: the inspector.
 *
 * Of each day whose ledger is whole (nothing of it was pruned) the roll-ups
 * are made again from the ledger and compared.  Of every day, the parts by
 * key, by model and by channel must each sum to its total.
 */
#include <string.h>

#include "account/rollup.h"
#include "base/clock.h"
#include "store/key.h"

static int
fault(struct json_out *out, const char *what, uint32_t day, int dimension, uint64_t id)
{
	char date[25];

	clock_format(date, day * ROLLUP_DAY_US);
	json_object(out, NULL);
	json_cstr(out, "fault", what);
	json_str(out, "day", (struct str){ date, 10 });
	json_cstr(out, "by", dimension_names[dimension]);
	json_unum(out, "id", id);
	json_object_end(out);
	return 1;
}

/* The first day of which every block is still there. */
static uint32_t
first_whole_day(struct txn *store)
{
	struct key key;
	uint64_t   pruned_us = 0;

	(void)txn_get_into(
	    store, DB_META, key_pack(&key, "S", STR("ledger_pruned")), &pruned_us, sizeof(pruned_us), NULL);
	return (uint32_t)((pruned_us + ROLLUP_DAY_US - 1) / ROLLUP_DAY_US);
}

static void
sum_ledger(struct txn *store, struct rollups *sums)
{
	struct walk  walk;
	struct str   block;
	struct entry e;

	for (bool more = walk_first(&walk, store, DB_LEDGER, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		block = walk.value;
		while (entry_unpack(&block, &e))
			rollups_add(sums, &e);
	}
}

/* Every stored row against the ledger's; rows of both are marked by clearing the made one's requests. */
static int
compare(struct txn *store, struct rollups *made, uint32_t from_day, struct json_out *out)
{
	struct walk    walk;
	struct rollup  r, *m;
	int	       faults = 0;

	for (bool more = walk_first(&walk, store, DB_ROLLUP, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		if (rollup_read(walk.key, walk.value, &r) < 0) {
			faults += fault(out, "a roll-up cannot be read", 0, BY_TOTAL, 0);
			continue;
		}
		if (r.day < from_day)
			continue;
		m = map_get(&made->map, walk.key);
		if (m == NULL || !sums_equal(&m->sums, &r.sums))
			faults +=
			    fault(out, "a roll-up is not the sum of the ledger", r.day, r.dimension, r.id);
		if (m != NULL)
			m->sums.requests = 0;
	}
	MAP_EACH(slot, &made->map) {
		m = slot->value;
		if (m->day >= from_day && m->sums.requests != 0)
			faults +=
			    fault(out, "the ledger has what no roll-up has", m->day, m->dimension, m->id);
	}
	return faults;
}

struct day_sums {
	uint32_t    day;
	struct sums by[ROLLUP_DIMENSIONS];
};

static int
compare_parts(const struct day_sums *d, struct json_out *out)
{
	int faults = 0;

	for (int k = BY_TOTAL + 1; k < (int)ROLLUP_DIMENSIONS; k++)
		if (!sums_equal(&d->by[BY_TOTAL], &d->by[k]))
			faults += fault(out, "the parts do not sum to the day's total", d->day, k, 0);
	return faults;
}

static int
check_parts(struct txn *store, struct json_out *out)
{
	struct walk	walk;
	struct rollup	r;
	struct day_sums d;
	int		faults = 0;

	memset(&d, 0, sizeof(d));
	for (bool more = walk_first(&walk, store, DB_ROLLUP, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		if (rollup_read(walk.key, walk.value, &r) < 0)
			continue;
		if (r.day != d.day) {
			faults += compare_parts(&d, out);
			memset(&d, 0, sizeof(d));
			d.day = r.day;
		}
		sums_add(&d.by[r.dimension], &r.sums);
	}
	return faults + compare_parts(&d, out);
}

int
ledger_check(struct txn *store, struct json_out *out)
{
	struct rollups made;
	int	       faults;

	rollups_init(&made);
	sum_ledger(store, &made);
	faults = compare(store, &made, first_whole_day(store), out);
	faults += check_parts(store, out);
	rollups_done(&made);
	return faults;
}
