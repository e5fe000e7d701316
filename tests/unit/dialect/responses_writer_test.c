/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_writer_test.c - a reply, whole and streamed, is the same output, and the stream keeps the grammar.
 *
 * Replies are written down in this dialect and said to be of another.
 */
#include "dialect/carry.h"
#include "dialect/fold.h"
#include "dialect/responses.h"
#include "responses_grammar.h"
#include "tap.h"

static const struct {
	const char     *what, *request;
	enum dialect_id origin;
	const char     *members, *output, *want;	/* carriers in what is wanted are written as they are */
} cases[] = {
	{ "a text", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"hello\"}]}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"outp"
	    "ut_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"hello\"}],\"role\":\"assistant\"}]" },
	{ "nothing", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[]",
	    "[]" },
	{ "texts and a refusal are one message", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"},{\"type\":\"output_te"
	    "xt\",\"text\":\"b\"},{\"type\":\"refusal\",\"refusal\":\"no\"}]}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"outp"
	    "ut_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"a\"},{\"type\":\"output_text\",\"annotation"
	    "s\":[],\"logprobs\":[],\"text\":\"b\"},{\"type\":\"refusal\",\"refusal\":\"no\"}],\"role\":\"assist"
	    "ant\"}]" },
	{ "a call between texts", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]},{\"type\":\"functio"
	    "n_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},{\"type\":\"message\","
	    "\"content\":[{\"type\":\"output_text\",\"text\":\"b\"}]}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"outp"
	    "ut_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"a\"}],\"role\":\"assistant\"},{\"id\":\"fc_"
	    "up-1_1\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":\"{\\\"a\\\":1}\",\"call"
	    "_id\":\"c1\",\"name\":\"f\"},{\"id\":\"msg_up-1_2\",\"type\":\"message\",\"status\":\"completed\","
	    "\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"b\"}],\"role\""
	    ":\"assistant\"}]" },
	{ "calls", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},{\""
	    "type\":\"function_call\",\"call_id\":\"c2\",\"name\":\"g\",\"arguments\":\"\"}]",
	    "[{\"id\":\"fc_up-1_0\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":\"{\\\"a\\"
	    "\":1}\",\"call_id\":\"c1\",\"name\":\"f\"},{\"id\":\"fc_up-1_1\",\"type\":\"function_call\",\"statu"
	    "s\":\"completed\",\"arguments\":\"{}\",\"call_id\":\"c2\",\"name\":\"g\"}]" },
	{ "a freeform call", "\"input\":\"q\",\"tools\":[{\"type\":\"custom\",\"name\":\"sh\"}]", DIALECT_OPENAI,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"custom_tool_call\",\"call_id\":\"c1\",\"name\":\"sh\",\"input\":\"ls\"}]",
	    "[{\"id\":\"ctc_up-1_0\",\"type\":\"custom_tool_call\",\"status\":\"completed\",\"input\":\"ls\",\"c"
	    "all_id\":\"c1\",\"name\":\"sh\"}]" },
	{ "a freeform call that came as a function's", "\"input\":\"q\",\"tools\":[{\"type\":\"custom\",\"name\":\"sh\"}]", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"sh\",\"arguments\":\"{\\\"input\\\":\\\""
	    "ls\\\\n-l\\\"}\"}]",
	    "[{\"id\":\"ctc_up-1_0\",\"type\":\"custom_tool_call\",\"status\":\"completed\",\"input\":\"ls\\n-l"
	    "\",\"call_id\":\"c1\",\"name\":\"sh\"}]" },
	{ "a call of a namespace's function", "\"input\":\"q\",\"tools\":[{\"type\":\"namespace\",\"name\":\"crm\",\"tools\":[{\"type\":\"function"
	    "\",\"name\":\"find\"}]}]", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"crm__find\",\"arguments\":\"{}\"}]",
	    "[{\"id\":\"fc_up-1_0\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":\"{}\",\"c"
	    "all_id\":\"c1\",\"namespace\":\"crm\",\"name\":\"find\"}]" },
	{ "a name that was made to fit", "\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"fs.read\"}]", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"fs_read_43144144\",\"arguments\":\"{}\"}"
	    "]",
	    "[{\"id\":\"fc_up-1_0\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":\"{}\",\"c"
	    "all_id\":\"c1\",\"name\":\"fs.read\"}]" },
	{ "a call without an id", "\"input\":\"q\"", DIALECT_GEMINI,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"function_call\",\"call_id\":\"\",\"name\":\"f\",\"arguments\":\"{}\"}]",
	    "[{\"id\":\"fc_up-1_0\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":\"{}\",\"c"
	    "all_id\":\"call_up-1_0\",\"name\":\"f\"}]" },
	{ "thoughts of another vendor are sealed whole", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"reasoning\",\"id\":\"rs_up\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm\"}]"
	    ",\"signature\":\"s\"},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]"
	    "}]",
	    "[{\"id\":\"rs_up-1_0\",\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm"
	    "\"}],\"encrypted_content\":\"w1.YwACaG0BcwAFcnNfdXA\"},{\"id\":\"msg_up-1_1\",\"type\":\"message\","
	    "\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],"
	    "\"text\":\"a\"}],\"role\":\"assistant\"}]" },
	{ "a signature alone", "\"input\":\"q\"", DIALECT_GEMINI,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"reasoning\",\"id\":\"rs_up\",\"summary\":[],\"signature\":\"s\"},{\"type\":\"function_"
	    "call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}]",
	    "[{\"id\":\"rs_up-1_0\",\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"w1.ZAAAAXMABXJ"
	    "zX3Vw\"},{\"id\":\"fc_up-1_1\",\"type\":\"function_call\",\"status\":\"completed\",\"arguments\":\""
	    "{}\",\"call_id\":\"c1\",\"name\":\"f\"}]" },
	{ "thoughts of this dialect's vendors keep their seal", "\"input\":\"q\"", DIALECT_RESPONSES,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"reasoning\",\"id\":\"rs_up\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm\"}]"
	    ",\"encrypted_content\":\"gAAA\"},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"tex"
	    "t\":\"a\"}]}]",
	    "[{\"id\":\"rs_up\",\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"hm\"}]"
	    ",\"encrypted_content\":\"gAAA\"},{\"id\":\"msg_up-1_1\",\"type\":\"message\",\"status\":\"completed"
	    "\",\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"a\"}],\"rol"
	    "e\":\"assistant\"}]" },
	{ "and their form", "\"input\":\"q\"", DIALECT_RESPONSES,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"reasoning\",\"id\":\"rs_up\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\","
	    "\"text\":\"hm\"}]},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]}]",
	    "[{\"id\":\"rs_up\",\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\","
	    "\"text\":\"hm\"}]},{\"id\":\"msg_up-1_1\",\"type\":\"message\",\"status\":\"completed\",\"content\""
	    ":[{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"a\"}],\"role\":\"assistan"
	    "t\"}]" },
	{ "links and log probabilities", "\"input\":\"q\"", DIALECT_RESPONSES,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\",\"annotations\":[{\"ty"
	    "pe\":\"url_citation\",\"url\":\"https://x\",\"title\":\"X\",\"start_index\":0,\"end_index\":1}],\"l"
	    "ogprobs\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],\"top_logprobs\":[]}]}]}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"outp"
	    "ut_text\",\"annotations\":[{\"type\":\"url_citation\",\"url\":\"https://x\",\"title\":\"X\",\"start"
	    "_index\":0,\"end_index\":1}],\"logprobs\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],\"top_log"
	    "probs\":[]}],\"text\":\"a\"}],\"role\":\"assistant\"}]" },
	{ "a picture", "\"input\":\"q\"", DIALECT_GEMINI,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"look\"}]},{\"type\":\"imag"
	    "e_generation_call\",\"result\":\"AA==\",\"output_format\":\"png\"}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"outp"
	    "ut_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"look\"}],\"role\":\"assistant\"},{\"id\":\""
	    "ig_up-1_1\",\"type\":\"image_generation_call\",\"status\":\"completed\",\"result\":\"AA==\",\"outpu"
	    "t_format\":\"png\"}]" },
	{ "what the vendor ran", "\"input\":\"q\"", DIALECT_RESPONSES,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\"},{\"type\":\"message\",\"co"
	    "ntent\":[{\"type\":\"output_text\",\"text\":\"a\"}]}]",
	    "[{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\"},{\"id\":\"msg_up-1_1\",\"t"
	    "ype\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"annotations\":["
	    "],\"logprobs\":[],\"text\":\"a\"}],\"role\":\"assistant\"}]" },
	{ "a part that nobody knows", "\"input\":\"q\"", DIALECT_RESPONSES,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"},{\"type\":\"output_hol"
	    "ogram\",\"data\":\"h\"},{\"type\":\"output_text\",\"text\":\"b\"}]}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"outpu"
	    "t_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"a\"},{\"type\":\"output_hologram\",\"data\":"
	    "\"h\"},{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"b\"}],\"role\":\"assi"
	    "stant\"}]" },
	{ "and one alone", "\"input\":\"q\"", DIALECT_RESPONSES,
	    "\"status\":\"completed\"",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_hologram\",\"data\":\"h\"}]},{\"type\":\"holo"
	    "gram_call\",\"id\":\"h_1\"}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"completed\",\"content\":[{\"type\":\"outpu"
	    "t_hologram\",\"data\":\"h\"}],\"role\":\"assistant\"},{\"type\":\"hologram_call\",\"id\":\"h_1\"}]" },
	{ "an end for want of room", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}",
	    "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]}]",
	    "[{\"id\":\"msg_up-1_0\",\"type\":\"message\",\"status\":\"incomplete\",\"content\":[{\"type\":\"out"
	    "put_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"a\"}],\"role\":\"assistant\"}]" },
	{ "an end by a filter", "\"input\":\"q\"", DIALECT_ANTHROPIC,
	    "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"}",
	    "[]",
	    "[]" },
};

static void
read_request(struct arena *a, const char *members, struct chat *c)
{
	struct inbound	 in = { .body = arena_printf(a, "{\"model\":\"m\",%s}", members) };
	struct complaint why;
	struct ask	 ask;

	if (responses_ask(a, &in, &ask, &why) < 0 || responses_read_request(a, &ask, c, &why) < 0)
		ok(0, "%s is a request", members);
}

static void
read_reply(struct arena *a, size_t i, struct chat_reply *r)
{
	struct str body = arena_printf(a, "{\"id\":\"up-1\",\"model\":\"um\",\"created_at\":5,%s,\"output\":%s,\"usage\":{\"input_tokens\":9,"
					  "\"input_tokens_details\":{\"cached_tokens\":4},\"output_tokens\":5}}", cases[i].members, cases[i].output);

	if (responses_read_reply(a, body, r) < 0)
		ok(0, "%s: the case itself is a reply", cases[i].what);
	for (struct part *p = r->choices->parts; p != NULL; p = p->next) {
		if (p->kind == PART_REASONING)
			p->origin = cases[i].origin;
		if (p->kind == PART_REASONING && cases[i].origin != DIALECT_RESPONSES)
			p->summary = false;
	}
}

static struct str
output_of(struct arena *a, struct str response)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;

	return json_read(a, response, limits, &root, &e) < 0 ? STR("no JSON") : raw_of(json_get(root, "output"));
}

static void
check_case(struct arena *a, size_t i)
{
	struct chat	    c;
	struct voice	    v = { .id = STR("x1"), .model = STR("m"), .now = 7, .framing = FRAME_SSE_NAMED, .chat = &c };
	struct chat_reply   r;
	struct buf	    whole = { 0 }, stream = { 0 };
	struct chat_writer *w;
	struct grammar	    g;

	read_request(a, cases[i].request, &c);
	read_reply(a, i, &r);
	responses_write_reply(a, &r, &v, &whole);
	is_slice(output_of(a, buf_view(&whole)), cases[i].want, "%s", cases[i].what);
	w = responses_writer_new(a, &v, &stream);
	unfold(&r, responses_write_event, w);
	responses_writer_free(w);
	is_str(grammar_check(&g, a, buf_view(&stream)), NULL, "%s: the grammar", cases[i].what);
	is_slice(output_of(a, g.response), cases[i].want, "%s: streamed", cases[i].what);
	buf_done(&whole);
	buf_done(&stream);
}

/* All but the output. */
static void
check_echo(struct arena *a)
{
	static const char want[] = "{\"id\":\"resp_up\",\"object\":\"response\",\"created_at\":5,\"status\":\"incomplete\",\"completed_at\":7,"
				   "\"error\":null,\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"model\":\"m\",\"output\":[],"
				   "\"background\":false,\"instructions\":\"be brief\",\"max_output_tokens\":50,\"max_tool_calls\":null,"
				   "\"metadata\":{\"k\":\"v\"},\"parallel_tool_calls\":false,\"previous_response_id\":null,\"prompt_cache_key\":null,"
				   "\"reasoning\":{\"effort\":\"low\",\"summary\":null},\"safety_identifier\":null,\"store\":false,\"temperature\":0.5,"
				   "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{},\"strict\":true},\"verbosity\":\"low\"},"
				   "\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"},\"tools\":[{\"type\":\"function\",\"name\":\"f\","
				   "\"parameters\":null,\"strict\":false}],\"top_logprobs\":0,\"top_p\":1.0,\"truncation\":\"disabled\","
				   "\"service_tier\":\"default\",\"usage\":{\"input_tokens\":6,\"input_tokens_details\":{\"cached_tokens\":2,"
				   "\"cache_write_tokens\":3},\"output_tokens\":9,\"output_tokens_details\":{\"reasoning_tokens\":5},\"total_tokens\":15}}";
	struct chat_choice choice = { .stop = STOP_CONTEXT };
	struct chat_reply  r = { .id = STR("up"), .created = 5, .choices = &choice, .service_tier = STR("standard") };
	struct chat	   c;
	struct voice	   v = { .id = STR("x1"), .model = STR("m"), .now = 7, .chat = &c };
	struct buf	   b = { 0 };

	r.usage.tokens[USAGE_INPUT] = 1;
	r.usage.tokens[USAGE_CACHE_READ] = 2;
	r.usage.tokens[USAGE_CACHE_WRITE] = 3;
	r.usage.tokens[USAGE_OUTPUT] = 4;
	r.usage.tokens[USAGE_REASONING] = 5;
	read_request(a, "\"instructions\":\"be brief\",\"input\":\"q\",\"max_output_tokens\":50,\"metadata\":{\"k\":\"v\"},"
			"\"parallel_tool_calls\":false,\"reasoning\":{\"effort\":\"low\"},\"store\":false,\"temperature\":0.5,"
			"\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{},\"strict\":true},\"verbosity\":\"low\"},"
			"\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"}", &c);
	responses_write_reply(a, &r, &v, &b);
	is_slice(buf_view(&b), want, "the object repeats the request");
	buf_done(&b);
}

/* Stops, and the status that each becomes. */
static void
check_stops(struct arena *a)
{
	static const struct {
		enum stop_reason stop;
		const char	*end;
	} stops[] = {
		{ STOP_NONE, "\"status\":\"completed\"" }, { STOP_SEQUENCE, "\"status\":\"completed\"" },
		{ STOP_TOOLS, "\"status\":\"completed\"" }, { STOP_PAUSE, "\"status\":\"completed\"" },
		{ STOP_OTHER, "\"status\":\"completed\"" }, { STOP_LENGTH, "{\"reason\":\"max_output_tokens\"}" },
		{ STOP_FILTER, "{\"reason\":\"content_filter\"}" }, { STOP_REFUSAL, "{\"reason\":\"content_filter\"}" },
		{ STOP_MALFORMED, "\"status\":\"incomplete\"" },
	};

	for (size_t i = 0; i < LENGTH(stops); i++) {
		struct chat_choice choice = { .stop = stops[i].stop };
		struct chat_reply  r = { .choices = &choice };
		struct chat	   c;
		struct voice	   v = { .id = STR("x1"), .model = STR("m"), .now = 7, .chat = &c };
		struct buf	   b = { 0 };

		chat_init(&c, a, DIALECT_RESPONSES);
		responses_write_reply(a, &r, &v, &b);
		ok(str_find(buf_view(&b), str_of(stops[i].end)) < b.n, "stop %d: %s", (int)stops[i].stop, stops[i].end);
		buf_done(&b);
	}
}

/* Arguments that hide a text come out as they stream. */
static void
check_pieces(struct arena *a)
{
	static const char *const pieces[] = { "{\"inp", "ut\": \"l", "s\\", "n-l", "\"}" };
	struct chat	   c;
	struct voice	   v = { .id = STR("x1"), .model = STR("m"), .now = 7, .framing = FRAME_SSE_NAMED, .chat = &c };
	struct part	   call = { .kind = PART_CALL, .id = STR("c1"), .name = STR("sh") };
	struct chat_event  e = { .type = CHAT_BEGIN, .part = &call };
	struct buf	   b = { 0 };
	struct chat_writer *w;
	struct grammar	   g;

	read_request(a, "\"input\":\"q\",\"tools\":[{\"type\":\"custom\",\"name\":\"sh\"}]", &c);
	w = responses_writer_new(a, &v, &b);
	responses_write_event(w, &e);
	for (size_t i = 0; i < LENGTH(pieces); i++) {
		size_t n = b.n;

		e = (struct chat_event){ .type = CHAT_DELTA, .part = &call, .text = str_of(pieces[i]) };
		responses_write_event(w, &e);
		is_int(b.n > n, i > 0 && i < 4, "piece %zu is told as far as it is known", i);
	}
	e = (struct chat_event){ .type = CHAT_END, .part = &call };
	responses_write_event(w, &e);
	e = (struct chat_event){ .type = CHAT_DONE };
	responses_write_event(w, &e);
	is_str(grammar_check(&g, a, buf_view(&b)), NULL, "pieces of a text in JSON: the grammar");
	ok(str_find(g.response, STR("\"input\":\"ls\\n-l\"")) < g.response.n, "and the text");
	responses_writer_free(w);
	buf_done(&b);
}

static void
check_error(struct arena *a)
{
	struct chat	   c;
	struct voice	   v = { .id = STR("x1"), .model = STR("m"), .now = 7, .framing = FRAME_SSE_NAMED, .chat = &c };
	struct chat_reply  empty = { .id = STR_NONE };
	struct chat_event  e = { .type = CHAT_START, .reply = &empty };
	struct buf	   b = { 0 };
	struct chat_writer *w;

	chat_init(&c, a, DIALECT_RESPONSES);
	w = responses_writer_new(a, &v, &b);
	responses_write_event(w, &e);
	buf_clear(&b);
	responses_write_error(w, FAULT_UP_OVERLOADED, STR("later"));
	is_slice(buf_view(&b), "event: error\ndata: {\"type\":\"error\",\"sequence_number\":2,\"code\":\"upstream_overloaded\","
			       "\"message\":\"later\",\"param\":null}\n\n", "an error has its number in the sequence");
	responses_writer_free(w);
	buf_done(&b);
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check_case(&a, i);
	check_echo(&a);
	check_stops(&a);
	check_pieces(&a);
	check_error(&a);
	arena_done(&a);
	return tap_done();
}
