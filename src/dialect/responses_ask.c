/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_ask.c - what a Responses request asks for, and its checks.
 *
 * Runs in: worker.
 */
#include "dialect/responses.h"

#define TYPE(t) (1u << JSON_##t)
#define BOOLEAN (TYPE(TRUE) | TYPE(FALSE))

#define CHAT (1u << ENDPOINT_CHAT)

static const struct ask_member members[] = {
	{ "input", CHAT, TYPE(STRING) | TYPE(ARRAY), false, "a string or an array of items" },
	{ "instructions", CHAT, TYPE(STRING), false, "a string" },
	{ "stream", CHAT, BOOLEAN, false, "a boolean" },
	{ "store", CHAT, BOOLEAN, false, "a boolean" },
	{ "background", CHAT, BOOLEAN, false, "a boolean" },
	{ "max_output_tokens", CHAT, TYPE(NUMBER), false, "an integer" },
	{ "max_tool_calls", CHAT, TYPE(NUMBER), false, "an integer" },
	{ "temperature", CHAT, TYPE(NUMBER), false, "a number" },
	{ "top_p", CHAT, TYPE(NUMBER), false, "a number" },
	{ "top_logprobs", CHAT, TYPE(NUMBER), false, "an integer" },
	{ "tools", CHAT, TYPE(ARRAY), false, "an array of tools" },
	{ "tool_choice", CHAT, TYPE(STRING) | TYPE(OBJECT), false, "a string or an object" },
	{ "parallel_tool_calls", CHAT, BOOLEAN, false, "a boolean" },
	{ "text", CHAT, TYPE(OBJECT), false, "an object" },
	{ "reasoning", CHAT, TYPE(OBJECT), false, "an object" },
	{ "include", CHAT, TYPE(ARRAY), false, "an array of strings" },
	{ "metadata", CHAT, TYPE(OBJECT), false, "an object" },
	{ "previous_response_id", CHAT, TYPE(STRING), false, "a string" },
	{ "prompt", CHAT, TYPE(OBJECT), false, "an object" },
	{ "stream_options", CHAT, TYPE(OBJECT), false, "an object" },
	{ "user", CHAT, TYPE(STRING), false, "a string" },
	{ "service_tier", CHAT, TYPE(STRING), false, "a string" },
	{ "truncation", CHAT, TYPE(STRING), false, "a string" },
};

static bool
is_said(const struct json *v)
{
	return v != NULL && v->type != JSON_NULL;
}

/* An item is an object with a type or, as a message may leave that out, a role; or only an id: a reference. */
static int
check_item(struct arena *a, const struct json *item, uint32_t i, struct complaint *why)
{
	const struct json *type = json_get(item, "type"), *content = json_get(item, "content");

	if (item->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "input[%u]", i),
		    arena_printf(a, "'input[%u]' must be an object", i));
	if (is_said(type) && type->type != JSON_STRING)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "input[%u].type", i),
		    arena_printf(a, "'input[%u].type' must be a string", i));
	if (!is_said(type) && !json_is(json_get(item, "role"), JSON_STRING) && !json_is(json_get(item, "id"), JSON_STRING))
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "input[%u].role", i),
		    arena_printf(a, "'input[%u]' must have a type or a role", i));
	if ((!is_said(type) || str_is(json_text(a, type), "message")) && is_said(content) &&
	    content->type != JSON_STRING && content->type != JSON_ARRAY)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "input[%u].content", i),
		    arena_printf(a, "'input[%u].content' must be a string or an array of parts", i));
	return 0;
}

static int
check_input(struct arena *a, const struct json *root, struct complaint *why)
{
	static const char *const instead[] = { "prompt", "previous_response_id", "conversation" };
	const struct json *input = json_get(root, "input");
	bool		   spared = false;
	uint32_t	   i = 0;

	for (size_t n = 0; n < LENGTH(instead); n++)
		spared |= is_said(json_get(root, instead[n]));
	if (!spared && (!is_said(input) || (input->type == JSON_ARRAY && input->count == 0)))
		return complain(why, FAULT_BAD_REQUEST, STR("input"),
		    STR("you must provide 'input': a string or an array of items"));
	if (!json_is(input, JSON_ARRAY))
		return 0;
	for (const struct json *item = input->child; item != NULL; item = item->next)
		if (check_item(a, item, i++, why) < 0)
			return -1;
	return 0;
}

static int
read_ask(struct arena *a, struct arena *nodes, struct ask *ask, struct complaint *why)
{
	struct json *root;

	if (ask_body(a, nodes, ask, "input", &root, why) < 0 || ask_model(a, root, ask, why) < 0 ||
	    ask_members(a, ask, root, members, LENGTH(members), why) < 0)
		return -1;
	ask->stream = json_true(json_get(root, "stream"));
	ask->max_output = ask_count(root, "max_output_tokens", UINT32_MAX);
	return check_input(a, root, why);
}

int
responses_ask(struct arena *a, const struct inbound *in, struct ask *ask, struct complaint *why)
{
	struct arena nodes;
	int	     rc;

	*ask = (struct ask){ .endpoint = in->endpoint, .body = in->body, .framing = FRAME_SSE_NAMED, .wants_usage = true,
		.choices = 1, .depth = in->depth };
	*why = (struct complaint){ 0 };
	arena_init(&nodes);
	rc = read_ask(a, &nodes, ask, why);
	arena_done(&nodes);
	return rc;
}
