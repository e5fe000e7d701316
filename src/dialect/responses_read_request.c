/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_read_request.c - a Responses request in the neutral form.
 *
 * Runs in: worker.
 *
 * previous_response_id was put in place of by whoever keeps responses, so it
 * means nothing any more.  What belongs to the vendor's own service (prompt,
 * conversation, truncation ...) is noted.
 */
#include "dialect/responses_inside.h"

/* Members whose value is kept as it stands. */
static const struct {
	const char     *name;
	enum chat_field field;
} fields[] = {
	{ "temperature", FIELD_TEMPERATURE },
	{ "top_p", FIELD_TOP_P },
	{ "top_logprobs", FIELD_TOP_LOGPROBS },
	{ "user", FIELD_USER },
	{ "safety_identifier", FIELD_SAFETY_IDENTIFIER },
	{ "metadata", FIELD_METADATA },
	{ "service_tier", FIELD_SERVICE_TIER },
	{ "store", FIELD_STORE },
	{ "prompt_cache_key", FIELD_PROMPT_CACHE_KEY },
	{ "prompt_cache_retention", FIELD_PROMPT_CACHE_RETENTION },
	/* Not OpenAI's, but taken by compatible servers. */
	{ "top_k", FIELD_TOP_K },
	{ "min_p", FIELD_MIN_P },
	{ "seed", FIELD_SEED },
	{ "presence_penalty", FIELD_PRESENCE_PENALTY },
	{ "frequency_penalty", FIELD_FREQUENCY_PENALTY },
	{ "repetition_penalty", FIELD_REPEAT_PENALTY },
	{ "modalities", FIELD_MODALITIES },
};

/* Read elsewhere in this file, or without a meaning outside the dialect. */
static const char *const known[] = {
	"model", "stream", "stream_options", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls",
	"max_output_tokens", "text", "reasoning", "include", "previous_response_id", "truncation", "background",
	"temperature", "top_p", "top_logprobs", "user", "safety_identifier", "metadata", "service_tier", "store",
	"prompt_cache_key", "prompt_cache_retention", "top_k", "min_p", "seed", "presence_penalty", "frequency_penalty",
	"repetition_penalty", "modalities",
};

/* top_logprobs counts alternatives: 0 of them is nothing asked. */
static void
read_fields(struct chat *c, const struct json *root)
{
	for (size_t i = 0; i < LENGTH(fields); i++)
		c->field[fields[i].field] = raw_of(json_get(root, fields[i].name));
	if (str_is(c->field[FIELD_TOP_LOGPROBS], "0"))
		c->field[FIELD_TOP_LOGPROBS] = STR_NONE;
}

static void
read_include(struct chat *c, const struct json *include)
{
	if (!json_is(include, JSON_ARRAY))
		return;
	for (const struct json *i = include->child; i != NULL; i = i->next) {
		struct str word = json_text(c->arena, i);

		if (str_is(word, "reasoning.encrypted_content"))
			c->reasoning.shown = SAID_YES;
		else if (str_is(word, "message.output_text.logprobs"))
			c->field[FIELD_LOGPROBS] = STR("true");
		else
			chat_note(c, "include[" STR_FMT "]", STR_ARG(str_upto(word, 64)));
	}
}

static void
read_reasoning(struct chat *c, const struct json *reasoning)
{
	static const char *const names[] = { "effort", "summary", "generate_summary" };
	struct str effort = json_text(c->arena, json_get(reasoning, "effort"));

	if (!json_is(reasoning, JSON_OBJECT))
		return;
	if (str_is(effort, "none"))
		c->reasoning.on = SAID_NO;
	else
		c->reasoning.effort = effort;
	c->reasoning.summary = json_text(c->arena, json_get(reasoning, "summary"));
	if (c->reasoning.summary.n == 0)
		c->reasoning.summary = json_text(c->arena, json_get(reasoning, "generate_summary"));
	if (c->reasoning.summary.n > 0)
		c->reasoning.shown = SAID_YES;
	chat_note_others(c, reasoning, names, LENGTH(names), "reasoning.");
}

static int
read_schema(struct chat *c, const struct json *format, struct complaint *why)
{
	const struct json *deeper = json_get(format, "json_schema"), *strict;

	if (json_is(deeper, JSON_OBJECT))	/* as chat completions have it */
		format = deeper;
	strict = json_get(format, "strict");
	if (!json_is(json_get(format, "schema"), JSON_OBJECT))
		return complain(why, FAULT_BAD_REQUEST, STR("text.format.schema"), STR("'text.format.schema' must be an object"));
	c->format.kind = FORMAT_SCHEMA;
	c->format.schema = raw_of(json_get(format, "schema"));
	c->format.name = json_text(c->arena, json_get(format, "name"));
	c->format.description = json_text(c->arena, json_get(format, "description"));
	if (responses_is_said(strict))
		c->format.strict = json_true(strict) ? SAID_YES : SAID_NO;
	return 0;
}

static int
read_text(struct chat *c, const struct json *text, struct complaint *why)
{
	static const char *const names[] = { "format", "verbosity" };
	const struct json *format = json_get(text, "format");
	struct str	   type = json_text(c->arena, json_get(format, "type"));

	if (!json_is(text, JSON_OBJECT))
		return 0;
	c->field[FIELD_VERBOSITY] = raw_of(json_get(text, "verbosity"));
	chat_note_others(c, text, names, LENGTH(names), "text.");
	if (str_is(type, "json_schema"))
		return read_schema(c, format, why);
	if (str_is(type, "text"))
		c->format.kind = FORMAT_TEXT;
	else if (str_is(type, "json_object"))
		c->format.kind = FORMAT_JSON;
	else if (responses_is_said(format))
		chat_note(c, "text.format");
	return 0;
}

/* Members that mean something only with some values. */
static void
note_services(struct chat *c, const struct json *root)
{
	struct str truncation = json_text(c->arena, json_get(root, "truncation"));

	if (truncation.n > 0 && !str_is(truncation, "disabled"))
		chat_note(c, "truncation");
	if (json_true(json_get(root, "background")))
		chat_note(c, "background");
	chat_note_others(c, root, known, LENGTH(known), "");
}

int
responses_read_request(struct arena *a, const struct ask *ask, struct chat *c, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	const struct json *instructions;
	struct json_error  e;
	struct json	  *root;

	chat_init(c, a, DIALECT_RESPONSES);
	if (json_read(a, ask->body, limits, &root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE,
		    arena_printf(a, "the body is not valid JSON: %s at byte %zu", e.what, e.offset));
	instructions = json_get(root, "instructions");
	if (json_text(a, instructions).n > 0)
		part_add(a, &chat_message(c, ROLE_SYSTEM)->parts, PART_TEXT)->text = json_text(a, instructions);
	read_fields(c, root);
	read_include(c, json_get(root, "include"));
	read_reasoning(c, json_get(root, "reasoning"));
	c->max_output = ask->max_output;
	note_services(c, root);
	if (read_text(c, json_get(root, "text"), why) < 0 || responses_read_tools(c, root, why) < 0 ||
	    responses_read_input(c, json_get(root, "input"), why) < 0)
		return -1;
	responses_tools_once(c);
	return chat_link(c, why);
}
