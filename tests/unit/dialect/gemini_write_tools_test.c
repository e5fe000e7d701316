/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_write_tools_test.c - tools, the choice among them, and names that fit. */
#include "dialect/fit.h"
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static struct arena a;
static struct chat  c;

static struct tool *
function(const char *name, const char *schema)
{
	struct tool *t = chat_tool(&c, TOOL_FUNCTION);

	t->name = str_of(name);
	t->schema = schema != NULL ? quoted(&a, schema) : STR_NONE;
	return t;
}

static void
plain(void)
{
	function("f", "{'type':'object','$schema':'x'}")->description = STR("d");
	function("g", NULL);
}

static void
freeform(void)
{
	struct tool *t = chat_tool(&c, TOOL_FREEFORM);

	t->name = STR("patch");
	t->format = STR("{\"type\":\"grammar\"}");
}

static void
named(void)
{
	function("my tool", NULL);
	c.choice = TOOLS_NAMED;
	c.choice_name = STR("my tool");
}

static void
some(void)
{
	function("f", NULL);
	function("g", NULL);
	c.choice = TOOLS_AUTO;
	chat_allow(&c, STR("f"));
	c.parallel = SAID_NO;
}

static void
required(void)
{
	function("f", NULL)->strict = SAID_YES;
	c.choice = TOOLS_REQUIRED;
}

static void
none(void)
{
	function("f", NULL)->cache = STR("{}");
	c.choice = TOOLS_NONE;
	chat_allow(&c, STR("f"));
}

static void
without_tools(void)
{
	c.choice = TOOLS_REQUIRED;
	c.parallel = SAID_NO;
}

static void
natives(void)
{
	struct tool *t = chat_tool(&c, TOOL_NATIVE);

	t->name = STR("googleSearch");
	t->raw = STR("{\"googleSearch\":{}}");
	t->origin = DIALECT_GEMINI;
	t = chat_tool(&c, TOOL_NATIVE);
	t->name = STR("web_search");
	t->raw = STR("{\"type\":\"web_search\"}");
	t->origin = DIALECT_ANTHROPIC;
}

static void
repeated(void)
{
	function("f", "{'type':'object'}");
	function("g", NULL);
	function("f", NULL);
}

static void
both(void)
{
	natives();
	function("f", NULL);
}

static const struct {
	const char *what;
	void	  (*fill)(void);
	const char *model, *want, *dropped;
} cases[] = {
	{ "functions", plain, "m", "{'tools':[{'functionDeclarations':[{'name':'f','description':'d','parametersJsonSchema':{'type':'object'}},{'name':'g','description':''}]}]}", "" },
	{ "free text is a function of one text", freeform, "m", "{'tools':[{'functionDeclarations':[{'name':'patch','description':'','parametersJsonSchema':"
	    "{'type':'object','properties':{'input':{'type':'string'}},'required':['input']}}]}]}", "tools.format" },
	{ "one by name", named, "m", "{'tools':[{'functionDeclarations':[{'name':'my_tool_d0a4135b','description':''}]}],'toolConfig':{'functionCallingConfig':{'mode':'ANY',"
	    "'allowedFunctionNames':['my_tool_d0a4135b']}}}", "" },
	{ "some, if any", some, "m", "{'tools':[{'functionDeclarations':[{'name':'f','description':''},{'name':'g','description':''}]}],'toolConfig':{'functionCallingConfig':"
	    "{'mode':'VALIDATED','allowedFunctionNames':['f']}}}", "parallel_tool_calls" },
	{ "any", required, "m", "{'tools':[{'functionDeclarations':[{'name':'f','description':''}]}],'toolConfig':{'functionCallingConfig':{'mode':'ANY'}}}", "tools.strict" },
	{ "none", none, "m", "{'tools':[{'functionDeclarations':[{'name':'f','description':''}]}],'toolConfig':{'functionCallingConfig':{'mode':'NONE'}}}", "cache_control" },
	{ "a choice among nothing is none", without_tools, "m", "{}", "" },
	{ "the first of one name", repeated, "m", "{'tools':[{'functionDeclarations':[{'name':'f','description':'','parametersJsonSchema':{'type':'object'}},"
	    "{'name':'g','description':''}]}]}", "" },
	{ "Google's own tools", natives, "m", "{'tools':[{'googleSearch':{}}]}", "tools.web_search" },
	{ "beside functions only the newest models take them", both, "gemini-2.5-pro", "{'tools':[{'functionDeclarations':[{'name':'f','description':''}]}]}",
	    "tools.googleSearch,tools.web_search" },
	{ "and want to be told", both, "gemini-3-pro", "{'tools':[{'googleSearch':{}},{'functionDeclarations':[{'name':'f','description':''}]}],"
	    "'toolConfig':{'includeServerSideToolInvocations':true}}", "tools.web_search" },
};

static void
test_names(void)
{
	static const char long_name[] = "mcp__some_server_with_a_long_name__and_a_tool_with_an_even_longer_name";
	static const char *const names[] = { long_name, "2nd", "-x", "my tool", "f\xc3\xa9", "a.b:c", "2nd tool with a name that is longer than what is allowed by far, I fear" };

	is_slice(gemini_fit_name(&a, STR("get.user:v2-x")), "get.user:v2-x", "a name that fits stays");
	ok(gemini_fit_name(&a, STR("")).n > 0, "a name is never empty");
	for (size_t i = 0; i < LENGTH(names); i++) {
		struct str fit = gemini_fit_name(&a, str_of(names[i]));

		chat_init(&c, &a, DIALECT_OPENAI);
		function("other", NULL);
		function(names[i], NULL);
		ok(fit.n <= 64 && str_eq(fit, gemini_fit_name(&a, str_of(names[i]))) && ((fit.p[0] | 0x20) >= 'a' || fit.p[0] == '_'), "it fits: %s", names[i]);
		is_slice(fit_back(&c, fit), names[i], "and back: %s", names[i]);
	}
}

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct gemini_model m = gemini_model_of(str_of(cases[i].model));
		struct report	    r = { .arena = &a };
		struct json_out	    o;
		struct buf	    b = { 0 }, dropped = { 0 };

		chat_init(&c, &a, DIALECT_OPENAI);
		cases[i].fill();
		json_start(&o, &b, false);
		json_object(&o, NULL);
		gemini_write_tools(&a, &o, &c, &m, &r);
		json_object_end(&o);
		is_slice(buf_view(&b), quoted(&a, cases[i].want).p, "written: %s", cases[i].what);
		for (const struct name_list *n = r.names; n != NULL; n = n->next)
			buf_printf(&dropped, "%s" STR_FMT, n == r.names ? "" : ",", STR_ARG(n->name));
		is_slice(buf_view(&dropped), cases[i].dropped, "and what is lost is told: %s", cases[i].what);
		buf_done(&b);
		buf_done(&dropped);
	}
	test_names();
	arena_done(&a);
	return tap_done();
}
