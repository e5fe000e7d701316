/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_read_config.c - a request's tools and settings, read.
 *
 * Runs in: worker.
 */
#include "dialect/gemini_inside.h"
#include "dialect/schema.h"

static int
wrong(struct chat *c, struct complaint *why, struct str at, const char *should)
{
	return complain(why, FAULT_BAD_REQUEST, at, arena_printf(c->arena, "'" STR_FMT "' must be %s", STR_ARG(at), should));
}

/* -------------------------------------------------------------------- tools */

static struct str
schema_of(struct arena *a, const struct json *holder, const char *google, const char *plain)
{
	const struct json *schema = gemini_get(holder, plain);

	if (schema != NULL)
		return schema->raw;
	return schema_from_google(a, gemini_get(holder, google));
}

static int
read_function(struct chat *c, const struct json *f, struct str at, struct complaint *why)
{
	static const char *const known[] = { "name", "description", "parameters", "parametersJsonSchema" };
	struct tool *t;

	if (f->type != JSON_OBJECT)
		return wrong(c, why, at, "an object");
	if (!json_is(gemini_get(f, "name"), JSON_STRING))
		return wrong(c, why, arena_printf(c->arena, STR_FMT ".name", STR_ARG(at)), "a string");
	t = chat_tool(c, TOOL_FUNCTION);
	t->name = json_text(c->arena, gemini_get(f, "name"));
	t->description = json_text(c->arena, gemini_get(f, "description"));
	t->schema = schema_of(c->arena, f, "parameters", "parametersJsonSchema");
	gemini_note_others(c, f, known, LENGTH(known), "tools.functionDeclarations.");
	return 0;
}

static int
read_functions(struct chat *c, const struct json *list, uint32_t tool, struct complaint *why)
{
	uint32_t i = 0;

	if (list->type != JSON_ARRAY)
		return wrong(c, why, arena_printf(c->arena, "tools[%u].functionDeclarations", tool), "an array");
	for (const struct json *f = list->child; f != NULL; f = f->next)
		if (read_function(c, f, arena_printf(c->arena, "tools[%u].functionDeclarations[%u]", tool, i++), why) < 0)
			return -1;
	return 0;
}

static void
read_native(struct chat *c, const struct json *member)
{
	struct tool    *t = chat_tool(c, TOOL_NATIVE);
	struct json_out o;
	struct buf	b = { 0 };

	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_named(&o, member->name);
	json_raw(&o, NULL, member->raw);
	json_object_end(&o);
	t->name = member->name;
	t->raw = arena_str(c->arena, buf_view(&b));
	t->origin = DIALECT_GEMINI;
	buf_done(&b);
}

/* AUTO, ANY ... in the order of Google's enum. */
static const char *const modes[] = { "mode_unspecified", "auto", "any", "none", "validated" };

static void
read_choice(struct chat *c, const struct json *config)
{
	const struct json *names = gemini_get(config, "allowedFunctionNames"), *mode = gemini_get(config, "mode");
	struct str	   word = gemini_word(c->arena, mode, modes, LENGTH(modes));
	bool		   any = str_is(word, "any");

	if (str_is(word, "none"))
		c->choice = TOOLS_NONE;
	else if (any)
		c->choice = TOOLS_REQUIRED;
	else if (str_is(word, "auto") || str_is(word, "validated"))
		c->choice = TOOLS_AUTO;
	if (!json_is(names, JSON_ARRAY) || names->count == 0 || c->choice == TOOLS_NONE)
		return;
	if (any && names->count == 1) {
		c->choice = TOOLS_NAMED;
		c->choice_name = json_text(c->arena, names->child);
		return;
	}
	for (const struct json *n = names->child; n != NULL; n = n->next)
		chat_allow(c, json_text(c->arena, n));
}

int
gemini_read_tools(struct chat *c, const struct json *root, struct complaint *why)
{
	static const char *const known[] = { "functionCallingConfig" }, *const settings[] = { "mode", "allowedFunctionNames" };
	const struct json *tools = gemini_get(root, "tools"), *config = gemini_get(root, "toolConfig");
	uint32_t	   i = 0;

	for (const struct json *t = tools != NULL ? tools->child : NULL; t != NULL; t = t->next, i++) {
		if (t->type != JSON_OBJECT)
			return wrong(c, why, arena_printf(c->arena, "tools[%u]", i), "an object");
		for (const struct json *m = t->child; m != NULL; m = m->next) {
			if (m->type == JSON_NULL)
				continue;
			if (!gemini_named(m->name, "functionDeclarations"))
				read_native(c, m);
			else if (read_functions(c, m, i, why) < 0)
				return -1;
		}
	}
	read_choice(c, gemini_get(config, "functionCallingConfig"));
	gemini_note_others(c, config, known, LENGTH(known), "toolConfig.");
	gemini_note_others(c, gemini_get(config, "functionCallingConfig"), settings, LENGTH(settings),
	    "toolConfig.functionCallingConfig.");
	return 0;
}

/* ----------------------------------------------------------------- settings */

static const struct {
	const char *name;
	enum chat_field field;
} numbers[] = {
	{ "temperature", FIELD_TEMPERATURE }, { "topP", FIELD_TOP_P }, { "topK", FIELD_TOP_K }, { "seed", FIELD_SEED },
	{ "candidateCount", FIELD_N }, { "presencePenalty", FIELD_PRESENCE_PENALTY },
	{ "frequencyPenalty", FIELD_FREQUENCY_PENALTY }, { "logprobs", FIELD_TOP_LOGPROBS },
};

/* ["TEXT","IMAGE"], or [1,2], as ["text","image"]. */
static struct str
modalities(struct chat *c, const struct json *list)
{
	static const char *const words[] = { "modality_unspecified", "text", "image", "audio" };
	struct json_out o;
	struct buf	b = { 0 };
	struct str	text;

	json_start(&o, &b, false);
	json_array(&o, NULL);
	for (const struct json *m = list->child; m != NULL; m = m->next)
		json_str(&o, NULL, gemini_word(c->arena, m, words, LENGTH(words)));
	json_array_end(&o);
	text = arena_take(c->arena, &b);
	return text;
}

static void
read_thinking(struct chat *c, const struct json *config)
{
	static const char *const known[] = { "includeThoughts", "thinkingBudget", "thinkingLevel" };
	static const char *const levels[] = { "thinking_level_unspecified", "low", "high", "medium", "minimal" };
	const struct json *shown = gemini_get(config, "includeThoughts");
	struct str	   level = gemini_word(c->arena, gemini_get(config, "thinkingLevel"), levels, LENGTH(levels));
	int64_t		   budget;

	if (shown != NULL)
		c->reasoning.shown = json_true(shown) ? SAID_YES : SAID_NO;
	if (level.n > 0 && !str_is(level, levels[0])) {
		c->reasoning.effort = level;
		c->reasoning.on = SAID_YES;
	}
	if (gemini_i64(gemini_get(config, "thinkingBudget"), &budget) == 0) {
		c->reasoning.on = budget == 0 ? SAID_NO : SAID_YES;
		c->reasoning.dynamic = budget < 0;
		c->reasoning.budget = budget > 0 ? (uint64_t)budget : 0;
	}
	gemini_note_others(c, config, known, LENGTH(known), "generationConfig.thinkingConfig.");
}

static void
read_format(struct chat *c, const struct json *config)
{
	struct str mime = json_text(c->arena, gemini_get(config, "responseMimeType"));
	struct str schema = schema_of(c->arena, config, "responseSchema", "responseJsonSchema");

	if (schema.n == 0)
		schema = raw_of(gemini_get(config, "_responseJsonSchema"));
	if (mime.n > 0 && !str_is(mime, "application/json") && !str_is(mime, "text/plain")) {
		chat_note(c, "generationConfig.responseMimeType");
		return;
	}
	if (str_is(mime, "text/plain"))
		c->format.kind = FORMAT_TEXT;
	else if (schema.n > 0)
		c->format.kind = FORMAT_SCHEMA;
	else if (mime.n > 0)
		c->format.kind = FORMAT_JSON;
	if (c->format.kind == FORMAT_SCHEMA)
		c->format.schema = schema;
}

static void
read_numbers(struct chat *c, const struct json *config)
{
	const struct json *wants = gemini_get(config, "responseLogprobs");
	int64_t		   most;

	for (size_t i = 0; i < LENGTH(numbers); i++)
		c->field[numbers[i].field] = gemini_number(c->arena, gemini_get(config, numbers[i].name));
	if (wants != NULL)
		c->field[FIELD_LOGPROBS] = json_true(wants) ? STR("true") : STR("false");
	if (gemini_i64(gemini_get(config, "maxOutputTokens"), &most) == 0 && most > 0)
		c->max_output = (uint64_t)most;
}

int
gemini_read_config(struct chat *c, const struct json *root, struct complaint *why)
{
	static const char *const known[] = { "temperature", "topP", "topK", "seed", "candidateCount", "presencePenalty",
		"frequencyPenalty", "logprobs", "responseLogprobs", "maxOutputTokens", "stopSequences", "responseMimeType",
		"responseSchema", "responseJsonSchema", "_responseJsonSchema", "responseModalities", "thinkingConfig" };
	const struct json *config = gemini_get(root, "generationConfig");
	const struct json *stops = gemini_get(config, "stopSequences"), *kinds = gemini_get(config, "responseModalities");
	struct str	   tier = gemini_read_tier(c->arena, gemini_get(root, "serviceTier"));

	read_numbers(c, config);
	for (const struct json *s = stops != NULL ? stops->child : NULL; s != NULL; s = s->next) {
		if (s->type != JSON_STRING)
			return wrong(c, why, STR("generationConfig.stopSequences"), "an array of strings");
		chat_stop_add(c, json_text(c->arena, s));
	}
	if (json_is(kinds, JSON_ARRAY) && kinds->count > 0)
		c->field[FIELD_MODALITIES] = modalities(c, kinds);
	read_thinking(c, gemini_get(config, "thinkingConfig"));
	read_format(c, config);
	gemini_note_others(c, config, known, LENGTH(known), "generationConfig.");
	if (tier.n > 0)
		c->field[FIELD_SERVICE_TIER] = arena_printf(c->arena, "\"" STR_FMT "\"", STR_ARG(tier));
	return 0;
}
