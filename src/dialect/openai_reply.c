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
#include "dialect/openai_inside.h"

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
	usage->tokens[USAGE_IMAGE] = take(&input, first_of(count(u, "prompt_tokens_details.image_tokens"),
	    count(u, "input_tokens_details.image_tokens")));
	usage->tokens[USAGE_INPUT] = input;
	usage->tokens[USAGE_REASONING] = take(&output, reasoning);
	usage->tokens[USAGE_AUDIO_OUTPUT] = take(&output, first_of(count(u, "completion_tokens_details.audio_tokens"),
	    count(u, "output_tokens_details.audio_tokens")));
	usage->tokens[USAGE_OUTPUT] = output;
	return true;
}

static bool
open_levels(struct arena *a, struct json *object, unsigned levels)
{
	struct json_error e;

	if (json_open(a, object, &e) < 0)
		return false;
	for (struct json *d = object->child; d != NULL; d = d->next)
		if (levels > 1 && d->type == JSON_OBJECT && !open_levels(a, d, levels - 1))
			return false;
	return true;
}

/*
 * The root of a reply or event with its members, those of a choice and of its
 * delta, usage opened to its details (Groq's inside x_groq); NULL when it is no object.
 */
static struct json *
read_root(struct arena *a, struct str text, bool event)
{
	struct json_limits limits = { .tree_depth = 1, .deep = event ? "choices" : NULL, .deep_depth = 4 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, text, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return NULL;
	for (struct json *m = root->child; m != NULL; m = m->next) {
		unsigned levels = str_is(m->name, "usage") ? 2 : str_is(m->name, "x_groq") ? 3 : 0;

		if (m->type == JSON_OBJECT && levels > 0 && !open_levels(a, m, levels))
			return NULL;
	}
	return root;
}

struct str
openai_error_message(struct arena *a, const struct json *root)
{
	const struct json *error = json_get(root, "error");
	struct json_error  e;
	struct str	   message;
	struct json	   copy;

	if (json_is(error, JSON_OBJECT)) {
		copy = *error;
		if (copy.child == NULL && json_open(a, &copy, &e) < 0)
			copy.child = NULL;
		message = json_text(a, json_get(&copy, "message"));
	} else {
		message = json_text(a, error != NULL ? error : json_get(root, "message"));
	}
	return message.n > 0 ? message : STR("the upstream sent an error");
}

bool
openai_says_error(const struct json *error)
{
	return error != NULL && error->type != JSON_NULL && error->type != JSON_FALSE;
}

int
openai_reply(struct arena *a, enum endpoint endpoint, struct str body, struct tap *tap)
{
	struct json *root = read_root(a, body, false);

	if (root == NULL)
		return -1;
	if (openai_says_error(json_get(root, "error"))) {
		tap->error = openai_error_message(a, root);
		return 0;
	}
	if (json_get(root, endpoint == ENDPOINT_EMBEDDINGS ? "data" : "choices") == NULL)
		return -1;
	if (!openai_usage(json_get(root, "usage"), &tap->usage))
		openai_usage(json_path(root, "x_groq.usage"), &tap->usage);
	return 0;
}

/* Members of a delta that say who speaks, not what. */
static bool
is_prelude(struct str name)
{
	return str_is(name, "role") || str_is(name, "name") || str_is(name, "channel");
}

static bool
is_output(const struct json *v)
{
	if (v->type == JSON_STRING)
		return v->raw.n > 2;
	return (v->type == JSON_ARRAY || v->type == JSON_OBJECT) && v->count > 0;
}

static bool
delta_has_output(const struct json *delta)
{
	for (const struct json *m = delta != NULL ? delta->child : NULL; m != NULL; m = m->next)
		if (!is_prelude(m->name) && is_output(m))
			return true;
	return false;
}

static bool
choice_has_output(const struct json *choice)
{
	const struct json *delta = json_get(choice, "delta"), *text = json_get(choice, "text");

	if (delta == NULL)
		delta = json_get(choice, "message");
	return delta_has_output(delta) || (text != NULL && is_output(text));
}

/* Looks through the choices of an event; true when it has something to show. */
static bool
tap_choices(const struct json *choices, struct tap *tap)
{
	bool any = false;

	for (const struct json *c = json_is(choices, JSON_ARRAY) ? choices->child : NULL; c != NULL; c = c->next) {
		const struct json *finish = json_get(c, "finish_reason");

		any |= choice_has_output(c);
		tap->stopped |= json_is(finish, JSON_STRING) && finish->raw.n > 2;
	}
	tap->pieces += any;
	return any;
}

enum event_kind
openai_event(struct arena *a, enum endpoint endpoint, struct str name, struct str payload, struct tap *tap)
{
	struct json	  *root;
	const struct json *choices, *usage;
	bool		   any;

	(void)endpoint;
	if (str_is(payload, "[DONE]"))
		return EVENT_FINAL;
	root = read_root(a, payload, true);
	if (root == NULL)
		return EVENT_GARBAGE;
	if (openai_says_error(json_get(root, "error")) || str_is(name, "error")) {
		tap->error = openai_error_message(a, root);
		return EVENT_ERROR;
	}
	choices = json_get(root, "choices");
	usage = json_get(root, "usage");
	if (usage != NULL)
		openai_usage(usage, &tap->usage);
	else if (json_get(root, "x_groq") != NULL)
		openai_usage(json_path(root, "x_groq.usage"), &tap->usage);
	if (choices == NULL && name.n > 0 && !str_is(name, "message"))
		return EVENT_SKIP;
	if (json_is(usage, JSON_OBJECT) && (choices == NULL || choices->count == 0))
		return EVENT_USAGE;
	any = tap_choices(choices, tap);
	if (str_is(json_text(a, json_get(root, "object")), "chat.completion.done"))
		return EVENT_FINAL;
	return any || tap->stopped ? EVENT_DATA : EVENT_PREFIX;
}
