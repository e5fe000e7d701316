/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c - sums of a span of days, and the ledger's entries of a span of time.
 *
 * Runs in: admin, the tools.
 */
#include <stdlib.h>

#include "account/rollup.h"
#include "base/clock.h"
#include "store/key.h"

/* ---------------------------------------------------------------- sums */

struct gathering {
	struct arena	  *arena;
	struct map	   map;		/* name of the row's key to row */
	struct report_row *rows;
	size_t		   n;
};

static struct str
day_text(struct arena *arena, uint32_t day)
{
	char text[25];

	clock_format(text, day * ROLLUP_DAY_US);
	return arena_str(arena, (struct str){ text, 10 });
}

static struct report_row *
row_for(struct gathering *g, uint64_t id)
{
	struct key	   key;
	struct str	   k = key_pack(&key, "Q", id);
	struct report_row *row = map_get(&g->map, k);

	if (row != NULL)
		return row;
	row = arena_new(g->arena, struct report_row);
	row->id = id;
	(void)map_put(&g->map, arena_str(g->arena, k), row);
	return row;
}

/* The stored row's share; names of later days replace those of earlier ones. */
static void
gather_row(struct gathering *g, enum dimension by, const struct rollup *r)
{
	struct report_row *row = row_for(g, by == BY_DAY ? r->day : r->id);

	if (by == BY_DAY)
		row->name = row->name.n > 0 ? row->name : day_text(g->arena, r->day);
	else if (by == BY_TOTAL)
		row->name = STR("total");
	else if (r->name.n > 0 && !str_eq(r->name, row->name))
		row->name = arena_str(g->arena, r->name);
	sums_add(&row->sums, &r->sums);
}

/* Keys are day, dimension, id: of each day only the rows of one dimension are read. */
static void
gather_days(struct gathering *g, struct txn *store, enum dimension by, uint64_t from_day, uint64_t to_day)
{
	enum dimension stored = by == BY_DAY ? BY_TOTAL : by;
	struct rollup  r;
	struct walk    walk;
	struct key     prefix;

	for (uint64_t day = from_day; day <= to_day; day++) {
		struct str p = key_pack(&prefix, "IB", (uint32_t)day, (int)stored);

		for (bool more = walk_first(&walk, store, DB_ROLLUP, p, STR_NONE); more;
		     more = walk_next(&walk))
			if (rollup_read(walk.key, walk.value, &r) == 0)
				gather_row(g, by, &r);
	}
}

/* The days that have rows at all, so that a span of "ever" costs no more than what is stored. */
static bool
clip(struct txn *store, uint64_t *from_day, uint64_t *to_day)
{
	struct walk   walk;
	struct rollup r;
	bool	      any = walk_first(&walk, store, DB_ROLLUP, STR_NONE, STR_NONE);

	if (any && rollup_read(walk.key, walk.value, &r) == 0 && *from_day < r.day)
		*from_day = r.day;
	walk_end(&walk);
	if (walk_last(&walk, store, DB_ROLLUP, STR_NONE) && rollup_read(walk.key, walk.value, &r) == 0 &&
	    *to_day > r.day)
		*to_day = r.day;
	walk_end(&walk);
	return any && *from_day <= *to_day;
}

static int
by_requests(const void *va, const void *vb)
{
	const struct report_row *a = va, *b = vb;

	if (a->sums.requests != b->sums.requests)
		return a->sums.requests > b->sums.requests ? -1 : 1;
	return str_cmp(a->name, b->name);
}

static int
newest_first(const void *va, const void *vb)
{
	const struct report_row *a = va, *b = vb;

	return (a->id < b->id) - (a->id > b->id);
}

size_t
report_sum(struct txn *store, struct arena *arena, enum dimension by, uint64_t from_day, uint64_t to_day,
    struct report_row **rows)
{
	struct gathering g = { .arena = arena };

	*rows = NULL;
	if (!clip(store, &from_day, &to_day))
		return 0;
	gather_days(&g, store, by, from_day, to_day);
	g.rows = arena_array(arena, struct report_row, g.map.n);
	MAP_EACH(slot, &g.map)
		g.rows[g.n++] = *(const struct report_row *)slot->value;
	map_done(&g.map);
	if (g.n > 0)
		qsort(g.rows, g.n, sizeof(*g.rows), by == BY_DAY ? newest_first : by_requests);
	*rows = g.rows;
	return g.n;
}

/* ---------------------------------------------------------------- entries */

void
report_entries(
    struct txn *store, uint64_t from_us, uint64_t to_us, bool (*row)(void *, const struct entry *), void *arg)
{
	struct walk  walk;
	struct key   from, to;
	struct str   begin = key_pack(&from, "Q", from_us), end = key_pack(&to, "Q", to_us), block;
	struct entry e;
	bool	     more = walk_first(&walk, store, DB_LEDGER, STR_NONE, begin);

	for (; more && str_cmp(walk.key, end) < 0; more = walk_next(&walk)) {
		block = walk.value;
		while (entry_unpack(&block, &e)) {
			if (!row(arg, &e)) {
				walk_end(&walk);
				return;
			}
		}
	}
	if (more)
		walk_end(&walk);
}
