/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_ask.c - what a Messages request asks for, and its checks.
 *
 * Runs in: worker.
 */
#include "dialect/anthropic.h"

#define TYPE(t) (1u << JSON_##t)
#define BOOLEAN (TYPE(TRUE) | TYPE(FALSE))

#define CHAT (1u << ENDPOINT_CHAT)
#define COUNT (1u << ENDPOINT_COUNT)
#define BOTH (CHAT | COUNT)

static const struct ask_member members[] = {
	{ "messages", BOTH, TYPE(ARRAY), true, "an array of messages" },
	{ "max_tokens", CHAT, TYPE(NUMBER), true, "an integer" },
	{ "max_tokens", COUNT, TYPE(NUMBER), false, "an integer" },
	{ "system", BOTH, TYPE(STRING) | TYPE(ARRAY), false, "a string or an array of text blocks" },
	{ "stream", BOTH, BOOLEAN, false, "a boolean" },
	{ "temperature", BOTH, TYPE(NUMBER), false, "a number" },
	{ "top_p", BOTH, TYPE(NUMBER), false, "a number" },
	{ "top_k", BOTH, TYPE(NUMBER), false, "an integer" },
	{ "stop_sequences", BOTH, TYPE(ARRAY), false, "an array of strings" },
	{ "tools", BOTH, TYPE(ARRAY), false, "an array of tools" },
	{ "tool_choice", BOTH, TYPE(OBJECT), false, "an object" },
	{ "thinking", BOTH, TYPE(OBJECT), false, "an object" },
	{ "output_config", BOTH, TYPE(OBJECT), false, "an object" },
	{ "metadata", BOTH, TYPE(OBJECT), false, "an object" },
	{ "service_tier", BOTH, TYPE(STRING), false, "a string" },
};

static bool
is_role(const struct json *role)
{
	static const char *const roles[] = { "\"user\"", "\"assistant\"", "\"system\"" };

	for (size_t i = 0; i < LENGTH(roles); i++)
		if (role != NULL && str_is(role->raw, roles[i]))
			return true;
	return false;
}

static int
check_messages(struct arena *a, const struct json *messages, struct complaint *why)
{
	uint32_t i = 0;

	if (messages->count == 0)
		return complain(why, FAULT_BAD_REQUEST, STR("messages"), STR("'messages' must hold at least one message"));
	if (ask_messages(a, messages, TYPE(STRING) | TYPE(ARRAY), "a string or an array of blocks", why) < 0)
		return -1;
	for (const struct json *m = messages->child; m != NULL; m = m->next, i++)
		if (!is_role(json_get(m, "role")))
			return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u].role", i),
			    arena_printf(a, "'messages[%u].role' must be 'user' or 'assistant'", i));
	return 0;
}

static int
read_ask(struct arena *a, struct arena *nodes, struct ask *ask, struct complaint *why)
{
	struct json *root;

	if (ask_body(a, nodes, ask, "messages", &root, why) < 0 || ask_model(a, root, ask, why) < 0 ||
	    ask_members(a, ask, root, members, LENGTH(members), why) < 0)
		return -1;
	if (ask->endpoint != ENDPOINT_COUNT) {
		ask->stream = json_true(json_get(root, "stream"));
		ask->max_output = ask_count(root, "max_tokens", UINT32_MAX);
	}
	return check_messages(a, json_get(root, "messages"), why);
}

int
anthropic_ask(struct arena *a, const struct inbound *in, struct ask *ask, struct complaint *why)
{
	struct arena nodes;
	int	     rc;

	*ask = (struct ask){ .endpoint = in->endpoint, .body = in->body, .framing = FRAME_SSE_NAMED, .depth = in->depth,
		.choices = 1, .wants_usage = true };
	*why = (struct complaint){ 0 };
	arena_init(&nodes);
	rc = read_ask(a, &nodes, ask, why);
	arena_done(&nodes);
	return rc;
}
