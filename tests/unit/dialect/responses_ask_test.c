/* SPDX-License-Identifier: Apache-2.0 */
/* responses_ask_test.c - what is asked is read, and what nobody could take is refused with its field named. */
#include "dialect/responses.h"
#include "tap.h"

#define M "{\"model\":\"m\","

static const struct {
	const char *what, *body, *param;
	enum fault  fault;
} bad[] = {
	{ "an empty body", "", "", FAULT_BAD_JSON },
	{ "no JSON", "{\"model\":\"m\",", "", FAULT_BAD_JSON },
	{ "no object", "[1]", "", FAULT_BAD_REQUEST },
	{ "no model", "{\"input\":\"a\"}", "model", FAULT_MODEL_MISSING },
	{ "no model though a template has one", "{\"prompt\":{\"id\":\"p\"}}", "model", FAULT_MODEL_MISSING },
	{ "an empty model", "{\"model\":\"\",\"input\":\"a\"}", "model", FAULT_MODEL_MISSING },
	{ "a model that is no string", "{\"model\":1,\"input\":\"a\"}", "model", FAULT_BAD_REQUEST },
	{ "no input", M "\"stream\":true}", "input", FAULT_BAD_REQUEST },
	{ "an input of no items", M "\"input\":[]}", "input", FAULT_BAD_REQUEST },
	{ "an input that is a number", M "\"input\":4}", "input", FAULT_BAD_REQUEST },
	{ "an item that is a text", M "\"input\":[\"a\"]}", "input[0]", FAULT_BAD_REQUEST },
	{ "an item without type and role", M "\"input\":[{\"role\":\"user\",\"content\":\"a\"},{\"content\":\"a\"}]}",
	    "input[1].role", FAULT_BAD_REQUEST },
	{ "a type that is no string", M "\"input\":[{\"type\":1}]}", "input[0].type", FAULT_BAD_REQUEST },
	{ "content that is a number", M "\"input\":[{\"role\":\"user\",\"content\":1}]}", "input[0].content", FAULT_BAD_REQUEST },
	{ "stream that is a text", M "\"input\":\"a\",\"stream\":\"yes\"}", "stream", FAULT_BAD_REQUEST },
	{ "a limit that is a text", M "\"input\":\"a\",\"max_output_tokens\":\"9\"}", "max_output_tokens", FAULT_BAD_REQUEST },
	{ "tools that are an object", M "\"input\":\"a\",\"tools\":{}}", "tools", FAULT_BAD_REQUEST },
};

static const struct {
	const char *what, *body;
	bool	    stream;
	uint64_t    most;
} good[] = {
	{ "a text", M "\"input\":\"a\"}", false, 0 },
	{ "messages", M "\"input\":[{\"role\":\"user\",\"content\":\"a\"}],\"stream\":true,\"max_output_tokens\":90}", true, 90 },
	{ "an item of a type that is not known", M "\"input\":[{\"type\":\"new_thing\",\"content\":4}]}", false, 0 },
	{ "a reference", M "\"input\":[{\"id\":\"msg_1\"}]}", false, 0 },
	{ "no input behind another response", M "\"previous_response_id\":\"resp_1\"}", false, 0 },
	{ "a limit that is no count", M "\"input\":\"a\",\"max_output_tokens\":-1}", false, 0 },
	{ "nulls", M "\"input\":\"a\",\"stream\":null,\"tools\":null,\"text\":null}", false, 0 },
};

int
main(void)
{
	struct complaint why;
	struct arena	 a;
	struct ask	 ask;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct inbound in = { .endpoint = ENDPOINT_CHAT, .body = str_of(bad[i].body) };

		if (ok(responses_ask(&a, &in, &ask, &why) < 0, "%s is refused", bad[i].what)) {
			is_int(why.fault, bad[i].fault, "%s: the fault", bad[i].what);
			is_slice(why.param, bad[i].param, "%s: the field", bad[i].what);
		}
	}
	for (size_t i = 0; i < LENGTH(good); i++) {
		struct inbound in = { .endpoint = ENDPOINT_CHAT, .body = str_of(good[i].body) };

		ok(responses_ask(&a, &in, &ask, &why) == 0 && str_is(ask.model, "m") && str_is(ask.model_span, "\"m\"") &&
			ask.stream == good[i].stream && ask.max_output == good[i].most && ask.framing == FRAME_SSE_NAMED &&
			ask.wants_usage && ask.choices == 1, "%s is read", good[i].what);
	}
	arena_done(&a);
	return tap_done();
}
