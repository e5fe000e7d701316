/* SPDX-License-Identifier: Apache-2.0 */
/* openai_reader_test.c - streams as events, with all that servers leave out or put elsewhere. */
#include <inttypes.h>

#include "dialect/openai_inside.h"
#include "tap.h"
#include "transcript.h"

/* One event a line, "!name payload" with a name; a letter for what each is: Data, Prefix, Usage, Final, Skip, Error, Garbage. */
static const struct {
	const char *what, *stream, *events, *kinds;
} cases[] = {
	{ "text",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
	    "\"finish_reason\":null}],\"usage\":null}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"b\"}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"stop\"}]}\n[DONE]", "<start r><0 begin text><0 +a><0 +b><0 end text><0 stop end><done>", "PDDDF" },
	{ "usage in a chunk of its own",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n{\"id\":\"r\","
	    "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,"
	    "\"total_tokens\":5}}\n[DONE]",
	    "<start r><0 begin text><0 +a><0 end text><0 stop end><usage 3 0 0 2 0 0 0 0><done>", "DDUF" },
	{ "usage in each chunk is told when it changes",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],"
	    "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}],\"usage\":{\"prompt_tokens\":3,"
	    "\"completion_tokens\":1}}\n{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"stop\"}],\"x_groq\":{\"usage\":{\"prompt_tokens\":3,"
	    "\"completion_tokens\":2}}}\n[DONE]",
	    "<start r><0 begin text><0 +a><usage 3 0 0 1 0 0 0 0><0 +b><usage 3 0 0 2 0 0 0 0><0 end "
	    "text><0 stop end><done>", "DDDF" },
	{ "Azure's first chunk",
	    "{\"choices\":[],\"id\":\"\",\"model\":\"\",\"object\":\"\","
	    "\"prompt_filter_results\":[]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"stop\"}]}\n[DONE]", "<start r><0 begin text><0 +a><0 end text><0 stop end><done>", "PDDF" },
	{ "no index, no finish reason", "{\"id\":\"r\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n[DONE]", "<start r><0 begin text><0 +a><0 end text><0 stop none><done>", "DF" },
	{ "a finish reason too early, and twice",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},"
	    "\"finish_reason\":\"length\"}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"b\"},\"finish_reason\":\"length\"}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n[DONE]", "<start r><0 begin text><0 +a><0 +b><0 end text><0 stop length><done>", "DDDF" },
	{ "choices side by side",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}\n[DONE]",
	    "<start r><0 begin text><0 +a><1 begin text><1 +x><0 +b><0 end text><0 stop end><1 end text><1 "
	    "stop length><done>", "DDDDDF" },
	{ "reasoning in each place",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"h\"}}]}\n{\"id\":\""
	    "r\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"m\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin reasoning><0 +h><0 +m><0 end reasoning><0 begin text><0 +a><0 end text><0 "
	    "stop end><done>", "DDDDF" },
	{ "Mistral's parts",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"thinking\","
	    "\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]}]}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},"
	    "\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin reasoning><0 +hm><0 end reasoning><0 begin text><0 +a><0 end text><0 stop "
	    "end><done>", "DDF" },
	{ "OpenRouter's details, signed",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"hm\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\","
	    "\"format\":\"anthropic-claude-v1\",\"index\":0}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"reasoning\":null,\"reasoning_details\":[{\"type\":\"reasoning.text\","
	    "\"signature\":\"s\",\"format\":\"anthropic-claude-v1\",\"index\":0}]}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin reasoning><0 +hm><0 end reasoning signature=s><0 begin text><0 +a><0 end "
	    "text><0 stop end><done>", "DDDDF" },
	{ "details that hide the text, which stands beside",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"in short\","
	    "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"id\":\"rs_1\","
	    "\"format\":\"openai-responses-v1\"}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin reasoning><0 +in short><0 end reasoning id=rs_1 sealed=x><0 stop end><done>", "DDF" },
	{ "redacted thoughts are blocks of their own",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning_details\":[{\"type\":\"reasonin"
	    "g.text\",\"text\":\"hm\",\"format\":\"anthropic-claude-v1\"},"
	    "{\"type\":\"reasoning.encrypted\",\"data\":\"x\","
	    "\"format\":\"anthropic-claude-v1\"}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin reasoning><0 +hm><0 end reasoning><0 begin reasoning sealed=x><0 end "
	    "reasoning sealed=x><0 stop end><done>", "DDF" },
	{ "a call in pieces",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
	    "\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":1}\"}}]}}]}\n{\"id\":\""
	    "r\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n[DONE]",
	    "<start r><0 begin call id=c1 name=f><0 +{\"a\"><0 +:1}><0 end call id=c1 name=f><0 stop "
	    "tools><done>", "DDDDF" },
	{ "two calls",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\","
	    "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
	    "\"function\":{\"arguments\":\"{}\"}}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"c2\",\"function\":{\"name\":\"g\","
	    "\"arguments\":\"{}\"}}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin call id=c1 name=f><0 +{}><0 end call id=c1 name=f><0 begin call id=c2 "
	    "name=g><0 +{}><0 end call id=c2 name=g><0 stop tools><done>", "DDDDF" },
	{ "whole calls without an index",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"c1\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"c2\","
	    "\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}\n[DONE]",
	    "<start r><0 begin call id=c1 name=f><0 +{}><0 end call id=c1 name=f><0 begin call id=c2 "
	    "name=g><0 +{}><0 end call id=c2 name=g><0 stop tools><done>", "DF" },
	{ "one index for all",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c2\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n[DONE]",
	    "<start r><0 begin call id=c1 name=f><0 +{}><0 end call id=c1 name=f><0 begin call id=c2 "
	    "name=f><0 +{}><0 end call id=c2 name=f><0 stop none><done>", "DDF" },
	{ "arguments as an object",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
	    "\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}]}}]}\n[DONE]",
	    "<start r><0 begin call id=c name=f><0 +{\"a\":1}><0 end call id=c name=f><0 stop none><done>", "DF" },
	{ "a custom tool's call",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
	    "\"type\":\"custom\",\"custom\":{\"name\":\"p\",\"input\":\"\"}}]}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"custom\":{\"input\":\"*** "
	    "a\"}}]}}]}\n[DONE]",
	    "<start r><0 begin call id=c name=p freeform><0 +*** a><0 end call id=c name=p freeform><0 "
	    "stop none><done>", "DDF" },
	{ "Google's signature comes before its call",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"id\":\"c\","
	    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
	    "\"extra_content\":{\"google\":{\"thought_signature\":\"g\"}}}]}}]}\n[DONE]",
	    "<start r><0 begin reasoning signature=g><0 end reasoning signature=g><0 begin call id=c "
	    "name=f><0 +{}><0 end call id=c name=f><0 stop none><done>", "DF" },
	{ "a refusal",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"no\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]", "<start r><0 begin refusal><0 +no><0 end refusal><0 stop end><done>", "DDF" },
	{ "annotations",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{\"annotations\":[{\"type\":\"url_citation\","
	    "\"url_citation\":{\"url\":\"https://h\"}}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin text><0 +a><0 cite https://h><0 end text><0 stop end><done>", "DDDF" },
	{ "drawn images",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"images\":[{\"image_url\":{\"url\":\"data:"
	    "image/png;base64,AAAA\"}}]}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin image mime=image/png><0 +AAAA><0 end image mime=image/png><0 stop end><done>", "DDF" },
	{ "sound in pieces, each base64 of its own",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"audio\":{\"id\":\"au\","
	    "\"transcript\":\"hi\"}}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"audio\":{\"data\":\"QQ==\"}}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"audio\":{\"data\":\"Qg==\",\"transcript\":\"!\"}}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin audio id=au><0 +QUI=><0 end audio id=au><0 stop end><done>", "DDDDF" },
	{ "log probabilities",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},"
	    "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1}]}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]",
	    "<start r><0 begin text><0 +a><0 logprobs [{\"token\":\"a\",\"logprob\":-1}]><0 end text><0 "
	    "stop end><done>", "DDF" },
	{ "completions",
	    "{\"id\":\"r\",\"object\":\"text_completion\",\"choices\":[{\"text\":\"a\",\"index\":0,"
	    "\"finish_reason\":null}]}\n{\"id\":\"r\",\"choices\":[{\"text\":\"\",\"index\":0,"
	    "\"finish_reason\":\"length\"}]}\n[DONE]", "<start r><0 begin text><0 +a><0 end text><0 stop length><done>", "DDF" },
	{ "which stop it was",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\","
	    "\"stop_reason\":\"END\"}]}\n[DONE]", "<start r><0 begin text><0 +a><0 end text><0 stop sequenceEND><done>", "DDF" },
	{ "Perplexity ends in its own way",
	    "{\"id\":\"r\",\"object\":\"chat.completion.chunk\",\"citations\":[\"https://h\"],"
	    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"id\":\"r\","
	    "\"object\":\"chat.completion.done\",\"citations\":[\"https://h\"],\"choices\":[{\"index\":0,"
	    "\"message\":{\"content\":\"a\"},\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}",
	    "<start r><0 begin text><0 +a><0 cite https://h><0 end text><0 stop end><done>", "DF" },
	{ "functions of old",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"function_call\":{\"name\":\"f\","
	    "\"arguments\":\"\"}}}]}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"function_call\":{\"arguments\":\"{}\"}}}]}\n{\"id\":\"r\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"function_call\"}]}\n[DONE]",
	    "<start r><0 begin call id=@ID name=f><0 +{}><0 end call id=@ID name=f><0 stop tools><done>", "DDDF" },
	{ "an error in the middle",
	    "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n{\"error\":{\"messag"
	    "e\":\"gone\",\"code\":502},\"choices\":[]}", "<start r><0 begin text><0 +a>", "DE" },
	{ "an error before anything", "{\"error\":\"gone\"}", "", "E" },
	{ "what is no chunk", "{\"choices\":[\n[1]\nhello", "", "GGG" },
	{ "pings with a name are passed over",
	    "!ping {\"type\":\"ping\"}\n{\"id\":\"r\",\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"}}]}", "<start r><0 begin text><0 +a>", "SD" },
};

static const char letters[] = { [EVENT_DATA] = 'D', [EVENT_PREFIX] = 'P', [EVENT_USAGE] = 'U', [EVENT_FINAL] = 'F', [EVENT_SKIP] = 'S',
	[EVENT_ERROR] = 'E', [EVENT_GARBAGE] = 'G' };

static struct arena a;

/* Reads each event in an arena that is gone before the next. */
static bool
read_all(struct str stream, struct buf *events, struct buf *kinds, struct tap *tap)
{
	struct chat_reader *r = openai_reader_new(&a, transcript_event, events);
	struct arena	    scratch;
	struct str	    line;
	bool		    whole;

	while (str_split(&stream, '\n', &line)) {
		struct str name = STR_NONE, copy;

		if (line.n > 0 && line.p[0] == '!') {
			name = str_upto(str_from(line, 1), str_find_byte(line, ' ') - 1);
			line = str_from(line, name.n + 2);
		}
		arena_init(&scratch);
		copy = arena_str(&scratch, line);
		buf_byte(kinds, letters[openai_read_event(r, &scratch, name, copy, tap)]);
		tap->error = arena_str(&a, tap->error);
		arena_done(&scratch);
	}
	whole = openai_read_end(r);
	openai_reader_free(r);
	return whole;
}

static struct str
with_id(const char *text)
{
	struct str s = str_of(text), id = openai_call_id(&a, STR("r"), 0, 0);
	struct buf b = { 0 };

	for (size_t at; (at = str_find(s, STR("@ID"))) < s.n; s = str_from(s, at + 3)) {
		buf_str(&b, str_upto(s, at));
		buf_str(&b, id);
	}
	buf_str(&b, s);
	s = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return s;
}

static void
check(size_t i)
{
	struct buf events = { 0 }, kinds = { 0 };
	struct tap tap = { 0 };
	bool	   whole = read_all(str_of(cases[i].stream), &events, &kinds, &tap);

	is_slice(buf_view(&events), with_id(cases[i].events).p, "%s", cases[i].what);
	is_slice(buf_view(&kinds), cases[i].kinds, "%s: what each event is", cases[i].what);
	ok(whole == (strchr(cases[i].kinds, 'F') != NULL), "%s: %s", cases[i].what, whole ? "whole" : "not whole");
	buf_done(&events);
	buf_done(&kinds);
}

static void
check_tap(void)
{
	struct buf events = { 0 }, kinds = { 0 };
	struct tap tap = { 0 };

	read_all(STR("{\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n"
		     "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":1}}\n"
		     "{\"error\":{\"message\":\"late\"}}"), &events, &kinds, &tap);
	ok(tap.pieces == 1 && tap.stopped && tap.usage.tokens[USAGE_INPUT] == 2, "pieces, the stop and usage are tapped");
	is_slice(tap.error, "late", "and the error's message");
	buf_done(&events);
	buf_done(&kinds);
}

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		check(i);
	check_tap();
	arena_done(&a);
	return tap_done();
}
