/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refs.c - who names whom among the stored records.
 *
 * Runs in: weirctl, admin, the import of declared records, discovery.
 *
 * A record that *belongs* to another cannot be without it: it is refused when
 * the owner is missing and goes when the owner goes.  A mention is only text
 * that follows a new name.  All are found by walking their kind: such changes
 * are rare and the kinds are small.
 */
#include "store/refs.h"

#include <assert.h>
#include <string.h>

#include "store/records.h"

enum ref_form { REF_ID, REF_NAME, REF_NAMES };

static const struct ref {
	enum record_kind from, to;
	enum ref_form	 form;
	size_t		 offset;
	bool		 belongs;
} refs[] = {
	{ RECORD_CHANNEL, RECORD_PROVIDER, REF_NAME, offsetof(struct channel, provider), true },
	{ RECORD_UPKEY, RECORD_CHANNEL, REF_ID, offsetof(struct upkey, channel), true },
	{ RECORD_MODEL, RECORD_CHANNEL, REF_NAME, offsetof(struct model, channel), true },
	{ RECORD_APIKEY, RECORD_CHANNEL, REF_NAMES, offsetof(struct apikey, channels), false },
	{ RECORD_PRICE, RECORD_CHANNEL, REF_NAME, offsetof(struct price, channel), false },
};

static const struct ref *
owner_ref(enum record_kind kind)
{
	for (size_t i = 0; i < LENGTH(refs); i++)
		if (refs[i].from == kind && refs[i].belongs)
			return &refs[i];
	return NULL;
}

const char *
refs_owner_noun(enum record_kind kind)
{
	const struct ref *ref = owner_ref(kind);

	return ref == NULL ? NULL : record_info[ref->to].noun;
}

static void *
member(const struct ref *ref, void *object)
{
	return (char *)object + ref->offset;
}

struct record *
refs_owner(struct txn *t, enum record_kind kind, const void *object, struct arena *a, struct str *missing)
{
	const struct ref *ref = owner_ref(kind);
	const void *at = (const char *)object + ref->offset;
	struct record *owner;

	if (ref->form == REF_ID) {
		owner = record_get(t, ref->to, *(const uint64_t *)at, a);
		*missing = arena_printf(a, "%llu", (unsigned long long)*(const uint64_t *)at);
		return owner;
	}
	*missing = *(const struct str *)at;
	owner = record_find(t, ref->to, *missing, a);
	return owner != NULL && str_eq(owner->name, *missing) ? owner : NULL;	/* an id would be no name */
}

/* Does `object` mean the record (id, name) by this reference? */
static bool
means(const struct ref *ref, void *object, uint64_t id, struct str name)
{
	const struct str_list *list;

	switch (ref->form) {
	case REF_ID:
		return *(const uint64_t *)member(ref, object) == id;
	case REF_NAME:
		return str_eq(*(const struct str *)member(ref, object), name);
	case REF_NAMES:
		list = member(ref, object);
		for (size_t i = 0; i < list->n; i++)
			if (str_eq(list->items[i], name))
				return true;
		return false;
	}
	return false;
}

/* ---- all that mean one record ---- */

struct ids {
	uint64_t *of;
	size_t	  n, cap;
};

static void
add_id(struct arena *a, struct ids *ids, uint64_t id)
{
	if (ids->n == ids->cap) {
		uint64_t *more = arena_array(a, uint64_t, ids->cap * 2 + 16);

		if (ids->n > 0)
			memcpy(more, ids->of, ids->n * sizeof(*more));
		ids->of = more;
		ids->cap = ids->cap * 2 + 16;
	}
	ids->of[ids->n++] = id;
}

/* Ids first, changes later: a walk bears no other write to its table. */
static struct ids
find_all(struct txn *t, const struct ref *ref, uint64_t id, struct str name, struct arena *a)
{
	struct arena scratch;
	struct record_walk walk;
	struct ids ids = { 0 };

	arena_init(&scratch);
	for (struct record *r = record_first(&walk, t, ref->from, &scratch); r != NULL; r = record_next(&walk)) {
		if (means(ref, r, id, name))
			add_id(a, &ids, r->id);
		arena_done(&scratch);
	}
	arena_done(&scratch);
	return ids;
}

static void
change_member(const struct ref *ref, void *object, struct str was, struct str is)
{
	struct str_list *list;

	if (ref->form == REF_NAME)
		*(struct str *)member(ref, object) = is;
	if (ref->form != REF_NAMES)
		return;
	list = member(ref, object);
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->items[i], was))
			list->items[i] = is;
}

/* "channel/label" and "channel/model" carry their channel's name. */
static struct str
renamed(struct arena *a, struct str name, struct str was, struct str is)
{
	if (!str_starts(name, was) || name.n <= was.n || name.p[was.n] != '/')
		return name;
	return arena_printf(a, STR_FMT STR_FMT, STR_ARG(is), STR_ARG(str_from(name, was.n)));
}

void
refs_rename(struct txn *t, enum record_kind kind, uint64_t id, struct str was, struct str is)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(refs); i++) {
		struct ids ids;

		if (refs[i].to != kind)
			continue;
		ids = find_all(t, &refs[i], id, was, &a);
		for (size_t j = 0; j < ids.n; j++) {
			struct record *old = record_get(t, refs[i].from, ids.of[j], &a);
			struct record *r = record_get(t, refs[i].from, ids.of[j], &a);

			if (r == NULL || old == NULL)
				continue;
			change_member(&refs[i], r, was, is);
			if (kind == RECORD_CHANNEL && refs[i].belongs)
				r->name = renamed(&a, r->name, was, is);
			record_store(t, refs[i].from, r, old);
		}
	}
	arena_done(&a);
}

size_t
refs_belongings(struct txn *t, enum record_kind kind, uint64_t id,
    void (*each)(struct txn *, enum record_kind, uint64_t))
{
	struct arena a;
	struct record *owner;
	size_t n = 0;

	arena_init(&a);
	owner = record_get(t, kind, id, &a);
	for (size_t i = 0; owner != NULL && i < LENGTH(refs); i++) {
		struct ids ids;

		if (refs[i].to != kind || !refs[i].belongs)
			continue;
		ids = find_all(t, &refs[i], id, owner->name, &a);
		for (size_t j = 0; j < ids.n; j++) {
			n += 1 + refs_belongings(t, refs[i].from, ids.of[j], each);
			if (each != NULL)
				each(t, refs[i].from, ids.of[j]);
		}
	}
	arena_done(&a);
	return n;
}
