/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_ask.c - what a Messages request asks for, and its checks.
 *
 * Runs in: worker.
 *
 * Only what routing, limits and forwarding need is looked at; members this
 * file does not know pass unseen.  What it does know must have the right type.
 * The nodes live in an arena that ends with the reading.
 */
#include "dialect/anthropic.h"

#define TYPE(t) (1u << JSON_##t)
#define BOOLEAN (TYPE(TRUE) | TYPE(FALSE))

static const struct member {
	const char *name;
	unsigned    types;	/* bits of enum json_type; null is welcome unless it is required */
	bool	    required;
	bool	    counted;	/* required of count_tokens as well */
	const char *should;
} members[] = {
	{ "messages", TYPE(ARRAY), true, true, "an array of messages" },
	{ "max_tokens", TYPE(NUMBER), true, false, "an integer" },
	{ "system", TYPE(STRING) | TYPE(ARRAY), false, false, "a string or an array of text blocks" },
	{ "stream", BOOLEAN, false, false, "a boolean" },
	{ "temperature", TYPE(NUMBER), false, false, "a number" },
	{ "top_p", TYPE(NUMBER), false, false, "a number" },
	{ "top_k", TYPE(NUMBER), false, false, "an integer" },
	{ "stop_sequences", TYPE(ARRAY), false, false, "an array of strings" },
	{ "tools", TYPE(ARRAY), false, false, "an array of tools" },
	{ "tool_choice", TYPE(OBJECT), false, false, "an object" },
	{ "thinking", TYPE(OBJECT), false, false, "an object" },
	{ "output_config", TYPE(OBJECT), false, false, "an object" },
	{ "metadata", TYPE(OBJECT), false, false, "an object" },
	{ "service_tier", TYPE(STRING), false, false, "a string" },
};

static int
check_members(struct arena *a, enum endpoint endpoint, const struct json *root, struct complaint *why)
{
	for (size_t i = 0; i < LENGTH(members); i++) {
		const struct member *m = &members[i];
		const struct json   *v = json_get(root, m->name);

		if (v == NULL || v->type == JSON_NULL) {
			if (!m->required || (endpoint == ENDPOINT_COUNT && !m->counted))
				continue;
			return complain(why, FAULT_BAD_REQUEST, str_of(m->name),
			    arena_printf(a, "%s: field required: you must provide %s", m->name, m->should));
		}
		if ((m->types & 1u << v->type) == 0)
			return complain(why, FAULT_BAD_REQUEST, str_of(m->name),
			    arena_printf(a, "%s: must be %s", m->name, m->should));
	}
	return 0;
}

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
check_message(struct arena *a, const struct json *m, uint32_t i, struct complaint *why)
{
	const struct json *content = json_get(m, "content");

	if (m->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u]", i),
		    arena_printf(a, "messages.%u: must be an object with role and content", i));
	if (!is_role(json_get(m, "role")))
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u].role", i),
		    arena_printf(a, "messages.%u.role: must be 'user' or 'assistant'", i));
	if (!json_is(content, JSON_STRING) && !json_is(content, JSON_ARRAY))
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u].content", i),
		    arena_printf(a, "messages.%u.content: must be a string or an array of blocks", i));
	return 0;
}

static int
check_messages(struct arena *a, const struct json *messages, struct complaint *why)
{
	uint32_t i = 0;

	if (messages->count == 0)
		return complain(why, FAULT_BAD_REQUEST, STR("messages"), STR("messages: at least one message is required"));
	for (const struct json *m = messages->child; m != NULL; m = m->next)
		if (check_message(a, m, i++, why) < 0)
			return -1;
	return 0;
}

/* A number that is no count is the upstream's to refuse: it reserves nothing. */
static void
read_limits(const struct json *root, struct ask *ask)
{
	uint64_t n = 0;

	if (ask->endpoint == ENDPOINT_COUNT)
		return;
	ask->stream = json_true(json_get(root, "stream"));
	if (json_u64(json_get(root, "max_tokens"), &n) == 0)
		ask->max_output = n < UINT32_MAX ? n : UINT32_MAX;
}

static int
read_ask(struct arena *a, struct arena *nodes, struct ask *ask, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = 1, .deep = "messages", .deep_depth = 3 };
	struct str	   body = ask->body;
	struct json_error  e;
	struct json	  *root;

	if (json_read(nodes, body, limits, &root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE,
		    body.n == 0 ? STR("the body is empty: a JSON object is needed")
				: arena_printf(a, "the body is not valid JSON: %s at byte %zu", e.what, e.offset));
	if (root->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, STR_NONE, STR("the body must be a JSON object"));
	if (ask_model(a, root, ask, why) < 0 || check_members(a, ask->endpoint, root, why) < 0)
		return -1;
	read_limits(root, ask);
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
