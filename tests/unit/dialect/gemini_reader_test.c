/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_reader_test.c - streams as events: each piece at once, the end when the stream closes. */
#include <inttypes.h>

#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"
#include "unit/dialect/transcript.h"

#define CHUNK(parts, more) "{'candidates':[{'content':{'parts':[" parts "],'role':'model'}" more "}],'responseId':'resp-12345678'}"
#define STOP ",'finishReason':'STOP'"
#define START "<start resp-12345678>"

static const struct {
	const char *what, *chunks[5], *want;
	bool	    whole;
} cases[] = {
	{ "a text", { CHUNK("{'text':'a'}", ""), CHUNK("{'text':'b'}", STOP) }, START "<0 begin text><0 +a><0 +b>|<0 end text><0 stop end><done>", true },
	{ "the reason comes alone", { CHUNK("{'text':'a'}", ""), CHUNK("{'text':''}", STOP) }, START "<0 begin text><0 +a>|<0 end text><0 stop end><done>", true },
	{ "a reason on each chunk", { CHUNK("{'text':'a'}", STOP), CHUNK("{'text':'b'}", ",'finishReason':'MAX_TOKENS'") },
	    START "<0 begin text><0 +a><0 +b>|<0 end text><0 stop length><done>", true },
	{ "no reason", { CHUNK("{'text':'a'}", "") }, START "<0 begin text><0 +a>|", false },
	{ "nothing", { NULL }, "|", false },
	{ "thoughts, then a signed text", { CHUNK("{'text':'h','thought':true}", ""), CHUNK("{'text':'m','thought':true}", ""), CHUNK("{'text':'a'}", ""),
	    CHUNK("{'text':'','thoughtSignature':'QQ=='}", STOP) },
	    START "<0 begin reasoning><0 +h><0 +m><0 end reasoning><0 begin text><0 +a><0 end text><0 begin reasoning signature=QQ==><0 end reasoning signature=QQ==>|"
	    "<0 stop end><done>", true },
	{ "a thought signed at its end", { CHUNK("{'text':'h','thought':true}", ""), CHUNK("{'text':'','thought':true,'thoughtSignature':'QQ=='}", ""),
	    CHUNK("{'text':'a'}", STOP) }, START "<0 begin reasoning><0 +h><0 end reasoning signature=QQ==><0 begin text><0 +a>|<0 end text><0 stop end><done>", true },
	{ "a thought signed with its text", { CHUNK("{'text':'h','thought':true,'thoughtSignature':'QQ=='}", ""), CHUNK("{'text':'a'}", STOP) },
	    START "<0 begin reasoning><0 +h><0 end reasoning signature=QQ==><0 begin text><0 +a>|<0 end text><0 stop end><done>", true },
	{ "calls", { CHUNK("{'functionCall':{'name':'f','args':{'x':1}},'thoughtSignature':'QQ=='},{'functionCall':{'name':'g'}}", ""), CHUNK("{'text':''}", STOP) },
	    START "<0 begin reasoning signature=QQ==><0 end reasoning signature=QQ==><0 begin call id=call_resp-12345678_0 name=f><0 +{\"x\":1}>"
	    "<0 end call id=call_resp-12345678_0 name=f><0 begin call id=call_resp-12345678_1 name=g><0 +{}><0 end call id=call_resp-12345678_1 name=g>|<0 stop tools><done>", true },
	{ "candidates", { "{'candidates':[{'content':{'parts':[{'text':'a'}]},'index':0},{'content':{'parts':[{'text':'b'}]},'index':1,'finishReason':'SAFETY'}]}",
	    "{'candidates':[{'content':{'parts':[{'text':'c'}]},'finishReason':'STOP'}]}" },
	    "<start><0 begin text><0 +a><1 begin text><1 +b><0 +c>|<0 end text><0 stop end><1 end text><1 stop filter><done>", true },
	{ "one candidate of two is not through", { "{'candidates':[{'index':0,'finishReason':'STOP'},{'index':1}]}" }, "<start>|", false },
	{ "a blocked prompt", { "{'promptFeedback':{'blockReason':'SAFETY'},'responseId':'resp-12345678'}" }, START "|<0 stop filter><done>", true },
	{ "usage grows", { "{'candidates':[{'content':{'parts':[{'text':'a'}]}}],'usageMetadata':{'promptTokenCount':5}}",
	    "{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':5,'candidatesTokenCount':2}}" },
	    "<start><0 begin text><0 +a><usage 5 0 0 0 0 0 0 0><usage 5 0 0 2 0 0 0 0>|<0 end text><0 stop end><done>", true },
	{ "sources are of the text before the signature, and told once",
	    { CHUNK("{'text':'abc'}", ",'groundingMetadata':{'groundingChunks':[{'web':{'uri':'http://a'}}]}"),
	    CHUNK("{'text':'','thoughtSignature':'QQ=='}", STOP ",'groundingMetadata':{'groundingChunks':[{'web':{'uri':'http://a'}},{'web':{'uri':'http://b'}}]}") },
	    START "<0 begin text><0 +abc><0 cite http://a><0 cite http://b><0 end text><0 begin reasoning signature=QQ==><0 end reasoning signature=QQ==>|<0 stop end><done>", true },
	{ "sources of a text that is closed", { CHUNK("{'text':'abc'}", ""),
	    CHUNK("{'functionCall':{'id':'c','name':'f'}}", STOP ",'groundingMetadata':{'groundingChunks':[{'web':{'uri':'http://a'}}]}") },
	    START "<0 begin text><0 +abc><0 end text><0 begin call id=c name=f><0 +{}><0 end call id=c name=f><0 begin text><0 cite http://a>|<0 end text><0 stop tools><done>", true },
	{ "sources of no text", { CHUNK("{'functionCall':{'id':'c','name':'f'}}", STOP ",'groundingMetadata':{'groundingChunks':[{'web':{'uri':'http://a'}}]}") },
	    START "<0 begin call id=c name=f><0 +{}><0 end call id=c name=f>|<0 stop tools><done>", true },
	{ "log probabilities", { CHUNK("{'text':'a'}", ",'logprobsResult':{'chosenCandidates':[{'token':'a','logProbability':-1}]}" STOP) },
	    START "<0 begin text><0 +a><0 logprobs [{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],\"top_logprobs\":[]}]>|<0 end text><0 stop end><done>", true },
	{ "a picture", { CHUNK("{'inlineData':{'mimeType':'image/png','data':'AAAA'}}", STOP) },
	    START "<0 begin image mime=image/png><0 +AAAA><0 end image mime=image/png>|<0 stop end><done>", true },
	{ "pieces of arguments nobody asked for", { CHUNK("{'functionCall':{'partialArgs':[]}},{}", STOP) }, START "|<0 stop end><done>", true },
	{ "an end of OpenAI's is passed over", { CHUNK("{'text':'a'}", STOP), "[DONE]" }, START "<0 begin text><0 +a>|<0 end text><0 stop end><done>", true },
};

static void
run(struct arena *a, size_t i)
{
	struct buf	    b = { 0 };
	struct tap	    tap = { 0 };
	struct chat_reader *r = gemini_reader_new(a, transcript_event, &b);

	for (size_t k = 0; k < LENGTH(cases[i].chunks) && cases[i].chunks[k] != NULL; k++) {
		struct arena	scratch;
		enum event_kind kind;

		arena_init(&scratch);
		kind = gemini_read_event(r, &scratch, STR_NONE, quoted(&scratch, cases[i].chunks[k]), &tap);
		if (kind == EVENT_GARBAGE || kind == EVENT_ERROR)
			ok(0, "%s: chunk %zu is taken", cases[i].what, k);
		arena_done(&scratch);
	}
	buf_byte(&b, '|');
	is_int(gemini_read_end(r), cases[i].whole, "whole or not: %s", cases[i].what);
	is_slice(buf_view(&b), cases[i].want, "read: %s", cases[i].what);
	is_int(gemini_read_end(r), cases[i].whole, "asked twice it says the same: %s", cases[i].what);
	gemini_reader_free(r);
	buf_done(&b);
}

static const struct {
	const char     *what, *name, *payload;
	enum event_kind kind;
} events[] = {
	{ "output", "", CHUNK("{'text':'a'}", ""), EVENT_DATA },
	{ "no output yet", "", CHUNK("{'text':''}", ""), EVENT_PREFIX },
	{ "an error", "", "{'error':{'code':503,'message':'no'}}", EVENT_ERROR },
	{ "a ping", "ping", "{}", EVENT_SKIP },
	{ "no JSON", "", "{", EVENT_GARBAGE },
	{ "no object", "", "[]", EVENT_GARBAGE },
	{ "a chunk of another dialect", "", "{'choices':[]}", EVENT_GARBAGE },
	{ "a part that is none", "", CHUNK("{'text':7}", ""), EVENT_GARBAGE },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		run(&a, i);
	for (size_t i = 0; i < LENGTH(events); i++) {
		struct buf	    b = { 0 };
		struct tap	    tap = { 0 };
		struct chat_reader *r = gemini_reader_new(&a, transcript_event, &b);

		is_int(gemini_read_event(r, &a, str_of(events[i].name), quoted(&a, events[i].payload), &tap), events[i].kind, "event: %s", events[i].what);
		if (events[i].kind == EVENT_ERROR)
			is_slice(tap.error, "no", "and its message told");
		gemini_reader_free(r);
		buf_done(&b);
	}
	gemini_reader_free(NULL);
	arena_done(&a);
	return tap_done();
}
