/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_schema.c - JSON Schemas as Anthropic takes them.
 *
 * Runs in: worker.
 *
 * Structured output is compiled into a grammar: every object must be closed,
 * and bounds, patterns and most formats are refused.  As the vendor's SDKs do
 * it, what is refused moves into the description, where the model may follow it.
 */
#include "dialect/anthropic_read.h"
#include "dialect/anthropic_write.h"
#include "dialect/schema.h"

#define DEFS_MOST 256
#define STEPS_MOST 2000	/* nodes inside each other, through definitions */

/*
 * Closed: what OpenAI means by strict.
 */
bool
anthropic_schema_is_closed(struct arena *a, const struct json *schema)
{
	if (schema == NULL)
		return false;
	if (json_is(json_get(schema, "properties"), JSON_OBJECT) &&
	    (!json_is(json_get(schema, "additionalProperties"), JSON_FALSE) || !schema_requires_all(a, schema)))
		return false;
	for (const struct json *m = schema->child; m != NULL; m = m->next)
		if ((m->type == JSON_OBJECT || m->type == JSON_ARRAY) && !anthropic_schema_is_closed(a, m))
			return false;
	return true;
}

/*
 * Recursion, which a grammar cannot have here: a definition that leads to itself.
 */
struct lowering {
	struct arena	  *arena;
	const struct json *defs;	/* of the root, under either name */
	bool		   changed;
	uint8_t		   seen[DEFS_MOST];	/* per definition: 1 = being followed, 2 = through */
};

static const struct json *
definition(const struct lowering *l, const struct json *ref, unsigned *index)
{
	struct str path = json_text(l->arena, ref);
	size_t	   at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	*index = 0;
	for (const struct json *d = l->defs == NULL ? NULL : l->defs->child; d != NULL && *index < DEFS_MOST; d = d->next, ++*index)
		if (str_eq(d->name, str_from(path, at)))
			return d;
	return NULL;
}

static bool
recurs(struct lowering *l, const struct json *node, unsigned steps)
{
	unsigned index;

	if (steps > STEPS_MOST)
		return true;
	for (const struct json *m = node->child; m != NULL; m = m->next) {
		if (m->type == JSON_STRING && str_is(m->name, "$ref")) {
			const struct json *d = definition(l, m, &index);

			if (d == NULL || l->seen[index] == 1)
				return true;
			if (l->seen[index] == 2)
				continue;
			l->seen[index] = 1;
			if (recurs(l, d, steps + 1))
				return true;
			l->seen[index] = 2;
		} else if ((m->type == JSON_OBJECT || m->type == JSON_ARRAY) && m != l->defs && recurs(l, m, steps + 1)) {
			return true;
		}
	}
	return false;
}

/*
 * Lowering.
 */
static void lower(struct lowering *, struct json_out *, const char *name, const struct json *schema);

static bool
is_type(struct arena *a, const struct json *schema, const char *type)
{
	const struct json *t = json_get(schema, "type");

	if (json_is(t, JSON_STRING))
		return str_is(json_text(a, t), type);
	for (const struct json *v = t == NULL ? NULL : t->child; v != NULL; v = v->next)
		if (str_is(json_text(a, v), type))
			return true;
	return false;
}

static void
lower_map(struct lowering *l, struct json_out *o, const struct json *map, const char *name)
{
	json_object(o, name);
	for (const struct json *m = map->child; m != NULL; m = m->next) {
		json_named(o, m->name);
		lower(l, o, NULL, m);
	}
	json_object_end(o);
}

static void
lower_list(struct lowering *l, struct json_out *o, const struct json *list, const char *name)
{
	json_array(o, name);
	for (const struct json *m = list->child; m != NULL; m = m->next)
		lower(l, o, NULL, m);
	json_array_end(o);
}

static bool
is_known_format(struct str format)
{
	static const char *const formats[] = { "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid" };

	for (size_t i = 0; i < LENGTH(formats); i++)
		if (str_is(format, formats[i]))
			return true;
	return false;
}

enum how { HOW_TOLD, HOW_KEEP, HOW_FORGET, HOW_SCHEMA, HOW_MAP, HOW_LIST, HOW_UNION, HOW_FORMAT, HOW_LEAST, HOW_DESCRIPTION };

static const struct {
	const char *name;
	enum how    how;
} keywords[] = {
	{ "type", HOW_KEEP }, { "enum", HOW_KEEP }, { "const", HOW_KEEP }, { "title", HOW_KEEP }, { "required", HOW_KEEP },
	{ "default", HOW_KEEP }, { "$schema", HOW_KEEP },
	{ "$ref", HOW_KEEP }, { "items", HOW_SCHEMA }, { "properties", HOW_MAP }, { "$defs", HOW_MAP }, { "definitions", HOW_MAP },
	{ "anyOf", HOW_LIST }, { "allOf", HOW_LIST }, { "oneOf", HOW_UNION }, { "format", HOW_FORMAT }, { "minItems", HOW_LEAST },
	{ "description", HOW_DESCRIPTION }, { "additionalProperties", HOW_FORGET }, { "$id", HOW_FORGET },
	{ "$comment", HOW_FORGET },
};

static enum how
how_of(struct arena *a, const struct json *m)
{
	uint64_t n;

	for (size_t i = 0; i < LENGTH(keywords); i++) {
		if (!str_is(m->name, keywords[i].name))
			continue;
		switch (keywords[i].how) {
		case HOW_SCHEMA:
		case HOW_MAP:
			return m->type == JSON_OBJECT ? keywords[i].how : HOW_TOLD;
		case HOW_LIST:
		case HOW_UNION:
			return m->type == JSON_ARRAY ? keywords[i].how : HOW_TOLD;
		case HOW_FORMAT:
			return is_known_format(json_text(a, m)) ? HOW_KEEP : HOW_TOLD;
		case HOW_LEAST:
			return json_u64(m, &n) == 0 && n <= 1 ? HOW_KEEP : HOW_TOLD;
		default:
			return keywords[i].how;
		}
	}
	return HOW_TOLD;
}

static void
lower_member(struct lowering *l, struct json_out *o, const struct json *m, struct buf *told)
{
	switch (how_of(l->arena, m)) {
	case HOW_KEEP:
		json_named(o, m->name);
		json_raw(o, NULL, m->raw);
		break;
	case HOW_SCHEMA:
		lower(l, o, "items", m);
		break;
	case HOW_MAP:
		lower_map(l, o, m, arena_cstr(l->arena, m->name));
		break;
	case HOW_LIST:
		lower_list(l, o, m, arena_cstr(l->arena, m->name));
		break;
	case HOW_UNION:
		lower_list(l, o, m, "anyOf");
		break;
	case HOW_TOLD:
		buf_printf(told, "%s" STR_FMT ": " STR_FMT, told->n > 0 ? ", " : "{", STR_ARG(m->name), STR_ARG(m->raw));
		l->changed = true;
		break;
	default:
		break;
	}
}

/* An object that is open may hold members of any name, which cannot be said. */
static bool
is_open(const struct json *schema)
{
	const struct json *more = json_get(schema, "additionalProperties");

	return !json_is(more, JSON_FALSE) || json_get(schema, "properties") == NULL;
}

static void
lower(struct lowering *l, struct json_out *o, const char *name, const struct json *schema)
{
	struct buf told = { 0 };
	struct str description;

	if (schema->type != JSON_OBJECT) {
		l->changed = true;
		json_raw(o, name, schema->raw);
		return;
	}
	json_object(o, name);
	for (const struct json *m = schema->child; m != NULL; m = m->next)
		lower_member(l, o, m, &told);
	if (is_type(l->arena, schema, "object") || json_get(schema, "properties") != NULL) {
		l->changed |= is_open(schema);
		json_bool(o, "additionalProperties", false);
	}
	description = json_text(l->arena, json_get(schema, "description"));
	if (told.n > 0)
		description = ARENA_JOIN(l->arena, description, description.n > 0 ? STR("\n\n") : STR(""), buf_view(&told), STR("}"));
	if (description.n > 0)
		json_str(o, "description", description);
	json_object_end(o);
	buf_done(&told);
}

bool
anthropic_schema_lower(struct arena *a, struct str schema, struct str *lowered, bool *changed)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct lowering	   l = { .arena = a };
	struct buf	   b = { 0 };
	struct json_out	   o;
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, schema, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return false;
	l.defs = json_get(root, "$defs") != NULL ? json_get(root, "$defs") : json_get(root, "definitions");
	if (recurs(&l, root, 0))
		return false;
	json_start(&o, &b, false);
	lower(&l, &o, NULL, root);
	*lowered = arena_take(a, &b);
	*changed = l.changed;
	buf_done(&b);
	return true;
}
