/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_ask.c - what an Ollama request asks for, and its checks.
 *
 * Runs in: worker.
 *
 * A request streams unless it says "stream": false.  One without messages (or
 * without a prompt) asks only that the model be loaded, or with keep_alive 0
 * that it be unloaded: its answer is one object, whatever "stream" says.
 */
#include "dialect/ollama.h"

#define TYPE(t) (1u << JSON_##t)
#define BOOLEAN (TYPE(TRUE) | TYPE(FALSE))

#define CHAT (1u << ENDPOINT_CHAT)
#define TEXT (1u << ENDPOINT_COMPLETIONS)
#define EMBED (1u << ENDPOINT_EMBEDDINGS)
#define ONE (1u << ENDPOINT_EMBED_ONE)

static const struct ask_member members[] = {
	{ "messages", CHAT, TYPE(ARRAY), false, "an array of messages" },
	{ "prompt", TEXT | ONE, TYPE(STRING), false, "a string" },
	{ "input", EMBED, TYPE(STRING) | TYPE(ARRAY), true, "a string or an array of strings" },
	{ "stream", CHAT | TEXT, BOOLEAN, false, "a boolean" },
	{ "system", TEXT, TYPE(STRING), false, "a string" },
	{ "suffix", TEXT, TYPE(STRING), false, "a string" },
	{ "template", TEXT, TYPE(STRING), false, "a string" },
	{ "raw", TEXT, BOOLEAN, false, "a boolean" },
	{ "images", TEXT, TYPE(ARRAY), false, "an array of base64 strings" },
	{ "context", TEXT, TYPE(ARRAY), false, "an array of numbers" },
	{ "tools", CHAT, TYPE(ARRAY), false, "an array of tools" },
	{ "format", CHAT | TEXT, TYPE(STRING) | TYPE(OBJECT), false, "\"json\" or a JSON schema" },
	{ "think", CHAT | TEXT, TYPE(STRING) | BOOLEAN, false, "a boolean, \"low\", \"medium\" or \"high\"" },
	{ "logprobs", CHAT | TEXT, BOOLEAN, false, "a boolean" },
	{ "top_logprobs", CHAT | TEXT, TYPE(NUMBER), false, "an integer" },
	{ "options", CHAT | TEXT | EMBED | ONE, TYPE(OBJECT), false, "an object" },
	{ "keep_alive", CHAT | TEXT | EMBED | ONE, TYPE(STRING) | TYPE(NUMBER), false, "a duration" },
	{ "truncate", EMBED, BOOLEAN, false, "a boolean" },
	{ "dimensions", EMBED, TYPE(NUMBER), false, "an integer" },
};

/* num_predict: -1 and -2 are "no limit", which reserves nothing. */
static int
read_options(struct arena *nodes, struct json *root, struct ask *ask, struct complaint *why)
{
	struct json_error e;
	uint64_t	  n;

	for (struct json *m = root->child; m != NULL; m = m->next) {
		if (!str_is(m->name, "options") || m->type != JSON_OBJECT)
			continue;
		if (json_open(nodes, m, &e) < 0)
			return complain(why, FAULT_BAD_JSON, STR("options"), str_of(e.what));
		if (json_u64(json_get(m, "num_predict"), &n) == 0)
			ask->max_output = n < UINT32_MAX ? n : UINT32_MAX;
	}
	return 0;
}

/* Less than a second, as a number of seconds or a duration. */
static bool
is_zero(struct arena *a, const struct json *keep_alive)
{
	uint64_t ms;

	if (json_is(keep_alive, JSON_STRING))
		return str_duration_ms(json_text(a, keep_alive), &ms) == 0 && ms < 1000;
	return json_is(keep_alive, JSON_NUMBER) && keep_alive->raw.p[0] == '0';
}

static void
read_mode(struct arena *nodes, const struct json *root, struct ask *ask)
{
	const struct json *messages = json_get(root, "messages");
	bool		   talks = ask->endpoint == ENDPOINT_CHAT || ask->endpoint == ENDPOINT_COMPLETIONS;

	ask->choices = 1;
	if (ask->endpoint == ENDPOINT_CHAT)
		ask->load = messages == NULL || messages->count == 0;
	else if (ask->endpoint == ENDPOINT_COMPLETIONS)
		ask->load = json_text(nodes, json_get(root, "prompt")).n == 0;
	ask->unload = ask->load && is_zero(nodes, json_get(root, "keep_alive"));
	ask->stream = talks && !ask->load && !json_is(json_get(root, "stream"), JSON_FALSE);
	if (!talks || ask->load)
		ask->max_output = 0;
}

static int
read_ask(struct arena *a, struct arena *nodes, struct ask *ask, struct complaint *why)
{
	const struct json *messages;
	struct json	  *root;

	if (ask_body(a, nodes, ask, "messages", &root, why) < 0 || ask_model(a, root, ask, why) < 0 ||
	    ask_members(a, ask, root, members, LENGTH(members), why) < 0 ||
	    read_options(nodes, root, ask, why) < 0)
		return -1;
	read_mode(nodes, root, ask);
	messages = json_get(root, "messages");
	if (ask->endpoint != ENDPOINT_CHAT || messages == NULL)
		return 0;
	return ask_messages(a, messages, TYPE(STRING) | TYPE(NULL), "a string", why);
}

int
ollama_ask(struct arena *a, const struct inbound *in, struct ask *ask, struct complaint *why)
{
	struct arena nodes;
	int	     rc;

	*ask = (struct ask){ .endpoint = in->endpoint, .body = in->body, .framing = FRAME_LINES, .depth = in->depth };
	*why = (struct complaint){ 0 };
	arena_init(&nodes);
	rc = read_ask(a, &nodes, ask, why);
	arena_done(&nodes);
	return rc;
}
