/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_tap_test.c - usage is cut into disjoint classes, events are told apart, and what is written reads the same. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static const struct {
	const char *what, *usage;
	uint64_t    input, read, output, reasoning, audio_in, audio_out;
} usages[] = {
	{ "plain", "{'promptTokenCount':10,'candidatesTokenCount':5,'totalTokenCount':15}", 10, 0, 5, 0, 0, 0 },
	{ "cached input is taken out of the prompt", "{'promptTokenCount':10,'cachedContentTokenCount':4,'candidatesTokenCount':5}", 6, 4, 5, 0, 0, 0 },
	{ "thoughts are beside the candidates", "{'promptTokenCount':10,'candidatesTokenCount':5,'thoughtsTokenCount':7,'totalTokenCount':22}", 10, 0, 5, 7, 0, 0 },
	{ "thoughts alone", "{'promptTokenCount':10,'thoughtsTokenCount':7,'totalTokenCount':17}", 10, 0, 0, 7, 0, 0 },
	{ "prompts of tools are input", "{'promptTokenCount':10,'toolUsePromptTokenCount':9,'candidatesTokenCount':5}", 19, 0, 5, 0, 0, 0 },
	{ "sound both ways", "{'promptTokenCount':10,'candidatesTokenCount':8,'promptTokensDetails':[{'modality':'TEXT','tokenCount':7},{'modality':'AUDIO',"
	    "'tokenCount':3}],'candidatesTokensDetails':[{'modality':'AUDIO','tokenCount':5}]}", 7, 0, 3, 0, 3, 5 },
	{ "sound by its number", "{'promptTokenCount':10,'promptTokensDetails':[{'modality':4,'tokenCount':3}]}", 7, 0, 0, 0, 3, 0 },
	{ "sound that was cached is cached", "{'promptTokenCount':10,'cachedContentTokenCount':6,'promptTokensDetails':[{'modality':'AUDIO','tokenCount':5}],"
	    "'cacheTokensDetails':[{'modality':'AUDIO','tokenCount':4}]}", 3, 6, 0, 0, 1, 0 },
	{ "more cached than there was", "{'promptTokenCount':3,'cachedContentTokenCount':9}", 0, 3, 0, 0, 0, 0 },
	{ "the total alone", "{'totalTokenCount':8}", 8, 0, 0, 0, 0, 0 },
	{ "in the other spelling", "{'prompt_token_count':10,'candidates_token_count':5}", 10, 0, 5, 0, 0, 0 },
};

#define PARTS(p) "{'candidates':[{'content':{'parts':[" p "],'role':'model'}}]}"

static const struct {
	const char     *what, *name, *payload;
	enum event_kind kind;
	bool		stopped;
} events[] = {
	{ "output", "", PARTS("{'text':'a'}"), EVENT_DATA, false },
	{ "a call", "", PARTS("{'functionCall':{'name':'f'}}"), EVENT_DATA, false },
	{ "an empty text", "", PARTS("{'text':''}"), EVENT_PREFIX, false },
	{ "an empty text with a signature", "", PARTS("{'text':'','thoughtSignature':'x'}"), EVENT_DATA, false },
	{ "no parts", "", PARTS(""), EVENT_PREFIX, false },
	{ "no content", "", "{'candidates':[{'index':0}]}", EVENT_PREFIX, false },
	{ "the reason alone", "", "{'candidates':[{'content':{},'finishReason':'STOP'}]}", EVENT_DATA, true },
	{ "the reason as a number", "", "{'candidates':[{'finishReason':1}]}", EVENT_DATA, true },
	{ "a blocked prompt", "", "{'promptFeedback':{'blockReason':'SAFETY'}}", EVENT_DATA, true },
	{ "feedback that blocks nothing", "", "{'promptFeedback':{'safetyRatings':[]}}", EVENT_PREFIX, false },
	{ "usage alone", "", "{'usageMetadata':{'promptTokenCount':1}}", EVENT_PREFIX, false },
	{ "an error", "", "{'error':{'code':503,'message':'no'}}", EVENT_ERROR, false },
	{ "an error's name", "error", "{'message':'no'}", EVENT_ERROR, false },
	{ "OpenAI's end", "", "[DONE]", EVENT_SKIP, false },
	{ "a named ping", "ping", "{'x':1}", EVENT_SKIP, false },
	{ "a ping", "", "{'type':'ping'}", EVENT_SKIP, false },
	{ "OpenAI's chunk", "", "{'choices':[]}", EVENT_GARBAGE, false },
	{ "no JSON", "", "{'candidates':[", EVENT_GARBAGE, false },
	{ "no object", "", "[1]", EVENT_GARBAGE, false },
};

static const struct {
	const char   *what, *body;
	enum endpoint endpoint;
	int	      rc;
} replies[] = {
	{ "an answer", "{'candidates':[]}", ENDPOINT_CHAT, 0 },
	{ "a blocked prompt", "{'promptFeedback':{'blockReason':'OTHER'}}", ENDPOINT_CHAT, 0 },
	{ "an empty object", "{}", ENDPOINT_CHAT, -1 },
	{ "a web page", "<html>", ENDPOINT_CHAT, -1 },
	{ "an array", "[{'candidates':[]}]", ENDPOINT_CHAT, -1 },
	{ "vectors", "{'embeddings':[{'values':[0.5]}]}", ENDPOINT_EMBEDDINGS, 0 },
	{ "one vector where many were asked for", "{'embedding':{'values':[0.5]}}", ENDPOINT_EMBEDDINGS, -1 },
	{ "one vector", "{'embedding':{'values':[0.5]}}", ENDPOINT_EMBED_ONE, 0 },
	{ "a count", "{'totalTokens':3}", ENDPOINT_COUNT, 0 },
	{ "no count", "{'candidates':[]}", ENDPOINT_COUNT, -1 },
};

static void
check_usage(struct arena *a, size_t i)
{
	struct str	  body = arena_printf(a, "{\"candidates\":[],\"usageMetadata\":" STR_FMT "}", STR_ARG(quoted(a, usages[i].usage)));
	struct tap	  tap = { 0 }, again = { 0 };
	const uint64_t	 *t = tap.usage.tokens;
	struct chat_reply r = { 0 };
	struct buf	  b = { 0 };
	struct json_out	  o;

	ok(gemini_reply(a, ENDPOINT_CHAT, body, &tap) == 0 && tap.usage.source == USAGE_REPORTED && t[USAGE_INPUT] == usages[i].input &&
		t[USAGE_CACHE_READ] == usages[i].read && t[USAGE_OUTPUT] == usages[i].output && t[USAGE_REASONING] == usages[i].reasoning &&
		t[USAGE_AUDIO_INPUT] == usages[i].audio_in && t[USAGE_AUDIO_OUTPUT] == usages[i].audio_out,
	    "usage: %s", usages[i].what);
	r.usage = tap.usage;
	json_start(&o, &b, false);
	json_object(&o, NULL);
	gemini_write_usage(&o, &r);
	json_object_end(&o);
	ok(gemini_reply(a, ENDPOINT_CHAT, buf_view(&b), &again) == 0 && memcmp(&again.usage, &tap.usage, sizeof(tap.usage)) == 0,
	    "written, it reads the same: %s", usages[i].what);
	buf_done(&b);
}

int
main(void)
{
	struct arena a;
	struct tap   tap = { 0 };

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(usages); i++)
		check_usage(&a, i);
	for (size_t i = 0; i < LENGTH(events); i++) {
		tap = (struct tap){ 0 };
		is_int(gemini_event(&a, ENDPOINT_CHAT, str_of(events[i].name), quoted(&a, events[i].payload), &tap), events[i].kind, "event: %s",
		    events[i].what);
		is_int(tap.stopped, events[i].stopped, "and whether it stops: %s", events[i].what);
	}
	for (size_t i = 0; i < LENGTH(replies); i++)
		is_int(gemini_reply(&a, replies[i].endpoint, quoted(&a, replies[i].body), &tap), replies[i].rc, "reply: %s", replies[i].what);
	tap = (struct tap){ 0 };
	ok(gemini_reply(&a, ENDPOINT_CHAT, quoted(&a, "{'error':{'message':'late'}}"), &tap) == 0, "an error in a 200 is read");
	is_slice(tap.error, "late", "and its message told");
	tap = (struct tap){ 0 };
	gemini_event(&a, ENDPOINT_CHAT, STR_NONE, quoted(&a, "{'usageMetadata':{'promptTokenCount':5}," "'candidates':[{'content':{'parts':[{'text':'a'}]}}]}"), &tap);
	gemini_event(&a, ENDPOINT_CHAT, STR_NONE, quoted(&a, "{'usageMetadata':{'promptTokenCount':7,'candidatesTokenCount':2}}"), &tap);
	ok(tap.usage.tokens[USAGE_INPUT] == 7 && tap.usage.tokens[USAGE_OUTPUT] == 2 && tap.pieces == 1, "the last usage counts, and pieces with output");
	arena_done(&a);
	return tap_done();
}
