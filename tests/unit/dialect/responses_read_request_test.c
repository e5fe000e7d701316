/* SPDX-License-Identifier: Apache-2.0 */
/* responses_read_request_test.c - all that a request says is there in the neutral form, or noted. */
#include "chat_text.h"
#include "dialect/carry.h"
#include "dialect/responses.h"
#include "tap.h"

static const struct {
	const char *what, *body, *want;
} good[] = {
	{ "a text",
	    "\"input\":\"hi\"",
	    "user[text:hi]" },
	{ "instructions and messages without a type",
	    "\"instructions\":\"be brief\",\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistan"
	    "t\",\"content\":\"b\"},{\"role\":\"developer\",\"content\":[{\"type\":\"input_text\",\"text\":\"c\""
	    "}]},{\"role\":\"user\",\"content\":\"d\"}]",
	    "system[text:be brief] user[text:a] assistant[text:b] developer[text:c] user[text:d]" },
	{ "content of all kinds",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
	    "\"see\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}},{\"type\":\"input_image\",\"image_url"
	    "\":\"data:image/png;base64,AA==\",\"detail\":\"low\"},{\"type\":\"input_image\",\"image_url\":\"htt"
	    "ps://x/i.png\"},{\"type\":\"input_image\",\"file_id\":\"file-1\"},{\"type\":\"input_file\",\"filena"
	    "me\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,BB==\"},{\"type\":\"input_file\",\"filen"
	    "ame\":\"a.csv\",\"file_data\":\"CC==\"},{\"type\":\"input_file\",\"file_url\":\"https://x/d.pdf\"},"
	    "{\"type\":\"input_file\",\"file_id\":\"file-2\"},{\"type\":\"input_audio\",\"input_audio\":{\"data"
	    "\":\"DD==\",\"format\":\"mp3\"}}]}]",
	    "user[text:see{cache} image:image/png,AA== detail=low image:https://x/i.png image:#file-1 file:appli"
	    "cation/pdf,BB==(a.pdf) file:text/csv,CC==(a.csv) file:https://x/d.pdf file:#file-2 audio:audio/mpeg"
	    ",DD==]" },
	{ "the model's own message",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\""
	    "assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\",\"annota"
	    "tions\":[{\"type\":\"url_citation\",\"url\":\"https://x\",\"title\":\"X\",\"start_index\":0,\"end_i"
	    "ndex\":1}],\"logprobs\":[]},{\"type\":\"refusal\",\"refusal\":\"no\"}]}]",
	    "user[text:q] assistant[text:a{cite https://x X } refusal:no]" },
	{ "a turn of thoughts, text and calls is one",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"reasoning\",\"id\":\"rs_1\",\"encrypte"
	    "d_content\":\"gAAA\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"one\"},{\"type\":\"summary_"
	    "text\",\"text\":\"two\"}]},{\"role\":\"assistant\",\"content\":\"I look\"},{\"type\":\"function_cal"
	    "l\",\"id\":\"fc_1\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},{\"type"
	    "\":\"function_call\",\"call_id\":\"call_2\",\"name\":\"g\",\"arguments\":\"\"},{\"type\":\"function"
	    "_call_output\",\"call_id\":\"call_1\",\"output\":\"r1\"},{\"type\":\"function_call_output\",\"call_"
	    "id\":\"call_2\",\"output\":[{\"type\":\"input_text\",\"text\":\"r2\"},{\"type\":\"input_image\",\"i"
	    "mage_url\":\"https://x/i.png\"}]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type"
	    "\":\"output_text\",\"text\":\"done\"}]}]",
	    "user[text:q] assistant[reasoning:one\n\ntwo sealed=gAAA@responses id=rs_1 summary text:I look call:"
	    "call_1 f {\"a\":1} call:call_2 g ] tool[result:call_1 f (text:r1) result:call_2 g (text:r2 image:ht"
	    "tps://x/i.png)] assistant[text:done]" },
	{ "raw thoughts",
	    "\"input\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"content\":[{\"type\":\"reasonin"
	    "g_text\",\"text\":\"hm\"}]},{\"role\":\"assistant\",\"content\":\"a\"}]",
	    "assistant[reasoning:hm id=rs_1 text:a]" },
	{ "freeform tools",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"custom_tool_call\",\"call_id\":\"c1\","
	    "\"name\":\"patch\",\"input\":\"*** Begin\"},{\"type\":\"custom_tool_call_output\",\"call_id\":\"c1"
	    "\",\"output\":\"ok\"}],\"tools\":[{\"type\":\"custom\",\"name\":\"patch\",\"description\":\"edits\""
	    ",\"format\":{\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":\"start: x\"}},{\"type\":\"cus"
	    "tom\",\"name\":\"t\",\"format\":{\"type\":\"text\"}}]",
	    "user[text:q] assistant[call:c1 patch *** Begin freeform] tool[result:c1 patch (text:ok)] freeform-t"
	    "ool:patch \"edits\" {\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":\"start: x\"} freeform"
	    "-tool:t \"\" " },
	{ "what the vendor runs itself",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"st"
	    "atus\":\"completed\"},{\"id\":\"msg_9\"},{\"role\":\"assistant\",\"content\":\"a\"}],\"tools\":[{\""
	    "type\":\"web_search\"}],\"tool_choice\":{\"type\":\"web_search\"}",
	    "user[text:q] assistant[native:{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed"
	    "\"} native:{\"id\":\"msg_9\"} text:a] native-tool:{\"type\":\"web_search\"} notes=tool_choice" },
	{ "a generated image",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"image_generation_call\",\"id\":\"ig_1"
	    "\",\"status\":\"completed\",\"result\":\"AA==\",\"output_format\":\"webp\"},{\"type\":\"image_gener"
	    "ation_call\",\"id\":\"ig_2\",\"status\":\"in_progress\",\"result\":null}]",
	    "user[text:q] assistant[image:image/webp,AA== native:{\"type\":\"image_generation_call\",\"id\":\"ig"
	    "_2\",\"status\":\"in_progress\",\"result\":null}]" },
	{ "functions",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters"
	    "\":{\"type\":\"object\",\"properties\":{}},\"strict\":true},{\"type\":\"function\",\"name\":\"g\","
	    "\"parameters\":null,\"strict\":false,\"defer_loading\":true},{\"type\":\"function\",\"function\":{"
	    "\"name\":\"h\",\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":\"required\",\"parallel_tool"
	    "_calls\":false",
	    "user[text:q] tool:f \"d\" {\"type\":\"object\",\"properties\":{}} strict tool:g \"\"  lax tool:h \""
	    "\" {\"type\":\"object\"} choice=required parallel=no notes=tools[].defer_loading" },
	{ "functions of a namespace",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"function_call\",\"call_id\":\"c1\",\"n"
	    "amespace\":\"mcp__fs__\",\"name\":\"read\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\""
	    ",\"call_id\":\"c1\",\"output\":\"\"}],\"tools\":[{\"type\":\"namespace\",\"name\":\"mcp__fs__\",\"d"
	    "escription\":\"d\",\"tools\":[{\"type\":\"function\",\"name\":\"read\",\"parameters\":{}}]},{\"type"
	    "\":\"namespace\",\"name\":\"crm\",\"description\":\"d\",\"tools\":[{\"type\":\"function\",\"name\":"
	    "\"list\",\"parameters\":{}}]}],\"tool_choice\":{\"type\":\"function\",\"name\":\"list\",\"namespace"
	    "\":\"crm\"}",
	    "user[text:q] assistant[call:c1 mcp__fs__read {}] tool[result:c1 mcp__fs__read (text:)] tool:mcp__fs"
	    "__read \"\" {} tool:crm__list \"\" {} choice=crm__list" },
	{ "tools that became known later",
	    "\"input\":[{\"type\":\"additional_tools\",\"role\":\"developer\",\"tools\":[{\"type\":\"function\","
	    "\"name\":\"f\",\"parameters\":{}}]},{\"role\":\"user\",\"content\":\"q\"}],\"tool_choice\":\"auto\"",
	    "user[text:q] tool:f \"\" {} choice=auto" },
	{ "a tool that is told twice is one tool",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"additional_tools\",\"tools\":[{\"type\":\"function\","
	    "\"name\":\"f\"},{\"type\":\"function\",\"name\":\"h\"}]}],\"tools\":[{\"type\":\"f\"},{\"type\":\"function\",\"name\":"
	    "\"f\"},{\"type\":\"custom\",\"name\":\"g\"}]",
	    "user[text:q] native-tool:{\"type\":\"f\"} tool:f \"\"  freeform-tool:g \"\"  tool:h \"\" " },
	{ "one function",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":{\"type\":\"func"
	    "tion\",\"name\":\"f\"}",
	    "user[text:q] tool:f \"\"  choice=f" },
	{ "one freeform tool",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"custom\",\"name\":\"f\"}],\"tool_choice\":{\"type\":\"custom"
	    "\",\"name\":\"f\"}",
	    "user[text:q] freeform-tool:f \"\"  choice=f" },
	{ "some of the tools",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"},{\"type\":\"function\",\"name\":"
	    "\"g\"}],\"tool_choice\":{\"type\":\"allowed_tools\",\"mode\":\"required\",\"tools\":[{\"type\":\"fu"
	    "nction\",\"name\":\"f\"},{\"type\":\"mcp\",\"server_label\":\"s\"}]}",
	    "user[text:q] tool:f \"\"  tool:g \"\"  choice=required allowed=f notes=tool_choice.tools" },
	{ "a schema",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{\"type\":"
	    "\"object\"},\"strict\":true},\"verbosity\":\"low\"}",
	    "user[text:q] format=schema n {\"type\":\"object\"} strict verbosity=\"low\"" },
	{ "JSON",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_object\"}}",
	    "user[text:q] format=json" },
	{ "plain text",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"text\"}}",
	    "user[text:q] format=text" },
	{ "effort and summary",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"high\",\"summary\":\"auto\",\"context\":\"all_turns\"}",
	    "user[text:q] reasoning= effort=high shown summary=auto notes=reasoning.context" },
	{ "no reasoning",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"none\"}",
	    "user[text:q] reasoning=off" },
	{ "includes",
	    "\"input\":\"q\",\"include\":[\"reasoning.encrypted_content\",\"message.output_text.logprobs\",\"fil"
	    "e_search_call.results\"],\"top_logprobs\":3",
	    "user[text:q] reasoning= shown logprobs=true top_logprobs=3 notes=include[file_search_call.results]" },
	{ "fields",
	    "\"input\":\"q\",\"max_output_tokens\":50,\"temperature\":0.5,\"top_p\":1,\"top_logprobs\":0,\"user"
	    "\":\"u\",\"metadata\":{\"k\":\"v\"},\"service_tier\":\"flex\",\"store\":false,\"prompt_cache_key\":"
	    "\"k\",\"prompt_cache_retention\":\"24h\",\"safety_identifier\":\"s\"",
	    "user[text:q] max=50 temperature=0.5 top_p=1 user=\"u\" safety_identifier=\"s\" metadata={\"k\":\"v"
	    "\"} service_tier=\"flex\" store=false prompt_cache_key=\"k\" prompt_cache_retention=\"24h\"" },
	{ "services of the vendor",
	    "\"input\":\"q\",\"truncation\":\"auto\",\"background\":true,\"conversation\":\"conv_1\",\"prompt\":"
	    "{\"id\":\"p\"},\"max_tool_calls\":3,\"previous_response_id\":\"resp_1\"",
	    "user[text:q] notes=truncation,background,conversation,prompt,max_tool_calls" },
	{ "the same, said to be off",
	    "\"input\":\"q\",\"truncation\":\"disabled\",\"background\":false,\"conversation\":null,\"prompt\":n"
	    "ull,\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}",
	    "user[text:q]" },
	{ "something new",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_hologram\",\"data\":\"x\"}]}],\"spin\""
	    ":1",
	    "user[native:{\"type\":\"input_hologram\",\"data\":\"x\"}] notes=spin" },
	{ "a result that names its function",
	    "\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c9\",\"name\":\"f\",\"output\":\"x\"},{"
	    "\"role\":\"user\",\"content\":\"q\"}]",
	    "tool[result:c9 f (text:x)] user[text:q]" },
	{ "phases",
	    "\"input\":[{\"role\":\"assistant\",\"phase\":\"commentary\",\"content\":\"a\"},{\"role\":\"user\","
	    "\"content\":\"q\"}]",
	    "assistant[text:a] user[text:q] notes=input[].phase" },
};

static const struct {
	const char *what, *body, *param;
} bad[] = {
	{ "a role that is none",
	    "\"input\":[{\"role\":\"tool\",\"content\":\"x\"}]", "input[0].role" },
	{ "a part that is a number",
	    "\"input\":[{\"role\":\"user\",\"content\":[5]}]", "input[0].content[0]" },
	{ "a part without a type",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}]", "input[0].content[0].type" },
	{ "a text that is a number",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"},{\"type\":\"inp"
	    "ut_text\",\"text\":5}]}]", "input[0].content[1].text" },
	{ "an image of nothing",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\"}]}]", "input[0].content[0].image_url" },
	{ "a file of nothing",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"filename\":\"a\"}]}]", "input[0].content[0].file_data" },
	{ "a call without a name",
	    "\"input\":[{\"type\":\"function_call\",\"call_id\":\"c\",\"arguments\":\"{}\"}]", "input[0].name" },
	{ "a result that is a number",
	    "\"input\":[{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"},{\"ty"
	    "pe\":\"function_call_output\",\"call_id\":\"c\",\"output\":5}]", "input[1].output" },
	{ "a tool that is a text",
	    "\"input\":\"q\",\"tools\":[\"f\"]", "tools[0]" },
	{ "a tool without a type",
	    "\"input\":\"q\",\"tools\":[{\"name\":\"f\"}]", "tools[0].type" },
	{ "a function without a name",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"web_search\"},{\"type\":\"function\"}]", "tools[1].name" },
	{ "a namespace inside another",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"namespace\",\"name\":\"n\",\"tools\":[{\"type\":\"namespace\""
	    ",\"name\":\"m\",\"tools\":[]}]}]", "tools[0].tools[0].type" },
	{ "a function of a namespace without a name",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"namespace\",\"name\":\"n\",\"tools\":[{\"type\":\"function\""
	    "}]}]", "tools[0].tools[0].name" },
	{ "parameters that are an array",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":[]}]", "tools[0].parameters" },
	{ "a choice that is no word",
	    "\"input\":\"q\",\"tool_choice\":\"perhaps\"", "tool_choice" },
	{ "allowed tools without a mode",
	    "\"input\":\"q\",\"tool_choice\":{\"type\":\"allowed_tools\",\"tools\":[]}", "tool_choice.mode" },
	{ "a schema that is missing",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\"}}", "text.format.schema" },
	{ "a result that answers nothing",
	    "\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c9\",\"output\":\"x\"}]", "messages" },
};

static int
read(struct arena *a, struct str members, struct chat *c, struct complaint *why)
{
	struct inbound in = { .endpoint = ENDPOINT_CHAT, .body = arena_printf(a, "{\"model\":\"m\"," STR_FMT "}", STR_ARG(members)) };
	struct ask     ask;

	if (responses_ask(a, &in, &ask, why) < 0)
		return -1;
	return responses_read_request(a, &ask, c, why);
}

static void
check_carriers(struct arena *a)
{
	struct part	 thought = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("s"), .origin = DIALECT_ANTHROPIC };
	struct complaint why;
	struct chat	 c;
	struct str	 carrier = carry_wrap(a, &thought), id = carry_id(a, STR("call_1"), &thought, NULL);

	ok(read(a, arena_printf(a, "\"input\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"x\"}],"
				  "\"encrypted_content\":\"" STR_FMT "\"},{\"role\":\"assistant\",\"content\":\"a\"}]", STR_ARG(carrier)),
	       &c, &why) == 0, "a carrier is read");
	is_slice(chat_text(a, &c), "assistant[reasoning:hm sig=s@anthropic text:a]", "and what it carried is there again");
	ok(read(a, arena_printf(a, "\"input\":[{\"type\":\"function_call\",\"call_id\":\"" STR_FMT "\",\"name\":\"f\",\"arguments\":\"{}\"},"
				  "{\"type\":\"function_call_output\",\"call_id\":\"" STR_FMT "\",\"output\":\"r\"}]", STR_ARG(id), STR_ARG(id)),
	       &c, &why) == 0, "a carrier behind an id is read");
	is_slice(chat_text(a, &c), "assistant[reasoning:hm sig=s@anthropic call:call_1 f {}] tool[result:call_1 f (text:r)]",
	    "and the ids are what they were");
}

static void
check_spaces(struct arena *a)
{
	struct complaint why;
	struct chat	 c;

	ok(read(a, STR("\"input\":\"q\",\"tools\":[{\"type\":\"namespace\",\"name\":\"n\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}]"), &c,
	       &why) == 0, "a namespace is read");
	ok(str_is(c.tools->space, "n") && str_is(c.tools->name, "n__f"), "and the tool knows it");
}

int
main(void)
{
	struct complaint why;
	struct arena	 a;
	struct chat	 c;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(good); i++) {
		if (read(&a, str_of(good[i].body), &c, &why) < 0)
			ok(0, "%s: " STR_FMT, good[i].what, STR_ARG(why.message));
		else
			is_slice(chat_text(&a, &c), good[i].want, "%s", good[i].what);
	}
	for (size_t i = 0; i < LENGTH(bad); i++) {
		if (ok(read(&a, str_of(bad[i].body), &c, &why) < 0, "%s is refused", bad[i].what)) {
			is_slice(why.param, bad[i].param, "%s: the field", bad[i].what);
			is_int(why.fault, FAULT_BAD_REQUEST, "%s: the fault", bad[i].what);
		}
	}
	check_carriers(&a);
	check_spaces(&a);
	arena_done(&a);
	return tap_done();
}
