/* SPDX-License-Identifier: Apache-2.0 */
/* responses_schema_test.c - parameters become what the vendor takes; strict schemas are told from others. */
#include "dialect/responses_inside.h"
#include "tap.h"

static const struct {
	const char *what, *schema, *want;
} parameters[] = {
	{ "nothing", "", "{\"type\":\"object\",\"properties\":{}}" },
	{ "no object", "[1]", "{\"type\":\"object\",\"properties\":{}}" },
	{ "an empty object", "{}", "{\"type\":\"object\",\"properties\":{}}" },
	{ "no properties", "{\"type\":\"object\",\"description\":\"d\"}", "{\"type\":\"object\",\"description\":\"d\",\"properties\":{}}" },
	{ "no type", "{\"properties\":{\"a\":{}}}", "{\"type\":\"object\",\"properties\":{\"a\":{}}}" },
	{ "a null for a type", "{\"type\":null,\"properties\":{}}", "{\"type\":\"object\",\"properties\":{}}" },
	{ "both", "{ \"type\":\"object\",\"properties\":{} }", "{ \"type\":\"object\",\"properties\":{} }" },
};

#define OPEN "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"]}"
#define SHUT "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"],\"additionalProperties\":false}"

static const struct {
	const char *what, *schema;
	bool	    strict;
} schemas[] = {
	{ "a closed object", SHUT, true },
	{ "an open object", OPEN, false },
	{ "an empty closed object", "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}", true },
	{ "a property that is not required", "{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false}", false },
	{ "an open object inside", "{\"type\":\"object\",\"properties\":{\"a\":" OPEN "},\"required\":[\"a\"],\"additionalProperties\":false}",
	    false },
	{ "a closed object inside",
	    "{\"type\":\"object\",\"properties\":{\"a\":" SHUT "},\"required\":[\"a\"],\"additionalProperties\":false}", true },
	{ "an open object in a list",
	    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":" OPEN "}},\"required\":[\"a\"],"
	    "\"additionalProperties\":false}", false },
	{ "an open object among others",
	    "{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"null\"}," OPEN "]}},\"required\":[\"a\"],"
	    "\"additionalProperties\":false}", false },
	{ "an open object that is defined",
	    "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false,\"$defs\":{\"x\":" OPEN "}}", false },
	{ "an open object that may be null", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"object\",\"null\"]}},"
	    "\"required\":[\"a\"],\"additionalProperties\":false}", false },
	{ "a property called properties", "{\"type\":\"object\",\"properties\":{\"properties\":{\"type\":\"string\"}},"
	    "\"required\":[\"properties\"],\"additionalProperties\":false}", true },
	{ "no object", "{\"type\":\"string\"}", false },
	{ "no schema", "", false },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(parameters); i++)
		is_slice(responses_fit_parameters(&a, str_of(parameters[i].schema)), parameters[i].want, "parameters: %s",
		    parameters[i].what);
	for (size_t i = 0; i < LENGTH(schemas); i++)
		is_int(responses_schema_is_strict(&a, str_of(schemas[i].schema)), schemas[i].strict, "strict: %s", schemas[i].what);
	arena_done(&a);
	return tap_done();
}
