/* SPDX-License-Identifier: Apache-2.0 */
/* openai_read_reply_test.c - whole replies in the neutral form, told as events. */
#include <inttypes.h>

#include "dialect/fold.h"
#include "dialect/openai_inside.h"
#include "tap.h"
#include "transcript.h"

/* "@ID0" is the id that the first call of reply "r" gets when it has none. */
static const struct {
	const char *what, *body, *events;
} cases[] = {
	{ "text",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
	    "\"content\":\"a\"},\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "null is nothing",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null},"
	    "\"finish_reason\":\"stop\"}]}", "<start r><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "Mistral's parts",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":[{\"type\":\"thinking\","
	    "\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"a\"}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin reasoning><0 +hm><0 end reasoning><0 begin text><0 +a><0 end text><0 stop "
	    "end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "details before plain reasoning",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\",\"reasoning\":\"hm\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"s\","
	    "\"format\":\"anthropic-claude-v1\"}]},\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin reasoning signature=s><0 +hm><0 end reasoning signature=s><0 begin text><0 "
	    "+a><0 end text><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "calls make a stop of their own",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\","
	    "\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 begin call id=c name=f><0 +{}><0 end call id=c "
	    "name=f><0 stop tools><usage 0 0 0 0 0 0 0 0><done>" },
	{ "calls without ids get some",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"function\":{\"name\":"
	    "\"f\",\"arguments\":\"{}\"}},{\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin call id=@ID0 name=f><0 +{}><0 end call id=@ID0 name=f><0 begin call id=@ID1 "
	    "name=g><0 +{}><0 end call id=@ID1 name=g><0 stop tools><usage 0 0 0 0 0 0 0 0><done>" },
	{ "a function_call of old",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,"
	    "\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
	    "\"finish_reason\":\"function_call\"}]}",
	    "<start r><0 begin call id=@ID0 name=f><0 +{}><0 end call id=@ID0 name=f><0 stop tools><usage "
	    "0 0 0 0 0 0 0 0><done>" },
	{ "what cannot be read is passed over",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":[\"a\",5,"
	    "{\"type\":\"text\"}],\"tool_calls\":[{\"id\":\"c\"},7]},\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "a refusal",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,\"refusal\":\"no\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin refusal><0 +no><0 end refusal><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "sound",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":null,"
	    "\"audio\":{\"id\":\"au\",\"data\":\"QUI=\",\"transcript\":\"hi\"}},"
	    "\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin audio id=au><0 +QUI=><0 end audio id=au><0 stop end><usage 0 0 0 0 0 0 0 "
	    "0><done>" },
	{ "images",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\","
	    "\"images\":[{\"image_url\":{\"url\":\"https://h/i\"}}]},\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 begin image url=https://h/i><0 end image "
	    "url=https://h/i><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "citations",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\","
	    "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"https://h\"}}]},"
	    "\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin text><0 +a><0 cite https://h><0 end text><0 stop end><usage 0 0 0 0 0 0 0 "
	    "0><done>" },
	{ "log probabilities",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\",\"logprobs\":{\"content\":[{\"token\":\"a\"}]}}]}",
	    "<start r><0 begin text><0 +a><0 logprobs [{\"token\":\"a\"}]><0 end text><0 stop end><usage 0 "
	    "0 0 0 0 0 0 0><done>" },
	{ "finish reason length",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"length\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop length><usage 0 0 0 0 0 0 0 0><done>" },
	{ "finish reason content_filter",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"content_filter\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop filter><usage 0 0 0 0 0 0 0 0><done>" },
	{ "finish reason max_tokens",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"max_tokens\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop length><usage 0 0 0 0 0 0 0 0><done>" },
	{ "finish reason model_length",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"model_length\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop context><usage 0 0 0 0 0 0 0 0><done>" },
	{ "finish reason end_turn",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"end_turn\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "finish reason perhaps",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"perhaps\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop other><usage 0 0 0 0 0 0 0 0><done>" },
	{ "which stop it was",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\",\"stop_reason\":\"END\"}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop sequenceEND><usage 0 0 0 0 0 0 0 0><done>" },
	{ "a token as the stop says nothing",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\",\"stop_reason\":5}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "choices out of order keep their index",
	    "{\"id\":\"r\",\"choices\":[{\"index\":1,\"message\":{\"content\":\"b\"},"
	    "\"finish_reason\":\"stop\"},{\"index\":0,\"message\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"stop\"}]}",
	    "<start r><1 begin text><1 +b><1 end text><1 stop end><0 begin text><0 +a><0 end text><0 stop "
	    "end><usage 0 0 0 0 0 0 0 0><done>" },
	{ "choices without an index are counted",
	    "{\"id\":\"r\",\"choices\":[{\"message\":{\"content\":\"a\"}},{\"message\":{\"content\":\"b\"}}]}",
	    "<start r><0 begin text><0 +a><0 end text><0 stop none><1 begin text><1 +b><1 end text><1 stop "
	    "none><usage 0 0 0 0 0 0 0 0><done>" },
	{ "usage, Groq's as well",
	    "{\"id\":\"r\",\"choices\":[],\"x_groq\":{\"usage\":{\"prompt_tokens\":3,"
	    "\"completion_tokens\":2}}}", "<start r><usage 3 0 0 2 0 0 0 0><done>" },
	{ "Perplexity's sources",
	    "{\"id\":\"r\",\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
	    "\"citations\":[\"https://x\"],\"search_results\":[{\"url\":\"https://h\",\"title\":\"t\"}]}",
	    "<start r><0 begin text><0 +a><0 cite https://h><0 end text><0 stop end><usage 0 0 0 0 0 0 0 "
	    "0><done>" },
	{ "completions",
	    "{\"id\":\"r\",\"object\":\"text_completion\",\"choices\":[{\"text\":\"a\",\"index\":0,"
	    "\"finish_reason\":\"stop\",\"logprobs\":{\"tokens\":[\"a\"],\"token_logprobs\":[-1],"
	    "\"top_logprobs\":[{\"b\":-2}],\"text_offset\":[0]}}]}",
	    "<start r><0 begin text><0 +a><0 logprobs [{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],"
	    "\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-2,\"bytes\":[98]}]}]><0 end text><0 stop "
	    "end><usage 0 0 0 0 0 0 0 0><done>" },
};

static struct arena a;

static struct str
with_ids(const char *text)
{
	struct str s = str_of(text);
	struct buf b = { 0 };

	for (size_t at; (at = str_find(s, STR("@ID"))) < s.n; s = str_from(s, at + 4)) {
		buf_str(&b, str_upto(s, at));
		buf_str(&b, openai_call_id(&a, STR("r"), 0, (uint32_t)(s.p[at + 3] - '0')));
	}
	buf_str(&b, s);
	s = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return s;
}

static void
check(size_t i)
{
	struct chat_reply r;
	struct buf	  events = { 0 };

	if (ok(openai_read_reply(&a, str_of(cases[i].body), &r) == 0, "%s: a reply", cases[i].what)) {
		unfold(&r, transcript_event, &events);
		is_slice(buf_view(&events), with_ids(cases[i].events).p, "%s", cases[i].what);
	}
	buf_done(&events);
}

static const struct {
	const char *body, *message;
} errors[] = {
	{ "{\"error\":{\"message\":\"m\",\"code\":400}}", "m" },
	{ "{\"error\":\"m\"}", "m" },
	{ "{\"error\":{},\"choices\":[]}", "the upstream sent an error" },
	{ "{\"choices\":[{\"error\":{\"message\":\"m\"},\"message\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}", "m" },
};

static void
check_logprobs(void)
{
	struct buf	b = { 0 };
	struct json_out o;
	uint64_t	offset = 4;

	json_start(&o, &b, false);
	json_object(&o, NULL);
	openai_write_logprobs(&o, &a, STR("no JSON"), false, &offset);
	json_object_end(&o);
	is_slice(buf_view(&b), "{\"logprobs\":null}", "log probabilities that are none are null");
	buf_clear(&b);
	json_start(&o, &b, false);
	json_object(&o, NULL);
	openai_write_logprobs(&o, &a, STR("[{\"token\":\"ab\",\"logprob\":-1}]"), true, &offset);
	json_object_end(&o);
	is_slice(buf_view(&b), "{\"logprobs\":{\"tokens\":[\"ab\"],\"token_logprobs\":[-1],\"top_logprobs\":[{}],\"text_offset\":[4]}}",
	    "offsets go on from what was before");
	is_int(offset, 6, "and count on");
	buf_done(&b);
}

int
main(void)
{
	struct chat_reply r;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check(i);
	for (size_t i = 0; i < LENGTH(errors); i++) {
		ok(openai_read_reply(&a, str_of(errors[i].body), &r) == 0, "%s is read", errors[i].body);
		is_slice(r.error, errors[i].message, "and its error told");
	}
	ok(openai_read_reply(&a, STR("{\"object\":\"list\",\"data\":[]}"), &r) < 0, "a list of models is no reply");
	ok(openai_read_reply(&a, STR("<html>"), &r) < 0, "a web page is none");
	check_logprobs();
	arena_done(&a);
	return tap_done();
}
