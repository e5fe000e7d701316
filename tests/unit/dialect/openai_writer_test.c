/* SPDX-License-Identifier: Apache-2.0 */
/* openai_writer_test.c - streamed replies for clients of chat completions and completions: the grammar, chunk by chunk. */
#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/fold.h"
#include "dialect/openai_inside.h"
#include "tap.h"

/* Each reply as an upstream of the dialect said it, and the chunks from their choices on; [DONE] follows all. */
static const struct {
	const char *what, *asked, *reply, *wants;
} cases[] = {
	{ "text", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"stop\"}]" },
	{ "nothing", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"\"},"
	    "\"finish_reason\":\"length\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}]" },
	{ "a refusal", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,\"refusal\":\"no\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"refusal\":\"no\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"stop\"}]" },
	{ "filtered", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"content_filter\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"content_filter\"}]" },
	{ "reasoning", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\",\"reasoning\":\"hm\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"reasoning_content\":\"hm\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},"
	    "\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "calls", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
	    "\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"c2\",\"function\":{\"name\":\"g\","
	    "\"arguments\":\"\"}}]},\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
	    "\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":1,"
	    "\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]},"
	    "\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]},"
	    "\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"logprobs\":null,\"finish_reason\":\"tool_calls\"}]" },
	{ "a custom tool's call", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c\","
	    "\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"input\":\"*** a\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"custom\","
	    "\"custom\":{\"name\":\"p\",\"input\":\"\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
	    "\"custom\":{\"input\":\"*** a\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"tool_calls\"}]" },
	{ "a custom tool that was a function upstream", "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"p\"}}]",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c\","
	    "\"function\":{\"name\":\"p\",\"arguments\":\"{\\\"input\\\":\\\"a\\\\nb\\\"}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"custom\","
	    "\"custom\":{\"name\":\"p\",\"input\":\"\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
	    "\"custom\":{\"input\":\"a\\nb\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"tool_calls\"}]" },
	{ "a name that was made to fit", "\"tools\":[{\"function\":{\"name\":\"a.b\"}}]",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c\","
	    "\"function\":{\"name\":\"@AB\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\","
	    "\"function\":{\"name\":\"a.b\",\"arguments\":\"\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
	    "\"function\":{\"arguments\":\"{}\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"tool_calls\"}]" },
	{ "functions of old", "\"functions\":[{\"name\":\"f\"}]",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"c1\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"function_call\":{\"arguments\":\"{\\\"a\\\":1}\"}},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"function_call\"}]" },
	{ "reasoning rides in the id of its call", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"reasoning_details\":[{\"type\":\"reason"
	    "ing.text\",\"text\":\"hm\",\"signature\":\"s\",\"format\":\"anthropic-claude-v1\"}],"
	    "\"content\":\"a\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"reasoning_content\":\"hm\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},"
	    "\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"@ID\",\"type\":\"function\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
	    "\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"tool_calls\"}]" },
	{ "citations count in the whole text", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":[{\"type\":\"text\","
	    "\"text\":\"éé\"}],\"annotations\":[{\"type\":\"url_citation\","
	    "\"url_citation\":{\"start_index\":0,\"end_index\":1,\"url\":\"https://h\",\"title\":\"t\"}}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"éé\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"start_index\":0,"
	    "\"end_index\":1,\"url\":\"https://h\",\"title\":\"t\"}}]},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"stop\"}]" },
	{ "images", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\","
	    "\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
	    "AAAA\"},\"index\":0}]},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "audio", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,"
	    "\"audio\":{\"id\":\"au\",\"data\":\"QUI=\",\"transcript\":\"hi\",\"expires_at\":1}},"
	    "\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"audio\":{\"id\":\"au\",\"expires_at\":3607,\"data\":\"QUI=\","
	    "\"transcript\":\"hi\"}},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "log probabilities", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],"
	    "\"top_logprobs\":[]}]},\"finish_reason\":\"stop\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],"
	    "\"top_logprobs\":[]}],\"refusal\":null},\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]" },
	{ "two choices", "",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\"},{\"index\":1,\"message\":{\"content\":\"b\"},"
	    "\"finish_reason\":\"length\"}]}",
	    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
	    "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
	    "\"finish_reason\":\"stop\"}]\n\"choices\":[{\"index\":1,\"delta\":{\"role\":\"assistant\","
	    "\"content\":\"\",\"refusal\":null},\"logprobs\":null,"
	    "\"finish_reason\":null}]\n\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"},"
	    "\"logprobs\":null,\"finish_reason\":null}]\n\"choices\":[{\"index\":1,\"delta\":{},"
	    "\"logprobs\":null,\"finish_reason\":\"length\"}]" },
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

/* What comes of the frames: from each payload its choices and what is behind, a line each. */
static struct str
stripped(struct str frames)
{
	struct str frame, s;
	struct buf b = { 0 };

	while (str_split(&frames, '\n', &frame)) {
		size_t at = str_find(frame, STR("\"choices\":"));

		if (frame.n == 0)
			continue;
		if (b.n > 0)
			buf_byte(&b, '\n');
		if (at < frame.n)
			buf_str(&b, str_upto(str_from(frame, at), frame.n - at - 1));
		else
			buf_str(&b, frame);
	}
	s = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return s;
}

static struct str
streamed(struct str reply, const struct voice *v)
{
	struct buf	    out = { 0 };
	struct chat_writer *w = openai_writer_new(&a, v, &out);
	struct chat_reply   r;
	struct str	    s;

	if (openai_read_reply(&a, reply, &r) == 0)
		unfold(&r, openai_write_event, w);
	s = arena_str(&a, buf_view(&out));
	openai_writer_free(w);
	buf_done(&out);
	return s;
}

static void
check(size_t i)
{
	struct chat  c;
	struct voice v = { .id = STR("x"), .model = STR("asked"), .now = 7, .stream = true, .framing = FRAME_SSE, .chat = &c };
	struct str   want;

	read_asked(cases[i].asked, &c);
	want = arena_printf(&a, STR_FMT "\ndata: [DONE]", STR_ARG(filled(cases[i].wants)));
	is_slice(stripped(streamed(filled(cases[i].reply), &v)), want.p, "%s", cases[i].what);
}

static const struct chat nothing;

#define HEAD "data: {\"id\":\"chatcmpl-r\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"up\",\"choices\":["

static void
check_frames(void)
{
	struct voice v = { .id = STR("x"), .model = STR("m"), .now = 7, .stream = true, .wants_usage = true, .framing = FRAME_SSE,
		.chat = &nothing };

	is_slice(streamed(STR("{\"id\":\"r\",\"model\":\"up\",\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
			      "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}"), &v),
	    HEAD "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}],"
	    "\"usage\":null}\n\n"
	    HEAD "{\"index\":0,\"delta\":{\"content\":\"a\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"
	    HEAD "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
	    HEAD "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":0,"
	    "\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
	    "\"rejected_prediction_tokens\":0}}}\n\n"
	    "data: [DONE]\n\n", "whole frames, and usage when it was asked for");
}

static void
check_completions(void)
{
	struct voice v = { .id = STR("x"), .model = STR("m"), .now = 7, .endpoint = ENDPOINT_COMPLETIONS, .stream = true,
		.framing = FRAME_SSE, .chat = &nothing };

	is_slice(stripped(streamed(STR("{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning\":\"hm\"},\"finish_reason\":\"stop\","
				       "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1,\"top_logprobs\":[]}]}}]}"), &v)),
	    "\"choices\":[{\"index\":0,\"text\":\"a\",\"logprobs\":null,\"finish_reason\":null}]\n"
	    "\"choices\":[{\"index\":0,\"text\":\"\",\"logprobs\":{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"top_logprobs\":[{}],"
	    "\"text_offset\":[0]},\"finish_reason\":null}]\n"
	    "\"choices\":[{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"stop\"}]\n"
	    "data: [DONE]", "completions have text, and neither roles nor thoughts");
}

/* A role is written when the stream begins, so that a client knows it has. */
static void
check_start(void)
{
	struct voice	    v = { .id = STR("x"), .model = STR("m"), .now = 7, .stream = true, .framing = FRAME_SSE, .chat = &nothing };
	struct buf	    out = { 0 };
	struct chat_writer *w = openai_writer_new(&a, &v, &out);
	struct chat_reply   r = { 0 };
	struct chat_event   e = { .type = CHAT_START, .reply = &r };

	openai_write_event(w, &e);
	ok(str_find(buf_view(&out), STR("\"role\":\"assistant\"")) < out.n, "the role comes with the start");
	buf_clear(&out);
	e = (struct chat_event){ .type = CHAT_PING };
	openai_write_event(w, &e);
	is_int(out.n, 0, "a ping says nothing");
	openai_write_error(w, FAULT_UP_TRUNCATED, STR("gone"));
	is_slice(buf_view(&out), "data: {\"error\":{\"message\":\"gone\",\"type\":\"server_error\",\"param\":null,"
	    "\"code\":\"upstream_truncated\"}}\n\n", "an error is in band");
	openai_writer_free(w);
	buf_done(&out);
}

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check(i);
	check_frames();
	check_completions();
	check_start();
	arena_done(&a);
	return tap_done();
}
