/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.c - a struct described by a table: presets, name=value, JSON, differences.
 *
 * Runs in: everywhere.
 *
 * The bytes are in fields_bytes.c, the texts of single values in fields_text.c.
 */
#include "base/fields.h"

#include <assert.h>
#include <string.h>

#include "base/fields_text.h"

#define NEAR_LEAST 2	/* edits for "did you mean" */

static void *
member(const struct field *f, void *object)
{
	return (char *)object + f->offset;
}

static const void *
member_of(const struct field *f, const void *object)
{
	return (const char *)object + f->offset;
}

/* ---------------------------------------------------------------- text */

void
fields_preset(const struct fields *t, struct arena *a, void *object)
{
	memset(object, 0, t->size);
	for (size_t i = 0; i < t->n; i++) {
		const struct field *f = &t->rows[i];

		if (f->preset != NULL) {
			const char *wanted = fields_text_read(a, f->type, str_of(f->preset),
			    member(f, object));

			assert(wanted == NULL);
		}
	}
}

const struct field *
fields_find(const struct fields *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_is(name, t->rows[i].name))
			return &t->rows[i];
	return NULL;
}

struct str
fields_nearest(const struct fields *t, struct str name)
{
	size_t	   most = name.n / 3 < NEAR_LEAST ? NEAR_LEAST : name.n / 3;
	struct str nearest = STR_NONE;

	for (size_t i = 0; i < t->n && most > 0; i++) {
		struct str candidate = str_of(t->rows[i].name);
		size_t	   distance = str_distance(name, candidate, most);

		if (distance <= most && distance < candidate.n) {
			nearest = candidate;
			most = distance == 0 ? 0 : distance - 1;
		}
	}
	return nearest;
}

static int
refuse_unknown(const struct fields *t, struct arena *a, struct str name, struct str *why)
{
	struct str near = fields_nearest(t, name);

	if (near.n == 0)
		*why = arena_printf(a, "a %s has no field \"" STR_FMT "\"", t->noun, STR_ARG(name));
	else
		*why = arena_printf(a, "a %s has no field \"" STR_FMT "\"; did you mean \"" STR_FMT
		    "\"?", t->noun, STR_ARG(name), STR_ARG(near));
	return -1;
}

int
fields_set(const struct fields *t, struct arena *a, void *object, struct str name, struct str value,
	struct str *why)
{
	const struct field *f = fields_find(t, name);
	struct str	    reason = STR_NONE;
	const char	   *wanted;

	if (f == NULL)
		return refuse_unknown(t, a, name, why);
	if (f->flags & FIELD_READONLY) {
		*why = arena_printf(a, "%s is set by weir and cannot be changed", f->name);
		return -1;
	}
	if (f->check != NULL && f->check(a, value, &reason) < 0) {
		*why = arena_printf(a, "%s: " STR_FMT, f->name, STR_ARG(reason));
		return -1;
	}
	wanted = fields_text_read(a, f->type, value, member(f, object));
	if (wanted == NULL)
		return 0;
	*why = arena_printf(a, "%s must be %s", f->name, wanted);
	return -1;
}

struct str
fields_text(const struct fields *t, struct arena *a, const void *object, const struct field *f)
{
	assert(f >= t->rows && f < t->rows + t->n);
	return fields_text_show(a, f->type, member_of(f, object));
}

/* ---------------------------------------------------------------- JSON */

static void
write_list(struct json_out *o, const char *name, const struct str_list *l)
{
	json_array(o, name);
	for (size_t i = 0; i < l->n; i++)
		json_str(o, NULL, l->items[i]);
	json_array_end(o);
}

static void
write_value(struct json_out *o, struct arena *a, const struct field *f, const void *at)
{
	switch (f->type) {
	case FIELD_SEALED:
		return;
	case FIELD_BOOL:
		json_bool(o, f->name, *(const bool *)at);
		return;
	case FIELD_U64:
		json_unum(o, f->name, *(const uint64_t *)at);
		return;
	case FIELD_I64:
		json_num(o, f->name, *(const int64_t *)at);
		return;
	case FIELD_LIST:
	case FIELD_PAIRS:
		write_list(o, f->name, at);
		return;
	case FIELD_TIME:
		if (*(const uint64_t *)at == 0) {
			json_null(o, f->name);
			return;
		}
		break;
	default:
		break;
	}
	json_str(o, f->name, fields_text_show(a, f->type, at));
}

void
fields_json(const struct fields *t, const void *object, struct json_out *o)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < t->n; i++)
		write_value(o, &a, &t->rows[i], member_of(&t->rows[i], object));
	arena_done(&a);
}

/* ---------------------------------------------------------------- difference */

static bool
same_list(const struct str_list *a, const struct str_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool
same(enum field_type type, const void *a, const void *b)
{
	switch (type) {
	case FIELD_STR:
	case FIELD_BYTES:
	case FIELD_SEALED:
		return str_eq(*(const struct str *)a, *(const struct str *)b);
	case FIELD_LIST:
	case FIELD_PAIRS:
		return same_list(a, b);
	case FIELD_BOOL:
		return *(const bool *)a == *(const bool *)b;
	default:
		return *(const uint64_t *)a == *(const uint64_t *)b;	/* the signed ones too */
	}
}

size_t
fields_diff(const struct fields *t, const void *a, const void *b, const struct field **out,
	size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct field *f = &t->rows[i];

		if (same(f->type, member_of(f, a), member_of(f, b)))
			continue;
		if (n < max)
			out[n] = f;
		n++;
	}
	return n;
}
