/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - gets, puts, deletes and walks the stored kinds.
 *
 * Runs in: every process that opens the store.
 *
 * A record lies under its id; NAME has the way from its name to the id.  Every
 * check of the field tables is made here again: what discovery or a program
 * fills in never passed fields_set().
 */
#include "store/record.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/generation.h"
#include "store/key.h"
#include "store/names.h"
#include "store/records.h"
#include "store/refs.h"

#define SEQUENCE_KEY STR("id")

const struct record_info record_info[RECORD_KINDS] = {
	[RECORD_PROVIDER] = { "provider", "providers", DB_PROVIDER, &provider_fields },
	[RECORD_CHANNEL] = { "channel", "channels", DB_CHANNEL, &channel_fields },
	[RECORD_UPKEY] = { "upkey", "upkeys", DB_UPKEY, &upkey_fields },
	[RECORD_APIKEY] = { "key", "keys", DB_APIKEY, &apikey_fields },
	[RECORD_MODEL] = { "model", "models", DB_MODEL, &model_fields },
	[RECORD_PRICE] = { "price", "prices", DB_PRICE, &price_fields },
};

_Static_assert(offsetof(struct provider, r) == 0 && offsetof(struct channel, r) == 0 &&
    offsetof(struct upkey, r) == 0 && offsetof(struct apikey, r) == 0 && offsetof(struct model, r) == 0 &&
    offsetof(struct price, r) == 0, "a kind begins with its record");

int
record_kind_read(struct str noun, enum record_kind *kind)
{
	for (int k = 0; k < RECORD_KINDS; k++)
		if (str_is(noun, record_info[k].noun) || str_is(noun, record_info[k].plural) ||
		    str_is(noun, record_info[k].fields->noun)) {
			*kind = (enum record_kind)k;
			return 0;
		}
	return -1;
}

/* ---- reading ---- */

void *
record_new(enum record_kind kind, struct arena *a)
{
	void *object = arena_zalloc(a, record_info[kind].fields->size);

	fields_preset(record_info[kind].fields, a, object);
	return object;
}

void *
record_decode(enum record_kind kind, uint64_t id, struct str bytes, struct arena *a)
{
	struct record *r = arena_zalloc(a, record_info[kind].fields->size);

	if (fields_decode(record_info[kind].fields, a, bytes, r) == -1)
		return NULL;
	r->id = id;
	return r;
}

void *
record_get(struct txn *t, enum record_kind kind, uint64_t id, struct arena *a)
{
	struct str bytes;
	struct key k;

	if (!txn_get(t, record_info[kind].table, key_pack(&k, "Q", id), a, &bytes))
		return NULL;
	return record_decode(kind, id, bytes, a);
}

/* A name goes before an id; no name looks like an id. */
void *
record_find(struct txn *t, enum record_kind kind, struct str name_or_id, struct arena *a)
{
	uint64_t id = names_find(t, (int)kind, name_or_id);

	if (id == 0 && str_u64(name_or_id, &id) == -1)
		return NULL;
	return record_get(t, kind, id, a);
}

/* The walk's record, or the next one that is not damaged; a damaged one is passed over and told. */
static void *
decode_here(struct record_walk *w, bool more)
{
	for (; more; more = walk_next(&w->walk)) {
		uint64_t id;
		void *object;

		if (key_unpack(w->walk.key, "Q", &id) == -1)
			continue;
		object = record_decode(w->kind, id, arena_str(w->arena, w->walk.value), w->arena);
		if (object != NULL)
			return object;
		log_warnx("store: %s %llu is damaged and passed over", record_info[w->kind].noun,
		    (unsigned long long)id);
	}
	return NULL;
}

void *
record_first(struct record_walk *w, struct txn *t, enum record_kind kind, struct arena *a)
{
	w->kind = kind;
	w->arena = a;
	return decode_here(w, walk_first(&w->walk, t, record_info[kind].table, STR_NONE, STR_NONE));
}

void *
record_next(struct record_walk *w)
{
	return decode_here(w, walk_next(&w->walk));
}

/* ---- storing ---- */

static void
index_put(struct txn *t, enum record_kind kind, const struct record *r)
{
	names_put(t, (int)kind, r->name, r->id);
	if (kind == RECORD_APIKEY && ((const struct apikey *)r)->hash.n > 0)
		names_put(t, NAMES_APIKEY_HASH, ((const struct apikey *)r)->hash, r->id);
}

static void
index_del(struct txn *t, enum record_kind kind, const struct record *r)
{
	names_del(t, (int)kind, r->name, r->id);
	if (kind == RECORD_APIKEY && ((const struct apikey *)r)->hash.n > 0)
		names_del(t, NAMES_APIKEY_HASH, ((const struct apikey *)r)->hash, r->id);
}

void
record_store(struct txn *t, enum record_kind kind, void *object, const struct record *was)
{
	struct record *r = object;
	struct buf bytes = { 0 };
	struct key k;

	fields_encode(record_info[kind].fields, object, &bytes);
	if (was != NULL)
		index_del(t, kind, was);
	txn_put(t, record_info[kind].table, key_pack(&k, "Q", r->id), buf_view(&bytes));
	index_put(t, kind, r);
	buf_done(&bytes);
}

static uint64_t
next_id(struct txn *t)
{
	unsigned char bytes[8];
	uint64_t id = 0;
	struct key k;
	size_t n;

	if (txn_get_into(t, DB_META, SEQUENCE_KEY, bytes, sizeof(bytes), &n) &&
	    key_unpack((struct str){ (const char *)bytes, n }, "Q", &id) == -1)
		id = 0;
	txn_put(t, DB_META, SEQUENCE_KEY, key_pack(&k, "Q", id + 1));
	return id + 1;
}

/* ---- putting: checks ---- */

/* One record_put() in the making. */
struct putting {
	struct txn	*t;
	enum record_kind kind;
	struct record	*r;
	struct record	*was;	/* as stored, NULL for a new one */
	struct arena	 a;
};

static char why_text[512];

__attribute__((format(printf, 2, 3))) static int
refuse(struct str *why, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(why_text, sizeof(why_text), fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	*why = (struct str){ why_text, (size_t)n < sizeof(why_text) ? (size_t)n : sizeof(why_text) - 1 };
	return -1;
}

static int
check_fields(struct putting *p, struct str *why)
{
	const struct fields *fields = record_info[p->kind].fields;

	for (size_t i = 0; i < fields->n; i++) {
		const struct field *f = &fields->rows[i];
		struct str what, text = fields_text(fields, &p->a, p->r, f);

		if (f->flags & FIELD_REQUIRED && text.n == 0)
			return refuse(why, "%s is missing", f->name);
		if (f->check != NULL && f->check(&p->a, text, &what) == -1)
			return refuse(why, "%s " STR_FMT, f->name, STR_ARG(what));
	}
	return 0;
}

static struct str
joined(struct arena *a, struct str owner, struct str name)
{
	return arena_printf(a, STR_FMT "/" STR_FMT, STR_ARG(owner), STR_ARG(name));
}

/* The owner must be there; kinds named after theirs get that name. */
static int
check_owner(struct putting *p, struct str *why)
{
	struct record *r = p->r, *owner;
	struct str missing, prefix;

	if (p->kind == RECORD_PRICE && r->name.n == 0)
		r->name = joined(&p->a, ((struct price *)r)->channel, ((struct price *)r)->model);
	if (refs_owner_noun(p->kind) == NULL)
		return 0;
	owner = refs_owner(p->t, p->kind, r, &p->a, &missing);
	if (owner == NULL && missing.n == 0)
		return refuse(why, "%s is missing", refs_owner_noun(p->kind));
	if (owner == NULL)
		return refuse(why, "there is no %s " STR_FMT, refs_owner_noun(p->kind), STR_ARG(missing));
	if (p->kind == RECORD_MODEL)
		r->name = joined(&p->a, owner->name, ((struct model *)r)->model);
	if (p->kind != RECORD_UPKEY)
		return 0;
	prefix = joined(&p->a, owner->name, STR_NONE);
	if (!str_starts(r->name, prefix))
		r->name = joined(&p->a, owner->name, r->name);
	return str_eq(r->name, prefix) ? refuse(why, "name is missing") : 0;
}

static int
check_unique(struct putting *p, struct str *why)
{
	uint64_t id = names_find(p->t, (int)p->kind, p->r->name);

	if (id != 0 && id != p->r->id)
		return refuse(why, "there is a %s " STR_FMT " already", record_info[p->kind].noun, STR_ARG(p->r->name));
	if (p->kind != RECORD_APIKEY || ((struct apikey *)p->r)->hash.n == 0)
		return 0;
	id = names_find(p->t, NAMES_APIKEY_HASH, ((struct apikey *)p->r)->hash);
	if (id != 0 && id != p->r->id)
		return refuse(why, "the same key is there already, with id %llu", (unsigned long long)id);
	return 0;
}

static int
check_stored(struct putting *p, struct str *why)
{
	if (p->r->id == 0)
		return 0;
	p->was = record_get(p->t, p->kind, p->r->id, &p->a);
	if (p->was == NULL)
		return refuse(why, "the %s with id %llu is gone", record_info[p->kind].noun,
		    (unsigned long long)p->r->id);
	return 0;
}

/* ---- putting ---- */

enum difference { DIFFERS_NOT, DIFFERS_QUIETLY, DIFFERS };

/* When a model was last listed concerns no worker. */
static enum difference
compare(struct putting *p)
{
	const struct field *fields[64];
	size_t n;

	if (p->was == NULL)
		return DIFFERS;
	n = fields_diff(record_info[p->kind].fields, p->was, p->r, fields, LENGTH(fields));
	if (n == 0 && str_eq(p->was->unknown, p->r->unknown))
		return DIFFERS_NOT;
	if (n == 1 && strcmp(fields[0]->name, "seen") == 0)
		return DIFFERS_QUIETLY;
	return DIFFERS;
}

static int
put_checked(struct putting *p, struct str *why)
{
	struct record *r = p->r;
	uint64_t id = r->id;
	enum difference differs;

	if (p->was != NULL) {
		r->created = p->was->created;
		r->changed = p->was->changed;
	}
	differs = compare(p);
	if (differs == DIFFERS_NOT)
		return 0;
	r->changed = clock_wall_us();
	if (p->was == NULL) {
		r->created = r->changed;
		r->id = next_id(p->t);
	}
	record_store(p->t, p->kind, r, p->was);
	if (p->was != NULL && !str_eq(p->was->name, r->name))
		refs_rename(p->t, p->kind, r->id, p->was->name, r->name);
	if (differs == DIFFERS)
		generation_bump(p->t);
	if (!txn_failed(p->t))
		return 0;
	r->id = id;
	return refuse(why, "%s", txn_why(p->t));
}

int
record_put(struct txn *t, enum record_kind kind, void *object, struct str *why)
{
	struct putting p = { .t = t, .kind = kind, .r = object };
	struct str name = p.r->name;
	int rc = -1;

	*why = STR_NONE;
	if (txn_failed(t))
		return refuse(why, "%s", txn_why(t));
	arena_init(&p.a);
	if (check_owner(&p, why) == 0 && check_fields(&p, why) == 0 && check_unique(&p, why) == 0 &&
	    check_stored(&p, why) == 0)
		rc = put_checked(&p, why);
	p.r->name = name;	/* a made one lived in p.a */
	arena_done(&p.a);
	return rc;
}

/* ---- deleting ---- */

static void
del_one(struct txn *t, enum record_kind kind, uint64_t id)
{
	struct arena a;
	struct record *r;
	struct key k;

	arena_init(&a);
	r = record_get(t, kind, id, &a);
	if (r != NULL)
		index_del(t, kind, r);
	txn_del(t, record_info[kind].table, key_pack(&k, "Q", id));
	arena_done(&a);
}

bool
record_del(struct txn *t, enum record_kind kind, uint64_t id)
{
	struct key k;

	if (!txn_get_into(t, record_info[kind].table, key_pack(&k, "Q", id), NULL, 0, NULL))
		return false;
	refs_belongings(t, kind, id, del_one);
	del_one(t, kind, id);
	generation_bump(t);
	return !txn_failed(t);
}

size_t
record_belongings(struct txn *t, enum record_kind kind, uint64_t id)
{
	return refs_belongings(t, kind, id, NULL);
}
