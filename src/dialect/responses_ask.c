/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_ask.c - what a Responses request asks for, and its checks.
 *
 * Runs in: worker.
 *
 * As openai_request.c: only what routing, limits and forwarding need is looked
 * at, and what is known must have the right type.  The nodes live in an arena
 * that ends with the reading.
 */
#include "dialect/responses.h"

#define TYPE(t) (1u << JSON_##t)
#define BOOLEAN (TYPE(TRUE) | TYPE(FALSE))

static const struct member {
	const char *name;
	unsigned    types;	/* bits of enum json_type; null is welcome */
	const char *should;
} members[] = {
	{ "input", TYPE(STRING) | TYPE(ARRAY), "a string or an array of items" },
	{ "instructions", TYPE(STRING), "a string" },
	{ "stream", BOOLEAN, "a boolean" },
	{ "store", BOOLEAN, "a boolean" },
	{ "background", BOOLEAN, "a boolean" },
	{ "max_output_tokens", TYPE(NUMBER), "an integer" },
	{ "max_tool_calls", TYPE(NUMBER), "an integer" },
	{ "temperature", TYPE(NUMBER), "a number" },
	{ "top_p", TYPE(NUMBER), "a number" },
	{ "top_logprobs", TYPE(NUMBER), "an integer" },
	{ "tools", TYPE(ARRAY), "an array of tools" },
	{ "tool_choice", TYPE(STRING) | TYPE(OBJECT), "a string or an object" },
	{ "parallel_tool_calls", BOOLEAN, "a boolean" },
	{ "text", TYPE(OBJECT), "an object" },
	{ "reasoning", TYPE(OBJECT), "an object" },
	{ "include", TYPE(ARRAY), "an array of strings" },
	{ "metadata", TYPE(OBJECT), "an object" },
	{ "previous_response_id", TYPE(STRING), "a string" },
	{ "prompt", TYPE(OBJECT), "an object" },
	{ "stream_options", TYPE(OBJECT), "an object" },
	{ "user", TYPE(STRING), "a string" },
	{ "service_tier", TYPE(STRING), "a string" },
	{ "truncation", TYPE(STRING), "a string" },
};

static bool
is_said(const struct json *v)
{
	return v != NULL && v->type != JSON_NULL;
}

static int
check_members(struct arena *a, const struct json *root, struct complaint *why)
{
	for (size_t i = 0; i < LENGTH(members); i++) {
		const struct member *m = &members[i];
		const struct json   *v = json_get(root, m->name);

		if (is_said(v) && (m->types & 1u << v->type) == 0)
			return complain(why, FAULT_BAD_REQUEST, str_of(m->name),
			    arena_printf(a, "'%s' must be %s", m->name, m->should));
	}
	return 0;
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
	/* One pass over a body that may be megabytes: members, and of each item its own. */
	struct json_limits limits = { .depth = ask->depth, .tree_depth = 1, .deep = "input", .deep_depth = 3 };
	struct str	   body = ask->body;
	struct json_error  e;
	struct json	  *root;
	uint64_t	   tokens;

	if (json_read(nodes, body, limits, &root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE,
		    body.n == 0 ? STR("the body is empty: a JSON object is needed")
				: arena_printf(a, "the body is not valid JSON: %s at byte %zu", e.what, e.offset));
	if (root->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, STR_NONE, STR("the body must be a JSON object"));
	if (ask_model(a, root, ask, why) < 0 || check_members(a, root, why) < 0)
		return -1;
	ask->stream = json_true(json_get(root, "stream"));
	/* A number that is no count is the upstream's to refuse: it is forwarded, and reserves nothing. */
	if (json_u64(json_get(root, "max_output_tokens"), &tokens) == 0)
		ask->max_output = tokens < UINT32_MAX ? tokens : UINT32_MAX;
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
