/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema.c - JSON Schema to and from what Google reads.
 *
 * Runs in: worker.
 *
 * Both ways are one walk that writes as it goes.  Unknown keywords go through
 * untouched: Google ignores most, and other vendors take all of JSON Schema.
 */
#include "dialect/schema.h"

#include "base/map.h"
#include "dialect/gemini_inside.h"

/* ---------------------------------------------------------------- from Google */

struct walk {
	struct arena   *arena;
	struct json_out out;
	struct report  *report;	/* for Google only */
	const char     *where;
};

static const char *const types[] = { "type_unspecified", "string", "number", "integer", "boolean", "array", "object", "null" };

static void from_google(struct walk *, const char *name, const struct json *);

static void
from_list(struct walk *w, const char *name, const struct json *list)
{
	json_array(&w->out, name);
	for (const struct json *s = list->child; s != NULL; s = s->next)
		from_google(w, NULL, s);
	json_array_end(&w->out);
}

static void
from_property(struct walk *w, const struct json *p)
{
	json_named(&w->out, p->name);
	from_google(w, NULL, p);
}

/* Those that are named in `order` first. */
static void
from_properties(struct walk *w, const struct json *properties, const struct json *order)
{
	struct map left = { .foreign = true };

	for (struct json *p = properties->child; p != NULL; p = p->next)
		(void)map_put(&left, p->name, p);
	json_object(&w->out, "properties");
	for (struct json *n = json_is(order, JSON_ARRAY) ? order->child : NULL; n != NULL; n = n->next) {
		struct str	   name = json_text(w->arena, n);
		const struct json *p = map_get(&left, name);

		if (p == NULL || p->name.p == NULL)	/* an element of the order: it was told */
			continue;
		(void)map_put(&left, name, n);
		from_property(w, p);
	}
	for (const struct json *p = properties->child; p != NULL; p = p->next)
		if (map_get(&left, p->name) == p)
			from_property(w, p);
	json_object_end(&w->out);
	map_done(&left);
}

static void
from_type(struct walk *w, const struct json *type, bool nullable)
{
	struct str word = gemini_word(w->arena, type, types, LENGTH(types));

	if (word.n == 0 || str_is(word, types[0]))
		return;
	if (!nullable || str_is(word, "null")) {
		json_str(&w->out, "type", word);
		return;
	}
	json_array(&w->out, "type");
	json_str(&w->out, NULL, word);
	json_cstr(&w->out, NULL, "null");
	json_array_end(&w->out);
}

static void
from_enum(struct walk *w, const struct json *values, bool nullable)
{
	json_array(&w->out, "enum");
	for (const struct json *v = values->child; v != NULL; v = v->next)
		json_raw(&w->out, NULL, v->raw);
	if (nullable)
		json_null(&w->out, NULL);
	json_array_end(&w->out);
}

/* Alternatives, one of which is null when the whole may be. */
static void
from_any(struct walk *w, const struct json *list, bool nullable)
{
	json_array(&w->out, "anyOf");
	for (const struct json *s = list->child; s != NULL; s = s->next)
		from_google(w, NULL, s);
	if (nullable) {
		json_object(&w->out, NULL);
		json_cstr(&w->out, "type", "null");
		json_object_end(&w->out);
	}
	json_array_end(&w->out);
}

static const char *const counts[] = { "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties" };

/* int64 is a string in proto JSON. */
static bool
from_count(struct walk *w, const struct json *m)
{
	struct str number;

	for (size_t i = 0; i < LENGTH(counts); i++) {
		if (!gemini_named(m->name, counts[i]))
			continue;
		number = gemini_number(w->arena, m);
		if (number.n > 0)
			json_raw(&w->out, counts[i], number);
		return true;
	}
	return false;
}

static void
from_member(struct walk *w, const struct json *schema, const struct json *m, bool nullable)
{
	if (str_is(m->name, "nullable") || gemini_named(m->name, "propertyOrdering") || m->type == JSON_NULL)
		return;
	if (str_is(m->name, "type")) {
		if (m->type == JSON_STRING || m->type == JSON_NUMBER)
			from_type(w, m, nullable);
		else
			json_raw(&w->out, "type", m->raw);
	} else if (str_is(m->name, "format") && str_is(json_text(w->arena, m), "enum")) {
		return;	/* says what "enum" says */
	} else if (str_is(m->name, "enum") && m->type == JSON_ARRAY) {
		from_enum(w, m, nullable);
	} else if (str_is(m->name, "properties") && m->type == JSON_OBJECT) {
		from_properties(w, m, gemini_get(schema, "propertyOrdering"));
	} else if (gemini_named(m->name, "anyOf") && m->type == JSON_ARRAY) {
		from_any(w, m, nullable && gemini_get(schema, "type") == NULL);
	} else if (str_is(m->name, "items")) {
		from_google(w, "items", m);
	} else if (gemini_named(m->name, "prefixItems") && m->type == JSON_ARRAY) {
		from_list(w, "prefixItems", m);
	} else if (str_is(m->name, "example")) {
		json_array(&w->out, "examples");
		json_raw(&w->out, NULL, m->raw);
		json_array_end(&w->out);
	} else if (!from_count(w, m)) {
		json_named(&w->out, m->name);
		json_raw(&w->out, NULL, m->raw);
	}
}

static void
from_google(struct walk *w, const char *name, const struct json *schema)
{
	bool nullable = json_true(gemini_get(schema, "nullable"));

	if (!json_is(schema, JSON_OBJECT)) {
		json_raw(&w->out, name, schema->raw);
		return;
	}
	json_object(&w->out, name);
	for (const struct json *m = schema->child; m != NULL; m = m->next)
		from_member(w, schema, m, nullable);
	json_object_end(&w->out);
}

struct str
schema_from_google(struct arena *a, const struct json *schema)
{
	struct buf  b = { 0 };
	struct walk w = { .arena = a };

	if (!json_is(schema, JSON_OBJECT))
		return STR_NONE;
	json_start(&w.out, &b, false);
	from_google(&w, NULL, schema);
	return arena_take(a, &b);
}

/* ----------------------------------------------------------------- for Google */

static void for_google(struct walk *, const struct json *);

static void
for_map(struct walk *w, const char *name, const struct json *map)
{
	json_object(&w->out, name);
	for (const struct json *m = map->child; m != NULL; m = m->next) {
		json_named(&w->out, m->name);
		for_google(w, m);
	}
	json_object_end(&w->out);
}

static void
for_list(struct walk *w, const char *name, const struct json *list)
{
	json_array(&w->out, name);
	for (const struct json *s = list->child; s != NULL; s = s->next)
		for_google(w, s);
	json_array_end(&w->out);
}

/* "#/definitions/X" is "#/$defs/X" there. */
static void
for_reference(struct walk *w, const struct json *ref)
{
	struct str to = json_text(w->arena, ref);

	if (str_starts(to, STR("#/definitions/")))
		to = arena_printf(w->arena, "#/$defs/" STR_FMT, STR_ARG(str_from(to, 14)));
	json_str(&w->out, "$ref", to);
}

/* Beside a reference only its description and default are read; all else is refused. */
static void
for_referring(struct walk *w, const struct json *schema)
{
	for (const struct json *m = schema->child; m != NULL; m = m->next) {
		if (str_is(m->name, "$ref"))
			for_reference(w, m);
		else if (str_is(m->name, "description") || str_is(m->name, "default") || str_is(m->name, "$defs"))
			json_raw(&w->out, arena_cstr(w->arena, m->name), m->raw);
		else if (str_is(m->name, "definitions") && m->type == JSON_OBJECT)
			for_map(w, "$defs", m);
		else if (!str_is(m->name, "title"))
			report_drop(w->report, "%s." STR_FMT, w->where, STR_ARG(m->name));
	}
}

/* What is required must be among the properties, or the whole is refused. */
static void
for_required(struct walk *w, const struct json *required, const struct json *properties)
{
	struct map known = { .foreign = true };

	for (struct json *p = json_is(properties, JSON_OBJECT) ? properties->child : NULL; p != NULL; p = p->next)
		(void)map_put(&known, p->name, p);
	json_array(&w->out, "required");
	for (const struct json *r = required->child; r != NULL; r = r->next) {
		struct str name = json_text(w->arena, r);

		if (map_get(&known, name) != NULL)
			json_str(&w->out, NULL, name);
		else
			report_drop(w->report, "%s.required", w->where);
	}
	json_array_end(&w->out);
	map_done(&known);
}

static bool
is_schema(const struct json *m)
{
	static const char *const names[] = { "items", "additionalProperties", "not", "if", "then", "else", "contains" };

	for (size_t i = 0; i < LENGTH(names); i++)
		if (str_is(m->name, names[i]))
			return m->type == JSON_OBJECT;
	return false;
}

static void
for_member(struct walk *w, const struct json *schema, const struct json *m)
{
	if (str_is(m->name, "$schema"))
		return;
	if (str_is(m->name, "const") && json_get(schema, "enum") == NULL) {
		json_array(&w->out, "enum");
		json_raw(&w->out, NULL, m->raw);
		json_array_end(&w->out);
	} else if (m->type == JSON_OBJECT && (str_is(m->name, "properties") || str_is(m->name, "$defs"))) {
		for_map(w, m->name.p[0] == '$' ? "$defs" : "properties", m);
	} else if (m->type == JSON_OBJECT && str_is(m->name, "definitions") && json_get(schema, "$defs") == NULL) {
		for_map(w, "$defs", m);
	} else if (m->type == JSON_ARRAY && (str_is(m->name, "anyOf") || str_is(m->name, "oneOf") || str_is(m->name, "prefixItems"))) {
		for_list(w, arena_cstr(w->arena, m->name), m);
	} else if (m->type == JSON_ARRAY && str_is(m->name, "allOf")) {
		/* One of one is all of one. */
		for_list(w, m->count == 1 && json_get(schema, "anyOf") == NULL ? "anyOf" : "allOf", m);
	} else if (m->type == JSON_ARRAY && str_is(m->name, "required")) {
		for_required(w, m, json_get(schema, "properties"));
	} else if (is_schema(m)) {
		json_named(&w->out, m->name);
		for_google(w, m);
	} else {
		json_named(&w->out, m->name);
		json_raw(&w->out, NULL, m->raw);
	}
}

static void
for_google(struct walk *w, const struct json *schema)
{
	if (schema->type != JSON_OBJECT) {
		json_raw(&w->out, NULL, schema->raw);
		return;
	}
	json_object(&w->out, NULL);
	if (json_is(json_get(schema, "$ref"), JSON_STRING))
		for_referring(w, schema);
	else
		for (const struct json *m = schema->child; m != NULL; m = m->next)
			for_member(w, schema, m);
	json_object_end(&w->out);
}

struct str
schema_for_google(struct arena *a, struct str schema, struct report *report, const char *where)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct walk	   w = { .arena = a, .report = report, .where = where };
	struct buf	   b = { 0 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, schema, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return STR_NONE;
	json_start(&w.out, &b, false);
	for_google(&w, root);
	return arena_take(a, &b);
}

/* ------------------------------------------------------------------ strictness */

bool
schema_requires_all(struct arena *a, const struct json *schema)
{
	const struct json *properties = json_get(schema, "properties"), *required = json_get(schema, "required");
	struct map	   named = { .foreign = true };
	bool		   all = true;

	for (struct json *r = json_is(required, JSON_ARRAY) ? required->child : NULL; r != NULL; r = r->next)
		(void)map_put(&named, json_text(a, r), r);
	for (const struct json *p = json_is(properties, JSON_OBJECT) ? properties->child : NULL; p != NULL && all; p = p->next)
		all = map_get(&named, p->name) != NULL;
	map_done(&named);
	return all;
}
