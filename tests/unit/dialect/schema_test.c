/* SPDX-License-Identifier: Apache-2.0 */
/* schema_test.c - Google's Schema becomes JSON Schema, and JSON Schema what Google takes. */
#include "dialect/schema.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static const struct {
	const char *what, *in, *want;
} from[] = {
	{ "types in lower case", "{'type':'OBJECT','properties':{'a':{'type':'STRING'}},'required':['a']}",
	    "{'type':'object','properties':{'a':{'type':'string'}},'required':['a']}" },
	{ "types as numbers", "{'type':6,'properties':{'a':{'type':1},'b':{'type':5,'items':{'type':3}}}}",
	    "{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'array','items':{'type':'integer'}}}}" },
	{ "lower case stays", "{'type':'number','description':'x'}", "{'type':'number','description':'x'}" },
	{ "no type at all", "{'type':'TYPE_UNSPECIFIED','title':'x'}", "{'title':'x'}" },
	{ "what may be null", "{'type':'STRING','nullable':true,'enum':['a','b']}", "{'type':['string','null'],'enum':['a','b',null]}" },
	{ "what may not", "{'type':'STRING','nullable':false}", "{'type':'string'}" },
	{ "alternatives, one of them null", "{'anyOf':[{'type':'STRING'},{'type':'INTEGER'}],'nullable':true}",
	    "{'anyOf':[{'type':'string'},{'type':'integer'},{'type':'null'}]}" },
	{ "an enum needs no format", "{'type':'STRING','format':'enum','enum':['a']}", "{'type':'string','enum':['a']}" },
	{ "other formats stay", "{'type':'STRING','format':'date-time'}", "{'type':'string','format':'date-time'}" },
	{ "counts that are strings", "{'type':'ARRAY','minItems':'1','max_items':'3','items':{'type':'STRING','maxLength':'9'}}",
	    "{'type':'array','minItems':1,'maxItems':3,'items':{'type':'string','maxLength':9}}" },
	{ "the order of properties", "{'type':'OBJECT','properties':{'a':{},'b':{},'c':{}},'property_ordering':['c','x','a','c']}",
	    "{'type':'object','properties':{'c':{},'a':{},'b':{}}}" },
	{ "an example", "{'type':'STRING','example':'x','default':null}", "{'type':'string','examples':['x']}" },
	{ "JSON Schema that came by mistake", "{'type':['string','null'],'additionalProperties':false}",
	    "{'type':['string','null'],'additionalProperties':false}" },
	{ "a property called type", "{'type':'OBJECT','properties':{'type':{'type':'STRING'},'nullable':{'type':'BOOLEAN'}}}",
	    "{'type':'object','properties':{'type':{'type':'string'},'nullable':{'type':'boolean'}}}" },
};

static const struct {
	const char *what, *in, *want, *dropped;
} to[] = {
	{ "plain", "{'type':'object','properties':{'a':{'type':'string','minLength':2}},'required':['a'],'additionalProperties':false}",
	    "{'type':'object','properties':{'a':{'type':'string','minLength':2}},'required':['a'],'additionalProperties':false}", "" },
	{ "the name of the language", "{'$schema':'http://json-schema.org/draft-07/schema#','type':'object'}", "{'type':'object'}", "" },
	{ "a constant", "{'properties':{'a':{'const':'x'}}}", "{'properties':{'a':{'enum':['x']}}}", "" },
	{ "definitions of the old name", "{'definitions':{'X':{'const':1}},'properties':{'a':{'$ref':'#/definitions/X'}}}",
	    "{'$defs':{'X':{'enum':[1]}},'properties':{'a':{'$ref':'#/$defs/X'}}}", "" },
	{ "beside a reference", "{'properties':{'a':{'$ref':'#/$defs/X','description':'d','title':'A'}},'$defs':{'X':{}}}",
	    "{'properties':{'a':{'$ref':'#/$defs/X','description':'d'}},'$defs':{'X':{}}}", "" },
	{ "what narrows a reference", "{'properties':{'a':{'$ref':'#/$defs/X','maxLength':3}}}", "{'properties':{'a':{'$ref':'#/$defs/X'}}}", "w.maxLength" },
	{ "all of one", "{'properties':{'a':{'allOf':[{'$ref':'#/$defs/X'}],'default':1}}}", "{'properties':{'a':{'anyOf':[{'$ref':'#/$defs/X'}],'default':1}}}", "" },
	{ "all of more", "{'allOf':[{'const':1},{'type':'integer'}]}", "{'allOf':[{'enum':[1]},{'type':'integer'}]}", "" },
	{ "what is required but not there", "{'type':'object','properties':{'a':{}},'required':['a','b']}",
	    "{'type':'object','properties':{'a':{}},'required':['a']}", "w.required" },
	{ "everywhere within", "{'items':{'const':1},'additionalProperties':{'const':2},'anyOf':[{'const':3}],'prefixItems':[{'const':4}]}",
	    "{'items':{'enum':[1]},'additionalProperties':{'enum':[2]},'anyOf':[{'enum':[3]}],'prefixItems':[{'enum':[4]}]}", "" },
	{ "a property called const", "{'properties':{'const':{'type':'string'},'$ref':{'type':'string'}}}",
	    "{'properties':{'const':{'type':'string'},'$ref':{'type':'string'}}}", "" },
	{ "schemas that are true or false", "{'properties':{'a':true},'items':false}", "{'properties':{'a':true},'items':false}", "" },
	{ "no object", "[1]", "", "" },
	{ "no JSON", "{", "", "" },
};

/* Names that must be unescaped to be compared, once each: each with each would be gigabytes. */
static void
test_escaped(struct arena *a)
{
	enum { NAMES = 500, LENGTH_OF = 2000 };
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root = NULL;
	struct buf	   b = { 0 };
	struct str	   got;
	size_t		   before;

	buf_cstr(&b, "{\"type\":\"OBJECT\",\"properties\":{");
	for (int i = 0; i < NAMES; i++)
		buf_printf(&b, "%s\"p%d\":{}", i > 0 ? "," : "", i);
	buf_cstr(&b, "},\"propertyOrdering\":[\"p7\"");
	for (int i = 0; i < NAMES; i++) {
		buf_printf(&b, ",\"%d", i);
		for (int k = 0; k < LENGTH_OF; k++)
			buf_cstr(&b, "\\u0061");
		buf_byte(&b, '"');
	}
	buf_cstr(&b, "]}");
	ok(json_read(a, buf_view(&b), limits, &root, &e) == 0, "a long order of properties is read");
	before = a->bytes;
	got = schema_from_google(a, root);
	ok(str_find(got, STR("\"properties\":{\"p7\":{},\"p0\":{}")) < got.n, "and kept");
	ok(a->bytes - before < 2 * b.n, "in no more memory than it has itself");
	buf_done(&b);
}

static void
test_required(struct arena *a)
{
	static const struct {
		const char *schema;
		bool	    all;
	} schemas[] = {
		{ "{'properties':{'a':{},'b':{}},'required':['b','a']}", true }, { "{'properties':{'a':{}},'required':['b']}", false },
		{ "{'properties':{'a':{}}}", false }, { "{}", true }, { "{'properties':{'a':{}},'required':['\\u0061']}", true },
	};
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;

	for (size_t i = 0; i < LENGTH(schemas); i++)
		ok(json_read(a, quoted(a, schemas[i].schema), limits, &root, &e) == 0 &&
			schema_requires_all(a, root) == schemas[i].all, "all is required or not: %s", schemas[i].schema);
}

int
main(void)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct arena	   a;
	struct json	  *root;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(from); i++) {
		if (json_read(&a, quoted(&a, from[i].in), limits, &root, &e) < 0)
			return 1;
		is_slice(schema_from_google(&a, root), quoted(&a, from[i].want).p, "from Google: %s", from[i].what);
	}
	ok(schema_from_google(&a, NULL).n == 0, "no schema is none");
	test_escaped(&a);
	test_required(&a);
	for (size_t i = 0; i < LENGTH(to); i++) {
		struct report r = { .arena = &a };

		is_slice(schema_for_google(&a, quoted(&a, to[i].in), &r, "w"), quoted(&a, to[i].want).p, "for Google: %s", to[i].what);
		is_slice(r.names != NULL ? r.names->name : STR(""), to[i].dropped, "and what is lost is told: %s", to[i].what);
	}
	arena_done(&a);
	return tap_done();
}
