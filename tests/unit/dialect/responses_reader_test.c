/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_reader_test.c - a stream is told in order, once, and whole, whatever the upstream left out.
 *
 * A case is a list of payloads, one a line.
 */
#include "dialect/responses.h"
#include "tap.h"
#include "transcript.h"

static const struct {
	const char *what, *events, *want;
} cases[] = {
	{ "a text",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":"
	    "\"msg_1\",\"role\":\"assistant\",\"content\":[]}}\n"
	    "{\"type\":\"response.content_part.added\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\""
	    ":\"output_text\",\"text\":\"\",\"annotations\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"he\"}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"llo\"}"
	    "\n"
	    "{\"type\":\"response.output_text.done\",\"output_index\":0,\"content_index\":0,\"text\":\"hello\"}"
	    "\n"
	    "{\"type\":\"response.content_part.done\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":"
	    "\"output_text\",\"text\":\"hello\",\"annotations\":[]}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\""
	    "msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"hello\",\"annotati"
	    "ons\":[]}]}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_t"
	    "ext\",\"text\":\"hello\",\"annotations\":[]}]}],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}"
	    "}\n",
	    "<start resp_1><0 begin text><0 +he><0 +llo><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "a text without the events around it",
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"he\"}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"llo\"}"
	    "\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start><0 begin text><0 +he><0 +llo><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "a text that only the end tells",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_t"
	    "ext\",\"text\":\"hello\",\"annotations\":[]}]}],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}"
	    "}\n",
	    "<start resp_1><0 begin text><0 +hello><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "a text whose deltas end early",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"he\"}\n"
	    "{\"type\":\"response.output_text.done\",\"output_index\":0,\"content_index\":0,\"text\":\"hello\"}"
	    "\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin text><0 +he><0 +llo><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "two parts of a message",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.content_part.done\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":"
	    "\"output_text\",\"text\":\"a\",\"annotations\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":1,\"delta\":\"b\"}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 end text><0 begin text><0 +b><0 end text><0 stop end><usage 3 "
	    "0 0 2 0 0 0 0><done>" },
	{ "a refusal",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.refusal.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"no\"}\n"
	    "{\"type\":\"response.refusal.done\",\"output_index\":0,\"content_index\":0,\"refusal\":\"no way\"}"
	    "\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin refusal><0 +no><0 + way><0 end refusal><0 stop end><usage 3 0 0 2 0 0 0 0><d"
	    "one>" },
	{ "calls",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\""
	    "id\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"\"}}\n"
	    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\"{\\\"a\\\"\"}\n"
	    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\":1}\"}\n"
	    "{\"type\":\"response.function_call_arguments.done\",\"output_index\":0,\"arguments\":\"{\\\"a\\\":1"
	    "}\"}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"i"
	    "d\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\""
	    "id\":\"fc_1\",\"call_id\":\"c2\",\"name\":\"f\",\"arguments\":\"\"}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"i"
	    "d\":\"fc_1\",\"call_id\":\"c2\",\"name\":\"f\",\"arguments\":\"{}\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin call id=c1 name=f><0 +{\"a\"><0 +:1}><0 end call id=c1 name=f><0 begin call "
	    "id=c2 name=f><0 +{}><0 end call id=c2 name=f><0 stop tools><usage 3 0 0 2 0 0 0 0><done>" },
	{ "calls that come interleaved",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\""
	    "id\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"\"}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\""
	    "id\":\"fc_1\",\"call_id\":\"c2\",\"name\":\"g\",\"arguments\":\"\"}}\n"
	    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":1,\"delta\":\"{\\\"b\\\"\"}\n"
	    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\"{\\\"a\\\"\"}\n"
	    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":1,\"delta\":\":2}\"}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":\"function_call\",\"i"
	    "d\":\"fc_1\",\"call_id\":\"c2\",\"name\":\"g\",\"arguments\":\"{\\\"b\\\":2}\"}}\n"
	    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\":1}\"}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"i"
	    "d\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin call id=c1 name=f><0 +{\"a\"><0 +:1}><0 end call id=c1 name=f><0 begin call "
	    "id=c2 name=g><0 +{\"b\":2}><0 end call id=c2 name=g><0 stop tools><usage 3 0 0 2 0 0 0 0><done>" },
	{ "a call that only its end tells",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"i"
	    "d\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin call id=c1 name=f><0 +{\"a\":1}><0 end call id=c1 name=f><0 stop tools><usag"
	    "e 3 0 0 2 0 0 0 0><done>" },
	{ "a call whose name comes last",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\"{}\"}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"i"
	    "d\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin call id=c1 name=f><0 +{}><0 end call id=c1 name=f><0 stop tools><usage 3 0 0"
	    " 2 0 0 0 0><done>" },
	{ "a call with arguments in its begin",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\""
	    "id\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"i"
	    "d\":\"fc_1\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin call id=c1 name=f><0 +{}><0 end call id=c1 name=f><0 stop tools><usage 3 0 0"
	    " 2 0 0 0 0><done>" },
	{ "a freeform call",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"custom_tool_call\""
	    ",\"call_id\":\"c1\",\"name\":\"sh\",\"input\":\"\"}}\n"
	    "{\"type\":\"response.custom_tool_call_input.delta\",\"output_index\":0,\"delta\":\"ls\"}\n"
	    "{\"type\":\"response.custom_tool_call_input.done\",\"output_index\":0,\"input\":\"ls -l\"}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin call id=c1 name=sh freeform><0 +ls><0 + -l><0 end call id=c1 name=sh freefor"
	    "m><0 stop tools><usage 3 0 0 2 0 0 0 0><done>" },
	{ "a summary of two paragraphs and its seal",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\""
	    ":\"rs_1\",\"summary\":[]}}\n"
	    "{\"type\":\"response.reasoning_summary_text.delta\",\"output_index\":0,\"summary_index\":0,\"delta"
	    "\":\"one\"}\n"
	    "{\"type\":\"response.reasoning_summary_text.delta\",\"output_index\":0,\"summary_index\":1,\"delta"
	    "\":\"two\"}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":"
	    "\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"one\"},{\"type\":\"summary_text\",\"tex"
	    "t\":\"two\"}],\"encrypted_content\":\"gAAA\"}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"x\"}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin reasoning id=rs_1><0 +one><0 +\n\n><0 +two><0 end reasoning id=rs_1 sealed=g"
	    "AAA><0 begin text><0 +x><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "thoughts themselves",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\""
	    ":\"rs_1\",\"summary\":[]}}\n"
	    "{\"type\":\"response.reasoning_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"hm\""
	    "}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":"
	    "\"rs_1\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\",\"text\":\"hm\"}]}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin reasoning id=rs_1><0 +hm><0 end reasoning id=rs_1><0 stop end><usage 3 0 0 2"
	    " 0 0 0 0><done>" },
	{ "a seal alone",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\""
	    ":\"rs_1\",\"summary\":[],\"encrypted_content\":\"gA\"}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":"
	    "\"rs_1\",\"summary\":[],\"encrypted_content\":\"gAAA\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin reasoning id=rs_1 sealed=gAAA><0 end reasoning id=rs_1 sealed=gAAA><0 stop e"
	    "nd><usage 3 0 0 2 0 0 0 0><done>" },
	{ "a thought of nothing",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\""
	    ":\"rs_1\",\"summary\":[]}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":"
	    "\"rs_1\",\"summary\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"x\"}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin text><0 +x><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "links, told once",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.output_text.annotation.added\",\"output_index\":0,\"content_index\":0,\"annota"
	    "tion_index\":0,\"annotation\":{\"type\":\"url_citation\",\"url\":\"https://x\",\"title\":\"X\",\"st"
	    "art_index\":0,\"end_index\":1}}\n"
	    "{\"type\":\"response.content_part.done\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":"
	    "\"output_text\",\"text\":\"a\",\"annotations\":[{\"type\":\"url_citation\",\"url\":\"https://x\",\""
	    "title\":\"X\",\"start_index\":0,\"end_index\":1},{\"type\":\"url_citation\",\"url\":\"https://y\","
	    "\"title\":\"X\",\"start_index\":0,\"end_index\":1}]}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\""
	    "msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\",\"annotations"
	    "\":[{\"type\":\"url_citation\",\"url\":\"https://x\",\"title\":\"X\",\"start_index\":0,\"end_index"
	    "\":1},{\"type\":\"url_citation\",\"url\":\"https://y\",\"title\":\"X\",\"start_index\":0,\"end_inde"
	    "x\":1}]}]}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 cite https://x><0 cite https://y><0 end text><0 stop end><usag"
	    "e 3 0 0 2 0 0 0 0><done>" },
	{ "log probabilities",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\",\"l"
	    "ogprobs\":[{\"token\":\"a\",\"logprob\":-1}]}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"b\",\"l"
	    "ogprobs\":[]}\n"
	    "{\"type\":\"response.content_part.done\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":"
	    "\"output_text\",\"text\":\"ab\",\"annotations\":[],\"logprobs\":[{\"token\":\"a\",\"logprob\":-1}]}"
	    "}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 logprobs [{\"token\":\"a\",\"logprob\":-1}]><0 +b><0 end text>"
	    "<0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "log probabilities at the end",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.content_part.done\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":"
	    "\"output_text\",\"text\":\"a\",\"annotations\":[],\"logprobs\":[{\"token\":\"a\",\"logprob\":-1}]}}"
	    "\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 logprobs [{\"token\":\"a\",\"logprob\":-1}]><0 end text><0 sto"
	    "p end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "what the vendor runs, in its place",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"web_search_call\","
	    "\"id\":\"ws_1\",\"status\":\"in_progress\"}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.web_search_call.completed\",\"output_index\":0}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"web_search_call\","
	    "\"id\":\"ws_1\",\"status\":\"completed\"}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"b\"}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin native name=web_search_call><0 end native name=web_search_call><0 begin text"
	    "><0 +a><0 +b><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "a picture",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"image_generation_c"
	    "all\",\"id\":\"ig_1\",\"status\":\"in_progress\"}}\n"
	    "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"image_generation_ca"
	    "ll\",\"id\":\"ig_1\",\"status\":\"completed\",\"result\":\"AA==\",\"output_format\":\"webp\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin image id=ig_1 mime=image/webp><0 +AA==><0 end image id=ig_1 mime=image/webp>"
	    "<0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
	{ "text and call without indexes",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n"
	    "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"id\":\"fc_1\",\"call"
	    "_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 end text><0 begin call id=c1 name=f><0 +{}><0 end call id=c1 n"
	    "ame=f><0 stop tools><usage 3 0 0 2 0 0 0 0><done>" },
	{ "an end for want of room",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.incomplete\",\"response\":{\"id\":\"resp_1\",\"status\":\"incomplete\",\"outpu"
	    "t\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2},\"incomplete_details\":{\"reason\":\"max_"
	    "output_tokens\"}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 end text><0 stop length><usage 3 0 0 2 0 0 0 0><done>" },
	{ "an end by a filter",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.incomplete\",\"response\":{\"id\":\"resp_1\",\"status\":\"incomplete\",\"outpu"
	    "t\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2},\"incomplete_details\":{\"reason\":\"cont"
	    "ent_filter\"}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 end text><0 stop filter><usage 3 0 0 2 0 0 0 0><done>" },
	{ "an end for a reason of its own",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.incomplete\",\"response\":{\"id\":\"resp_1\",\"status\":\"incomplete\",\"outpu"
	    "t\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2},\"incomplete_details\":{\"reason\":\"moon"
	    "\"}}}\n",
	    "<start resp_1><0 begin text><0 +a><0 end text><0 stop other><usage 3 0 0 2 0 0 0 0><done>" },
	{ "events behind the end",
	    "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m\",\"created_at\":7,\"s"
	    "tatus\":\"in_progress\",\"output\":[]}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}\n"
	    "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output"
	    "\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}}\n"
	    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"b\"}\n",
	    "<start resp_1><0 begin text><0 +a><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>" },
};

static void
check_case(struct arena *a, size_t i)
{
	struct buf	    b = { 0 };
	struct chat_reader *r = responses_reader_new(a, transcript_event, &b);
	struct str	    rest = str_of(cases[i].events), line;
	struct tap	    tap = { 0 };

	while (str_split(&rest, '\n', &line))
		if (line.n > 0)
			responses_read_event(r, a, STR_NONE, line, &tap);
	is_slice(buf_view(&b), cases[i].want, "%s", cases[i].what);
	ok(responses_read_end(r) && tap.stopped, "%s: it is whole", cases[i].what);
	responses_reader_free(r);
	buf_done(&b);
}

#define BEGUN "{\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}"
#define MESSAGE "{\"type\":\"response.output_item.added\",\"item\":{\"type\":\"message\"}}"
#define CALL "{\"type\":\"response.output_item.added\",\"item\":{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\"}}"
#define DELTA "{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}"

/* Behind `before`, what an event is. */
static const struct {
	const char     *what, *before, *name, *payload;
	enum event_kind kind;
	const char     *error;
} kinds[] = {
	{ "the begin is no output", NULL, "", BEGUN, EVENT_PREFIX, "" },
	{ "a message that begins is none", BEGUN, "", MESSAGE, EVENT_PREFIX, "" },
	{ "a call that begins is", BEGUN, "", CALL, EVENT_DATA, "" },
	{ "a text is", BEGUN, "", DELTA, EVENT_DATA, "" },
	{ "behind it all is", DELTA, "", MESSAGE, EVENT_DATA, "" },
	{ "something new changes nothing", BEGUN, "", "{\"type\":\"response.new\"}", EVENT_PREFIX, "" },
	{ "a failure is an error", DELTA, "", "{\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"message\":\"no\"}}}",
	    EVENT_ERROR, "no" },
	{ "a failure without a word too", DELTA, "", "{\"type\":\"response.failed\",\"response\":{}}", EVENT_ERROR, "the upstream sent an error" },
	{ "a failure under the name of an error is itself", DELTA, "error",
	    "{\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"no\"}}}", EVENT_ERROR, "no" },
	{ "an error is one", NULL, "error", "{\"type\":\"error\",\"message\":\"no\"}", EVENT_ERROR, "no" },
	{ "a nested one", NULL, "", "{\"type\":\"error\",\"error\":{\"message\":\"no\"}}", EVENT_ERROR, "no" },
	{ "one without a type", NULL, "", "{\"error\":\"no\"}", EVENT_ERROR, "no" },
	{ "no JSON", NULL, "", "{", EVENT_GARBAGE, "" },
	{ "another dialect", NULL, "", "{\"choices\":[]}", EVENT_GARBAGE, "" },
	{ "an end without a response", NULL, "", "{\"type\":\"response.completed\"}", EVENT_GARBAGE, "" },
	{ "[DONE]", NULL, "", "[DONE]", EVENT_SKIP, "" },
};

static void
check_kind(struct arena *a, size_t i)
{
	struct buf	    b = { 0 };
	struct chat_reader *r = responses_reader_new(a, transcript_event, &b);
	struct tap	    tap = { 0 };

	if (kinds[i].before != NULL)
		responses_read_event(r, a, STR_NONE, str_of(kinds[i].before), &tap);
	is_int(responses_read_event(r, a, str_of(kinds[i].name), str_of(kinds[i].payload), &tap), kinds[i].kind, "%s", kinds[i].what);
	is_slice(tap.error, kinds[i].error, "%s: the error", kinds[i].what);
	ok(!responses_read_end(r), "%s: nothing is whole", kinds[i].what);
	responses_reader_free(r);
	buf_done(&b);
}

/* An item for each event, none of which ends. */
static void
check_flood(struct arena *a)
{
	struct buf	    b = { 0 };
	struct chat_reader *r = responses_reader_new(a, transcript_event, &b);
	struct tap	    tap = { 0 };
	enum event_kind	    kind = EVENT_DATA;
	unsigned	    n = 0;

	for (; n < 10000 && kind == EVENT_DATA; n++)
		kind = responses_read_event(r, a, STR_NONE,
		    arena_printf(a, "{\"type\":\"response.output_text.delta\",\"output_index\":%u,\"delta\":\"a\"}", n), &tap);
	is_int(kind, EVENT_GARBAGE, "items without end are no reply");
	ok(n > 4000, "but thousands may be");
	responses_reader_free(r);
	buf_done(&b);
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_case(&a, i);
	for (size_t i = 0; i < LENGTH(kinds); i++)
		check_kind(&a, i);
	check_flood(&a);
	arena_done(&a);
	return tap_done();
}
