/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_ask_test.c - what a request asks for, and which are refused with their field named. */
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

#define TURN "'contents':[{'role':'user','parts':[{'text':'hi'}]}]"

static const struct {
	const char *what;
	enum endpoint endpoint;
	const char *body;
	uint64_t    max_output, choices;
} good[] = {
	{ "the least", ENDPOINT_CHAT, "{" TURN "}", 0, 1 },
	{ "a limit", ENDPOINT_CHAT, "{" TURN ",'generationConfig':{'maxOutputTokens':100}}", 100, 1 },
	{ "a limit for each candidate", ENDPOINT_CHAT, "{" TURN ",'generation_config':{'max_output_tokens':100,'candidate_count':3}}", 300, 3 },
	{ "a limit as a string", ENDPOINT_CHAT, "{" TURN ",'generationConfig':{'maxOutputTokens':'100'}}", 100, 1 },
	{ "no count is the upstream's to refuse", ENDPOINT_CHAT, "{" TURN ",'generationConfig':{'maxOutputTokens':-1,'candidateCount':1.5}}", 0, 1 },
	{ "nulls say nothing", ENDPOINT_CHAT, "{" TURN ",'tools':null,'toolConfig':null,'systemInstruction':null,'generationConfig':null}", 0, 1 },
	{ "a system instruction as a text", ENDPOINT_CHAT, "{" TURN ",'system_instruction':'be brief'}", 0, 1 },
	{ "members that nobody knows", ENDPOINT_CHAT, "{" TURN ",'labels':{'a':'b'},'x':[1]}", 0, 1 },
	{ "a count of contents", ENDPOINT_COUNT, "{" TURN "}", 0, 1 },
	{ "a count of a whole request", ENDPOINT_COUNT, "{'generateContentRequest':{'model':'models/m'," TURN "}}", 0, 1 },
	{ "a batch", ENDPOINT_EMBEDDINGS, "{'requests':[{'model':'models/m','content':{'parts':[{'text':'a'}]}}]}", 0, 1 },
	{ "one", ENDPOINT_EMBED_ONE, "{'content':{'parts':[{'text':'a'}]},'taskType':'CLUSTERING'}", 0, 1 },
};

static const struct {
	const char *what;
	enum endpoint endpoint;
	const char *body, *param;
	enum fault  fault;
} bad[] = {
	{ "no JSON", ENDPOINT_CHAT, "{", "", FAULT_BAD_JSON },
	{ "no body", ENDPOINT_CHAT, "", "", FAULT_BAD_JSON },
	{ "an array", ENDPOINT_CHAT, "[]", "", FAULT_BAD_REQUEST },
	{ "no contents", ENDPOINT_CHAT, "{}", "contents", FAULT_BAD_REQUEST },
	{ "empty contents", ENDPOINT_CHAT, "{'contents':[]}", "contents", FAULT_BAD_REQUEST },
	{ "contents of a wrong type", ENDPOINT_CHAT, "{'contents':'hi'}", "contents", FAULT_BAD_REQUEST },
	{ "a content that is no object", ENDPOINT_CHAT, "{'contents':[1]}", "contents[0]", FAULT_BAD_REQUEST },
	{ "parts of a wrong type", ENDPOINT_CHAT, "{'contents':[{'parts':{}}]}", "contents[0].parts", FAULT_BAD_REQUEST },
	{ "a role of a wrong type", ENDPOINT_CHAT, "{'contents':[{'role':1,'parts':[]}]}", "contents[0].role", FAULT_BAD_REQUEST },
	{ "tools of a wrong type", ENDPOINT_CHAT, "{" TURN ",'tools':{}}", "tools", FAULT_BAD_REQUEST },
	{ "a temperature of a wrong type", ENDPOINT_CHAT, "{" TURN ",'generationConfig':{'temperature':true}}", "generationConfig.temperature",
	    FAULT_BAD_REQUEST },
	{ "stops of a wrong type", ENDPOINT_CHAT, "{" TURN ",'generationConfig':{'stopSequences':'x'}}", "generationConfig.stopSequences",
	    FAULT_BAD_REQUEST },
	{ "a count of nothing", ENDPOINT_COUNT, "{}", "contents", FAULT_BAD_REQUEST },
	{ "a batch of nothing", ENDPOINT_EMBEDDINGS, "{'requests':[]}", "requests", FAULT_BAD_REQUEST },
	{ "a request of a batch that is none", ENDPOINT_EMBEDDINGS, "{'requests':['a']}", "requests[0]", FAULT_BAD_REQUEST },
	{ "nothing to embed", ENDPOINT_EMBED_ONE, "{'content':null}", "content", FAULT_BAD_REQUEST },
};

int
main(void)
{
	struct arena	 a;
	struct ask	 ask;
	struct complaint why;
	char		 longest[600];

	arena_init(&a);
	memset(longest, 'm', sizeof(longest));
	for (size_t i = 0; i < LENGTH(good); i++)
		ok(gemini_ask(&a, &(struct inbound){ .endpoint = good[i].endpoint, .body = quoted(&a, good[i].body), .model = STR("m") }, &ask,
		       &why) == 0 && ask.max_output == good[i].max_output && ask.choices == good[i].choices && str_is(ask.model, "m") &&
		    ask.model_span.p == NULL, "%s is taken", good[i].what);
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct inbound in = { .endpoint = bad[i].endpoint, .body = quoted(&a, bad[i].body), .model = STR("m") };

		if (!ok(gemini_ask(&a, &in, &ask, &why) < 0 && why.fault == bad[i].fault, "%s is refused", bad[i].what))
			continue;
		is_slice(why.param, bad[i].param, "and its field named: %s", bad[i].what);
	}
	ok(gemini_ask(&a, &(struct inbound){ .body = quoted(&a, "{" TURN "}"), .model = STR("models/x"), .stream = true, .sse = true }, &ask,
	       &why) == 0 && ask.stream && ask.framing == FRAME_SSE && str_is(ask.model, "x"), "a stream of events, of a model with its collection");
	ok(gemini_ask(&a, &(struct inbound){ .body = quoted(&a, "{" TURN "}"), .model = STR("x"), .stream = true }, &ask, &why) == 0 &&
	    ask.framing == FRAME_ARRAY, "without alt=sse a stream is one array");
	ok(gemini_ask(&a, &(struct inbound){ .body = quoted(&a, "{'model':'models/y'," TURN "}") }, &ask, &why) == 0 && str_is(ask.model, "y"),
	    "a model that the path does not name");
	ok(gemini_ask(&a, &(struct inbound){ .body = quoted(&a, "{" TURN "}") }, &ask, &why) < 0 && why.fault == FAULT_MODEL_MISSING,
	    "no model at all is refused");
	ok(gemini_ask(&a, &(struct inbound){ .body = quoted(&a, "{" TURN "}"), .model = { longest, sizeof(longest) } }, &ask, &why) < 0 &&
	    why.fault == FAULT_MODEL_UNKNOWN, "a model with a name as long as a book is refused");
	ok(gemini_ask(&a, &(struct inbound){ .body = quoted(&a, "{" TURN ",'x':[[[[[1]]]]]}"), .model = STR("m"), .depth = 5 }, &ask, &why) < 0 &&
	    why.fault == FAULT_BAD_JSON, "a body nested too deep is refused");
	arena_done(&a);
	return tap_done();
}
