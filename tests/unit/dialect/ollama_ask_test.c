/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_ask_test.c - what an Ollama request asks for: streams unless told not to, loads, limits, and what is refused. */
#include "dialect/ollama.h"
#include "tap.h"

#define CHAT ENDPOINT_CHAT
#define TEXT ENDPOINT_COMPLETIONS
#define EMBED ENDPOINT_EMBEDDINGS
#define ONE ENDPOINT_EMBED_ONE
#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

static const struct {
	const char   *what;
	enum endpoint endpoint;
	const char   *body;
	bool	      stream, load, unload;
	uint64_t      most;
} asks[] = {
	{ "a chat streams", CHAT, "{\"model\":\"m\"," HI "}", true, false, false, 0 },
	{ "also when it says so", CHAT, "{\"model\":\"m\",\"stream\":true," HI "}", true, false, false, 0 },
	{ "null is unsaid", CHAT, "{\"model\":\"m\",\"stream\":null," HI "}", true, false, false, 0 },
	{ "unless it says not", CHAT, "{\"model\":\"m\",\"stream\":false," HI "}", false, false, false, 0 },
	{ "a prompt streams", TEXT, "{\"model\":\"m\",\"prompt\":\"hi\"}", true, false, false, 0 },
	{ "a limit", CHAT, "{\"model\":\"m\",\"options\":{\"num_predict\":7}," HI "}", true, false, false, 7 },
	{ "a limit of a prompt", TEXT, "{\"options\":{\"num_predict\":7},\"model\":\"m\",\"prompt\":\"hi\"}", true, false, false, 7 },
	{ "no limit", CHAT, "{\"model\":\"m\",\"options\":{\"num_predict\":-1}," HI "}", true, false, false, 0 },
	{ "as much as fits", CHAT, "{\"model\":\"m\",\"options\":{\"num_predict\":-2}," HI "}", true, false, false, 0 },
	{ "more than anybody gives", CHAT, "{\"model\":\"m\",\"options\":{\"num_predict\":1e18}," HI "}", true, false, false, UINT32_MAX },
	{ "no messages load the model", CHAT, "{\"model\":\"m\"}", false, true, false, 0 },
	{ "so does an empty list, and it does not stream", CHAT, "{\"model\":\"m\",\"stream\":true,\"messages\":[]}", false, true, false, 0 },
	{ "it reserves nothing", CHAT, "{\"model\":\"m\",\"messages\":[],\"options\":{\"num_predict\":7}}", false, true, false, 0 },
	{ "no prompt loads it", TEXT, "{\"model\":\"m\",\"keep_alive\":\"5m\"}", false, true, false, 0 },
	{ "nor does an empty one", TEXT, "{\"model\":\"m\",\"prompt\":\"\"}", false, true, false, 0 },
	{ "kept for no time it is unloaded", CHAT, "{\"model\":\"m\",\"messages\":[],\"keep_alive\":0}", false, true, true, 0 },
	{ "said as a text", TEXT, "{\"model\":\"m\",\"keep_alive\":\"0s\"}", false, true, true, 0 },
	{ "or as less than a second", TEXT, "{\"model\":\"m\",\"keep_alive\":\"500ms\"}", false, true, true, 0 },
	{ "for ever is not unloaded", TEXT, "{\"model\":\"m\",\"keep_alive\":-1}", false, true, false, 0 },
	{ "a chat is not unloaded before it", CHAT, "{\"model\":\"m\",\"keep_alive\":0," HI "}", true, false, false, 0 },
	{ "embeddings stream nothing", EMBED, "{\"model\":\"m\",\"input\":[\"a\"],\"options\":{\"num_predict\":7}}", false, false, false, 0 },
	{ "one embedding", ONE, "{\"model\":\"m\",\"prompt\":\"\"}", false, false, false, 0 },
	{ "what a client of old says that says nothing", TEXT, "{\"model\":\"m\",\"prompt\":\"hi\",\"system\":\"\",\"template\":\"\","
	    "\"context\":[],\"stream\":false,\"raw\":false,\"images\":[],\"format\":\"\",\"options\":{},\"keep_alive\":null}",
	    false, false, false, 0 },
	{ "unknown members pass", CHAT, "{\"model\":\"m\",\"new\":{\"a\":1}," HI "}", true, false, false, 0 },
	{ "a message without content", CHAT, "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\"}]}", true, false, false, 0 },
};

static const struct {
	const char   *what;
	enum endpoint endpoint;
	const char   *body;
	enum fault    fault;
	const char   *param;
} refusals[] = {
	{ "nothing", CHAT, "", FAULT_BAD_JSON, "" },
	{ "no JSON", CHAT, "{\"model\":", FAULT_BAD_JSON, "" },
	{ "no object", CHAT, "[]", FAULT_BAD_REQUEST, "" },
	{ "no model", CHAT, "{" HI "}", FAULT_MODEL_MISSING, "model" },
	{ "an empty model", CHAT, "{\"model\":\"\"," HI "}", FAULT_MODEL_MISSING, "model" },
	{ "a model that is a number", CHAT, "{\"model\":1," HI "}", FAULT_BAD_REQUEST, "model" },
	{ "messages that are a text", CHAT, "{\"model\":\"m\",\"messages\":\"hi\"}", FAULT_BAD_REQUEST, "messages" },
	{ "a message that is a text", CHAT, "{\"model\":\"m\",\"messages\":[\"hi\"]}", FAULT_BAD_REQUEST, "messages[0]" },
	{ "a message without a role", CHAT, "{\"model\":\"m\",\"messages\":[{\"content\":\"\"}]}", FAULT_BAD_REQUEST, "messages[0].role" },
	{ "content in parts", CHAT, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":[]}]}",
	    FAULT_BAD_REQUEST, "messages[1].content" },
	{ "a prompt in parts", TEXT, "{\"model\":\"m\",\"prompt\":[\"a\"]}", FAULT_BAD_REQUEST, "prompt" },
	{ "stream as a text", CHAT, "{\"model\":\"m\",\"stream\":\"no\"," HI "}", FAULT_BAD_REQUEST, "stream" },
	{ "a format that is a number", CHAT, "{\"model\":\"m\",\"format\":1," HI "}", FAULT_BAD_REQUEST, "format" },
	{ "options in a list", CHAT, "{\"model\":\"m\",\"options\":[]," HI "}", FAULT_BAD_REQUEST, "options" },
	{ "an option twice", CHAT, "{\"model\":\"m\",\"options\":{\"seed\":1,\"seed\":2}," HI "}", FAULT_BAD_JSON, "options" },
	{ "thinking by number", TEXT, "{\"model\":\"m\",\"think\":1,\"prompt\":\"a\"}", FAULT_BAD_REQUEST, "think" },
	{ "no input", EMBED, "{\"model\":\"m\"}", FAULT_BAD_REQUEST, "input" },
	{ "a member twice", CHAT, "{\"model\":\"m\",\"model\":\"n\"," HI "}", FAULT_BAD_JSON, "" },
	{ "nested too deep", CHAT, "{\"model\":\"m\",\"x\":[[[[[[[[[[]]]]]]]]]]," HI "}", FAULT_BAD_JSON, "" },
};

int
main(void)
{
	struct arena	 a;
	struct ask	 ask;
	struct complaint why;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(asks); i++) {
		struct inbound in = { .endpoint = asks[i].endpoint, .body = str_of(asks[i].body), .depth = 8 };

		ok(ollama_ask(&a, &in, &ask, &why) == 0 && str_is(ask.model, "m") && str_is(ask.model_span, "\"m\"") &&
			ask.stream == asks[i].stream && ask.load == asks[i].load && ask.unload == asks[i].unload &&
			ask.max_output == asks[i].most && ask.choices == 1 && ask.framing == FRAME_LINES, "%s", asks[i].what);
	}
	for (size_t i = 0; i < LENGTH(refusals); i++) {
		struct inbound in = { .endpoint = refusals[i].endpoint, .body = str_of(refusals[i].body), .depth = 8 };
		int rc = ollama_ask(&a, &in, &ask, &why);

		ok(rc < 0 && why.fault == refusals[i].fault && str_is(why.param, refusals[i].param), "refused: %s", refusals[i].what);
	}
	arena_done(&a);
	return tap_done();
}
