/* SPDX-License-Identifier: Apache-2.0 */
/* openai_write_reply_test.c - whole replies for clients of chat completions and completions. */
#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/openai_inside.h"
#include "tap.h"

/* Each reply as an upstream of the dialect said it, and the choices that the client gets. */
static const struct {
	const char *what, *asked, *reply, *wants;
} cases[] = {
	{ "text", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "nothing", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"\"},"
	    "\"finish_reason\":\"length\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"length\"}]" },
	{ "a refusal", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,\"refusal\":\"no\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
	    "\"refusal\":\"no\"},\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "filtered", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"content_filter\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"content_filter\"}]" },
	{ "reasoning", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\",\"reasoning\":\"hm\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\","
	    "\"refusal\":null,\"reasoning_content\":\"hm\"},\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "calls", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"c2\",\"function\":{\"name\":\"g\","
	    "\"arguments\":\"\"}}]},\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
	    "\"refusal\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"c2\","
	    "\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":\"tool_calls\"}]" },
	{ "a custom tool's call", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c\","
	    "\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"input\":\"*** a\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
	    "\"refusal\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"p\","
	    "\"input\":\"*** a\"}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}]" },
	{ "a custom tool that was a function upstream", "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"p\"}}]",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c\","
	    "\"function\":{\"name\":\"p\",\"arguments\":\"{\\\"input\\\":\\\"a\\\\nb\\\"}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
	    "\"refusal\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"p\","
	    "\"input\":\"a\\nb\"}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}]" },
	{ "a name that was made to fit", "\"tools\":[{\"function\":{\"name\":\"a.b\"}}]",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c\","
	    "\"function\":{\"name\":\"@AB\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
	    "\"refusal\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
	    "\"function\":{\"name\":\"a.b\",\"arguments\":\"{}\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":\"tool_calls\"}]" },
	{ "functions of old", "\"functions\":[{\"name\":\"f\"}]",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c1\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
	    "\"refusal\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},"
	    "\"logprobs\":null,\"finish_reason\":\"function_call\"}]" },
	{ "reasoning rides in the id of its call", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"reasoning_details\":[{\"type\":\"reason"
	    "ing.text\",\"text\":\"hm\",\"signature\":\"s\",\"format\":\"anthropic-claude-v1\"}],"
	    "\"content\":\"a\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\","
	    "\"refusal\":null,\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"@ID\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
	    "\"logprobs\":null,\"finish_reason\":\"tool_calls\"}]" },
	{ "citations count in the whole text", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":[{\"type\":\"text\","
	    "\"text\":\"éé\"}],\"annotations\":[{\"type\":\"url_citation\","
	    "\"url_citation\":{\"start_index\":0,\"end_index\":1,\"url\":\"https://h\",\"title\":\"t\"}}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"éé\","
	    "\"refusal\":null,\"annotations\":[{\"type\":\"url_citation\","
	    "\"url_citation\":{\"start_index\":0,\"end_index\":1,\"url\":\"https://h\",\"title\":\"t\"}}]},"
	    "\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "images", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\","
	    "\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\","
	    "\"refusal\":null,\"images\":[{\"type\":\"image_url\","
	    "\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"},\"index\":0}]},\"logprobs\":null,"
	    "\"finish_reason\":\"stop\"}]" },
	{ "audio", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,"
	    "\"audio\":{\"id\":\"au\",\"data\":\"QUI=\",\"transcript\":\"hi\",\"expires_at\":1}},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,"
	    "\"refusal\":null,\"audio\":{\"id\":\"au\",\"expires_at\":3607,\"data\":\"QUI=\","
	    "\"transcript\":\"hi\"}},\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "log probabilities", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],"
	    "\"top_logprobs\":[]}]},\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\","
	    "\"refusal\":null},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],"
	    "\"top_logprobs\":[]}],\"refusal\":null},\"finish_reason\":\"stop\"}]" },
	{ "two choices", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\"},{\"index\":1,\"message\":{\"content\":\"b\"},"
	    "\"finish_reason\":\"length\"}]}",
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"},{\"index\":1,"
	    "\"message\":{\"role\":\"assistant\",\"content\":\"b\",\"refusal\":null},\"logprobs\":null,"
	    "\"finish_reason\":\"length\"}]" },
};

static struct arena a;

/* The request that is answered, in c. */
static void
read_asked(const char *members, struct chat *c)
{
	struct str	 body = arena_printf(&a, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]%s%s}", members[0] != '\0' ? "," : "",
		  members);
	struct inbound	 in = { .endpoint = ENDPOINT_CHAT, .body = body, .depth = 64 };
	struct complaint why = { 0 };
	struct ask	 ask;

	if (openai_ask(&a, &in, &ask, &why) < 0 || openai_read_request(&a, &ask, c, &why) < 0)
		ok(0, "the case's request is one: " STR_FMT, STR_ARG(why.message));
}

/* "@ID" is an id that carries a thought, "@AB" a name made to fit. */
static struct str
filled(const char *text)
{
	struct part thought = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("s"), .origin = DIALECT_ANTHROPIC };
	struct str  s = str_of(text);
	struct buf  b = { 0 };

	for (size_t at; (at = str_find_byte(s, '@')) < s.n; s = str_from(s, at + 3)) {
		buf_str(&b, str_upto(s, at));
		buf_str(&b, s.p[at + 1] == 'I' ? carry_id(&a, STR("c1"), &thought, NULL) : fit_word(&a, STR("a.b"), 64));
	}
	buf_str(&b, s);
	s = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return s;
}

static struct str
written(struct str reply, const struct voice *v)
{
	struct buf	  b = { 0 };
	struct chat_reply r;
	struct str	  s = STR("no reply");

	if (openai_read_reply(&a, reply, &r) == 0) {
		openai_write_reply(&a, &r, v, &b);
		s = arena_str(&a, buf_view(&b));
	}
	buf_done(&b);
	return s;
}

static void
check(size_t i)
{
	struct chat  c;
	struct voice v = { .id = STR("x"), .model = STR("asked"), .now = 7, .chat = &c };
	struct str   s;

	read_asked(cases[i].asked, &c);
	s = written(filled(cases[i].reply), &v);
	s = str_from(s, str_find(s, STR("\"choices\":")));
	is_slice(s.n > 0 ? str_upto(s, s.n - 1) : s, filled(cases[i].wants).p, "%s", cases[i].what);
}

#define HI "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\",\"refusal\":null},\"logprobs\":null," \
	"\"finish_reason\":\"stop\"}]"

/* Around the choices. */
static void
check_head(void)
{
	static const struct chat nothing;
	struct voice v = { .id = STR("x"), .model = STR("asked"), .now = 7, .chat = &nothing };

	is_slice(written(STR("{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"), &v),
	    "{\"id\":\"chatcmpl-x\",\"object\":\"chat.completion\",\"created\":7,\"model\":\"asked\"," HI "}",
	    "what the upstream did not say is said");
	is_slice(written(STR("{\"id\":\"chatcmpl-1\",\"created\":3,\"model\":\"up\",\"service_tier\":\"flex\",\"system_fingerprint\":\"fp\","
			     "\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"), &v),
	    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":3,\"model\":\"up\"," HI
	    ",\"service_tier\":\"flex\",\"system_fingerprint\":\"fp\"}", "and what it said is kept");
}

static void
check_completions(void)
{
	static const struct chat nothing;
	struct voice v = { .id = STR("x"), .model = STR("m"), .now = 7, .endpoint = ENDPOINT_COMPLETIONS, .chat = &nothing };

	is_slice(written(STR("{\"choices\":[{\"message\":{\"content\":\"\u00e9b\"},\"finish_reason\":\"stop\",\"logprobs\":{\"content\":["
			     "{\"token\":\"\u00e9\",\"logprob\":-1,\"top_logprobs\":[{\"token\":\"x\",\"logprob\":-2}]},"
			     "{\"token\":\"b\",\"logprob\":-3,\"top_logprobs\":[]}]}}]}"), &v),
	    "{\"id\":\"cmpl-x\",\"object\":\"text_completion\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\"\u00e9b\","
	    "\"logprobs\":{\"tokens\":[\"\u00e9\",\"b\"],\"token_logprobs\":[-1,-3],\"top_logprobs\":[{\"x\":-2},{}],"
	    "\"text_offset\":[0,1]},\"finish_reason\":\"stop\"}]}", "completions have their own form, and log probabilities in columns");
}

/* Each class of usage is there again when what was written is read. */
static void
check_usage(void)
{
	static const struct chat nothing;
	struct voice	  v = { .id = STR("x"), .model = STR("m"), .chat = &nothing };
	struct chat_reply r = { .usage.source = USAGE_REPORTED }, again;
	struct buf	  b = { 0 };

	for (int i = 0; i < USAGE_CLASSES; i++)
		r.usage.tokens[i] = 1u << i;
	openai_write_reply(&a, &r, &v, &b);
	ok(openai_read_reply(&a, buf_view(&b), &again) == 0, "usage alone makes a reply");
	for (int i = 0; i < USAGE_CLASSES; i++)
		is_int(again.usage.tokens[i], 1u << i, "class %d of usage is read as it was written", i);
	buf_done(&b);
}

static const struct {
	enum stop_reason stop;
	const char	*finish;
} stops[] = {
	{ STOP_NONE, "stop" }, { STOP_END, "stop" }, { STOP_LENGTH, "length" }, { STOP_SEQUENCE, "stop" }, { STOP_TOOLS, "tool_calls" },
	{ STOP_FILTER, "content_filter" }, { STOP_REFUSAL, "content_filter" }, { STOP_PAUSE, "stop" }, { STOP_CONTEXT, "length" },
	{ STOP_MALFORMED, "stop" }, { STOP_OTHER, "stop" },
};

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check(i);
	check_head();
	check_completions();
	check_usage();
	for (size_t i = 0; i < LENGTH(stops); i++)
		is_str(openai_finish(stops[i].stop, false), stops[i].finish, "stop reason %zu", i);
	is_str(openai_finish(STOP_REFUSAL, true), "stop", "a refusal that was said in words");
	arena_done(&a);
	return tap_done();
}
