/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_fuzz.c - the faces of the openai dialect; the first byte chooses.  What is forwarded must be JSON that reads
 * as the same request for the other model.
 */
#include <assert.h>

#include "dialect/openai.h"
#include "provider/provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
request(struct arena *a, enum endpoint endpoint, struct str body)
{
	struct ask	  ask, again;
	struct complaint  why;
	struct json_error e;
	struct str	  sent;

	if (openai_ask(a, &(struct inbound){ .endpoint = endpoint, .body = body, .depth = 64 }, &ask, &why) < 0) {
		assert(why.fault != FAULT_NONE);
		return;
	}
	sent = openai_forward(a, &ask, STR("other/\"model"), true);
	assert(json_check(sent, 64, &e) == 0);
	assert(openai_ask(a, &(struct inbound){ .endpoint = endpoint, .body = sent, .depth = 64 }, &again, &why) == 0);
	assert(str_is(again.model, "other/\"model") && again.stream == ask.stream && again.max_output == ask.max_output);
	assert(!ask.stream || endpoint == ENDPOINT_EMBEDDINGS || again.wants_usage);
}

static void
error(struct arena *a, struct str body)
{
	struct reply_headers h = { .retry_after = str_upto(body, 20) };
	struct model_list    models;
	struct verdict	     v;

	for (int status = 300; status < 600; status += 33)
		provider_classify(a, &dialects[DIALECT_OPENAI], status, &h, body, 0, &v);
	if (provider_read_models(a, body, &models) == 0)
		for (size_t i = 0; i < models.n; i++)
			assert(models.of[i].id.n > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct tap   tap = { 0 };
	struct str   text = { (const char *)data + 1, size - 1 };

	if (size < 1)
		return 0;
	arena_init(&a);
	switch (data[0] % 6) {
	case 0:
	case 1:
	case 2:
		request(&a, (enum endpoint)(data[0] % 6), text);
		break;
	case 3:
		if (openai_reply(&a, ENDPOINT_CHAT, text, &tap) == 0)
			assert(tap.usage.source != USAGE_ESTIMATED);
		break;
	case 4:
		openai_event(&a, ENDPOINT_CHAT, STR_NONE, text, &tap);
		break;
	default:
		error(&a, text);
		break;
	}
	arena_done(&a);
	return 0;
}
