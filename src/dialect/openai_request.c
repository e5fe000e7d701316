/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_request.c - what an OpenAI request asks for, and its checks.
 *
 * Runs in: worker.
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

static int
check_messages(struct arena *a, const struct json *messages, struct complaint *why)
{
	if (messages->count == 0)
		return complain(why, FAULT_BAD_REQUEST, STR("messages"), STR("'messages' must hold at least one message"));
	return ask_messages(a, messages, TYPE(STRING) | TYPE(ARRAY) | TYPE(NULL), "a string or an array of parts", why);
}

static void
read_limits(const struct json *root, struct ask *ask)
{
	uint64_t tokens = 0;

	ask->choices = 1;
	if (ask->endpoint == ENDPOINT_EMBEDDINGS)
		return;
	if (ask->endpoint == ENDPOINT_CHAT)
		tokens = ask_count(root, "max_completion_tokens", UINT32_MAX);
	if (tokens == 0)
		tokens = ask_count(root, "max_tokens", UINT32_MAX);
	if (ask_count(root, "n", CHOICES_MOST) > 1)
		ask->choices = ask_count(root, "n", CHOICES_MOST);
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
	struct json *root;

	if (ask_body(a, nodes, ask, "messages", &root, why) < 0 || ask_model(a, root, ask, why) < 0 ||
	    ask_members(a, ask, root, members, LENGTH(members), why) < 0 || read_stream(nodes, root, ask, why) < 0)
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
