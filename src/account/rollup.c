/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollup.c - sums of a UTC day, in total and by key, model and channel.
 *
 * Runs in: scheduler (write), admin and the tools (read).
 *
 * An exchange belongs to the day on which it was accepted, whenever it ended.
 * Models are those used upstream; what never got that far is under no model,
 * so that invented names do not make rows.
 */
#include "account/rollup.h"

#include <string.h>

#include "base/clock.h"
#include "store/key.h"

#define VERSION	 1
#define NUMBERS	 (sizeof(struct sums) / sizeof(uint64_t))
#define NAME_BYTES 256

_Static_assert(sizeof(struct sums) == 16 * sizeof(uint64_t), "stored by position: append only");

const char *const dimension_names[DIMENSIONS] = { "total", "key", "model", "channel", "day" };

struct rollup_head {
	uint16_t version;
	uint16_t numbers;	/* of 64 bits, behind the head; then the name */
	uint32_t spare;
};

/* ---------------------------------------------------------------- sums */

void
sums_add(struct sums *to, const struct sums *from)
{
	to->requests += from->requests;
	to->succeeded += from->succeeded;
	to->failed += from->failed;
	to->refused += from->refused;
	for (int c = 0; c < USAGE_CLASSES; c++)
		to->tokens[c] += from->tokens[c];
	to->cost_nano += from->cost_nano;
	to->unpriced += from->unpriced;
	to->estimated += from->estimated;
	to->duration_us += from->duration_us;
}

bool
sums_equal(const struct sums *a, const struct sums *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static struct sums
sums_of(const struct entry *e)
{
	struct sums s = { .requests = 1 };

	if (e->end == END_REFUSED)
		s.refused = 1;
	else if (entry_succeeded(e))
		s.succeeded = 1;
	else
		s.failed = 1;
	memcpy(s.tokens, e->usage.tokens, sizeof(s.tokens));
	s.cost_nano = e->priced ? e->cost_nano : 0;
	s.unpriced = !e->priced;
	s.estimated = e->usage.source == USAGE_ESTIMATED;
	s.duration_us = e->total_us;
	return s;
}

void
sums_json(const struct sums *s, struct json_out *out)
{
	char usd[USD_BYTES];

	json_unum(out, "requests", s->requests);
	json_unum(out, "succeeded", s->succeeded);
	json_unum(out, "failed", s->failed);
	json_unum(out, "refused", s->refused);
	json_object(out, "tokens");
	for (int c = 0; c < USAGE_CLASSES; c++)
		json_unum(out, usage_names[c], s->tokens[c]);
	json_object_end(out);
	json_raw(out, "cost_usd", (struct str){ usd, usd_write(usd, s->cost_nano) });
	json_unum(out, "unpriced", s->unpriced);
	json_unum(out, "estimated", s->estimated);
	json_unum(out, "duration_ms", s->duration_us / 1000);
}

/* ---------------------------------------------------------------- gathering */

void
rollups_init(struct rollups *r)
{
	arena_init(&r->arena);
	r->map = (struct map){ .slots = NULL };
}

void
rollups_done(struct rollups *r)
{
	map_done(&r->map);
	arena_done(&r->arena);
}

static struct str
row_key(struct key *k, uint32_t day, enum dimension d, uint64_t id)
{
	return key_pack(k, "IBQ", day, (int)d, id);
}

static struct rollup *
find(struct rollups *r, uint32_t day, enum dimension d, uint64_t id)
{
	struct key     key;
	struct str     k = row_key(&key, day, d, id);
	struct rollup *row = map_get(&r->map, k);

	if (row != NULL)
		return row;
	row = arena_new(&r->arena, struct rollup);
	row->day = day;
	row->dimension = (uint8_t)d;
	row->id = id;
	(void)map_put(&r->map, arena_str(&r->arena, k), row);
	return row;
}

static void
add_row(struct rollups *r, uint32_t day, enum dimension d, uint64_t id, struct str name, const struct sums *s)
{
	struct rollup *row = find(r, day, d, id);

	name = str_upto(name, NAME_BYTES);
	if (name.n > 0 && !str_eq(name, row->name))
		row->name = arena_str(&r->arena, name);
	sums_add(&row->sums, s);
}

void
rollups_add(struct rollups *r, const struct entry *e)
{
	struct sums s = sums_of(e);
	uint32_t    day = (uint32_t)(e->time_us / ROLLUP_DAY_US);

	add_row(r, day, BY_TOTAL, 0, STR_NONE, &s);
	add_row(r, day, BY_KEY, e->key_id, e->key, &s);
	add_row(r, day, BY_MODEL, e->model_used.n > 0 ? str_hash(e->model_used) : 0, e->model_used, &s);
	add_row(r, day, BY_CHANNEL, e->channel_id, e->channel, &s);
}

/* ---------------------------------------------------------------- stored */

int
rollup_read(struct str key, struct str value, struct rollup *row)
{
	struct rollup_head head;
	size_t		   known;

	memset(row, 0, sizeof(*row));
	if (key_unpack(key, "IBQ", &row->day, &row->dimension, &row->id) < 0 || value.n < sizeof(head))
		return -1;
	memcpy(&head, value.p, sizeof(head));
	value = str_from(value, sizeof(head));
	if (head.version != VERSION || head.numbers * sizeof(uint64_t) > value.n ||
	    row->dimension >= ROLLUP_DIMENSIONS)
		return -1;
	known = (head.numbers < NUMBERS ? head.numbers : NUMBERS) * sizeof(uint64_t);
	memcpy(&row->sums, value.p, known);
	row->name = str_from(value, head.numbers * sizeof(uint64_t));
	return 0;
}

#define ROW_BYTES (sizeof(struct rollup_head) + sizeof(struct sums) + NAME_BYTES)

static void
store_row(struct txn *txn, const struct rollup *row)
{
	struct rollup_head head = { VERSION, NUMBERS, 0 };
	struct rollup	   old;
	struct sums	   sums = row->sums;
	struct key	   key;
	struct str k = row_key(&key, row->day, (enum dimension)row->dimension, row->id), name = row->name;
	char		   before[ROW_BYTES + 256], after[ROW_BYTES];
	size_t		   n;

	if (txn_get_into(txn, DB_ROLLUP, k, before, sizeof(before), &n) && n <= sizeof(before) &&
	    rollup_read(k, (struct str){ before, n }, &old) == 0) {
		sums_add(&sums, &old.sums);
		if (name.n == 0)
			name = str_upto(old.name, NAME_BYTES);
	}
	memcpy(after, &head, sizeof(head));
	memcpy(after + sizeof(head), &sums, sizeof(sums));
	if (name.n > 0)
		memcpy(after + sizeof(head) + sizeof(sums), name.p, name.n);
	txn_put(txn, DB_ROLLUP, k, (struct str){ after, sizeof(head) + sizeof(sums) + name.n });
}

void
rollups_store(struct rollups *r, struct txn *store)
{
	MAP_EACH(slot, &r->map)
		store_row(store, slot->value);
}

int
rollup_describe(struct str key, struct str value, struct json_out *out)
{
	struct rollup row;
	char	      date[25];

	if (rollup_read(key, value, &row) < 0)
		return -1;
	clock_format(date, row.day * ROLLUP_DAY_US);
	json_str(out, "day", (struct str){ date, 10 });
	json_cstr(out, "by", dimension_names[row.dimension]);
	json_unum(out, "id", row.id);
	json_str(out, "name", row.name);
	sums_json(&row.sums, out);
	return 0;
}
