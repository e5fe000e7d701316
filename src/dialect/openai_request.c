/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_request.c - what an OpenAI request asks for, and its checks.
 *
 * Runs in: worker.
 *
 * Only what routing, limits and forwarding need is looked at; members this
 * file does not know pass unseen.  What it does know must have the right type:
 * a request that no provider could take is refused here, with its field named,
 * and costs no upstream call.
 *
 * The nodes of a body may be many times its size, so they live in an arena that
 * ends with the reading; the caller's holds only what is told.
 */
#include "dialect/openai.h"

/* What one request may reserve at most, whatever it says. */
#define CHOICES_MOST 1024

#define TYPE(t) (1u << JSON_##t)
#define BOOLEAN (TYPE(TRUE) | TYPE(FALSE))

#define CHAT (1u << ENDPOINT_CHAT)
#define TEXT (1u << ENDPOINT_COMPLETIONS)
#define EMBED (1u << ENDPOINT_EMBEDDINGS)
#define ALL (CHAT | TEXT | EMBED)

static const struct ask_member members[] = {
	{ "messages", CHAT, TYPE(ARRAY), true, "an array of messages" },
	{ "prompt", TEXT, TYPE(STRING) | TYPE(ARRAY), true, "a string or an array" },
	{ "input", EMBED, TYPE(STRING) | TYPE(ARRAY), true, "a string or an array" },
	{ "stream", CHAT | TEXT, BOOLEAN, false, "a boolean" },
	{ "stream_options", CHAT | TEXT, TYPE(OBJECT), false, "an object" },
	{ "max_tokens", CHAT | TEXT, TYPE(NUMBER), false, "an integer" },
	{ "max_completion_tokens", CHAT, TYPE(NUMBER), false, "an integer" },
	{ "n", CHAT | TEXT, TYPE(NUMBER), false, "an integer" },
	{ "temperature", CHAT | TEXT, TYPE(NUMBER), false, "a number" },
	{ "top_p", CHAT | TEXT, TYPE(NUMBER), false, "a number" },
	{ "presence_penalty", CHAT | TEXT, TYPE(NUMBER), false, "a number" },
	{ "frequency_penalty", CHAT | TEXT, TYPE(NUMBER), false, "a number" },
	{ "seed", CHAT | TEXT, TYPE(NUMBER), false, "an integer" },
	{ "stop", CHAT | TEXT, TYPE(STRING) | TYPE(ARRAY), false, "a string or an array of strings" },
	{ "tools", CHAT, TYPE(ARRAY), false, "an array of tools" },
	{ "functions", CHAT, TYPE(ARRAY), false, "an array of functions" },
	{ "tool_choice", CHAT, TYPE(STRING) | TYPE(OBJECT), false, "a string or an object" },
	{ "response_format", CHAT, TYPE(OBJECT), false, "an object" },
	{ "user", ALL, TYPE(STRING), false, "a string" },
	{ "dimensions", EMBED, TYPE(NUMBER), false, "an integer" },
	{ "encoding_format", EMBED, TYPE(STRING), false, "a string" },
};

/* One message: an object with a role, and content (if any) of a type that content has. */
static int
check_message(struct arena *a, const struct json *m, uint32_t i, struct complaint *why)
{
	const struct json *role = json_get(m, "role"), *content = json_get(m, "content");

	if (m->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u]", i),
		    arena_printf(a, "'messages[%u]' must be an object with a role", i));
	if (!json_is(role, JSON_STRING) || role->raw.n <= 2)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u].role", i),
		    arena_printf(a, "'messages[%u].role' must be a string", i));
	if (content != NULL && content->type != JSON_STRING && content->type != JSON_ARRAY &&
	    content->type != JSON_NULL)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u].content", i),
		    arena_printf(a, "'messages[%u].content' must be a string or an array of parts", i));
	return 0;
}

static int
check_messages(struct arena *a, const struct json *messages, struct complaint *why)
{
	uint32_t i = 0;

	if (messages->count == 0)
		return complain(why, FAULT_BAD_REQUEST, STR("messages"), STR("'messages' must hold at least one message"));
	for (const struct json *m = messages->child; m != NULL; m = m->next)
		if (check_message(a, m, i++, why) < 0)
			return -1;
	return 0;
}

/* A number that is no count (-1, 1.5) is the upstream's to refuse: it is forwarded, and reserves nothing. */
static uint64_t
count_of(const struct json *root, const char *name, uint64_t most)
{
	uint64_t n = 0;

	if (json_u64(json_get(root, name), &n) < 0)
		return 0;
	return n < most ? n : most;
}

static void
read_limits(const struct json *root, struct ask *ask)
{
	uint64_t tokens = 0;

	ask->choices = 1;
	if (ask->endpoint == ENDPOINT_EMBEDDINGS)
		return;
	if (ask->endpoint == ENDPOINT_CHAT)
		tokens = count_of(root, "max_completion_tokens", UINT32_MAX);
	if (tokens == 0)
		tokens = count_of(root, "max_tokens", UINT32_MAX);
	if (count_of(root, "n", CHOICES_MOST) > 1)
		ask->choices = count_of(root, "n", CHOICES_MOST);
	ask->max_output = tokens * ask->choices;
}

static int
read_stream(struct arena *nodes, struct json *root, struct ask *ask, struct complaint *why)
{
	struct json_error  e;
	const struct json *usage;

	ask->stream = json_true(json_get(root, "stream"));
	for (struct json *m = root->child; m != NULL; m = m->next) {
		if (!str_is(m->name, "stream_options"))
			continue;
		ask->stream_options = m->raw;
		if (m->type == JSON_NULL)
			continue;
		if (json_open(nodes, m, &e) < 0)
			return complain(why, FAULT_BAD_JSON, STR("stream_options"), str_of(e.what));
		usage = json_get(m, "include_usage");
		if (usage != NULL)
			ask->include_usage = usage->raw;
		ask->wants_usage = json_true(usage);
	}
	return 0;
}

static int
read_ask(struct arena *a, struct arena *nodes, struct ask *ask, struct complaint *why)
{
	/* One pass over a body that may be megabytes: members, and of each message its own. */
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
	if (ask_model(a, root, ask, why) < 0 || ask_members(a, ask, root, members, LENGTH(members), why) < 0 ||
	    read_stream(nodes, root, ask, why) < 0)
		return -1;
	read_limits(root, ask);
	return ask->endpoint == ENDPOINT_CHAT ? check_messages(a, json_get(root, "messages"), why) : 0;
}

int
openai_ask(struct arena *a, const struct inbound *in, struct ask *ask, struct complaint *why)
{
	struct arena nodes;
	int	     rc;

	*ask = (struct ask){ .endpoint = in->endpoint, .body = in->body, .framing = FRAME_SSE, .depth = in->depth };
	*why = (struct complaint){ 0 };
	arena_init(&nodes);
	rc = read_ask(a, &nodes, ask, why);
	arena_done(&nodes);
	return rc;
}
