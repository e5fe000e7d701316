/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_write_test.c - any request as one that the Messages API takes: turns, limits, tools, thinking; and what was
 * left out is reported.
 *
 * The requests are told in Anthropic's words and then called another dialect's.
 */
#include "dialect/anthropic.h"
#include "tap.h"

static struct arena a;

#define HEAD "{\"model\":\"m\",\"max_tokens\":9000,"
#define USER "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define HI "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]"
#define OUT(model) "{\"model\":\"" model "\",\"max_tokens\":9000,"
#define U(text) "{\"role\":\"user\",\"content\":\"" text "\"}"
#define UB(text) "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" text "\"}]}"
#define A(text) "{\"role\":\"assistant\",\"content\":\"" text "\"}"
#define AB(text) "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"" text "\"}]}"
#define CALL(id) "{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"f\",\"input\":{\"a\":1}}"
#define RESULT(id) "{\"type\":\"tool_result\",\"tool_use_id\":\"" id "\",\"content\":\"r\"}"
#define THINK "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Er==\"}"
#define TOOLS "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}},{\"name\":\"g\",\"input_schema\":{\"type\":\"object\"}}]"
#define EPHEMERAL "\"cache_control\":{\"type\":\"ephemeral\"}"
#define S45 "claude-sonnet-4-5"
#define O46 "claude-opus-4-6"
#define O48 "claude-opus-4-8"

static const struct {
	const char *what, *model, *request, *body, *dropped;
} cases[] = {
	{ "a plain one", S45, HEAD USER ",\"temperature\":0.5}", OUT(S45) HI ",\"temperature\":0.5}", "" },
	/* turns */
	{ "system texts are the system prompt, wherever they stood", S45, HEAD "\"system\":\"a\",\"messages\":[" U("x") ","
	    "{\"role\":\"system\",\"content\":\"b\"}," U("y") "]}", OUT(S45) "\"system\":\"a\\n\\nb\",\"messages\":[{\"role\":\"user\",\"content\":["
	    "{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"y\"}]}]}", "" },
	{ "a marked system prompt is told in blocks", S45, HEAD USER ",\"system\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\","
	    "\"text\":\"b\"," EPHEMERAL "}]}", OUT(S45) "\"system\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\","
	    EPHEMERAL "}]," HI "}", "" },
	{ "the first turn is the user's", S45, HEAD "\"messages\":[" A("x") "," U("y") "]}", OUT(S45) "\"messages\":[" UB(".") "," AB("x") ","
	    UB("y") "]}", "messages" },
	{ "with system texts alone there is a turn all the same", S45, HEAD "\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}",
	    OUT(S45) "\"system\":\"s\",\"messages\":[" UB(".") "]}", "messages" },
	{ "a prefill loses its last blanks", S45, HEAD "\"messages\":[" U("x") "," A("{ \\n") "]}",
	    OUT(S45) "\"messages\":[" UB("x") "," AB("{") "]}", "" },
	{ "and Unicode's", S45, HEAD "\"messages\":[" U("x") "," A("{\xe2\x80\x83 \xc2\xa0") "]}",
	    OUT(S45) "\"messages\":[" UB("x") "," AB("{") "]}", "" },
	{ "where no prefill is taken the user's turn follows", O46, HEAD "\"messages\":[" U("x") "," A("y") "]}",
	    OUT(O46) "\"messages\":[" UB("x") "," AB("y") "," UB("Continue.") "]}", "messages" },
	{ "blank texts are left out", S45, HEAD "\"messages\":[" U("x") "," A(" \\n") "," U("y") "]}",
	    OUT(S45) "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"y\"}]}]}", "" },
	{ "so are those of Unicode's blanks", S45, HEAD "\"messages\":[" U("x") "," A("\xe2\x80\xa8 \xc2\xa0\xe3\x80\x80") "," U("y") "]}",
	    OUT(S45) "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"y\"}]}]}", "" },
	{ "results come first in the very next turn", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") ","
	    CALL("c2") "]},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"t\"}," RESULT("c2") "]},{\"role\":\"user\",\"content\":["
	    RESULT("c1") "]}]," TOOLS "}", OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") "," CALL("c2")
	    "]},{\"role\":\"user\",\"content\":[" RESULT("c1") "," RESULT("c2") ",{\"type\":\"text\",\"text\":\"t\"}]}]," TOOLS "}", "" },
	{ "a call without result gets one", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") "]}," U("t") "],"
	    TOOLS "}", OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") "]},{\"role\":\"user\",\"content\":["
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"The call was not answered.\",\"is_error\":true},"
	    "{\"type\":\"text\",\"text\":\"t\"}]}]," TOOLS "}", "messages" },
	{ "so does the last one", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") "]}]," TOOLS "}",
	    OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") "]},{\"role\":\"user\",\"content\":["
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"The call was not answered.\",\"is_error\":true}]}]," TOOLS "}", "messages" },
	{ "ids are made fit", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" CALL("f:0") "]},{\"role\":\"user\","
	    "\"content\":[" RESULT("f:0") "]}]," TOOLS "}", OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":["
	    CALL("f_0_ff5b95cb") "]},{\"role\":\"user\",\"content\":[" RESULT("f_0_ff5b95cb") "]}]," TOOLS "}", "" },
	{ "an image that the assistant made is the user's to show", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"text\",\"text\":\"t\"},{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://x\"}}]}," U("y") "]}",
	    OUT(S45) "\"messages\":[" UB("q") "," AB("t") ",{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\","
	    "\"url\":\"https://x\"}},{\"type\":\"text\",\"text\":\"y\"}]}]}", "" },
	{ "no more than four cache marks", S45, HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"1\"," EPHEMERAL "},"
	    "{\"type\":\"text\",\"text\":\"2\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"3\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"4\","
	    EPHEMERAL "},{\"type\":\"text\",\"text\":\"5\"," EPHEMERAL "}]}]}", OUT(S45) "\"messages\":[{\"role\":\"user\",\"content\":["
	    "{\"type\":\"text\",\"text\":\"1\"},{\"type\":\"text\",\"text\":\"2\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"3\"," EPHEMERAL "},"
	    "{\"type\":\"text\",\"text\":\"4\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"5\"," EPHEMERAL "}]}]}", "cache_control" },
	/* media */
	{ "images and documents", S45, HEAD "\"messages\":[{\"role\":\"user\",\"content\":["
	    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/jpg\",\"data\":\"/9j/4A\"}},"
	    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"\",\"data\":\"iVBORw0KGgoA\"}},"
	    "{\"type\":\"document\",\"title\":\"T\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBERi0x\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/json\",\"data\":\"eyJhIjoxfQ==\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://x/y.pdf\"}}]}]}",
	    OUT(S45) "\"messages\":[{\"role\":\"user\",\"content\":["
	    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/jpeg\",\"data\":\"/9j/4A\"}},"
	    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw0KGgoA\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBERi0x\"},\"title\":\"T\"},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"{\\\"a\\\":1}\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://x/y.pdf\"}}]}]}", "" },
	/* limits */
	{ "no more tokens than the model can", "claude-opus-4-1", "{\"model\":\"m\",\"max_tokens\":99999," USER "}",
	    "{\"model\":\"claude-opus-4-1\",\"max_tokens\":32000," HI "}", "max_tokens" },
	{ "a temperature above 1 is 1", S45, HEAD USER ",\"temperature\":1.5}", OUT(S45) HI ",\"temperature\":1}", "temperature" },
	{ "not both of temperature and top_p", S45, HEAD USER ",\"temperature\":0.5,\"top_p\":0.9}", OUT(S45) HI ",\"temperature\":0.5}", "top_p" },
	{ "a temperature of 1 makes room", S45, HEAD USER ",\"temperature\":1.0,\"top_p\":0.9}", OUT(S45) HI ",\"top_p\":0.9}", "" },
	{ "an old model takes both", "claude-3-5-haiku-latest", HEAD USER ",\"temperature\":0.5,\"top_p\":0.9,\"top_k\":3}",
	    "{\"model\":\"claude-3-5-haiku-latest\",\"max_tokens\":8192," HI ",\"temperature\":0.5,\"top_p\":0.9,\"top_k\":3}", "max_tokens" },
	{ "a new model takes none", O48, HEAD USER ",\"temperature\":0.5,\"top_p\":0.9,\"top_k\":3}", OUT(O48) HI "}",
	    "temperature,top_p,top_k" },
	{ "what is usual is not missed", O48, HEAD USER ",\"temperature\":1,\"top_p\":1}", OUT(O48) HI "}", "" },
	{ "blank stops are refused", S45, HEAD USER ",\"stop_sequences\":[\" \\n\",\"END\"]}", OUT(S45) HI ",\"stop_sequences\":[\"END\"]}", "stop" },
	{ "user and tier", S45, HEAD USER ",\"metadata\":{\"user_id\":\"u\"},\"service_tier\":\"standard_only\"}",
	    OUT(S45) HI ",\"metadata\":{\"user_id\":\"u\"},\"service_tier\":\"standard_only\"}", "" },
	/* tools */
	{ "a demand, one call at a time", S45, HEAD USER "," TOOLS ",\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true}}",
	    OUT(S45) HI "," TOOLS ",\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true}}", "" },
	{ "a named one", S45, HEAD USER "," TOOLS ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"g\"}}",
	    OUT(S45) HI "," TOOLS ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"g\"}}", "" },
	{ "none", S45, HEAD USER "," TOOLS ",\"tool_choice\":{\"type\":\"none\"}}", OUT(S45) HI "," TOOLS ",\"tool_choice\":{\"type\":\"none\"}}", "" },
	{ "a choice without tools is nothing", S45, HEAD USER ",\"tool_choice\":{\"type\":\"auto\"}}", OUT(S45) HI "}", "" },
	{ "a demand that cannot be made", "claude-opus-5-5", HEAD USER "," TOOLS ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"g\"}}",
	    OUT("claude-opus-5-5") HI ",\"tools\":[{\"name\":\"g\",\"input_schema\":{\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"auto\"}}",
	    "tool_choice" },
	{ "names are made fit", S45, HEAD USER ",\"tools\":[{\"name\":\"a.b\",\"input_schema\":{}}]}",
	    OUT(S45) HI ",\"tools\":[{\"name\":\"a_b_0466522c\",\"input_schema\":{\"type\":\"object\"}}]}", "" },
	{ "a tool without parameters", S45, HEAD USER ",\"tools\":[{\"name\":\"f\"}]}",
	    OUT(S45) HI ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}]}", "" },
	{ "a union of parameters", S45, HEAD USER ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"anyOf\":[{\"properties\":{\"a\":{}}},"
	    "{\"properties\":{\"a\":{},\"b\":{}}}],\"description\":\"d\"}}]}", OUT(S45) HI ",\"tools\":[{\"name\":\"f\",\"input_schema\":"
	    "{\"type\":\"object\",\"description\":\"d\",\"properties\":{\"a\":{},\"b\":{}}}}]}", "tools.parameters" },
	{ "a strict tool", S45, HEAD USER ",\"tools\":[{\"name\":\"f\",\"strict\":true,\"input_schema\":{\"type\":\"object\",\"properties\":"
	    "{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}}]}", OUT(S45) HI ",\"tools\":[{\"name\":\"f\","
	    "\"input_schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false},"
	    "\"strict\":true}]}", "" },
	{ "strictness gives way to the schema", S45, HEAD USER ",\"tools\":[{\"name\":\"f\",\"strict\":true,\"input_schema\":{\"type\":\"object\","
	    "\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"a\"],\"additionalProperties\":false}}]}", OUT(S45) HI
	    ",\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":1}},"
	    "\"required\":[\"a\"],\"additionalProperties\":false}}]}", "tools.strict" },
	{ "tools that only the history has", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") "]},"
	    "{\"role\":\"user\",\"content\":[" RESULT("c1") "]}]}", OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":["
	    CALL("c1") "]},{\"role\":\"user\",\"content\":[" RESULT("c1") "]}],\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\","
	    "\"properties\":{}}}],\"tool_choice\":{\"type\":\"none\"}}", "tools" },
	/* thinking */
	{ "a budget", S45, HEAD USER ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000},\"temperature\":0.5,\"top_k\":3}",
	    OUT(S45) HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}}", "temperature,top_k" },
	{ "a budget below the limit", S45, HEAD USER ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":20000}}",
	    OUT(S45) HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":7200}}", "reasoning" },
	{ "a limit that leaves no room to think", S45, "{\"model\":\"m\",\"max_tokens\":100," USER ",\"output_config\":{\"effort\":\"high\"}}",
	    "{\"model\":\"" S45 "\",\"max_tokens\":100," HI "}", "reasoning" },
	{ "an effort is a budget", S45, HEAD USER ",\"output_config\":{\"effort\":\"low\"}}",
	    OUT(S45) HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}}", "" },
	{ "or an effort", O46, HEAD USER ",\"output_config\":{\"effort\":\"xhigh\"},\"temperature\":0.1}",
	    OUT(O46) HI ",\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"max\"}}", "temperature" },
	{ "a budget is an effort", O48, HEAD USER ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":10000}}",
	    OUT(O48) HI ",\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_config\":{\"effort\":\"medium\"}}", "" },
	{ "as much as it likes", O48, HEAD USER ",\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"}}",
	    OUT(O48) HI ",\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"}}", "" },
	{ "a model that cannot think", "claude-3-5-haiku-latest", "{\"model\":\"m\",\"max_tokens\":10," USER ",\"output_config\":{\"effort\":\"low\"}}",
	    "{\"model\":\"claude-3-5-haiku-latest\",\"max_tokens\":10," HI "}", "reasoning" },
	{ "off", S45, HEAD USER ",\"thinking\":{\"type\":\"disabled\"}}", OUT(S45) HI ",\"thinking\":{\"type\":\"disabled\"}}", "" },
	{ "off, of a model that always thinks", "claude-opus-5-5", HEAD USER ",\"thinking\":{\"type\":\"disabled\"}}",
	    OUT("claude-opus-5-5") HI ",\"output_config\":{\"effort\":\"low\"}}", "reasoning" },
	{ "manual thinking and no demand", S45, HEAD USER "," TOOLS ",\"tool_choice\":{\"type\":\"any\"},\"output_config\":{\"effort\":\"low\"}}",
	    OUT(S45) HI "," TOOLS ",\"tool_choice\":{\"type\":\"auto\"},\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}}", "tool_choice" },
	{ "adaptive thinking and a demand", O48, HEAD USER "," TOOLS ",\"tool_choice\":{\"type\":\"any\"},\"output_config\":{\"effort\":\"low\"}}",
	    OUT(O48) HI "," TOOLS ",\"tool_choice\":{\"type\":\"any\"},\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\"}}", "" },
	{ "no manual thinking while calls without thoughts are answered", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":["
	    CALL("c1") "]},{\"role\":\"user\",\"content\":[" RESULT("c1") "]}]," TOOLS ",\"output_config\":{\"effort\":\"low\"}}",
	    OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":[" CALL("c1") "]},{\"role\":\"user\",\"content\":[" RESULT("c1")
	    "]}]," TOOLS "}", "reasoning" },
	{ "with their thoughts it goes on", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" THINK "," CALL("c1") "]},"
	    "{\"role\":\"user\",\"content\":[" RESULT("c1") "]},{\"role\":\"assistant\",\"content\":[" CALL("c2") "]},{\"role\":\"user\",\"content\":["
	    RESULT("c2") "]}]," TOOLS ",\"output_config\":{\"effort\":\"low\"}}", OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\","
	    "\"content\":[" THINK "," CALL("c1") "]},{\"role\":\"user\",\"content\":[" RESULT("c1") "]},{\"role\":\"assistant\",\"content\":["
	    CALL("c2") "]},{\"role\":\"user\",\"content\":[" RESULT("c2") "]}]," TOOLS ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}}", "" },
	{ "without a wish to think they are hidden there", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" THINK ","
	    CALL("c1") "]},{\"role\":\"user\",\"content\":[" RESULT("c1") "]}]," TOOLS "}", OUT(S45) "\"messages\":[" UB("q") ",{\"role\":"
	    "\"assistant\",\"content\":[" CALL("c1") "]},{\"role\":\"user\",\"content\":[" RESULT("c1") "]}]," TOOLS "}", "reasoning" },
	{ "not elsewhere", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[" THINK ",{\"type\":\"text\",\"text\":"
	    "\"t\"}]}," U("y") "]}", OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":[" THINK ",{\"type\":\"text\","
	    "\"text\":\"t\"}]}," UB("y") "]}", "" },
	{ "unsigned thoughts are no thoughts", S45, HEAD "\"messages\":[" U("q") ",{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\","
	    "\"thinking\":\"hm\"},{\"type\":\"redacted_thinking\",\"data\":\"Em==\"},{\"type\":\"text\",\"text\":\"t\"}]}," U("y") "]}",
	    OUT(S45) "\"messages\":[" UB("q") ",{\"role\":\"assistant\",\"content\":[{\"type\":\"redacted_thinking\",\"data\":\"Em==\"},"
	    "{\"type\":\"text\",\"text\":\"t\"}]}," UB("y") "]}", "reasoning" },
	/* format */
	{ "a schema", S45, HEAD USER ",\"output_format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
	    "\"string\"}}}}}", OUT(S45) HI ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\",\"properties\":"
	    "{\"a\":{\"type\":\"string\"}},\"additionalProperties\":false}}}}", "response_format.schema" },
	{ "a schema for a model without them", "claude-sonnet-4-0", HEAD USER ",\"output_format\":{\"type\":\"json_schema\",\"schema\":{\"type\":"
	    "\"object\"}}}", OUT("claude-sonnet-4-0") "\"system\":\"Answer with one JSON value that is valid against this JSON Schema, and nothing"
	    " else: no words around it, no code fence.\\n{\\\"type\\\":\\\"object\\\"}\"," HI "}", "response_format" },
};

static int
read_it(const char *body, struct chat *c, struct complaint *why)
{
	struct ask     ask;
	struct inbound in = { .endpoint = ENDPOINT_CHAT, .body = str_of(body), .depth = 64 };

	if (anthropic_ask(&a, &in, &ask, why) < 0)
		return -1;
	return anthropic_read_request(&a, &ask, c, why);
}

static struct str
names(const struct report *r)
{
	struct str all = STR("");

	for (const struct name_list *n = r->names; n != NULL; n = n->next)
		all = arena_printf(&a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n > 0 ? "," : "", STR_ARG(n->name));
	return all;
}

static void
check(size_t i)
{
	struct chat	 c;
	struct complaint why = { 0 };
	struct report	 r = { .arena = &a };
	struct target	 t = { .model = str_of(cases[i].model) };
	struct str	 body = STR("");

	if (read_it(cases[i].request, &c, &why) == 0) {
		c.origin = DIALECT_OPENAI;
		(void)anthropic_write_request(&a, &c, &t, &r, &body, &why);
	}
	if (why.message.n > 0)
		printf("# " STR_FMT "\n", STR_ARG(why.message));
	is_slice(body, cases[i].body, "%s", cases[i].what);
	is_slice(names(&r), cases[i].dropped, "and what it cost is told");
}

/*
 * What Anthropic's own words cannot tell.
 */
static struct part *
ask_with(struct chat *c, enum part_kind kind)
{
	chat_init(c, &a, DIALECT_OPENAI);
	return part_add(&a, &chat_message(c, ROLE_USER)->parts, kind);
}

static struct str
written(const struct chat *c, const struct target *t, struct report *r, struct complaint *why)
{
	struct str body = STR("");

	*why = (struct complaint){ 0 };
	*r = (struct report){ .arena = &a };
	(void)anthropic_write_request(&a, c, t, r, &body, why);
	return body;
}

static void
check_refusals(void)
{
	static const struct {
		enum part_kind kind;
		struct media   media;
	} refused[] = {
		{ PART_AUDIO, { .mime = { "audio/wav", 9 }, .data = { "AAAA", 4 } } },
		{ PART_VIDEO, { .url = { "https://x", 9 } } },
		{ PART_IMAGE, { .mime = { "image/heic", 10 }, .data = { "AAAA", 4 } } },
		{ PART_IMAGE, { .file_id = { "file-1", 6 } } },
		{ PART_IMAGE, { .url = { "gs://x", 6 } } },
		{ PART_FILE, { .file_id = { "file-1", 6 } } },
		{ PART_FILE, { .mime = { "application/zip", 15 }, .data = { "UEsDBP8=", 8 } } },
	};
	struct target	 t = { .model = STR(S45) };
	struct complaint why;
	struct report	 r;
	struct chat	 c;

	for (size_t i = 0; i < LENGTH(refused); i++) {
		struct part *p = ask_with(&c, refused[i].kind);

		p->media = refused[i].media;
		ok(written(&c, &t, &r, &why).n == 0 && why.fault == FAULT_INEXPRESSIBLE, "content that has no block is refused: %zu", i);
		is_slice(why.param, "messages[0].content[0]", "and named");
	}
}

static void
check_others(void)
{
	struct target	 t = { .model = STR(S45), .stream = true };
	struct complaint why;
	struct report	 r;
	struct chat	 c;
	struct tool	*tool;

	ask_with(&c, PART_TEXT)->text = STR("hi");
	is_slice(written(&c, &t, &r, &why), "{\"model\":\"" S45 "\",\"max_tokens\":4096,\"stream\":true," HI "}", "a limit is always told");
	t.max_output = 64000;
	is_slice(written(&c, &t, &r, &why), "{\"model\":\"" S45 "\",\"max_tokens\":64000,\"stream\":true," HI "}", "the model's own, when it is known");
	t = (struct target){ .model = STR(S45) };
	c.reasoning.effort = STR("high");
	is_slice(written(&c, &t, &r, &why), "{\"model\":\"" S45 "\",\"max_tokens\":28672," HI ",\"thinking\":{\"type\":\"enabled\","
	    "\"budget_tokens\":24576}}", "thoughts get room of their own");
	c.reasoning.effort = STR("");
	c.field[FIELD_N] = STR("2");
	c.field[FIELD_SEED] = STR("1");
	c.field[FIELD_LOGPROBS] = STR("false");
	c.field[FIELD_PRESENCE_PENALTY] = STR("0.0");
	c.field[FIELD_SERVICE_TIER] = STR("\"flex\"");
	chat_note(&c, "prediction");
	(void)written(&c, &t, &r, &why);
	is_slice(names(&r), "service_tier,seed,n,prediction", "what cannot be said is reported, what changes nothing is not");
	ask_with(&c, PART_TEXT)->text = STR("hi");
	c.format.kind = FORMAT_JSON;
	ok(str_find(written(&c, &t, &r, &why), STR("\"system\":\"Answer with one valid JSON value")) < 60, "JSON is asked for in words");
	is_slice(names(&r), "response_format", "which is reported");
	ask_with(&c, PART_TEXT)->text = STR("hi");
	tool = chat_tool(&c, TOOL_FREEFORM);
	tool->name = STR("patch");
	chat_tool(&c, TOOL_NATIVE)->name = STR("web_search");
	chat_allow(&c, STR("patch"));
	chat_tool(&c, TOOL_FUNCTION)->name = STR("other");
	is_slice(written(&c, &t, &r, &why), "{\"model\":\"" S45 "\",\"max_tokens\":4096," HI ",\"tools\":[{\"name\":\"patch\",\"input_schema\":{"
	    "\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}}]}", "a freeform tool has one input");
	is_slice(names(&r), "tools.web_search,tool_choice", "others' own tools and those not allowed are left out");
	c.messages->role = ROLE_SYSTEM;
	c.messages->parts->kind = PART_IMAGE;
	ok(written(&c, &t, &r, &why).n == 0 && why.fault == FAULT_INEXPRESSIBLE, "an image in a system message is refused");
}

static void
check_count(void)
{
	struct target	 t = { .model = STR(S45), .stream = true };
	struct complaint why = { 0 };
	struct report	 r = { .arena = &a };
	struct chat	 c;
	struct str	 body;

	ask_with(&c, PART_TEXT)->text = STR("hi");
	c.field[FIELD_TEMPERATURE] = STR("0.5");
	c.field[FIELD_SEED] = STR("1");
	chat_stop_add(&c, STR("x"));
	ok(anthropic_write_count(&a, &c, &t, &r, &body, &why) == 0, "a count is asked");
	is_slice(body, "{\"model\":\"" S45 "\"," HI "}", "of what is counted alone");
	is_int(r.n, 0, "and nothing is missed");
}

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check(i);
	check_refusals();
	check_others();
	check_count();
	arena_done(&a);
	return tap_done();
}
