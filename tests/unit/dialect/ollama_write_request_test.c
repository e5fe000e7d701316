/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_write_request_test.c - settings and tools as /api/chat says them, and a report of what it cannot say. */
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;
static struct chat  c;

static void
begin(void)
{
	chat_init(&c, &a, DIALECT_OPENAI);
	part_add(&a, &chat_message(&c, ROLE_USER)->parts, PART_TEXT)->text = STR("hi");
}

/* The body behind its messages, then what was dropped. */
static struct str
written(const char *model, bool stream)
{
	struct report	 r = { .arena = &a };
	struct target	 t = { .model = str_of(model), .stream = stream };
	struct complaint why;
	struct str	 body, head = arena_printf(&a, "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],", model);
	struct buf	 b = { 0 };

	if (ollama_write_request(&a, &c, &t, &r, &body, &why) < 0 || !str_starts(body, head))
		return STR("not so");
	buf_str(&b, str_from(body, head.n));
	for (const struct name_list *n = r.names; n != NULL; n = n->next)
		buf_printf(&b, "%s" STR_FMT, n == r.names ? " - " : ",", STR_ARG(n->name));
	body = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return body;
}

static void
test_settings(void)
{
	begin();
	is_slice(written("m", true), "\"options\":{},\"stream\":true}", "nothing said, streamed");
	is_slice(written("m", false), "\"options\":{},\"stream\":false}", "and not streamed");
	c.field[FIELD_TEMPERATURE] = STR("0.10");
	c.field[FIELD_TOP_P] = STR("1");
	c.field[FIELD_TOP_K] = STR("20");
	c.field[FIELD_MIN_P] = STR("0.1");
	c.field[FIELD_SEED] = STR("42");
	c.field[FIELD_PRESENCE_PENALTY] = STR("1");
	c.field[FIELD_FREQUENCY_PENALTY] = STR("2");
	c.field[FIELD_REPEAT_PENALTY] = STR("1.1");
	c.max_output = 7;
	chat_stop_add(&c, STR("\n"));
	chat_stop_add(&c, STR("x"));
	is_slice(written("m", true), "\"options\":{\"temperature\":0.10,\"top_p\":1,\"top_k\":20,\"min_p\":0.1,\"seed\":42,"
	    "\"presence_penalty\":1,\"frequency_penalty\":2,\"repeat_penalty\":1.1,\"num_predict\":7,\"stop\":[\"\\n\",\"x\"]},"
	    "\"stream\":true}", "options");
	begin();
	c.field[FIELD_LOGPROBS] = STR("true");
	c.field[FIELD_TOP_LOGPROBS] = STR("25");
	is_slice(written("m", true), "\"logprobs\":true,\"top_logprobs\":20,\"options\":{},\"stream\":true}",
	    "log probabilities, no more than the server takes");
	begin();
	c.field[FIELD_LOGPROBS] = STR("false");
	c.field[FIELD_N] = STR("1");
	c.field[FIELD_MODALITIES] = STR("[\"text\"]");
	is_slice(written("m", true), "\"options\":{},\"stream\":true}", "what asks for nothing is no loss");
	c.field[FIELD_N] = STR("2");
	c.field[FIELD_USER] = STR("\"u\"");
	c.field[FIELD_LOGIT_BIAS] = STR("{\"1\":1}");
	chat_note(&c, "prediction");
	is_slice(written("m", true), "\"options\":{},\"stream\":true} - n,logit_bias,user,prediction", "what cannot be said is reported");
}

static void
test_format(void)
{
	begin();
	c.format.kind = FORMAT_TEXT;
	is_slice(written("m", true), "\"options\":{},\"stream\":true}", "text needs no word");
	c.format.kind = FORMAT_JSON;
	is_slice(written("m", true), "\"format\":\"json\",\"options\":{},\"stream\":true}", "JSON");
	c.format.kind = FORMAT_SCHEMA;
	c.format.name = STR("n");
	c.format.schema = STR("{\"type\": \"object\"}");
	c.format.strict = SAID_YES;
	is_slice(written("m", true), "\"format\":{\"type\": \"object\"},\"options\":{},\"stream\":true}", "a schema, as it stood");
	c.format.schema = STR_NONE;
	is_slice(written("m", true), "\"format\":\"json\",\"options\":{},\"stream\":true}", "a schema that is not there");
}

static const struct {
	const char *what, *model;
	enum said   on;
	const char *effort;
	uint64_t    budget;
	bool	    dynamic;
	const char *want;	/* the member, then what was dropped */
} thoughts[] = {
	{ "off", "m", SAID_NO, "", 0, false, "false" },
	{ "off by effort", "m", SAID_NOTHING, "none", 0, false, "false" },
	{ "on", "m", SAID_YES, "", 0, false, "true" },
	{ "as it likes", "m", SAID_NOTHING, "", 0, true, "true" },
	{ "the usual effort", "m", SAID_YES, "medium", 0, false, "true" },
	{ "another effort", "m", SAID_YES, "high", 0, false, "true - reasoning_effort" },
	{ "a budget", "m", SAID_YES, "", 2048, false, "true - reasoning" },
	{ "a word where words are known", "gpt-oss:20b", SAID_NOTHING, "low", 0, false, "\"low\"" },
	{ "by any name of it", "hf.co/x/GPT-OSS-20b", SAID_NOTHING, "high", 0, false, "\"high\"" },
	{ "the nearest word", "gpt-oss", SAID_NOTHING, "minimal", 0, false, "\"low\" - reasoning_effort" },
	{ "the nearest word above", "gpt-oss", SAID_NOTHING, "xhigh", 0, false, "\"high\" - reasoning_effort" },
	{ "a word for a budget", "gpt-oss", SAID_YES, "", 30000, false, "\"high\" - reasoning" },
	{ "on without a word", "gpt-oss", SAID_YES, "", 0, false, "true" },
};

static void
test_thoughts(void)
{
	for (size_t i = 0; i < LENGTH(thoughts); i++) {
		struct str got, want = str_of(thoughts[i].want);
		size_t	   cut = str_find(want, STR(" - "));

		begin();
		c.reasoning.on = thoughts[i].on;
		c.reasoning.effort = str_of(thoughts[i].effort);
		c.reasoning.budget = thoughts[i].budget;
		c.reasoning.dynamic = thoughts[i].dynamic;
		got = written(thoughts[i].model, true);
		want = arena_printf(&a, "\"think\":" STR_FMT ",\"options\":{},\"stream\":true}" STR_FMT, STR_ARG(str_upto(want, cut)),
		    STR_ARG(str_from(want, cut)));
		is_slice(got, want.p, "thinking: %s", thoughts[i].what);
	}
}

#define F "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\": \"object\"}}}"
#define G "{\"type\":\"function\",\"function\":{\"name\":\"g\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}"
#define REST ",\"options\":{},\"stream\":true}"

static void
test_tools(void)
{
	struct tool *t;

	begin();
	t = chat_tool(&c, TOOL_FUNCTION);
	t->name = STR("f");
	t->description = STR("d");
	t->schema = STR("{\"type\": \"object\"}");
	t = chat_tool(&c, TOOL_FUNCTION);
	t->name = STR("g");
	is_slice(written("m", true), "\"tools\":[" F "," G "]" REST, "functions, one without a schema");
	c.choice = TOOLS_AUTO;
	c.parallel = SAID_YES;
	is_slice(written("m", true), "\"tools\":[" F "," G "]" REST, "what is the server's way is no loss");
	c.choice = TOOLS_REQUIRED;
	c.parallel = SAID_NO;
	is_slice(written("m", true), "\"tools\":[" F "," G "]" REST " - tool_choice,parallel_tool_calls", "what is not is reported");
	c.choice = TOOLS_NONE;
	c.parallel = SAID_NOTHING;
	is_slice(written("m", true), "\"options\":{},\"stream\":true}", "none may be called: none is offered");
	c.choice = TOOLS_AUTO;
	chat_allow(&c, STR("g"));
	is_slice(written("m", true), "\"tools\":[" G "]" REST, "those that may be called are offered");
	begin();
	t = chat_tool(&c, TOOL_FREEFORM);
	t->name = STR("p");
	t->format = STR("{\"type\":\"grammar\"}");
	t->strict = SAID_YES;
	t = chat_tool(&c, TOOL_NATIVE);
	t->name = STR("web_search");
	is_slice(written("m", true), "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"p\",\"parameters\":{\"type\":\"object\","
	    "\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}}}]" REST
	    " - tools.format,tools.strict,tools.web_search", "free text becomes a function, a vendor's tool is left out");
}

int
main(void)
{
	arena_init(&a);
	test_settings();
	test_format();
	test_thoughts();
	test_tools();
	arena_done(&a);
	return tap_done();
}
