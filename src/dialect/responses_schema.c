/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_schema.c - JSON Schemas as the vendor takes them.
 *
 * Runs in: worker.
 *
 * Parameters must be of type object and have properties, which other dialects
 * let be missing.  With `strict` each object must be closed and require all of
 * its properties: a schema that is not so is sent without it.
 */
#include "dialect/responses_inside.h"
#include "dialect/schema.h"

static struct json *
read_schema(struct arena *a, struct str schema, uint32_t depth)
{
	struct json_limits limits = { .tree_depth = depth, .depth = JSON_DEPTH_MOST };
	struct json_error  e;
	struct json	  *root;

	if (schema.n == 0 || json_read(a, schema, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return NULL;
	return root;
}

static struct str
whole_parameters(struct arena *a, const struct json *root)
{
	const struct json *type = json_get(root, "type");
	struct buf	   b = { 0 };
	struct json_out	   o;

	json_start(&o, &b, false);
	json_object(&o, NULL);
	if (!responses_is_said(type))
		json_cstr(&o, "type", "object");
	for (const struct json *m = root->child; m != NULL; m = m->next) {
		if (m == type && !responses_is_said(type))
			continue;
		json_named(&o, m->name);
		json_raw(&o, NULL, m->raw);
	}
	if (json_get(root, "properties") == NULL)
		json_raw(&o, "properties", STR("{}"));
	json_object_end(&o);
	return arena_take(a, &b);
}

struct str
responses_fit_parameters(struct arena *a, struct str schema)
{
	const struct json *root = read_schema(a, schema, 1);

	if (root == NULL)
		return STR("{\"type\":\"object\",\"properties\":{}}");
	if (responses_is_said(json_get(root, "type")) && json_get(root, "properties") != NULL)
		return schema;
	return whole_parameters(a, root);
}

/*
 * Strictness.
 */
static bool
is_object_type(struct arena *a, const struct json *type)
{
	if (json_is(type, JSON_STRING))
		return str_is(json_text(a, type), "object");
	for (const struct json *t = json_is(type, JSON_ARRAY) ? type->child : NULL; t != NULL; t = t->next)
		if (str_is(json_text(a, t), "object"))
			return true;
	return false;
}

static bool
is_closed(struct arena *a, const struct json *s)
{
	if (!is_object_type(a, json_get(s, "type")) && json_get(s, "properties") == NULL)
		return true;
	return json_is(json_get(s, "additionalProperties"), JSON_FALSE) && schema_requires_all(a, s);
}

static bool is_strict(struct arena *, const struct json *);

/* Each of a map's values, or of an array's elements. */
static bool
are_strict(struct arena *a, const struct json *many)
{
	for (const struct json *s = many->child; s != NULL; s = s->next)
		if (!is_strict(a, s))
			return false;
	return true;
}

/* As deep as the text is nested, which the reader bounds. */
static bool
is_strict(struct arena *a, const struct json *s)
{
	static const char *const maps[] = { "properties", "$defs", "definitions" };
	static const char *const others[] = { "items", "anyOf", "oneOf", "allOf", "not", "prefixItems" };

	if (!json_is(s, JSON_OBJECT))
		return true;
	if (!is_closed(a, s))
		return false;
	for (size_t i = 0; i < LENGTH(maps); i++)
		if (json_is(json_get(s, maps[i]), JSON_OBJECT) && !are_strict(a, json_get(s, maps[i])))
			return false;
	for (size_t i = 0; i < LENGTH(others); i++) {
		const struct json *v = json_get(s, others[i]);

		if (json_is(v, JSON_ARRAY) ? !are_strict(a, v) : !is_strict(a, v))
			return false;
	}
	return true;
}

bool
responses_schema_is_strict(struct arena *a, struct str schema)
{
	const struct json *root = read_schema(a, schema, JSON_WHOLE);

	return root != NULL && is_object_type(a, json_get(root, "type")) && is_strict(a, root);
}
