/* SPDX-License-Identifier: Apache-2.0 */
/* openai_forward_test.c - a forwarded request is the client's bytes, but for the two splices. */
#include "dialect/carry.h"
#include "dialect/openai.h"
#include "tap.h"

#define HEAD "{\"model\": \"m\" , \"messages\":[{\"role\":\"user\",\"content\":\"}\"}]"

static const struct {
	const char *what, *in, *model;
	bool	    inject;
	const char *want;
} cases[] = {
	{ "nothing to change", HEAD ",\"x\":[1, 2.50]}", "m", true, HEAD ",\"x\":[1, 2.50]}" },
	{ "another model name", "{\"model\": \"m\" ,\"messages\":[{\"role\":\"u\"}]}", "up/\"q", true,
	    "{\"model\": \"up/\\\"q\" ,\"messages\":[{\"role\":\"u\"}]}" },
	{ "usage is asked of a stream", HEAD ",\"stream\":true }\n", "m", true,
	    HEAD ",\"stream\":true ,\"stream_options\":{\"include_usage\":true}}\n" },
	{ "not of an upstream that refuses it", HEAD ",\"stream\":true}", "m", false, HEAD ",\"stream\":true}" },
	{ "not of a whole reply", HEAD ",\"stream\":false}", "m", true, HEAD ",\"stream\":false}" },
	{ "the client's own wish stays", HEAD ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}", "m", true,
	    HEAD ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
	{ "false becomes true", HEAD ",\"stream\":true,\"stream_options\":{\"include_usage\": false }}", "m", true,
	    HEAD ",\"stream\":true,\"stream_options\":{\"include_usage\": true }}" },
	{ "null options become an object", HEAD ",\"stream\":true,\"stream_options\":null}", "m", true,
	    HEAD ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" },
	{ "empty options are filled", HEAD ",\"stream\":true,\"stream_options\":{ }}", "m", true,
	    HEAD ",\"stream\":true,\"stream_options\":{ \"include_usage\":true}}" },
	{ "other options are kept", HEAD ",\"stream\":true,\"stream_options\":{\"a\":{}}}", "m", true,
	    HEAD ",\"stream\":true,\"stream_options\":{\"a\":{},\"include_usage\":true}}" },
	{ "both, with the options before the model",
	    "{\"stream\":true,\"stream_options\":null,\"model\":\"m\",\"messages\":[{\"role\":\"u\"}]}", "n", true,
	    "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"n\",\"messages\":[{\"role\":\"u\"}]}" },
};

/* Another vendor's reasoning must not reach this one: ids are cut back to what they were. */
static void
check_carried(struct arena *a)
{
	struct part	 thought = { .kind = PART_REASONING, .signature = STR("s"), .origin = DIALECT_ANTHROPIC };
	struct str	 id = carry_id(a, STR("c1"), &thought, NULL);
	struct complaint why;
	struct ask	 ask;
	static const char body[] = "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"%.*s\"}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"%.*s\",\"content\":\"a~w1.b\"}],\"stream\":true}";

	ok(openai_ask(a, &(struct inbound){ .endpoint = ENDPOINT_CHAT, .body = arena_printf(a, body, STR_ARG(id), STR_ARG(id)) }, &ask,
	    &why) == 0, "ids that carry are accepted");
	is_slice(openai_forward(a, &ask, STR("n"), true), "{\"model\":\"n\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":"
	    "[{\"id\":\"c1\"}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"a~w1.b\"}],\"stream\":true,"
	    "\"stream_options\":{\"include_usage\":true}}", "and are forwarded without, beside the other splices");
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct ask	 ask;
		struct complaint why;
		char		 want[1024];

		snprintf(want, sizeof(want), "%s", cases[i].want);
		if (openai_ask(&a, &(struct inbound){ .endpoint = ENDPOINT_CHAT, .body = str_of(cases[i].in), .depth = 0 }, &ask, &why) < 0) {
			ok(0, "%s: the case itself is a request", cases[i].what);
			continue;
		}
		is_slice(openai_forward(&a, &ask, str_of(cases[i].model), cases[i].inject), want, "%s", cases[i].what);
	}
	check_carried(&a);
	arena_done(&a);
	return tap_done();
}
