/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_tap.c - usage and errors tapped from passing Gemini replies.
 *
 * Runs in: worker.
 *
 * No event is the last: a stream is whole when it closes after a finish reason,
 * or after the word that the prompt was blocked.  Usage stands in every chunk
 * and grows; the last one counts.
 */
#include "dialect/gemini_inside.h"

#define TOKENS_MOST (UINT64_C(1) << 48)	/* more is nobody's usage; sums of it must fit */

static uint64_t
count(const struct json *object, const char *name)
{
	int64_t n;

	if (gemini_i64(gemini_get(object, name), &n) < 0 || n < 0)
		return 0;
	return (uint64_t)n < TOKENS_MOST ? (uint64_t)n : TOKENS_MOST;
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

/* Tokens of sound in a list of {modality, tokenCount}; the modality may be a number. */
static uint64_t
audio(const struct json *usage, const char *name)
{
	const struct json *list = gemini_get(usage, name);
	uint64_t	   n = 0;

	for (const struct json *d = json_is(list, JSON_ARRAY) ? list->child : NULL; d != NULL; d = d->next) {
		const struct json *modality = gemini_get(d, "modality");

		if ((json_is(modality, JSON_STRING) && str_is(modality->text, "AUDIO")) ||
		    (json_is(modality, JSON_NUMBER) && str_is(modality->raw, "4")))
			n += count(d, "tokenCount");
	}
	return n;
}

bool
gemini_usage(const struct json *u, struct usage *usage)
{
	uint64_t prompt = count(u, "promptTokenCount"), tools = count(u, "toolUsePromptTokenCount");
	uint64_t output = count(u, "candidatesTokenCount"), thoughts = count(u, "thoughtsTokenCount");
	uint64_t total = count(u, "totalTokenCount"), heard = audio(u, "promptTokensDetails");

	if (!json_is(u, JSON_OBJECT) || (prompt == 0 && tools == 0 && output == 0 && thoughts == 0 && total == 0))
		return false;
	if (prompt == 0 && output == 0 && thoughts == 0)	/* embeddings of some models tell the total alone */
		prompt = total - (tools < total ? tools : total);
	*usage = (struct usage){ .source = USAGE_REPORTED };
	usage->tokens[USAGE_CACHE_READ] = take(&prompt, count(u, "cachedContentTokenCount"));
	take(&heard, audio(u, "cacheTokensDetails"));
	usage->tokens[USAGE_AUDIO_INPUT] = take(&prompt, heard);
	usage->tokens[USAGE_INPUT] = prompt + tools;
	usage->tokens[USAGE_AUDIO_OUTPUT] = take(&output, audio(u, "candidatesTokensDetails"));
	usage->tokens[USAGE_OUTPUT] = output;
	usage->tokens[USAGE_REASONING] = thoughts;
	return true;
}

static void
write_modalities(struct json_out *o, const char *name, uint64_t text, uint64_t sound)
{
	if (sound == 0)
		return;
	json_array(o, name);
	json_object(o, NULL);
	json_cstr(o, "modality", "TEXT");
	json_unum(o, "tokenCount", text);
	json_object_end(o);
	json_object(o, NULL);
	json_cstr(o, "modality", "AUDIO");
	json_unum(o, "tokenCount", sound);
	json_object_end(o);
	json_array_end(o);
}

void
gemini_write_usage(struct json_out *o, const struct chat_reply *r)
{
	const uint64_t *t = r->usage.tokens;
	uint64_t text = t[USAGE_INPUT] + t[USAGE_CACHE_READ] + t[USAGE_CACHE_WRITE] + t[USAGE_IMAGE];
	uint64_t prompt = text + t[USAGE_AUDIO_INPUT], output = t[USAGE_OUTPUT] + t[USAGE_AUDIO_OUTPUT];

	if (r->usage.source == USAGE_UNKNOWN)
		return;
	json_object(o, "usageMetadata");
	json_unum(o, "promptTokenCount", prompt);
	json_unum(o, "candidatesTokenCount", output);
	json_unum(o, "totalTokenCount", prompt + output + t[USAGE_REASONING]);
	if (t[USAGE_CACHE_READ] > 0)
		json_unum(o, "cachedContentTokenCount", t[USAGE_CACHE_READ]);
	write_modalities(o, "promptTokensDetails", text, t[USAGE_AUDIO_INPUT]);
	write_modalities(o, "candidatesTokensDetails", t[USAGE_OUTPUT], t[USAGE_AUDIO_OUTPUT]);
	if (t[USAGE_REASONING] > 0)
		json_unum(o, "thoughtsTokenCount", t[USAGE_REASONING]);
	if (r->service_tier.n > 0)
		json_str(o, "serviceTier", gemini_tier(r->service_tier));
	json_object_end(o);
}

/* ------------------------------------------------------------------ passing */

static struct json *
member_of(struct json *object, const char *camel)
{
	for (struct json *m = object->child; m != NULL; m = m->next)
		if (gemini_named(m->name, camel))
			return m;
	return NULL;
}

/* Nodes of a member down to `levels` below it. */
static int
open_levels(struct arena *a, struct json *v, int levels)
{
	struct json_error e;

	if (v == NULL || levels == 0 || (v->type != JSON_OBJECT && v->type != JSON_ARRAY))
		return 0;
	if (v->child == NULL && v->count > 0 && json_open(a, v, &e) < 0)
		return -1;
	for (struct json *c = v->child; c != NULL; c = c->next)
		if (open_levels(a, c, levels - 1) < 0)
			return -1;
	return 0;
}

/* The root with its candidates' members; NULL when it is no object. */
static struct json *
read_root(struct arena *a, struct str text)
{
	struct json_limits limits = { .tree_depth = 1, .deep = "candidates", .deep_depth = 3 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, text, limits, &root, &e) < 0 || root->type != JSON_OBJECT ||
	    open_levels(a, member_of(root, "usageMetadata"), 3) < 0 || open_levels(a, member_of(root, "error"), 1) < 0 ||
	    open_levels(a, member_of(root, "promptFeedback"), 1) < 0)
		return NULL;
	return root;
}

static bool
tap_error(struct arena *a, const struct json *root, struct str name, struct tap *tap)
{
	const struct json *error = gemini_get(root, "error");

	if (error == NULL && !str_is(name, "error"))
		return false;
	tap->error = json_is(error, JSON_STRING) ? json_text(a, error) : json_text(a, gemini_get(error, "message"));
	if (tap->error.n == 0)
		tap->error = STR("the upstream sent an error");
	return true;
}

static void
tap_usage(const struct json *root, struct tap *tap)
{
	gemini_usage(gemini_get(root, "usageMetadata"), &tap->usage);
}

int
gemini_look_reply(struct arena *a, enum endpoint endpoint, const struct json *root, struct tap *tap)
{
	static const char *const proof[ENDPOINTS] = { [ENDPOINT_EMBEDDINGS] = "embeddings", [ENDPOINT_EMBED_ONE] = "embedding",
		[ENDPOINT_COUNT] = "totalTokens" };

	if (tap_error(a, root, STR_NONE, tap))
		return 0;
	if (proof[endpoint] != NULL && gemini_get(root, proof[endpoint]) == NULL)
		return -1;
	if (proof[endpoint] == NULL && gemini_get(root, "candidates") == NULL && gemini_get(root, "promptFeedback") == NULL &&
	    gemini_get(root, "usageMetadata") == NULL)
		return -1;
	tap_usage(root, tap);
	return 0;
}

int
gemini_reply(struct arena *a, enum endpoint endpoint, struct str body, struct tap *tap)
{
	struct json *root = read_root(a, body);

	return root == NULL ? -1 : gemini_look_reply(a, endpoint, root, tap);
}

/* More than a text of no length. */
static bool
has_output(struct arena *a, struct json *candidate)
{
	struct json *content = member_of(candidate, "content"), *parts, *text;

	if (content == NULL || content->type != JSON_OBJECT || open_levels(a, content, 3) < 0)
		return false;
	parts = member_of(content, "parts");
	for (struct json *p = parts != NULL && parts->type == JSON_ARRAY ? parts->child : NULL; p != NULL; p = p->next) {
		text = p->type == JSON_OBJECT ? member_of(p, "text") : NULL;
		if (p->type == JSON_OBJECT && (text == NULL || text->raw.n > 2 || p->count > 1))
			return true;
	}
	return false;
}

static bool
is_chunk(const struct json *root)
{
	static const char *const names[] = { "candidates", "promptFeedback", "usageMetadata", "modelVersion", "responseId" };

	for (size_t i = 0; i < LENGTH(names); i++)
		if (gemini_get(root, names[i]) != NULL)
			return true;
	return false;
}

/* Not Google's, but servers add them, and Google's clients choke on them. */
bool
gemini_skips(struct str name, struct str payload)
{
	return str_is(payload, "[DONE]") || str_is(name, "ping");
}

enum event_kind
gemini_look_event(struct arena *a, struct str name, struct json *root, struct tap *tap)
{
	struct json *candidates;
	bool	     output = false;

	if (tap_error(a, root, name, tap))
		return EVENT_ERROR;
	if (!is_chunk(root))
		return str_is(json_text(a, gemini_get(root, "type")), "ping") ? EVENT_SKIP : EVENT_GARBAGE;
	tap_usage(root, tap);
	candidates = member_of(root, "candidates");
	for (struct json *c = candidates != NULL ? candidates->child : NULL; c != NULL; c = c->next) {
		output |= has_output(a, c);
		tap->stopped |= gemini_get(c, "finishReason") != NULL;
	}
	tap->stopped |= gemini_get(gemini_get(root, "promptFeedback"), "blockReason") != NULL;
	tap->pieces += output;
	return output || tap->stopped ? EVENT_DATA : EVENT_PREFIX;
}

enum event_kind
gemini_event(struct arena *a, enum endpoint endpoint, struct str name, struct str payload, struct tap *tap)
{
	struct json *root;

	(void)endpoint;
	if (gemini_skips(name, payload))
		return EVENT_SKIP;
	root = read_root(a, payload);
	return root == NULL ? EVENT_GARBAGE : gemini_look_event(a, name, root, tap);
}
