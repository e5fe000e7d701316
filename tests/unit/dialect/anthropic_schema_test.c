/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_schema_test.c - JSON Schemas as structured output takes them, and what that costs. */
#include "dialect/anthropic_read.h"
#include "dialect/anthropic_write.h"
#include "tap.h"

#define CLOSED ",\"additionalProperties\":false"

static const struct {
	const char *what, *schema, *lowered;	/* NULL: it cannot be said */
	bool	    changed;
} lowered[] = {
	{ "a closed object", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}" CLOSED "}",
	    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}" CLOSED "}", false },
	{ "an object is closed", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{}}}}",
	    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{}" CLOSED "}}" CLOSED "}", true },
	{ "one of any members is not what it was", "{\"type\":\"object\"}", "{\"type\":\"object\"" CLOSED "}", true },
	{ "bounds are told", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":9,\"description\":\"d\"}",
	    "{\"type\":\"integer\",\"description\":\"d\\n\\n{minimum: 1, maximum: 9}\"}", true },
	{ "so are patterns and odd formats", "{\"type\":\"string\",\"pattern\":\"^a\",\"format\":\"colour\"}",
	    "{\"type\":\"string\",\"description\":\"{pattern: \\\"^a\\\", format: \\\"colour\\\"}\"}", true },
	{ "common formats stay", "{\"type\":\"string\",\"format\":\"date\"}", "{\"type\":\"string\",\"format\":\"date\"}", false },
	{ "an array of at least one", "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"}}",
	    "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"}}", false },
	{ "or of two", "{\"type\":\"array\",\"minItems\":2}", "{\"type\":\"array\",\"description\":\"{minItems: 2}\"}", true },
	{ "one of several is any of them", "{\"oneOf\":[{\"type\":\"string\"},{\"const\":1}]}", "{\"anyOf\":[{\"type\":\"string\"},{\"const\":1}]}", false },
	{ "definitions", "{\"$schema\":\"x\",\"$defs\":{\"D\":{\"type\":\"object\",\"properties\":{\"b\":{\"$ref\":\"#/$defs/E\"}}},\"E\":{\"type\":\"null\"}},"
	    "\"anyOf\":[{\"$ref\":\"#/$defs/D\"},{\"$ref\":\"#/$defs/D\"}]}",
	    "{\"$schema\":\"x\",\"$defs\":{\"D\":{\"type\":\"object\",\"properties\":{\"b\":{\"$ref\":\"#/$defs/E\"}}" CLOSED "},\"E\":{\"type\":\"null\"}},"
	    "\"anyOf\":[{\"$ref\":\"#/$defs/D\"},{\"$ref\":\"#/$defs/D\"}]}", true },
	{ "names that are keywords", "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},\"minimum\":{\"type\":\"number\"}}}",
	    "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},\"minimum\":{\"type\":\"number\"}}" CLOSED "}", true },
	{ "a definition that holds itself", "{\"$defs\":{\"D\":{\"type\":\"object\",\"properties\":{\"d\":{\"$ref\":\"#/$defs/D\"}}}},\"$ref\":\"#/$defs/D\"}", NULL, false },
	{ "or the root", "{\"type\":\"object\",\"properties\":{\"d\":{\"$ref\":\"#\"}}}", NULL, false },
	{ "or each other", "{\"$defs\":{\"D\":{\"$ref\":\"#/$defs/E\"},\"E\":{\"$ref\":\"#/$defs/D\"}},\"$ref\":\"#/$defs/E\"}", NULL, false },
	{ "no schema", "[]", NULL, false },
};

static const struct {
	const char *schema, *object;
	bool	    changed;
} objects[] = {
	{ "", "{\"type\":\"object\",\"properties\":{}}", false },
	{ "{\"type\":\"object\",\"x\":1}", "{\"type\":\"object\",\"x\":1}", false },
	{ "{\"properties\":{\"a\":{}}}", "{\"type\":\"object\",\"properties\":{\"a\":{}}}", false },
	{ "{\"type\":\"string\"}", "{\"type\":\"object\"}", true },
	{ "{\"type\":[\"object\",\"null\"]}", "{\"type\":\"object\"}", false },
	{ "{\"type\":\"object\",\"properties\":{\"a\":{}},\"oneOf\":[{\"properties\":{\"b\":{}}},true]}",
	    "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}}}", true },
	{ "true", "{\"type\":\"object\",\"properties\":{}}", true },
};

static const struct {
	const char *schema;
	bool	    closed;
} closed[] = {
	{ "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]" CLOSED "}", true },
	{ "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[]" CLOSED "}", false },
	{ "{\"type\":\"object\",\"properties\":{}}", false },
	{ "{\"type\":\"array\",\"items\":{\"properties\":{\"a\":{}}" CLOSED "}}", false },
	{ "{\"type\":\"string\"}", true },
};

static struct json *
tree(struct arena *a, const char *text)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root = NULL;

	return json_read(a, str_of(text), limits, &root, &e) == 0 ? root : NULL;
}

int
main(void)
{
	struct arena a;
	struct str   got;
	bool	     changed;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(lowered); i++) {
		bool can = anthropic_schema_lower(&a, str_of(lowered[i].schema), &got, &changed);

		ok(can == (lowered[i].lowered != NULL), "%s", lowered[i].what);
		if (!can || lowered[i].lowered == NULL)
			continue;
		is_slice(got, lowered[i].lowered, "lowered");
		ok(changed == lowered[i].changed, "%s", changed ? "at a cost" : "at no cost");
	}
	for (size_t i = 0; i < LENGTH(objects); i++) {
		is_slice(anthropic_schema_object(&a, str_of(objects[i].schema), &changed), objects[i].object, "an object of %s", objects[i].schema);
		ok(changed == objects[i].changed, "%s", changed ? "at a cost" : "at no cost");
	}
	for (size_t i = 0; i < LENGTH(closed); i++)
		ok(anthropic_schema_is_closed(&a, tree(&a, closed[i].schema)) == closed[i].closed, "%s: %s", closed[i].closed ? "closed" : "open",
		    closed[i].schema);
	ok(!anthropic_schema_is_closed(&a, NULL), "none is not closed");
	arena_done(&a);
	return tap_done();
}
