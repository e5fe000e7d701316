/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_tap.c - usage and errors tapped from passing Ollama replies.
 *
 * Runs in: worker.
 *
 * A line with "done": true makes a stream whole; nothing else does.
 */
#include "dialect/ollama.h"

#define TOKENS_MOST (UINT64_C(1) << 48)	/* more is nobody's usage; sums of it must fit */

static bool
count(const struct json *root, const char *name, uint64_t *n)
{
	if (json_u64(json_get(root, name), n) < 0)
		return false;
	if (*n > TOKENS_MOST)
		*n = TOKENS_MOST;
	return true;
}

/* A prompt that was in the cache whole has no prompt_eval_count. */
bool
ollama_usage(const struct json *root, struct usage *u)
{
	uint64_t input = 0, output = 0;
	bool	 told = count(root, "prompt_eval_count", &input);

	if (!count(root, "eval_count", &output) && !told)
		return false;
	*u = (struct usage){ .source = USAGE_REPORTED };
	u->tokens[USAGE_INPUT] = input;
	u->tokens[USAGE_OUTPUT] = output;
	return true;
}

/* The root with its members and those of the message; NULL when it is no object. */
static struct json *
read_root(struct arena *a, struct str text)
{
	struct json_limits limits = { .tree_depth = 1, .deep = "message", .deep_depth = 2 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, text, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return NULL;
	return root;
}

static bool
is_there(const struct json *v)
{
	return json_is(v, JSON_STRING) ? v->raw.n > 2 : json_is(v, JSON_ARRAY) && v->count > 0;
}

static bool
has_output(const struct json *root)
{
	static const char *const names[] = { "content", "thinking", "tool_calls", "images" };
	const struct json *message = json_get(root, "message");

	for (size_t i = 0; i < LENGTH(names); i++)
		if (is_there(json_get(message, names[i])))
			return true;
	return is_there(json_get(root, "response")) || is_there(json_get(root, "thinking"));
}

static bool
is_reply(const struct json *root, enum endpoint endpoint)
{
	switch (endpoint) {
	case ENDPOINT_EMBEDDINGS:
		return json_is(json_get(root, "embeddings"), JSON_ARRAY);
	case ENDPOINT_EMBED_ONE:
		return json_is(json_get(root, "embedding"), JSON_ARRAY);
	default:
		return json_is(json_get(root, "message"), JSON_OBJECT) || json_is(json_get(root, "response"), JSON_STRING) ||
		    json_true(json_get(root, "done"));
	}
}

int
ollama_reply(struct arena *a, enum endpoint endpoint, struct str body, struct tap *tap)
{
	struct json *root = read_root(a, body);

	if (root == NULL)
		return -1;
	if (ollama_says_error(a, root, &tap->error))
		return 0;
	if (!is_reply(root, endpoint) || json_is(json_get(root, "done"), JSON_FALSE))
		return -1;
	ollama_usage(root, &tap->usage);
	return 0;
}

enum event_kind
ollama_event(struct arena *a, enum endpoint endpoint, struct str name, struct str payload, struct tap *tap)
{
	struct json *root = read_root(a, payload);

	(void)name;
	if (root == NULL)
		return EVENT_GARBAGE;
	if (ollama_says_error(a, root, &tap->error))
		return EVENT_ERROR;
	if (!is_reply(root, endpoint))
		return EVENT_GARBAGE;
	if (has_output(root))
		tap->pieces++;
	if (json_true(json_get(root, "done"))) {
		ollama_usage(root, &tap->usage);
		tap->stopped = true;
		return EVENT_FINAL;
	}
	return tap->pieces > 0 ? EVENT_DATA : EVENT_PREFIX;
}
