/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_read_test.c - a Messages request in the neutral form: every part in its place, nothing lost unnoted. */
#include "chat_text.h"
#include "dialect/anthropic.h"
#include "dialect/carry.h"
#include "tap.h"

static struct arena a;

#define HEAD "{\"model\":\"m\",\"max_tokens\":9,"
#define USER "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

static int
read_it(struct str body, enum endpoint endpoint, struct chat *c, struct complaint *why)
{
	struct ask     ask;
	struct inbound in = { .endpoint = endpoint, .body = body, .depth = 64 };

	if (anthropic_ask(&a, &in, &ask, why) < 0)
		return -1;
	return anthropic_read_request(&a, &ask, c, why);
}

/* Each request's neutral form, as tests/unit/dialect/chat_text.h words it. */
static const struct {
	const char *what, *body, *chat;
} cases[] = {
	{ "text and a limit", HEAD USER "}", "user[text:hi] max=9" },
	{ "system text comes first", HEAD USER ",\"system\":\"be\"}", "system[text:be] user[text:hi] max=9" },
	{ "system blocks with a cache mark", HEAD USER ",\"system\":[{\"type\":\"text\",\"text\":\"a\"},"
	    "{\"type\":\"text\",\"text\":\"b\",\"cache_control\":{\"type\":\"ephemeral\"}}]}",
	    "system[text:a text:b{cache}] user[text:hi] max=9" },
	{ "a system message in the middle stays there", HEAD "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
	    "{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"assistant\",\"content\":\"b\"}]}",
	    "user[text:a] system[text:s] assistant[text:b] max=9" },
	{ "images of each source", HEAD "\"messages\":[{\"role\":\"user\",\"content\":["
	    "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AAAA\"}},"
	    "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://x/y\"}},"
	    "{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"file_1\"}}]}]}",
	    "user[image:image/png,AAAA image:https://x/y image:#file_1] max=9" },
	{ "documents of each source", HEAD "\"messages\":[{\"role\":\"user\",\"content\":["
	    "{\"type\":\"document\",\"title\":\"T\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBE\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"abc\"}},"
	    "{\"type\":\"document\",\"source\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"abc\"},"
	    "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://x\"}}]}}]}]}",
	    "user[file:application/pdf,JVBE(T) file:text/plain,YWJj file:text/plain,YWJj image:https://x] max=9" },
	{ "a search result is text", HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"search_result\",\"source\":\"s\","
	    "\"title\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]}]}", "user[text:t\ns\n\nx] max=9" },
	{ "calls and results, in their order", HEAD "\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"text\",\"text\":\"t\"},{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{\"a\": 1}},"
	    "{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"g\",\"input\":{},\"caller\":{\"type\":\"direct\"}}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"r\"},"
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"is_error\":true,\"content\":[{\"type\":\"text\",\"text\":\"x\"},"
	    "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://x\"}}]},{\"type\":\"text\",\"text\":\"go\"}]}]}",
	    "user[text:q] assistant[text:t call:c1 f {\"a\": 1} call:c2 g {}] "
	    "tool[result:c1 f (text:r) result:c2 g failed (text:x image:https://x)] user[text:go] max=9" },
	{ "a result without content", HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\"}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\"}]}]}",
	    "assistant[call:c f {}] tool[result:c f ()] max=9" },
	{ "thinking and its signature", HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Er==\"},{\"type\":\"redacted_thinking\",\"data\":\"Em==\"},"
	    "{\"type\":\"text\",\"text\":\"t\"}]}]}",
	    "assistant[reasoning:hm sig=Er==@anthropic reasoning: sealed=Em==@anthropic text:t] max=9" },
	{ "server tools are kept as they stood", HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\"},{\"type\":\"new_block\"}]}]}",
	    "assistant[native:{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\"} native:{\"type\":\"new_block\"}] max=9" },
	{ "citations", HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"t\",\"citations\":["
	    "{\"type\":\"web_search_result_location\",\"url\":\"u\",\"title\":\"T\",\"cited_text\":\"q\"},"
	    "{\"type\":\"char_location\",\"document_title\":\"D\",\"cited_text\":\"p\"}]}]}]}",
	    "assistant[text:t{cite u T q}{cite  D p}] max=9" },
	{ "nothing is made of empty texts", HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"},"
	    "{\"type\":\"text\",\"text\":\"x\"}]},{\"role\":\"assistant\",\"content\":\"\"}]}", "user[text:x] max=9" },
	{ "a cache mark of the whole request is the last block's", HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"x\"},{\"type\":\"text\",\"text\":\"y\"}]}],\"cache_control\":{\"type\":\"ephemeral\"}}",
	    "user[text:x text:y{cache}] max=9" },
	{ "tools", HEAD USER ",\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\"},"
	    "\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"custom\",\"name\":\"g\",\"input_schema\":{\"type\":\"object\","
	    "\"properties\":{},\"additionalProperties\":false},\"strict\":true},{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]}",
	    "user[text:hi] tool:f \"d\" {\"type\":\"object\"}{cache} tool:g \"\" {\"type\":\"object\",\"properties\":{},"
	    "\"additionalProperties\":false} strict native-tool:{\"type\":\"web_search_20250305\",\"name\":\"web_search\"} max=9" },
	{ "strictness that others would refuse is noted", HEAD USER ",\"tools\":[{\"name\":\"g\",\"input_schema\":{\"type\":\"object\","
	    "\"properties\":{\"a\":{}},\"additionalProperties\":false},\"strict\":true}]}",
	    "user[text:hi] tool:g \"\" {\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false} max=9 notes=tools.strict" },
	{ "a choice of any tool, one at a time", HEAD USER ",\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true}}",
	    "user[text:hi] choice=required parallel=no max=9" },
	{ "a choice of one tool", HEAD USER ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}}", "user[text:hi] choice=f max=9" },
	{ "no choice", HEAD USER ",\"tool_choice\":{\"type\":\"none\"}}", "user[text:hi] choice=none max=9" },
	{ "thinking with a budget", HEAD USER ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}}",
	    "user[text:hi] max=9 reasoning=on budget=2048 shown" },
	{ "thinking off", HEAD USER ",\"thinking\":{\"type\":\"disabled\"}}", "user[text:hi] max=9 reasoning=off" },
	{ "adaptive thinking with effort", HEAD USER ",\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},"
	    "\"output_config\":{\"effort\":\"max\"}}", "user[text:hi] max=9 reasoning=on effort=max dynamic hidden" },
	{ "structured output", HEAD USER ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}}",
	    "user[text:hi] max=9 format=schema {\"type\":\"object\"} strict" },
	{ "structured output, as it was called before", HEAD USER ",\"output_format\":{\"type\":\"json_schema\",\"schema\":{\"properties\":{\"a\":{}}}}}",
	    "user[text:hi] max=9 format=schema {\"properties\":{\"a\":{}}}" },
	{ "scalars", HEAD USER ",\"temperature\":0.5,\"top_p\":0.9,\"top_k\":4,\"stop_sequences\":[\"x\",\" y\"],"
	    "\"metadata\":{\"user_id\":\"u\"},\"service_tier\":\"standard_only\",\"stream\":true}",
	    "user[text:hi] max=9 stop=x, y temperature=0.5 top_p=0.9 top_k=4 user=\"u\" service_tier=\"default\"" },
	{ "what only Anthropic knows is noted", HEAD USER ",\"container\":\"c\",\"mcp_servers\":[],\"context_management\":null,"
	    "\"metadata\":{\"x\":1},\"output_config\":{\"task_budget\":{}}}",
	    "user[text:hi] max=9 notes=output_config.task_budget,metadata.x,container,mcp_servers" },
	{ "what only Anthropic knows of a block is noted", HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\","
	    "\"context\":\"c\",\"citations\":{\"enabled\":true},\"x\":1,\"source\":{\"type\":\"url\",\"url\":\"https://x\"}}]}]}",
	    "user[file:https://x] max=9 notes=messages.content.x,messages.content.citations,messages.content.context" },
};

static const struct {
	const char *body, *param;
} refused[] = {
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":[1]}]}", "messages[0].content[0]" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{}]}]}", "messages[0].content[0].type" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]}", "messages[1].content[0].text" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]}", "messages[0].content[0].source" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"x\"}}]}]}", "messages[0].content[0].source.type" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}]}]}", "messages[0].content[0].type" },
	{ HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":\"{}\"}]}]}", "messages[0].content[0].input" },
	{ HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"\"}]}]}", "messages[0].content[0].name" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\"}]}]}", "messages" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":[{\"type\":\"tool_use\"}]}]}]}",
	    "messages[0].content[0].content[0].type" },
	{ HEAD "\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}", "messages" },
	{ HEAD USER ",\"system\":[{\"type\":\"image\"}]}", "system[0].type" },
	{ HEAD USER ",\"tools\":[{\"input_schema\":{}}]}", "tools[0].name" },
	{ HEAD USER ",\"tools\":[{\"name\":\"f\",\"input_schema\":[]}]}", "tools[0].input_schema" },
	{ HEAD USER ",\"tool_choice\":{\"type\":\"some\"}}", "tool_choice.type" },
	{ HEAD USER ",\"tool_choice\":{\"type\":\"tool\"}}", "tool_choice.name" },
	{ HEAD USER ",\"thinking\":{\"type\":\"enabled\"}}", "thinking.budget_tokens" },
	{ HEAD USER ",\"thinking\":{\"type\":\"on\"}}", "thinking.type" },
	{ HEAD USER ",\"output_format\":{\"type\":\"json\"}}", "output_format.type" },
	{ HEAD USER ",\"stop_sequences\":[1]}", "stop_sequences[0]" },
	{ "{\"model\":\"m\",\"max_tokens\":-1," USER "}", "max_tokens" },
};

static void
check_carried(void)
{
	struct part	 thought = { .kind = PART_REASONING, .sealed = STR("gAAA"), .id = STR("rs_1"), .origin = DIALECT_RESPONSES };
	struct chat	 c;
	struct complaint why = { 0 };
	struct str	 carrier = carry_wrap(&a, &thought);

	ok(read_it(arena_printf(&a, HEAD "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
		"\"signature\":\"" STR_FMT "\"},{\"type\":\"redacted_thinking\",\"data\":\"" STR_FMT "\"},{\"type\":\"tool_use\","
		"\"id\":\"" STR_FMT "\",\"name\":\"f\"}]}]}", STR_ARG(carrier), STR_ARG(carrier),
		STR_ARG(carry_id(&a, STR("c"), &thought, NULL))), ENDPOINT_CHAT, &c, &why) == 0, "reasoning of another comes back");
	is_slice(chat_text(&a, &c), "assistant[reasoning:hm sealed=gAAA@responses id=rs_1 reasoning: sealed=gAAA@responses id=rs_1 "
	    "reasoning: sealed=gAAA@responses id=rs_1 call:c f {}] max=9", "as it was, from signature, data and id");
}

int
main(void)
{
	struct chat	 c;
	struct complaint why;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		why = (struct complaint){ 0 };
		if (ok(read_it(str_of(cases[i].body), ENDPOINT_CHAT, &c, &why) == 0, "read: %s", cases[i].what))
			is_slice(chat_text(&a, &c), cases[i].chat, "%s", cases[i].what);
		else
			printf("# " STR_FMT "\n", STR_ARG(why.message));
	}
	for (size_t i = 0; i < LENGTH(refused); i++) {
		why = (struct complaint){ 0 };
		ok(read_it(str_of(refused[i].body), ENDPOINT_CHAT, &c, &why) < 0 && why.fault == FAULT_BAD_REQUEST, "refused: %s", refused[i].body);
		is_slice(why.param, refused[i].param, "and the field is named");
	}
	ok(read_it(STR("{\"model\":\"m\"," USER "}"), ENDPOINT_COUNT, &c, &why) == 0, "counting needs no limit");
	check_carried();
	arena_done(&a);
	return tap_done();
}
