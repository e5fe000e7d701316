/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_ask_test.c - what is asked is read; what no provider could take is refused with its field named. */
#include "dialect/anthropic.h"
#include "tap.h"

#define HEAD "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define CHAT ENDPOINT_CHAT

static const struct {
	const char   *body;
	enum endpoint endpoint;
	enum fault    fault;
	const char   *param;	/* NULL: none is named */
} refused[] = {
	{ "", CHAT, FAULT_BAD_JSON, NULL },
	{ "{", CHAT, FAULT_BAD_JSON, NULL },
	{ "[]", CHAT, FAULT_BAD_REQUEST, NULL },
	{ "{}", CHAT, FAULT_MODEL_MISSING, "model" },
	{ "{\"model\":\"\"}", CHAT, FAULT_MODEL_MISSING, "model" },
	{ "{\"model\":5}", CHAT, FAULT_BAD_REQUEST, "model" },
	{ "{\"model\":\"m\",\"max_tokens\":1}", CHAT, FAULT_BAD_REQUEST, "messages" },
	{ "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", CHAT, FAULT_BAD_REQUEST, "max_tokens" },
	{ "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":null}", CHAT, FAULT_BAD_REQUEST, "max_tokens" },
	{ "{\"model\":\"m\",\"max_tokens\":\"9\",\"messages\":[]}", CHAT, FAULT_BAD_REQUEST, "max_tokens" },
	{ "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[]}", CHAT, FAULT_BAD_REQUEST, "messages" },
	{ "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[1]}", CHAT, FAULT_BAD_REQUEST, "messages[0]" },
	{ "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]}", CHAT, FAULT_BAD_REQUEST, "messages[0].role" },
	{ "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"content\":\"\"}]}", CHAT, FAULT_BAD_REQUEST, "messages[0].role" },
	{ "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\"}]}", CHAT, FAULT_BAD_REQUEST, "messages[0].content" },
	{ "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":{}}]}", CHAT, FAULT_BAD_REQUEST, "messages[0].content" },
	{ HEAD ",\"stream\":\"yes\"}", CHAT, FAULT_BAD_REQUEST, "stream" },
	{ HEAD ",\"system\":5}", CHAT, FAULT_BAD_REQUEST, "system" },
	{ HEAD ",\"stop_sequences\":\"x\"}", CHAT, FAULT_BAD_REQUEST, "stop_sequences" },
	{ HEAD ",\"tools\":{}}", CHAT, FAULT_BAD_REQUEST, "tools" },
	{ HEAD ",\"tool_choice\":\"auto\"}", CHAT, FAULT_BAD_REQUEST, "tool_choice" },
	{ "{\"model\":\"m\"}", ENDPOINT_COUNT, FAULT_BAD_REQUEST, "messages" },
};

static const struct {
	const char   *body;
	enum endpoint endpoint;
	bool	      stream;
	uint64_t      max_output;
} taken[] = {
	{ HEAD "}", CHAT, false, 9 },
	{ HEAD ",\"stream\":true,\"unknown\":{\"a\":1}}", CHAT, true, 9 },
	{ HEAD ",\"stream\":null,\"temperature\":null}", CHAT, false, 9 },
	{ "{\"model\":\"m\",\"max_tokens\":-1,\"messages\":[{\"role\":\"assistant\",\"content\":[]}]}", CHAT, false, 0 },
	{ "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}", CHAT, false, 1 },
	{ "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", ENDPOINT_COUNT, false, 0 },
};

int
main(void)
{
	struct arena	 a;
	struct ask	 ask;
	struct complaint why;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(refused); i++) {
		struct inbound in = { .endpoint = refused[i].endpoint, .body = str_of(refused[i].body), .depth = 64 };

		ok(anthropic_ask(&a, &in, &ask, &why) < 0 && why.fault == refused[i].fault &&
			(refused[i].param == NULL ? why.param.n == 0 : str_is(why.param, refused[i].param)),
		    "refused: %s", refused[i].body);
	}
	for (size_t i = 0; i < LENGTH(taken); i++) {
		struct inbound in = { .endpoint = taken[i].endpoint, .body = str_of(taken[i].body), .depth = 64 };

		ok(anthropic_ask(&a, &in, &ask, &why) == 0 && str_is(ask.model, "m") && str_is(ask.model_span, "\"m\"") &&
			ask.stream == taken[i].stream && ask.max_output == taken[i].max_output && ask.choices == 1 &&
			ask.framing == FRAME_SSE_NAMED,
		    "taken: %s", taken[i].body);
	}
	arena_done(&a);
	return tap_done();
}
