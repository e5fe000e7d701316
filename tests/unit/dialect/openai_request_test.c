/* SPDX-License-Identifier: Apache-2.0 */
/* openai_request_test.c - what is asked is read; what no provider could take is refused with its field named. */
#include "dialect/openai.h"
#include "tap.h"

#define CHAT_HEAD "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

static const struct {
	const char   *body;
	enum endpoint endpoint;
	enum fault    fault;
	const char   *param;	/* NULL: none is named */
} refused[] = {
	{ "", ENDPOINT_CHAT, FAULT_BAD_JSON, NULL },
	{ "{", ENDPOINT_CHAT, FAULT_BAD_JSON, NULL },
	{ "{}x", ENDPOINT_CHAT, FAULT_BAD_JSON, NULL },
	{ "[]", ENDPOINT_CHAT, FAULT_BAD_REQUEST, NULL },
	{ "\"m\"", ENDPOINT_CHAT, FAULT_BAD_REQUEST, NULL },
	{ "{}", ENDPOINT_CHAT, FAULT_MODEL_MISSING, "model" },
	{ "{\"model\":null}", ENDPOINT_CHAT, FAULT_MODEL_MISSING, "model" },
	{ "{\"model\":\"\"}", ENDPOINT_CHAT, FAULT_MODEL_MISSING, "model" },
	{ "{\"model\":5}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "model" },
	{ "{\"model\":\"m\"}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "messages" },
	{ "{\"model\":\"a\",\"model\":\"b\",\"messages\":[{\"role\":\"user\"}]}", ENDPOINT_CHAT, FAULT_BAD_JSON, NULL },
	{ "{\"model\":\"m\",\"messages\":[]}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "messages" },
	{ "{\"model\":\"m\",\"messages\":\"hi\"}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "messages" },
	{ "{\"model\":\"m\",\"messages\":[1]}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "messages[0]" },
	{ "{\"model\":\"m\",\"messages\":[{}]}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "messages[0].role" },
	{ "{\"model\":\"m\",\"messages\":[{\"role\":5}]}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "messages[0].role" },
	{ "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":5}]}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "messages[0].content" },
	{ CHAT_HEAD ",\"stream\":\"yes\"}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "stream" },
	{ CHAT_HEAD ",\"stream_options\":1}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "stream_options" },
	{ CHAT_HEAD ",\"max_tokens\":\"5\"}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "max_tokens" },
	{ CHAT_HEAD ",\"temperature\":\"hot\"}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "temperature" },
	{ CHAT_HEAD ",\"tools\":{}}", ENDPOINT_CHAT, FAULT_BAD_REQUEST, "tools" },
	{ "{\"model\":\"m\"}", ENDPOINT_COMPLETIONS, FAULT_BAD_REQUEST, "prompt" },
	{ "{\"model\":\"m\",\"input\":5}", ENDPOINT_EMBEDDINGS, FAULT_BAD_REQUEST, "input" },
};

static const struct {
	const char   *body;
	enum endpoint endpoint;
	bool	      stream, wants_usage;
	uint64_t      max_output, choices;
} taken[] = {
	{ CHAT_HEAD "}", ENDPOINT_CHAT, false, false, 0, 1 },
	{ CHAT_HEAD ",\"unknown\":{\"a\":1,\"a\":2}}", ENDPOINT_CHAT, false, false, 0, 1 },
	{ CHAT_HEAD ",\"stream\":true}", ENDPOINT_CHAT, true, false, 0, 1 },
	{ CHAT_HEAD ",\"stream\":null,\"max_tokens\":null,\"n\":null}", ENDPOINT_CHAT, false, false, 0, 1 },
	{ CHAT_HEAD ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}", ENDPOINT_CHAT, true, true, 0, 1 },
	{ CHAT_HEAD ",\"stream\":true,\"stream_options\":null}", ENDPOINT_CHAT, true, false, 0, 1 },
	{ CHAT_HEAD ",\"max_tokens\":10,\"n\":3}", ENDPOINT_CHAT, false, false, 30, 3 },
	{ CHAT_HEAD ",\"max_tokens\":-5,\"n\":0}", ENDPOINT_CHAT, false, false, 0, 1 },
	{ CHAT_HEAD ",\"max_tokens\":1.5,\"n\":99999}", ENDPOINT_CHAT, false, false, 0, 1024 },
	{ CHAT_HEAD ",\"max_tokens\":5,\"max_completion_tokens\":9}", ENDPOINT_CHAT, false, false, 9, 1 },
	{ CHAT_HEAD ",\"max_completion_tokens\":7}", ENDPOINT_CHAT, false, false, 7, 1 },
	{ "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"max_tokens\":4}", ENDPOINT_COMPLETIONS, false, false, 4, 1 },
	{ "{\"model\":\"m\",\"input\":[1,2]}", ENDPOINT_EMBEDDINGS, false, false, 0, 1 },
};

int
main(void)
{
	struct arena	 a;
	struct ask	 ask;
	struct complaint why;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(refused); i++) {
		int rc = openai_ask(&a, &(struct inbound){ .endpoint = refused[i].endpoint, .body = str_of(refused[i].body), .depth = 0 }, &ask, &why);

		ok(rc < 0 && why.fault == refused[i].fault, "refused as %s: %.70s", fault_info(refused[i].fault)->name,
		    refused[i].body);
		if (refused[i].param != NULL)
			is_slice(why.param, refused[i].param, "and the field is named");
	}
	for (size_t i = 0; i < LENGTH(taken); i++) {
		int rc = openai_ask(&a, &(struct inbound){ .endpoint = taken[i].endpoint, .body = str_of(taken[i].body), .depth = 0 }, &ask, &why);

		ok(rc == 0 && ask.stream == taken[i].stream && ask.wants_usage == taken[i].wants_usage &&
			ask.max_output == taken[i].max_output && ask.choices == taken[i].choices,
		    "taken as meant: %.90s", taken[i].body);
	}
	ok(openai_ask(&a, &(struct inbound){ .endpoint = ENDPOINT_CHAT, .body = STR("{\"model\":\"a\\u002fb\",\"messages\":[{\"role\":\"user\"}]}"), .depth = 0 }, &ask, &why) == 0,
	    "an escaped model name is taken");
	is_slice(ask.model, "a/b", "and unescaped");
	is_slice(ask.model_span, "\"a\\u002fb\"", "and its span is the source's");
	arena_done(&a);
	return tap_done();
}
