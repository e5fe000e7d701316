/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_schema.c - JSON Schemas as Anthropic's structured output takes them.
 *
 * Runs in: worker.
 */
#include "dialect/anthropic_read.h"

static bool
requires(const struct json *required, struct str name)
{
	for (const struct json *v = required == NULL ? NULL : required->child; v != NULL; v = v->next)
		if (v->type == JSON_STRING && str_eq(v->text, name))
			return true;
	return false;
}

static bool
object_is_closed(const struct json *schema, const struct json *properties)
{
	const struct json *required = json_get(schema, "required");

	if (!json_is(json_get(schema, "additionalProperties"), JSON_FALSE))
		return false;
	for (const struct json *p = properties->child; p != NULL; p = p->next)
		if (!requires(required, p->name))
			return false;
	return true;
}

bool
anthropic_schema_is_closed(const struct json *schema)
{
	const struct json *properties = json_get(schema, "properties");

	if (schema == NULL)
		return false;
	if (json_is(properties, JSON_OBJECT) && !object_is_closed(schema, properties))
		return false;
	for (const struct json *m = schema->child; m != NULL; m = m->next)
		if ((m->type == JSON_OBJECT || m->type == JSON_ARRAY) && !anthropic_schema_is_closed(m))
			return false;
	return true;
}
