/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_read_message_test.c - an Ollama conversation in the neutral form: images, calls, results, and reasoning that comes back. */
#include "chat_text.h"
#include "dialect/carry.h"
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;

static const struct {
	const char *what, *messages, *chat;
} cases[] = {
	{ "the roles", "{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"User\",\"content\":\"u\"},{\"role\":\"assistant\",\"content\":\"a\"},"
	    "{\"role\":\"developer\",\"content\":\"d\"}", "system[text:s] user[text:u] assistant[text:a] developer[text:d]" },
	{ "no content", "{\"role\":\"user\",\"content\":\"\"},{\"role\":\"assistant\",\"content\":null}", "user[] assistant[]" },
	{ "images by their bytes", "{\"role\":\"user\",\"content\":\"t\",\"images\":[\"iVBORw0KGgo=\",\"/9j/4AAQ\",\"R0lGODlh\","
	    "\"UklGRiIAAABXRUJQ\"]}", "user[image:image/png,iVBORw0KGgo= image:image/jpeg,/9j/4AAQ image:image/gif,R0lGODlh "
	    "image:image/webp,UklGRiIAAABXRUJQ text:t]" },
	{ "an image in a data URL", "{\"role\":\"user\",\"content\":\"\",\"images\":[\"data:image/jpeg;base64,/9j/4AAQ\"]}",
	    "user[image:image/jpeg,/9j/4AAQ]" },
	{ "an image over several lines", "{\"role\":\"user\",\"content\":\"\",\"images\":[\"/9j/\\n4AAQ\\r\\n\"]}",
	    "user[image:image/jpeg,/9j/4AAQ]" },
	{ "no images", "{\"role\":\"user\",\"content\":\"t\",\"images\":null}", "user[text:t]" },
	{ "calls without ids, answered by name", "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\","
	    "\"arguments\":{\"a\": 1}}},{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]},{\"role\":\"tool\",\"content\":\"G\","
	    "\"tool_name\":\"g\"},{\"role\":\"tool\",\"content\":\"F\",\"tool_name\":\"f\"}",
	    "assistant[call:call_1_f f {\"a\": 1} call:call_2_g g {}] tool[result:call_2_g g (text:G)] tool[result:call_1_f f (text:F)]" },
	{ "calls with ids", "{\"role\":\"assistant\",\"content\":\"t\",\"thinking\":\"h\",\"tool_calls\":[{\"id\":\"c1\",\"function\":"
	    "{\"index\":0,\"name\":\"f\",\"arguments\":{}}}]},{\"role\":\"tool\",\"content\":\"F\",\"tool_call_id\":\"c1\"}",
	    "assistant[reasoning:h text:t call:c1 f {}] tool[result:c1 f (text:F)]" },
	{ "an answer without any name", "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
	    "{\"role\":\"tool\",\"content\":\"F\"}", "assistant[call:call_1_f f {\"a\":1}] tool[result:call_1_f f (text:F)]" },
	{ "an answer with a picture", "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]},{\"role\":\"tool\","
	    "\"content\":\"F\",\"name\":\"f\",\"images\":[\"/9j/4AAQ\"]}",
	    "assistant[call:call_1_f f {}] tool[result:call_1_f f (text:F image:image/jpeg,/9j/4AAQ)]" },
	{ "unknown members", "{\"role\":\"user\",\"content\":\"t\",\"name\":\"n\",\"x\":1},{\"role\":\"assistant\",\"tool_calls\":"
	    "[{\"function\":{\"name\":\"f\"}}]},{\"role\":\"tool\",\"content\":\"F\",\"is_error\":true}",
	    "user[text:t] assistant[call:call_1_f f {}] tool[result:call_1_f f (text:F)] notes=messages[0].name,messages[0].x,"
	    "messages[2].is_error" },
};

static const struct {
	const char *what, *messages, *param;
} refusals[] = {
	{ "a strange role", "{\"role\":\"robot\",\"content\":\"\"}", "messages[0].role" },
	{ "images that are no list", "{\"role\":\"user\",\"content\":\"\",\"images\":\"AAAA\"}", "messages[0].images" },
	{ "an image that is no base64", "{\"role\":\"user\",\"content\":\"\",\"images\":[\"AAAA\",\"a.png\"]}", "messages[0].images[1]" },
	{ "an image that is a number", "{\"role\":\"user\",\"content\":\"\",\"images\":[1]}", "messages[0].images[0]" },
	{ "calls that are no list", "{\"role\":\"assistant\",\"tool_calls\":{}}", "messages[0].tool_calls" },
	{ "a call without a name", "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\"}]}", "messages[0].tool_calls[0].function.name" },
	{ "an answer to nothing", "{\"role\":\"tool\",\"content\":\"x\"}", "messages" },
};

static int
read_it(const char *messages, struct chat *c, struct complaint *why)
{
	struct ask     ask;
	struct inbound in = { .endpoint = ENDPOINT_CHAT, .depth = 64 };

	in.body = arena_printf(&a, "{\"model\":\"m\",\"messages\":[%s]}", messages);
	if (ollama_ask(&a, &in, &ask, why) < 0)
		return -1;
	return ollama_read_request(&a, &ask, c, why);
}

/* A turn with thinking and two calls, the first of whose ids carries `proofs`. */
static struct str
read_turn(const char *thinking, const struct part *proofs)
{
	struct str	 id = carry_id(&a, STR("c1"), proofs, NULL);
	struct chat	 c;
	struct complaint why;
	struct str	 text = arena_printf(&a, "{\"role\":\"assistant\",\"content\":\"t\",\"thinking\":\"%s\",\"tool_calls\":["
						 "{\"id\":\"" STR_FMT "\",\"function\":{\"name\":\"f\",\"arguments\":{}}},"
						 "{\"id\":\"c2\",\"function\":{\"name\":\"g\",\"arguments\":{}}}]},"
						 "{\"role\":\"tool\",\"content\":\"F\",\"tool_call_id\":\"" STR_FMT "\"}",
		     thinking, STR_ARG(id), STR_ARG(id));

	return read_it(text.p, &c, &why) == 0 ? chat_text(&a, &c) : STR("refused");
}

static void
test_carried(void)
{
	struct part anthropic[] = {
		{ .kind = PART_REASONING, .text = STR("deep"), .signature = STR("S"), .origin = DIALECT_ANTHROPIC },
		{ .kind = PART_REASONING, .sealed = STR("R"), .origin = DIALECT_ANTHROPIC },
	};
	struct part gemini = { .kind = PART_REASONING, .signature = STR("G"), .origin = DIALECT_GEMINI };

	anthropic[0].next = &anthropic[1];
	is_slice(read_turn("deep", anthropic), "assistant[reasoning:deep sig=S@anthropic reasoning: sealed=R@anthropic text:t "
	    "call:c1 f {} call:c2 g {}] tool[result:c1 f (text:F)]", "thoughts with their proof stand before the text, once");
	is_slice(read_turn("deep and more", anthropic), "assistant[reasoning: and more reasoning:deep sig=S@anthropic "
	    "reasoning: sealed=R@anthropic text:t call:c1 f {} call:c2 g {}] tool[result:c1 f (text:F)]", "what else was thought stays");
	is_slice(read_turn("deep", &gemini), "assistant[reasoning:deep text:t reasoning: sig=G@gemini call:c1 f {} "
	    "call:c2 g {}] tool[result:c1 f (text:F)]", "a proof of the call itself stands before the call");
}

int
main(void)
{
	struct chat	 c;
	struct complaint why;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (ok(read_it(cases[i].messages, &c, &why) == 0, "read: %s", cases[i].what))
			is_slice(chat_text(&a, &c), cases[i].chat, "%s", cases[i].what);
	for (size_t i = 0; i < LENGTH(refusals); i++) {
		ok(read_it(refusals[i].messages, &c, &why) < 0 && why.fault == FAULT_BAD_REQUEST, "refused: %s", refusals[i].what);
		is_slice(why.param, refusals[i].param, "%s: named", refusals[i].what);
	}
	test_carried();
	arena_done(&a);
	return tap_done();
}
