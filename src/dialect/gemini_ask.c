/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_ask.c - what a Gemini request asks for, and its checks.
 *
 * Runs in: worker.
 *
 * The path names the model and says whether to stream; the body is looked at
 * only for what routing and limits need, and for types that Google would refuse
 * anyway, so that such a request costs no upstream call.
 */
#include "dialect/gemini_inside.h"

/* What one request may reserve at most, whatever it says. */
#define CHOICES_MOST 1024

#define TYPE(t) (1u << JSON_##t)
#define CHAT (1u << ENDPOINT_CHAT)
#define COUNT (1u << ENDPOINT_COUNT)
#define BATCH (1u << ENDPOINT_EMBEDDINGS)
#define ONE (1u << ENDPOINT_EMBED_ONE)
#define NUMBER (TYPE(NUMBER) | TYPE(STRING))	/* proto JSON takes both */

static const struct ask_member members[] = {
	{ "contents", CHAT, TYPE(ARRAY), true, "an array of contents" },
	{ "contents", COUNT, TYPE(ARRAY), false, "an array of contents" },
	{ "generateContentRequest", COUNT, TYPE(OBJECT), false, "an object" },
	{ "requests", BATCH, TYPE(ARRAY), true, "an array of requests" },
	{ "content", ONE, TYPE(OBJECT), true, "an object with parts" },
	{ "systemInstruction", CHAT | COUNT, TYPE(OBJECT) | TYPE(STRING), false, "an object with parts" },
	{ "tools", CHAT | COUNT, TYPE(ARRAY), false, "an array of tools" },
	{ "toolConfig", CHAT | COUNT, TYPE(OBJECT), false, "an object" },
	{ "safetySettings", CHAT, TYPE(ARRAY), false, "an array of settings" },
	{ "generationConfig", CHAT | COUNT, TYPE(OBJECT), false, "an object" },
	{ "cachedContent", CHAT, TYPE(STRING), false, "a string" },
	{ "outputDimensionality", ONE, NUMBER, false, "an integer" },
	{ "taskType", ONE, TYPE(STRING) | TYPE(NUMBER), false, "a string" },
	{ "title", ONE, TYPE(STRING), false, "a string" },
	{ "model", CHAT | COUNT | BATCH | ONE, TYPE(STRING), false, "a string" },
};

static const struct ask_member settings[] = {
	{ "temperature", CHAT, NUMBER, false, "a number" },
	{ "topP", CHAT, NUMBER, false, "a number" },
	{ "topK", CHAT, NUMBER, false, "an integer" },
	{ "candidateCount", CHAT, NUMBER, false, "an integer" },
	{ "maxOutputTokens", CHAT, NUMBER, false, "an integer" },
	{ "stopSequences", CHAT, TYPE(ARRAY), false, "an array of strings" },
	{ "presencePenalty", CHAT, NUMBER, false, "a number" },
	{ "frequencyPenalty", CHAT, NUMBER, false, "a number" },
	{ "seed", CHAT, NUMBER, false, "an integer" },
	{ "responseMimeType", CHAT, TYPE(STRING), false, "a string" },
	{ "responseSchema", CHAT, TYPE(OBJECT), false, "an object" },
	{ "responseModalities", CHAT, TYPE(ARRAY), false, "an array of modalities" },
	{ "thinkingConfig", CHAT, TYPE(OBJECT), false, "an object" },
};

/* As ask_members(), for names that have two spellings and may stand deeper. */
static int
check_members(struct arena *a, enum endpoint endpoint, const struct json *object, const struct ask_member *table, size_t n,
    const char *path, struct complaint *why)
{
	for (const struct ask_member *m = table; m < table + n; m++) {
		const struct json *v;

		if ((m->endpoints & 1u << endpoint) == 0)
			continue;
		v = gemini_get(object, m->name);
		if (v == NULL && !m->required)
			continue;
		if (v == NULL)
			return complain(why, FAULT_BAD_REQUEST, str_of(m->name),
			    arena_printf(a, "you must provide '%s': %s", m->name, m->should));
		if ((m->types & 1u << v->type) == 0)
			return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "%s%s", path, m->name),
			    arena_printf(a, "'%s%s' must be %s", path, m->name, m->should));
	}
	return 0;
}

static int
check_content(struct arena *a, const struct json *c, const char *list, uint32_t i, struct complaint *why)
{
	const struct json *parts = gemini_get(c, "parts"), *role = gemini_get(c, "role");

	if (c->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "%s[%u]", list, i),
		    arena_printf(a, "'%s[%u]' must be an object with parts", list, i));
	if (parts != NULL && parts->type != JSON_ARRAY)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "%s[%u].parts", list, i),
		    arena_printf(a, "'%s[%u].parts' must be an array of parts", list, i));
	if (role != NULL && role->type != JSON_STRING)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "%s[%u].role", list, i),
		    arena_printf(a, "'%s[%u].role' must be a string", list, i));
	return 0;
}

/* A list that must not be empty, and each of whose elements is an object. */
static int
check_list(struct arena *a, const struct json *root, const char *name, struct complaint *why)
{
	const struct json *list = gemini_get(root, name);
	uint32_t	   i = 0;

	if (list == NULL)
		return 0;
	if (list->count == 0)
		return complain(why, FAULT_BAD_REQUEST, str_of(name), arena_printf(a, "'%s' must hold at least one element", name));
	for (const struct json *c = list->child; c != NULL; c = c->next)
		if (check_content(a, c, name, i++, why) < 0)
			return -1;
	return 0;
}

/* A number that is no count (-1, 1.5) is the upstream's to refuse: it is forwarded, and reserves nothing. */
static uint64_t
count_of(const struct json *object, const char *name, uint64_t most)
{
	int64_t n = 0;

	if (gemini_i64(gemini_get(object, name), &n) < 0 || n < 0)
		return 0;
	return (uint64_t)n < most ? (uint64_t)n : most;
}

static int
read_settings(struct arena *a, struct arena *nodes, struct json *root, struct ask *ask, struct complaint *why)
{
	struct json_error e;
	struct json	 *config = NULL;
	uint64_t	  n;

	ask->choices = 1;
	for (struct json *m = root->child; m != NULL; m = m->next)
		if (gemini_named(m->name, "generationConfig") && m->type == JSON_OBJECT)
			config = m;
	if (config == NULL || ask->endpoint != ENDPOINT_CHAT)
		return 0;
	if (json_open(nodes, config, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR("generationConfig"), str_of(e.what));
	if (check_members(a, ask->endpoint, config, settings, LENGTH(settings), "generationConfig.", why) < 0)
		return -1;
	n = count_of(config, "candidateCount", CHOICES_MOST);
	ask->choices = n > 1 ? n : 1;
	ask->max_output = count_of(config, "maxOutputTokens", UINT32_MAX) * ask->choices;
	return 0;
}

static int
read_model(struct arena *a, const struct inbound *in, const struct json *root, struct ask *ask, struct complaint *why)
{
	struct str named = json_text(a, gemini_get(root, "model"));

	ask->model = gemini_model_name(in->model.n > 0 ? in->model : named);
	if (ask->model.n == 0)
		return complain(why, FAULT_MODEL_MISSING, STR("model"), STR_NONE);
	if (ask->model.n > ASK_MODEL_MOST)
		return complain(why, FAULT_MODEL_UNKNOWN, STR("model"), STR("no model has a name as long as that"));
	return 0;
}

static const char *
list_of(enum endpoint endpoint)
{
	return endpoint == ENDPOINT_EMBEDDINGS ? "requests" : "contents";
}

static int
read_ask(struct arena *a, struct arena *nodes, const struct inbound *in, struct ask *ask, struct complaint *why)
{
	struct json *root;

	if (ask_body(a, nodes, ask, list_of(in->endpoint), &root, why) < 0)
		return -1;
	if (check_members(a, in->endpoint, root, members, LENGTH(members), "", why) < 0 ||
	    read_model(a, in, root, ask, why) < 0 || read_settings(a, nodes, root, ask, why) < 0)
		return -1;
	if (in->endpoint == ENDPOINT_COUNT && gemini_get(root, "contents") == NULL &&
	    gemini_get(root, "generateContentRequest") == NULL)
		return complain(why, FAULT_BAD_REQUEST, STR("contents"), STR("you must provide 'contents': an array of contents"));
	return check_list(a, root, list_of(in->endpoint), why);
}

int
gemini_ask(struct arena *a, const struct inbound *in, struct ask *ask, struct complaint *why)
{
	struct arena nodes;
	int	     rc;

	*ask = (struct ask){ .endpoint = in->endpoint, .body = in->body, .depth = in->depth, .stream = in->stream,
		.framing = in->stream && !in->sse ? FRAME_ARRAY : FRAME_SSE };
	*why = (struct complaint){ 0 };
	arena_init(&nodes);
	rc = read_ask(a, &nodes, in, ask, why);
	arena_done(&nodes);
	return rc;
}
