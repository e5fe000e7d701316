/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_reply.c - usage and errors tapped from passing OpenAI replies.
 *
 * Runs in: worker.
 *
 * Compatible servers leave much out (index, object, finish_reason, even
 * [DONE]), so little is demanded: a reply is a JSON object, an event is one
 * too, and a stream is whole only when it says so: with [DONE], or with the
 * "chat.completion.done" object of Perplexity.
 */
#include "dialect/openai.h"

#define TOKENS_MOST (UINT64_C(1) << 48)	/* more is nobody's usage; sums of it must fit */

static uint64_t
count(const struct json *object, const char *path)
{
	uint64_t n;

	if (json_u64(json_path(object, path), &n) < 0)
		return 0;
	return n < TOKENS_MOST ? n : TOKENS_MOST;
}

/* Takes `part` out of what `whole` still holds; never more than there is. */
static uint64_t
take(uint64_t *whole, uint64_t part)
{
	if (part > *whole)
		part = *whole;
	*whole -= part;
	return part;
}

static uint64_t
first_of(uint64_t a, uint64_t b)
{
	return a > 0 ? a : b;
}

bool
openai_usage(const struct json *u, struct usage *usage)
{
	uint64_t input = first_of(count(u, "prompt_tokens"), count(u, "input_tokens"));
	uint64_t output = first_of(count(u, "completion_tokens"), count(u, "output_tokens"));
	uint64_t total = count(u, "total_tokens");
	uint64_t reasoning = first_of(count(u, "completion_tokens_details.reasoning_tokens"),
	    first_of(count(u, "output_tokens_details.reasoning_tokens"), count(u, "reasoning_tokens")));
	uint64_t cached = first_of(count(u, "prompt_tokens_details.cached_tokens"),
	    first_of(count(u, "input_tokens_details.cached_tokens"), count(u, "prompt_cache_hit_tokens")));

	if (!json_is(u, JSON_OBJECT) || (input == 0 && output == 0 && total == 0))
		return false;
	/* xAI counts reasoning beside completion_tokens, not within: the total tells. */
	if (reasoning > 0 && total == input + output + reasoning)
		output += reasoning;
	*usage = (struct usage){ .source = USAGE_REPORTED };
	usage->tokens[USAGE_CACHE_READ] = take(&input, cached);
	usage->tokens[USAGE_CACHE_WRITE] = take(&input, first_of(count(u, "prompt_tokens_details.cache_write_tokens"),
	    count(u, "input_tokens_details.cache_write_tokens")));
	usage->tokens[USAGE_AUDIO_INPUT] = take(&input, first_of(count(u, "prompt_tokens_details.audio_tokens"),
	    count(u, "input_tokens_details.audio_tokens")));
	usage->tokens[USAGE_INPUT] = input;
	usage->tokens[USAGE_REASONING] = take(&output, reasoning);
	usage->tokens[USAGE_AUDIO_OUTPUT] = take(&output, first_of(count(u, "completion_tokens_details.audio_tokens"),
	    count(u, "output_tokens_details.audio_tokens")));
	usage->tokens[USAGE_OUTPUT] = output;
	return true;
}

/* The root of a reply or event with its members, usage opened to its details; NULL when it is no object. */
static struct json *
read_root(struct arena *a, struct str text)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, text, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return NULL;
	for (struct json *m = root->child; m != NULL; m = m->next) {
		if (!str_is(m->name, "usage") || m->type != JSON_OBJECT)
			continue;
		if (json_open(a, m, &e) < 0)
			return NULL;
		for (struct json *d = m->child; d != NULL; d = d->next)
			if (d->type == JSON_OBJECT && json_open(a, d, &e) < 0)
				return NULL;
	}
	return root;
}

static struct str
error_message(struct arena *a, const struct json *error)
{
	struct json_error e;
	struct json	  copy;

	if (json_is(error, JSON_STRING))
		return json_text(a, error);
	if (!json_is(error, JSON_OBJECT))
		return STR_NONE;
	copy = *error;
	if (copy.child == NULL && json_open(a, &copy, &e) < 0)
		return STR_NONE;
	return json_text(a, json_get(&copy, "message"));
}

static bool
says_error(const struct json *error)
{
	return error != NULL && error->type != JSON_NULL && error->type != JSON_FALSE;
}

int
openai_reply(struct arena *a, enum endpoint endpoint, struct str body, struct tap *tap)
{
	struct json *root = read_root(a, body);

	if (root == NULL)
		return -1;
	if (says_error(json_get(root, "error"))) {
		tap->error = error_message(a, json_get(root, "error"));
		if (tap->error.n == 0)
			tap->error = STR("the upstream sent an error");
		return 0;
	}
	if (json_get(root, endpoint == ENDPOINT_EMBEDDINGS ? "data" : "choices") == NULL)
		return -1;
	openai_usage(json_get(root, "usage"), &tap->usage);
	return 0;
}

enum event_kind
openai_event(struct arena *a, enum endpoint endpoint, struct str name, struct str payload, struct tap *tap)
{
	struct json	  *root;
	const struct json *choices, *usage;

	(void)endpoint;
	if (str_is(payload, "[DONE]"))
		return EVENT_FINAL;
	root = read_root(a, payload);
	if (root == NULL)
		return EVENT_GARBAGE;
	if (says_error(json_get(root, "error")) || str_is(name, "error")) {
		tap->error = error_message(a, json_get(root, "error"));
		if (tap->error.n == 0)
			tap->error = STR("the upstream sent an error");
		return EVENT_ERROR;
	}
	choices = json_get(root, "choices");
	usage = json_get(root, "usage");
	if (usage != NULL)
		openai_usage(usage, &tap->usage);
	if (choices == NULL && name.n > 0 && !str_is(name, "message"))
		return EVENT_SKIP;
	if (json_is(usage, JSON_OBJECT) && (choices == NULL || choices->count == 0))
		return EVENT_USAGE;
	if (choices != NULL && choices->count > 0)
		tap->pieces++;
	return str_is(json_text(a, json_get(root, "object")), "chat.completion.done") ? EVENT_FINAL : EVENT_DATA;
}
