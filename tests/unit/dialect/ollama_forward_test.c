/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_forward_test.c - only the model's name changes, and carriers leave the ids of calls. */
#include "dialect/carry.h"
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;

static struct str
forward(struct str body, const char *model)
{
	struct ask	 ask;
	struct complaint why;
	struct inbound	 in = { .endpoint = ENDPOINT_CHAT, .body = body, .depth = 64 };

	if (ollama_ask(&a, &in, &ask, &why) < 0)
		return STR_NONE;
	return ollama_forward(&a, &ask, str_of(model), true);
}

int
main(void)
{
	struct str   body = STR("{\"messages\":[{\"role\":\"user\",\"content\":\"m\"}], \"model\" : \"m\" ,\"x\":1}");
	struct part *proof = NULL;
	struct str   id, got;

	arena_init(&a);
	ok(forward(body, "m").p == body.p, "the same name: the bytes themselves");
	is_slice(forward(body, "a\"b"), "{\"messages\":[{\"role\":\"user\",\"content\":\"m\"}], \"model\" : \"a\\\"b\" ,\"x\":1}",
	    "another name");
	part_add(&a, &proof, PART_REASONING)->signature = STR("sig");
	id = carry_id(&a, STR("call_1"), proof, NULL);
	got = forward(arena_printf(&a, "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"" STR_FMT
				       "\",\"function\":{\"name\":\"f\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"" STR_FMT "\"}]}",
			  STR_ARG(id), STR_ARG(id)), "n");
	is_slice(got, "{\"model\":\"n\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_1\","
	    "\"function\":{\"name\":\"f\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"call_1\"}]}", "ids without their carriers");
	arena_done(&a);
	return tap_done();
}
