/* SPDX-License-Identifier: Apache-2.0 */
/*
 * describe.c - a stored record in words and in JSON.
 *
 * Runs in: weir-lmdb.
 *
 * Each table has one row: how its keys are packed, which stored kind it has,
 * or who else understands its bytes.  Words are made from the JSON, so both
 * always say the same.
 */
#include "inspect/describe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "account/counters.h"
#include "account/entry.h"
#include "account/ledger.h"
#include "base/clock.h"
#include "inspect/inspect.h"
#include "limit/admit.h"
#include "limit/breaker.h"
#include "limit/chanstat.h"
#include "limit/slot.h"
#include "store/kept.h"
#include "store/record.h"

typedef int describe_fn(struct str key, struct str value, struct json_out *);

static describe_fn describe_meta, describe_name, describe_text;

#define NO_KIND RECORD_KINDS

static const struct describer {
	const char	*keys;	/* format of store/key.h */
	enum record_kind kind;
	describe_fn	*describe;
} describers[DB_TABLES] = {
	[DB_META] = { "S", NO_KIND, describe_meta },
	[DB_PROVIDER] = { "Q", RECORD_PROVIDER, NULL },
	[DB_CHANNEL] = { "Q", RECORD_CHANNEL, NULL },
	[DB_UPKEY] = { "Q", RECORD_UPKEY, NULL },
	[DB_APIKEY] = { "Q", RECORD_APIKEY, NULL },
	[DB_MODEL] = { "Q", RECORD_MODEL, NULL },
	[DB_PRICE] = { "Q", RECORD_PRICE, NULL },
	[DB_NAME] = { "BS", NO_KIND, describe_name },
	[DB_LEDGER] = { "QHQ", NO_KIND, entry_describe },
	[DB_ROLLUP] = { "IBQ", NO_KIND, rollup_describe },
	[DB_TOTAL] = { "BQ", NO_KIND, total_describe },
	[DB_APPLIED] = { "H", NO_KIND, applied_describe },
	[DB_AUDIT] = { "QQ", NO_KIND, describe_text },
	[DB_STAMP] = { "S", NO_KIND, describe_meta },
	[DB_METER] = { "BQ", NO_KIND, meter_describe },
	[DB_RESERVATION] = { "HQ", NO_KIND, reservation_describe },
	[DB_BREAKER] = { "QQ", NO_KIND, breaker_describe },
	[DB_KEYSTATE] = { "Q", NO_KIND, keystate_describe },
	[DB_CHANSTAT] = { "Q", NO_KIND, chanstat_describe },
	[DB_KEPT] = { "QS", NO_KIND, kept_describe },
	[DB_KEPT_AGE] = { "QQS", NO_KIND, kept_age_describe },
	[DB_JOURNAL] = { "HQ", NO_KIND, entry_describe },
	[DB_COUNTER] = { "H", NO_KIND, counters_describe },
	[DB_SLOT] = { "H", NO_KIND, slot_describe },
};

/* ---- the tables that nobody else describes ---- */

static bool
printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return utf8_valid(s);
}

static void
write_hex(struct json_out *o, struct str bytes)
{
	char *hex = xmalloc(2 * bytes.n + 1);

	hex_write(hex, bytes.p, bytes.n);
	json_str(o, "hex", (struct str){ hex, 2 * bytes.n });
	free(hex);
}

static int
describe_meta(struct str key, struct str value, struct json_out *o)
{
	uint32_t version;
	uint64_t number;
	char when[25];

	if (str_is(key, "schema") && key_unpack(value, "I", &version) == 0) {
		json_unum(o, "schema", version);
	} else if (str_is(key, "boot") && printable(value)) {
		json_str(o, "boot", value);
	} else if (str_is(key, "ledger_pruned") && value.n == sizeof(number)) {
		memcpy(&number, value.p, sizeof(number));
		clock_format(when, number);
		json_cstr(o, "ledger_pruned", when);
	} else if ((str_is(key, "generation") || str_is(key, "id")) && key_unpack(value, "Q", &number) == 0) {
		json_unum(o, str_is(key, "id") ? "last_id" : "generation", number);
	} else if (printable(value)) {
		json_str(o, "value", value);
	} else {
		write_hex(o, value);	/* a newer binary's */
	}
	return 0;
}

/* A client key's hash is indexed as a kind of its own. */
static int
describe_name(struct str key, struct str value, struct json_out *o)
{
	struct str name;
	uint64_t id;
	uint8_t kind;

	if (key_unpack(key, "BS", &kind, &name) == -1 || key_unpack(value, "Q", &id) == -1)
		return -1;
	if (kind < RECORD_KINDS) {
		json_cstr(o, "kind", record_info[kind].noun);
		json_str(o, "name", name);
	} else {
		json_cstr(o, "kind", "hash of a key");
	}
	json_unum(o, "id", id);
	return 0;
}

/* JSON or plain text. */
static int
describe_text(struct str key, struct str value, struct json_out *o)
{
	struct json_error err;

	(void)key;
	if (value.n > 0 && value.p[0] == '{' && json_check(value, 0, &err) == 0)
		json_raw(o, "change", value);
	else if (printable(value))
		json_str(o, "change", value);
	else
		return -1;
	return 0;
}

/* ---- records ---- */

static int
describe_record(enum db_table table, struct str key, struct str value, struct json_out *o)
{
	const struct describer *d = &describers[table];
	struct arena a;
	uint64_t id;
	void *object = NULL;

	if (d->keys == NULL)
		return -1;
	if (d->kind == NO_KIND)
		return d->describe == NULL ? -1 : d->describe(key, value, o);
	arena_init(&a);
	if (key_unpack(key, d->keys, &id) == 0)
		object = record_decode(d->kind, id, value, &a);
	if (object != NULL)
		fields_json(record_info[d->kind].fields, object, o);
	arena_done(&a);
	return object == NULL ? -1 : 0;
}

bool
describe_understands(enum db_table table, struct str key, struct str value)
{
	struct buf scratch = { 0 };
	struct json_out o;
	int rc;

	json_start(&o, &scratch, false);
	json_object(&o, NULL);
	rc = describe_record(table, key, value, &o);
	buf_done(&scratch);
	return rc == 0;
}

void
describe_json(struct buf *out, enum db_table table, struct str key, struct str value)
{
	struct buf inner = { 0 };
	struct json_out o;
	struct arena a;
	int rc;

	arena_init(&a);
	json_start(&o, &inner, false);
	json_object(&o, NULL);
	rc = describe_record(table, key, value, &o);
	json_object_end(&o);
	json_start(&o, out, false);
	json_object(&o, NULL);
	json_str(&o, "table", tables_name(&a, table));
	json_str(&o, "key", describe_key(&a, table, key));
	if (rc == 0)
		json_raw(&o, "record", buf_view(&inner));
	else
		write_hex(&o, value);
	json_object_end(&o);
	buf_done(&inner);
	arena_done(&a);
}

/* ---- keys ---- */

/* A table without a row has keys of any bytes. */
static const char *
format_of(enum db_table table)
{
	return describers[table].keys != NULL ? describers[table].keys : "S";
}

static size_t
width(char letter)
{
	return letter == 'B' ? 1 : letter == 'H' ? 2 : letter == 'I' ? 4 : 8;
}

static struct str
key_hex(struct arena *a, struct str key)
{
	char *text = arena_alloc(a, 2 * key.n + 3);

	memcpy(text, "0x", 2);
	hex_write(text + 2, key.p, key.n);
	return str_of(text);
}

struct str
describe_key(struct arena *a, enum db_table table, struct str key)
{
	struct buf text = { 0 };
	struct str rest = key, done;
	const char *f;

	for (f = format_of(table); *f != '\0' && *f != 'S' && rest.n >= width(*f); f++) {
		uint64_t n = 0;

		for (size_t i = 0; i < width(*f); i++)
			n = n << 8 | (unsigned char)rest.p[i];
		rest = str_from(rest, width(*f));
		buf_printf(&text, "%s%" PRIu64, text.n > 0 ? "/" : "", n);
	}
	if (*f == 'S' && printable(rest))
		buf_printf(&text, "%s" STR_FMT, text.n > 0 ? "/" : "", STR_ARG(rest));
	done = (*f == 'S' && printable(rest)) || (*f == '\0' && rest.n == 0) ? arena_str(a, buf_view(&text)) : key_hex(a, key);
	buf_done(&text);
	return done;
}

static int
add_number(struct key *k, char letter, struct str piece)
{
	size_t size = width(letter);
	uint64_t n;

	if (str_u64(piece, &n) == -1 || (size < 8 && n >> (8 * size) != 0))
		return -1;
	for (size_t i = 0; i < size; i++)
		k->bytes[k->n++] = (unsigned char)(n >> (8 * (size - 1 - i)));
	return 0;
}

int
describe_prefix(enum db_table table, struct str text, struct key *k)
{
	const char *f = format_of(table);
	struct str piece;

	k->n = 0;
	if (str_starts(text, STR("0x"))) {
		k->n = (text.n - 2) / 2;
		return k->n > KEY_BYTES ? -1 : hex_read(k->bytes, k->n, str_from(text, 2));
	}
	while (*f != 'S' && str_split(&text, '/', &piece))
		if (*f == '\0' || add_number(k, *f++, piece) == -1)
			return -1;
	if (*f != 'S')
		return 0;
	if (k->n + text.n > KEY_BYTES)
		return -1;
	if (text.n > 0)
		memcpy(k->bytes + k->n, text.p, text.n);
	k->n += text.n;
	return 0;
}
