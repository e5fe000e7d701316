/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_write_request_test.c - what a chat says reaches the upstream, or is reported.
 *
 * The chats are written down in this dialect, and said to be of another.
 */
#include "dialect/responses.h"
#include "tap.h"

static const struct {
	const char     *what;
	enum dialect_id origin;
	enum flavour	flavour;
	const char     *model, *members, *want;	/* the body behind the model, and what was dropped */
} good[] = {
	{ "a text", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\"",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"store\":false" },
	{ "a system text is the instructions", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"instructions\":\"be brief\",\"input\":\"q\"",
	    "\"instructions\":\"be brief\",\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}"
	    "],\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "more than one system text is an item", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"role\":\"system\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\"},{\"type\":\"i"
	    "nput_text\",\"text\":\"b\"}]},{\"role\":\"user\",\"content\":\"q\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"system\",\"content\":[{\"type\":\"input_text\",\"text\""
	    ":\"a\"},{\"type\":\"input_text\",\"text\":\"b\"}]},{\"type\":\"message\",\"role\":\"user\",\"conten"
	    "t\":\"q\"}],\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "a system text alone is an item", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"role\":\"system\",\"content\":\"a\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"system\",\"content\":\"a\"}],\"include\":[\"reasoning.e"
	    "ncrypted_content\"],\"store\":false" },
	{ "content of all kinds", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"see\"},{\"type\":\"i"
	    "nput_image\",\"image_url\":\"data:image/png;base64,AA==\",\"detail\":\"low\"},{\"type\":\"input_ima"
	    "ge\",\"image_url\":\"https://x/i.png\"},{\"type\":\"input_image\",\"file_id\":\"file-1\"},{\"type\""
	    ":\"input_file\",\"file_data\":\"data:text/plain;base64,BB==\"},{\"type\":\"input_file\",\"filename"
	    "\":\"b.pdf\",\"file_data\":\"data:application/pdf;base64,BB==\"},{\"type\":\"input_file\",\"file_ur"
	    "l\":\"https://x/d.pdf\"},{\"type\":\"input_file\",\"file_id\":\"file-2\"}]}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
	    "\"see\"},{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AA==\",\"detail\":\"low\"}"
	    ",{\"type\":\"input_image\",\"image_url\":\"https://x/i.png\",\"detail\":\"auto\"},{\"type\":\"input"
	    "_image\",\"file_id\":\"file-1\",\"detail\":\"auto\"},{\"type\":\"input_file\",\"filename\":\"docume"
	    "nt.txt\",\"file_data\":\"data:text/plain;base64,BB==\"},{\"type\":\"input_file\",\"filename\":\"b.p"
	    "df\",\"file_data\":\"data:application/pdf;base64,BB==\"},{\"type\":\"input_file\",\"file_url\":\"ht"
	    "tps://x/d.pdf\"},{\"type\":\"input_file\",\"file_id\":\"file-2\"}]}],\"include\":[\"reasoning.encry"
	    "pted_content\"],\"store\":false" },
	{ "sound and video where they are taken", DIALECT_OPENAI, FLAVOUR_OPENROUTER, "gpt-x",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"DD"
	    "==\",\"format\":\"mp3\"}},{\"type\":\"input_video\",\"video_url\":\"https://x/v.mp4\"}]}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_a"
	    "udio\":{\"data\":\"DD==\",\"format\":\"mp3\"}},{\"type\":\"input_video\",\"video_url\":\"https://x/"
	    "v.mp4\"}]}],\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "a turn is taken apart", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"I look\"},{"
	    "\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},{\"ty"
	    "pe\":\"function_call\",\"call_id\":\"c2\",\"name\":\"g.h\",\"arguments\":\"\"},{\"type\":\"function"
	    "_call_output\",\"call_id\":\"c1\",\"output\":\"r1\"},{\"type\":\"function_call_output\",\"call_id\""
	    ":\"c2\",\"output\":[{\"type\":\"input_text\",\"text\":\"r2\"},{\"type\":\"input_image\",\"image_url"
	    "\":\"https://x/i.png\"}]}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"},{\"type\":\"message\",\"role"
	    "\":\"assistant\",\"content\":\"I look\"},{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\""
	    "f\",\"arguments\":\"{\\\"a\\\":1}\"},{\"type\":\"function_call\",\"call_id\":\"c2\",\"name\":\"g_h_"
	    "fa00ffd0\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":"
	    "\"r1\"},{\"type\":\"function_call_output\",\"call_id\":\"c2\",\"output\":[{\"type\":\"input_text\","
	    "\"text\":\"r2\"},{\"type\":\"input_image\",\"image_url\":\"https://x/i.png\",\"detail\":\"auto\"}]}"
	    "],\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "a call that nobody answered", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},{\"r"
	    "ole\":\"user\",\"content\":\"q\"}]",
	    "\"input\":[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"},{\"t"
	    "ype\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"The call was not answered.\"},{\"typ"
	    "e\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.encrypted_content\"]"
	    ",\"store\":false" },
	{ "texts in a row, refusals and links are one message", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\",\"annotati"
	    "ons\":[{\"type\":\"url_citation\",\"url\":\"https://x\",\"title\":\"X\",\"start_index\":0,\"end_ind"
	    "ex\":1}]},{\"type\":\"output_text\",\"text\":\"\"},{\"type\":\"refusal\",\"refusal\":\"no\"}]},{\"r"
	    "ole\":\"user\",\"content\":\"q\"}]",
	    "\"input\":[{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"completed\",\"role\":\"assistant\","
	    "\"content\":[{\"type\":\"output_text\",\"text\":\"a\",\"annotations\":[{\"type\":\"url_citation\","
	    "\"url\":\"https://x\",\"title\":\"X\",\"start_index\":0,\"end_index\":1}],\"logprobs\":[]},{\"type"
	    "\":\"refusal\",\"refusal\":\"no\"}]},{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\""
	    "include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "thoughts of the vendor go back in front of their item", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5",
	    "\"input\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"encrypted_content\":\"gAAA\",\"summary\":[{\"t"
	    "ype\":\"summary_text\",\"text\":\"hm\"}]},{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"us"
	    "er\",\"content\":\"q\"}]",
	    "\"input\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"encrypted_content\":\"gAAA\",\"summary\":[{\"t"
	    "ype\":\"summary_text\",\"text\":\"hm\"}]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":"
	    "\"a\"},{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.encrypt"
	    "ed_content\"],\"store\":false" },
	{ "not when nothing follows", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5",
	    "\"input\":[{\"role\":\"assistant\",\"content\":\"a\"},{\"type\":\"reasoning\",\"id\":\"rs_1\",\"enc"
	    "rypted_content\":\"gAAA\",\"summary\":[]},{\"role\":\"user\",\"content\":\"q\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"a\"},{\"type\":\"message\",\""
	    "role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.encrypted_content\"],\"store\":false d"
	    "ropped reasoning" },
	{ "not when only an id is known", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5",
	    "\"input\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]},{\"role\":\"assistant\",\"conten"
	    "t\":\"a\"},{\"role\":\"user\",\"content\":\"q\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"a\"},{\"type\":\"message\",\""
	    "role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.encrypted_content\"],\"store\":false d"
	    "ropped reasoning" },
	{ "nor when another vendor of this dialect made it", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5",
	    "\"input\":[{\"type\":\"reasoning\",\"id\":\"77-1\",\"encrypted_content\":\"x\",\"summary\":[]},{\"r"
	    "ole\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"q\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"a\"},{\"type\":\"message\",\""
	    "role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.encrypted_content\"],\"store\":false d"
	    "ropped reasoning" },
	{ "who gets its thoughts as it said them", DIALECT_ANTHROPIC, FLAVOUR_PLAIN, "ds",
	    "\"input\":[{\"type\":\"reasoning\",\"id\":\"77-1\",\"summary\":[],\"content\":[{\"type\":\"reasonin"
	    "g_text\",\"text\":\"hm\"}]},{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content"
	    "\":\"q\"}]",
	    "\"input\":[{\"type\":\"reasoning\",\"id\":\"77-1\",\"summary\":[],\"content\":[{\"type\":\"reasonin"
	    "g_text\",\"text\":\"hm\"}]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"a\"},{\"type"
	    "\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.encrypted_content\"],"
	    "\"store\":false" },
	{ "freeform tools", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-5.1",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"custom_tool_call\",\"call_id\":\"c1\","
	    "\"name\":\"patch\",\"input\":\"*** Begin\"},{\"type\":\"custom_tool_call_output\",\"call_id\":\"c1"
	    "\",\"output\":\"ok\"}],\"tools\":[{\"type\":\"custom\",\"name\":\"patch\",\"description\":\"edits\""
	    ",\"format\":{\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":\"start: x\"}}],\"tool_choice"
	    "\":{\"type\":\"custom\",\"name\":\"patch\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"},{\"type\":\"custom_tool_call"
	    "\",\"call_id\":\"c1\",\"name\":\"patch\",\"input\":\"*** Begin\"},{\"type\":\"custom_tool_call_outp"
	    "ut\",\"call_id\":\"c1\",\"output\":\"ok\"}],\"tools\":[{\"type\":\"custom\",\"name\":\"patch\",\"de"
	    "scription\":\"edits\",\"format\":{\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":\"start: "
	    "x\"}}],\"tool_choice\":{\"type\":\"custom\",\"name\":\"patch\"},\"include\":[\"reasoning.encrypted_"
	    "content\"],\"store\":false" },
	{ "what the vendor runs stays its own", DIALECT_RESPONSES, FLAVOUR_OFFICIAL, "gpt-5.1",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"st"
	    "atus\":\"completed\"},{\"role\":\"assistant\",\"content\":\"a\"}],\"tools\":[{\"type\":\"web_search"
	    "\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"},{\"type\":\"web_search_call\""
	    ",\"id\":\"ws_1\",\"status\":\"completed\"},{\"type\":\"message\",\"role\":\"assistant\",\"content\""
	    ":\"a\"}],\"tools\":[{\"type\":\"web_search\"}]" },
	{ "a part that nobody knows stays in its message, an item beside it", DIALECT_RESPONSES, FLAVOUR_OFFICIAL, "gpt-5.1",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"ou"
	    "tput_text\",\"text\":\"a\"},{\"type\":\"function_call\",\"name\":\"x\"},{\"type\":\"output_hologram"
	    "\",\"data\":\"h\"}]},{\"type\":\"hologram_call\",\"id\":\"h_1\"},{\"role\":\"user\",\"content\":\"mo"
	    "re\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"},{\"type\":\"message\",\"id\":"
	    "\"msg_1\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"t"
	    "ext\":\"a\",\"annotations\":[],\"logprobs\":[]},{\"type\":\"function_call\",\"name\":\"x\"},{\"type"
	    "\":\"output_hologram\",\"data\":\"h\"}]},{\"type\":\"hologram_call\",\"id\":\"h_1\"},{\"type\":\"mes"
	    "sage\",\"role\":\"user\",\"content\":\"more\"}]" },
	{ "what leaves nothing is an empty message", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm\"}]}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"\"}],\"include\":[\"reasoning.encrypted_content\"]"
	    ",\"store\":false dropped reasoning" },
	{ "a picture that a model made", DIALECT_GEMINI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"image_generation_call\",\"id\":\"x\","
	    "\"status\":\"completed\",\"result\":\"AA==\"},{\"role\":\"user\",\"content\":\"more\"}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"},{\"type\":\"image_generation_"
	    "call\",\"id\":\"ig_1\",\"status\":\"completed\",\"result\":\"AA==\"},{\"type\":\"message\",\"role\""
	    ":\"user\",\"content\":\"more\"}],\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "functions", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters"
	    "\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"strict\":true},{\"type"
	    "\":\"function\",\"name\":\"o\",\"parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":tr"
	    "ue},{\"type\":\"function\",\"name\":\"g\"},{\"type\":\"function\",\"name\":\"a.b\",\"parameters\":{"
	    "\"type\":\"object\"}},{\"type\":\"function\",\"name\":\"h\",\"parameters\":{\"properties\":{\"x\":{"
	    "}}}}],\"tool_choice\":\"required\",\"parallel_tool_calls\":false",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"tools\":[{\"type\":\"funct"
	    "ion\",\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{},\""
	    "additionalProperties\":false},\"strict\":true},{\"type\":\"function\",\"name\":\"o\",\"parameters\""
	    ":{\"type\":\"object\",\"properties\":{}},\"strict\":false},{\"type\":\"function\",\"name\":\"g\",\""
	    "parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":false},{\"type\":\"function\",\"nam"
	    "e\":\"a_b_0466522c\",\"parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":false},{\"ty"
	    "pe\":\"function\",\"name\":\"h\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{}}},\"s"
	    "trict\":false}],\"tool_choice\":\"required\",\"parallel_tool_calls\":false,\"include\":[\"reasoning"
	    ".encrypted_content\"],\"store\":false dropped tools.strict" },
	{ "one function", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"a.b\",\"parameters\":{\"type\":\"objec"
	    "t\",\"properties\":{}}}],\"tool_choice\":{\"type\":\"function\",\"name\":\"a.b\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"tools\":[{\"type\":\"funct"
	    "ion\",\"name\":\"a_b_0466522c\",\"parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":f"
	    "alse}],\"tool_choice\":{\"type\":\"function\",\"name\":\"a_b_0466522c\"},\"include\":[\"reasoning.e"
	    "ncrypted_content\"],\"store\":false" },
	{ "some of the tools", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object"
	    "\",\"properties\":{}}},{\"type\":\"custom\",\"name\":\"g\"}],\"tool_choice\":{\"type\":\"allowed_to"
	    "ols\",\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"},{\"type\":\"custom\","
	    "\"name\":\"g\"}]}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"tools\":[{\"type\":\"funct"
	    "ion\",\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":false},{\"ty"
	    "pe\":\"custom\",\"name\":\"g\"}],\"tool_choice\":{\"type\":\"allowed_tools\",\"mode\":\"required\","
	    "\"tools\":[{\"type\":\"function\",\"name\":\"f\"},{\"type\":\"custom\",\"name\":\"g\"}]},\"include"
	    "\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "no tools, no choice", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"tools\":[],\"tool_choice\":\"auto\",\"parallel_tool_calls\":true",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"store\":false" },
	{ "a schema", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"my form\",\"description\""
	    ":\"d\",\"schema\":{\"type\":\"object\"},\"strict\":true},\"verbosity\":\"low\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"text\":{\"format\":{\"type"
	    "\":\"json_schema\",\"name\":\"my_form_a3ea9bf3\",\"description\":\"d\",\"schema\":{\"type\":\"objec"
	    "t\"},\"strict\":false},\"verbosity\":\"low\"},\"include\":[\"reasoning.encrypted_content\"],\"store"
	    "\":false dropped text.format.strict" },
	{ "a strict schema", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"form\",\"schema\":{\"type"
	    "\":\"object\",\"properties\":{},\"additionalProperties\":false},\"strict\":true}}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"text\":{\"format\":{\"type"
	    "\":\"json_schema\",\"name\":\"form\",\"schema\":{\"type\":\"object\",\"properties\":{},\"additional"
	    "Properties\":false},\"strict\":true}},\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "a schema without a name", DIALECT_GEMINI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"text\":{\"format\":{\"type"
	    "\":\"json_schema\",\"name\":\"response\",\"schema\":{\"type\":\"object\"}}},\"include\":[\"reasonin"
	    "g.encrypted_content\"],\"store\":false" },
	{ "JSON that no message speaks of", DIALECT_OLLAMA, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_object\"}}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"developer\",\"content\":\"Answer with a JSON object.\"}"
	    ",{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"text\":{\"format\":{\"type\":\"json_"
	    "object\"}},\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "JSON that the system speaks of", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"instructions\":\"answer in Json\",\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_object\"}"
	    "}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"system\",\"content\":\"answer in Json\"},{\"type\":\"me"
	    "ssage\",\"role\":\"user\",\"content\":\"q\"}],\"text\":{\"format\":{\"type\":\"json_object\"}},\"in"
	    "clude\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "effort and shown thoughts", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"high\"},\"include\":[\"reasoning.encrypted_content\"]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"reasoning\":{\"effort\":\""
	    "high\",\"summary\":\"auto\"},\"include\":[\"reasoning.encrypted_content\"],\"store\":false" },
	{ "an effort beyond the model's", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"max\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"reasoning\":{\"effort\":\""
	    "high\"},\"include\":[\"reasoning.encrypted_content\"],\"store\":false dropped reasoning_effort" },
	{ "no reasoning, where it cannot be none", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "o3",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"none\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"reasoning\":{\"effort\":\""
	    "low\"},\"store\":false dropped reasoning_effort" },
	{ "no reasoning", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5.1",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"none\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"reasoning\":{\"effort\":\""
	    "none\"},\"store\":false" },
	{ "a model that does not reason", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-4o",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"high\",\"summary\":\"auto\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"store\":false dropped reas"
	    "oning_effort,reasoning.summary" },
	{ "a model that does not reason anyway", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-4o",
	    "\"input\":\"q\",\"reasoning\":{\"effort\":\"none\"}",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"store\":false" },
	{ "fields", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"max_output_tokens\":50,\"temperature\":0.5,\"top_p\":1,\"user\":\"u\",\"metadata"
	    "\":{\"k\":\"v\",\"n\":1},\"service_tier\":\"flex\",\"store\":true,\"prompt_cache_key\":\"k\",\"prom"
	    "pt_cache_retention\":\"in-memory\",\"safety_identifier\":\"s\"",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"max_output_tokens\":50,\"temperature\":0.5,\"top_p\":1,\"user\":\"u\",\"safety_"
	    "identifier\":\"s\",\"metadata\":{\"k\":\"v\",\"n\":\"1\"},\"service_tier\":\"flex\",\"store\":true,"
	    "\"prompt_cache_key\":\"k\",\"prompt_cache_retention\":\"in_memory\"" },
	{ "values that would be refused", DIALECT_OLLAMA, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"max_output_tokens\":5,\"temperature\":3.5,\"top_p\":-1,\"service_tier\":\"express"
	    "\",\"prompt_cache_retention\":\"1w\"",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"max_output_tokens\":16,\"temperature\":2,\"top_p\":0,\"service_tier\":\"default"
	    "\",\"store\":false dropped max_tokens,temperature,top_p,service_tier,prompt_cache_retention" },
	{ "Anthropic's tier", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"service_tier\":\"standard_only\"",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"service_tier\":\"default\",\"store\":false" },
	{ "a temperature for a model that reasons", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "o3",
	    "\"input\":\"q\",\"temperature\":0.5,\"top_p\":0.5",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"store\":false dropped temperature,top_p" },
	{ "fields that this dialect lacks", DIALECT_OLLAMA, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"top_k\":5,\"seed\":7,\"presence_penalty\":0.5",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"store\":false dropped top_k,seed,presence_penalty" },
	{ "and their values that say nothing", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-x",
	    "\"input\":\"q\",\"presence_penalty\":0,\"frequency_penalty\":0.0,\"repetition_penalty\":1.0,\"modal"
	    "ities\":[\"text\"]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"store\":false" },
	{ "OpenRouter takes more", DIALECT_OLLAMA, FLAVOUR_OPENROUTER, "gpt-x",
	    "\"input\":\"q\",\"top_k\":5,\"seed\":7,\"presence_penalty\":0.5",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"top_k\":5,\"presence_penalty\":0.5,\"store\":false dropped seed" },
	{ "log probabilities", DIALECT_OPENAI, FLAVOUR_OFFICIAL, "gpt-4o",
	    "\"input\":\"q\",\"include\":[\"message.output_text.logprobs\"],\"top_logprobs\":3",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"message.outpu"
	    "t_text.logprobs\"],\"top_logprobs\":3,\"store\":false" },
	{ "cache marks for old models", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5.1",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\",\"cache_control"
	    "\":{\"type\":\"ephemeral\"}}]}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
	    "\"a\"}]}],\"include\":[\"reasoning.encrypted_content\"],\"store\":false dropped cache_control" },
	{ "cache marks for new ones", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL, "gpt-5.6-mini",
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"a\",\"cache_control"
	    "\":{\"type\":\"ephemeral\"}}]}]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
	    "\"a\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]}],\"include\":[\"reasoning.encrypted_co"
	    "ntent\"],\"store\":false" },
	{ "what a reader noted", DIALECT_RESPONSES, FLAVOUR_OFFICIAL, "gpt-5.1",
	    "\"input\":\"q\",\"truncation\":\"auto\",\"include\":[\"file_search_call.results\"]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}] dropped include[file_search_"
	    "call.results],truncation" },
	{ "a request of this dialect keeps its silence", DIALECT_RESPONSES, FLAVOUR_OFFICIAL, "gpt-5.1",
	    "\"input\":\"q\",\"store\":false,\"include\":[\"reasoning.encrypted_content\"]",
	    "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"q\"}],\"include\":[\"reasoning.enc"
	    "rypted_content\"],\"store\":false" },
};

static const struct {
	const char     *what;
	enum dialect_id origin;
	enum flavour	flavour;
	const char     *members;
} bad[] = {
	{ "sound", DIALECT_OPENAI, FLAVOUR_OFFICIAL,
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"DD"
	    "==\",\"format\":\"mp3\"}}]}]" },
	{ "sound of a format that nobody takes", DIALECT_OPENAI, FLAVOUR_OPENROUTER,
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"DD"
	    "==\",\"format\":\"flac\"}}]}]" },
	{ "a video", DIALECT_GEMINI, FLAVOUR_OFFICIAL,
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_video\",\"video_url\":\"https://x/v.mp"
	    "4\"}]}]" },
	{ "an image that is not on the web", DIALECT_GEMINI, FLAVOUR_OFFICIAL,
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"gs://b/i.png\""
	    "}]}]" },
	{ "a file that another vendor keeps", DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL,
	    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"file_1\"}]}]" },
	{ "a file in an answer", DIALECT_GEMINI, FLAVOUR_OFFICIAL,
	    "\"input\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"input_file\",\"file_url\":\"https://x/f"
	    "\"}]},{\"role\":\"user\",\"content\":\"q\"}]" },
	{ "a result of no call", DIALECT_GEMINI, FLAVOUR_OFFICIAL,
	    "\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"name\":\"f\",\"output\":\"x\"}]" },
	{ "sound in a result", DIALECT_OPENAI, FLAVOUR_OFFICIAL,
	    "\"input\":[{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"},{\"ty"
	    "pe\":\"function_call_output\",\"call_id\":\"c\",\"output\":[{\"type\":\"input_audio\",\"input_audio"
	    "\":{\"data\":\"DD==\",\"format\":\"mp3\"}}]}]" },
};

static bool
read(struct arena *a, const char *members, enum dialect_id origin, struct chat *c)
{
	struct inbound	 in = { .body = arena_printf(a, "{\"model\":\"m\",%s}", members) };
	struct complaint why;
	struct ask	 ask;

	if (responses_ask(a, &in, &ask, &why) < 0 || responses_read_request(a, &ask, c, &why) < 0)
		return false;
	c->origin = origin;
	return true;
}

/* {"model":"...",REST}, then the names of what was dropped. */
static struct str
told(struct arena *a, struct str body, const struct report *r)
{
	struct json_error e;
	struct str	  rest = str_from(body, str_find_byte(body, ',') + 1);
	struct buf	  b = { 0 };
	struct str	  text;

	if (json_check(body, 0, &e) < 0)
		return STR("no JSON");
	buf_str(&b, str_upto(rest, rest.n - 1));
	for (const struct name_list *n = r->names; n != NULL; n = n->next)
		buf_printf(&b, "%s" STR_FMT, n == r->names ? " dropped " : ",", STR_ARG(n->name));
	text = arena_str(a, buf_view(&b));
	buf_done(&b);
	return text;
}

static void
check_good(struct arena *a, size_t i)
{
	struct target	 t = { .model = str_of(good[i].model), .flavour = good[i].flavour };
	struct report	 r = { .arena = a };
	struct complaint why = { 0 };
	struct chat	 c;
	struct str	 body = STR_NONE;

	if (!read(a, good[i].members, good[i].origin, &c))
		ok(0, "%s: the case itself is a request", good[i].what);
	else if (responses_write_request(a, &c, &t, &r, &body, &why) < 0)
		ok(0, "%s: " STR_FMT, good[i].what, STR_ARG(why.message));
	else
		is_slice(told(a, body, &r), good[i].want, "%s", good[i].what);
}

static void
check_bad(struct arena *a, size_t i)
{
	struct target	 t = { .model = STR("gpt-x"), .flavour = bad[i].flavour };
	struct report	 r = { .arena = a };
	struct complaint why = { 0 };
	struct chat	 c;
	struct str	 body = STR_NONE;

	ok(read(a, bad[i].members, bad[i].origin, &c) && responses_write_request(a, &c, &t, &r, &body, &why) < 0 &&
		why.fault == FAULT_INEXPRESSIBLE && why.param.n > 0 && body.n == 0, "%s is refused", bad[i].what);
}

static void
check_ids(struct arena *a)
{
	struct report	 r = { .arena = a };
	struct complaint why = { 0 };
	struct target	 t = { .model = STR("m"), .stream = true };
	struct chat	 c;
	struct str	 body, id;
	struct message	*m;
	struct part	*call, *result;

	chat_init(&c, a, DIALECT_ANTHROPIC);
	m = chat_message(&c, ROLE_ASSISTANT);
	call = part_add(a, &m->parts, PART_CALL);
	result = part_add(a, &chat_message(&c, ROLE_TOOL)->parts, PART_RESULT);
	call->id = result->id = STR("toolu_0123456789012345678901234567890123456789012345678901234567890123456789");
	call->name = result->name = STR("f");
	result->failed = true;
	part_add(a, &result->content, PART_TEXT)->text = STR("boom");
	ok(responses_write_request(a, &c, &t, &r, &body, &why) == 0, "a long id is written");
	id = str_from(body, str_find(body, STR("\"call_id\":\"")) + 11);
	id = str_upto(id, str_find_byte(id, '"'));
	ok(id.n > 16 && id.n <= 64, "short enough");
	body = str_from(body, str_find(body, id) + id.n);
	ok(str_find(body, id) < body.n, "and the same for the result");
	ok(str_find(body, STR("\"output\":\"Error: boom\"")) < body.n, "a failure is told in the text");
	ok(str_find(body, STR("\"stream\":true")) < body.n, "a stream is asked for");
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(good); i++)
		check_good(&a, i);
	for (size_t i = 0; i < LENGTH(bad); i++)
		check_bad(&a, i);
	check_ids(&a);
	arena_done(&a);
	return tap_done();
}
