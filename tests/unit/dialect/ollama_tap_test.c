/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_tap_test.c - passing replies and lines: what they are, and the usage they tell. */
#include "dialect/ollama.h"
#include "tap.h"

#define CHAT ENDPOINT_CHAT
#define TEXT ENDPOINT_COMPLETIONS
#define EMBED ENDPOINT_EMBEDDINGS
#define ONE ENDPOINT_EMBED_ONE
#define SAID "\"message\":{\"role\":\"assistant\",\"content\":\"a\"}"

static const struct {
	const char   *what;
	enum endpoint endpoint;
	const char   *body;
	int	      rc;
	uint64_t      input, output;	/* both 0: nothing is told */
	const char   *error;
} replies[] = {
	{ "a chat", CHAT, "{" SAID ",\"done\":true,\"prompt_eval_count\":3,\"eval_count\":2}", 0, 3, 2, "" },
	{ "a completion", TEXT, "{\"response\":\"a\",\"done\":true,\"eval_count\":2}", 0, 0, 2, "" },
	{ "usage untold", CHAT, "{" SAID ",\"done\":true}", 0, 0, 0, "" },
	{ "usage that cannot be", CHAT, "{" SAID ",\"done\":true,\"eval_count\":-1}", 0, 0, 0, "" },
	{ "a server that leaves done out", CHAT, "{" SAID "}", 0, 0, 0, "" },
	{ "a load", TEXT, "{\"model\":\"m\",\"response\":\"\",\"done\":true,\"done_reason\":\"load\"}", 0, 0, 0, "" },
	{ "a line of a stream", CHAT, "{" SAID ",\"done\":false}", -1, 0, 0, "" },
	{ "an error", CHAT, "{\"error\":\"no\"}", 0, 0, 0, "no" },
	{ "embeddings", EMBED, "{\"embeddings\":[[1]],\"prompt_eval_count\":4}", 0, 4, 0, "" },
	{ "an embedding", ONE, "{\"embedding\":[1]}", 0, 0, 0, "" },
	{ "embeddings where one was asked for", ONE, "{\"embeddings\":[[1]]}", -1, 0, 0, "" },
	{ "another dialect's", CHAT, "{\"choices\":[]}", -1, 0, 0, "" },
	{ "a list", CHAT, "[]", -1, 0, 0, "" },
	{ "no JSON", CHAT, "{" SAID, -1, 0, 0, "" },
};

/* In order, as one stream. */
static const struct {
	const char     *what, *payload;
	enum event_kind kind;
	uint64_t	pieces;
} lines[] = {
	{ "an empty line is no output yet", "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}", EVENT_PREFIX, 0 },
	{ "an empty list is none either", "{\"message\":{\"content\":\"\",\"tool_calls\":[],\"images\":null},\"done\":false}", EVENT_PREFIX, 0 },
	{ "text is", "{" SAID ",\"done\":false}", EVENT_DATA, 1 },
	{ "an empty line between", "{\"message\":{\"content\":\"\"},\"done\":false}", EVENT_DATA, 1 },
	{ "thinking is", "{\"message\":{\"content\":\"\",\"thinking\":\"t\"},\"done\":false}", EVENT_DATA, 2 },
	{ "a call is", "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]},\"done\":false}", EVENT_DATA, 3 },
	{ "an image is", "{\"message\":{\"content\":\"\",\"images\":[\"AAAA\"]},\"done\":false}", EVENT_DATA, 4 },
	{ "a completion's text is", "{\"response\":\"a\",\"done\":false}", EVENT_DATA, 5 },
	{ "and its thinking", "{\"response\":\"\",\"thinking\":\"a\",\"done\":false}", EVENT_DATA, 6 },
	{ "no object", "[]", EVENT_GARBAGE, 6 },
	{ "no JSON", "{\"message\":", EVENT_GARBAGE, 6 },
	{ "progress of a download", "{\"status\":\"pulling\"}", EVENT_GARBAGE, 6 },
	{ "an error", "{\"error\":\"no\"}", EVENT_ERROR, 6 },
	{ "the end", "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":9,\"eval_count\":6}",
	    EVENT_FINAL, 6 },
};

int
main(void)
{
	struct arena a;
	struct tap   tap = { 0 };

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(replies); i++) {
		struct tap	t = { 0 };
		enum usage_source source = replies[i].input + replies[i].output > 0 ? USAGE_REPORTED : USAGE_UNKNOWN;

		is_int(ollama_reply(&a, replies[i].endpoint, str_of(replies[i].body), &t), replies[i].rc, "%s", replies[i].what);
		ok(t.usage.source == source && t.usage.tokens[USAGE_INPUT] == replies[i].input &&
			t.usage.tokens[USAGE_OUTPUT] == replies[i].output && str_is(t.error, replies[i].error),
		    "%s: its usage or error", replies[i].what);
	}
	for (size_t i = 0; i < LENGTH(lines); i++) {
		is_int(ollama_event(&a, CHAT, STR_NONE, str_of(lines[i].payload), &tap), lines[i].kind, "%s", lines[i].what);
		is_int(tap.pieces, lines[i].pieces, "%s: pieces so far", lines[i].what);
		ok(tap.stopped == (lines[i].kind == EVENT_FINAL), "%s: stopped or not", lines[i].what);
	}
	ok(str_is(tap.error, "no"), "the error's message");
	ok(tap.usage.tokens[USAGE_INPUT] == 9 && tap.usage.tokens[USAGE_OUTPUT] == 6, "usage of the last line");
	arena_done(&a);
	return tap_done();
}
