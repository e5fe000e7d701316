/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_schema_object.c - the schema of a tool's input: an object, whatever it was.
 *
 * Runs in: worker.
 *
 * The API wants {"type": "object"} at the root and no union there.  Of a union
 * the branches' properties are put together, none of them required: the model
 * sees each and is free in their choice.
 */
#include "dialect/anthropic_write.h"

#include "base/map.h"

#define NOTHING "{\"type\":\"object\",\"properties\":{}}"

static const char *const unions[] = { "anyOf", "oneOf", "allOf" };

static bool
is_union(const struct json *root)
{
	for (size_t i = 0; i < LENGTH(unions); i++)
		if (json_get(root, unions[i]) != NULL)
			return true;
	return false;
}

static void
merge_properties(struct json_out *o, const struct json *of, struct map *written)
{
	const struct json *properties = json_get(of, "properties");

	for (struct json *p = properties == NULL ? NULL : properties->child; p != NULL; p = p->next) {
		if (map_put(written, p->name, p) != NULL)
			continue;
		json_named(o, p->name);
		json_raw(o, NULL, p->raw);
	}
}

static void
merge_union(struct json_out *o, const struct json *root)
{
	struct map written = { .foreign = true };

	json_object(o, "properties");
	merge_properties(o, root, &written);
	for (size_t i = 0; i < LENGTH(unions); i++) {
		const struct json *list = json_get(root, unions[i]);

		for (const struct json *s = list == NULL ? NULL : list->child; s != NULL; s = s->next)
			merge_properties(o, s, &written);
	}
	json_object_end(o);
	map_done(&written);
}

static bool
is_replaced(const struct json *m, bool has_union)
{
	for (size_t i = 0; i < LENGTH(unions); i++)
		if (str_is(m->name, unions[i]))
			return true;
	return str_is(m->name, "type") || (has_union && str_is(m->name, "properties"));
}

struct str
anthropic_schema_object(struct arena *a, struct str schema, bool *changed)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;
	struct buf	   b = { 0 };
	struct json_out	   o;
	struct str	   type;
	bool		   has_union;

	*changed = false;
	if (schema.n == 0)
		return STR(NOTHING);
	if (json_read(a, schema, limits, &root, &e) < 0 || root->type != JSON_OBJECT) {
		*changed = true;
		return STR(NOTHING);
	}
	type = json_text(a, json_get(root, "type"));
	has_union = is_union(root);
	if (str_is(type, "object") && !has_union)
		return schema;
	*changed = has_union || (type.n > 0 && !str_is(type, "object"));
	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_cstr(&o, "type", "object");
	for (const struct json *m = root->child; m != NULL; m = m->next) {
		if (is_replaced(m, has_union))
			continue;
		json_named(&o, m->name);
		json_raw(&o, NULL, m->raw);
	}
	if (has_union)
		merge_union(&o, root);
	json_object_end(&o);
	schema = arena_take(a, &b);
	return schema;
}
