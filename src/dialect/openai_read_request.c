/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_read_request.c - all of a chat or completions request, in the neutral form.
 *
 * Runs in: worker.
 *
 * Compatible servers brought members of their own for the same things; those
 * that say what the neutral form can say are read too (thinking,
 * enable_thinking, random_seed ...), the rest is noted by name.
 */
#include "dialect/openai_inside.h"

/* Members that say nothing to the model, or are read by the file's functions. */
static const char *const known[] = { "model", "messages", "prompt", "stream", "stream_options", "max_tokens",
	"max_completion_tokens", "stop", "tools", "tool_choice", "functions", "function_call", "parallel_tool_calls", "response_format",
	"reasoning_effort", "reasoning", "include_reasoning", "reasoning_format", "thinking", "enable_thinking",
	"thinking_budget", "chat_template_kwargs", "random_seed", "extra_body", "suffix", "echo", "best_of",
#define FIELD(id, name) name,
#include "dialect/chat_field.def"
#undef FIELD
};

static int
bad(struct chat *c, struct complaint *why, const char *member, const char *should)
{
	return complain(why, FAULT_BAD_REQUEST, str_of(member), arena_printf(c->arena, "'%s' must be %s", member, should));
}

static void
read_fields(struct chat *c, const struct json *root)
{
	for (unsigned i = 0; i < CHAT_FIELDS; i++)
		c->field[i] = raw_of(json_get(root, chat_field_names[i]));
	if (c->field[FIELD_SEED].n == 0)
		c->field[FIELD_SEED] = raw_of(json_get(root, "random_seed"));
}

static void
read_most(struct chat *c, const struct json *root)
{
	static const char *const names[] = { "max_completion_tokens", "max_tokens" };

	for (size_t i = 0; i < LENGTH(names) && c->max_output == 0; i++) {
		const struct json *v = json_get(root, names[i]);

		if (openai_is_said(v) && (json_u64(v, &c->max_output) < 0 || c->max_output == 0))
			chat_note(c, "%s", names[i]);
	}
}

static int
read_stops(struct chat *c, const struct json *root, struct complaint *why)
{
	const struct json *v = json_get(root, "stop");

	if (json_is(v, JSON_STRING) && json_text(c->arena, v).n > 0)
		chat_stop_add(c, json_text(c->arena, v));
	for (const struct json *s = json_is(v, JSON_ARRAY) ? v->child : NULL; s != NULL; s = s->next) {
		if (s->type != JSON_STRING)
			return bad(c, why, "stop", "a string or an array of strings");
		if (json_text(c->arena, s).n > 0)
			chat_stop_add(c, json_text(c->arena, s));
	}
	return 0;
}

/*
 * The form of the answer.
 */
static void
read_schema(struct chat *c, const struct json *format)
{
	const struct json *outer = json_get(format, "json_schema");
	const struct json *schema = json_get(json_is(outer, JSON_OBJECT) ? outer : format, "schema");

	c->format.kind = FORMAT_SCHEMA;
	c->format.schema = raw_of(schema);
	c->format.name = json_text(c->arena, json_get(outer, "name"));
	c->format.description = json_text(c->arena, json_get(outer, "description"));
	if (openai_is_said(json_get(outer, "strict")))
		c->format.strict = json_true(json_get(outer, "strict")) ? SAID_YES : SAID_NO;
	if (c->format.schema.n == 0)
		c->format.kind = FORMAT_JSON;
}

static void
read_format(struct chat *c, const struct json *root)
{
	const struct json *format = json_get(root, "response_format");
	struct str	   type = json_text(c->arena, json_get(format, "type"));

	if (str_is(type, "text"))
		c->format.kind = FORMAT_TEXT;
	else if (str_is(type, "json_schema") || (str_is(type, "json_object") && json_is(json_get(format, "schema"), JSON_OBJECT)))
		read_schema(c, format);
	else if (str_is(type, "json_object"))
		c->format.kind = FORMAT_JSON;
	else if (openai_is_said(format))
		chat_note(c, "response_format");
}

/*
 * Reasoning: OpenAI's effort, OpenRouter's object, and the switches of others.
 */
static void
read_effort(struct chat *c, const struct json *v)
{
	struct str word = json_text(c->arena, v);

	if (str_is(word, "none"))
		c->reasoning.on = SAID_NO;
	else if (str_is(word, "default") || str_is(word, "auto"))
		c->reasoning.on = SAID_YES;
	else if (word.n > 0)
		c->reasoning.effort = word;
}

static void
read_budget(struct chat *c, const struct json *v)
{
	uint64_t n = 0;

	if (json_u64(v, &n) == 0 && n > 0)
		c->reasoning.budget = n;
}

static void
read_switch(struct chat *c, const struct json *v)
{
	if (json_is(v, JSON_TRUE))
		c->reasoning.on = SAID_YES;
	else if (json_is(v, JSON_FALSE))
		c->reasoning.on = SAID_NO;
}

/* {"type": "enabled" | "disabled" | "adaptive", "budget_tokens"}: Anthropic's, which DeepSeek and Z.ai took over. */
static void
read_thinking(struct chat *c, const struct json *thinking)
{
	struct str type = json_text(c->arena, json_get(thinking, "type"));

	if (str_is(type, "disabled"))
		c->reasoning.on = SAID_NO;
	else if (type.n > 0)
		c->reasoning.on = SAID_YES;
	c->reasoning.dynamic = str_is(type, "adaptive") || str_is(type, "auto");
	read_budget(c, json_get(thinking, "budget_tokens"));
}

static void
read_google(struct chat *c, const struct json *extra)
{
	const struct json *config = json_path(extra, "google.thinking_config");

	if (!json_is(config, JSON_OBJECT)) {
		if (openai_is_said(extra))
			chat_note(c, "extra_body");
		return;
	}
	read_budget(c, json_get(config, "thinking_budget"));
	if (json_true(json_get(config, "include_thoughts")))
		c->reasoning.shown = SAID_YES;
}

static void
read_reasoning(struct chat *c, const struct json *root)
{
	const struct json *r = json_get(root, "reasoning"), *template = json_get(root, "chat_template_kwargs");
	const struct json *shown = json_get(root, "include_reasoning");

	read_thinking(c, json_get(root, "thinking"));
	read_switch(c, json_get(root, "enable_thinking"));
	read_budget(c, json_get(root, "thinking_budget"));
	read_switch(c, json_get(template, "enable_thinking"));
	if (openai_is_said(template) && json_get(template, "enable_thinking") == NULL)
		chat_note(c, "chat_template_kwargs");
	read_google(c, json_get(root, "extra_body"));
	read_effort(c, json_get(root, "reasoning_effort"));
	read_switch(c, json_get(r, "enabled"));
	read_effort(c, json_get(r, "effort"));
	read_budget(c, json_get(r, "max_tokens"));
	c->reasoning.summary = json_text(c->arena, json_get(r, "summary"));
	if (json_is(shown, JSON_TRUE))
		c->reasoning.shown = SAID_YES;
	if (json_is(shown, JSON_FALSE) || json_true(json_get(r, "exclude")) ||
	    str_is(json_text(c->arena, json_get(root, "reasoning_format")), "hidden"))
		c->reasoning.shown = SAID_NO;
}

/*
 * A prompt, which is the text of one user's message.
 */
static int
read_prompt(struct chat *c, const struct json *prompt, struct complaint *why)
{
	struct message *m;

	if (json_is(prompt, JSON_ARRAY)) {
		if (prompt->count > 1)
			return complain(why, FAULT_INEXPRESSIBLE, STR("prompt"),
			    STR("'prompt' holds several prompts (or one as tokens), which the upstream of this model cannot take"));
		prompt = prompt->child;
	}
	if (!json_is(prompt, JSON_STRING))
		return complain(why, FAULT_INEXPRESSIBLE, STR("prompt"),
		    STR("'prompt' holds tokens, which only a model's own upstream can take: send its text"));
	m = chat_message(c, ROLE_USER);
	if (json_text(c->arena, prompt).n > 0)
		part_add(c->arena, &m->parts, PART_TEXT)->text = json_text(c->arena, prompt);
	return 0;
}

/* logprobs is a count there, and three members have no place in a chat. */
static void
read_completions(struct chat *c, const struct json *root)
{
	const struct json *logprobs = json_get(root, "logprobs"), *best = json_get(root, "best_of");
	uint64_t	   n;

	if (json_is(logprobs, JSON_NUMBER)) {
		c->field[FIELD_TOP_LOGPROBS] = logprobs->raw;
		c->field[FIELD_LOGPROBS] = STR("true");
	}
	if (json_text(c->arena, json_get(root, "suffix")).n > 0)
		chat_note(c, "suffix");
	if (json_true(json_get(root, "echo")))
		chat_note(c, "echo");
	if (openai_is_said(best) && !(json_u64(best, &n) == 0 && n <= 1))
		chat_note(c, "best_of");
}

int
openai_read_request(struct arena *a, const struct ask *ask, struct chat *c, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;

	chat_init(c, a, DIALECT_OPENAI);
	if (json_read(a, ask->body, limits, &root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE,
		    arena_printf(a, "the body is not valid JSON: %s at byte %zu", e.what, e.offset));
	read_fields(c, root);
	read_most(c, root);
	read_format(c, root);
	read_reasoning(c, root);
	if (read_stops(c, root, why) < 0)
		return -1;
	chat_note_others(c, root, known, LENGTH(known), "");
	if (ask->endpoint == ENDPOINT_COMPLETIONS) {
		read_completions(c, root);
		return read_prompt(c, json_get(root, "prompt"), why);
	}
	if (openai_read_tools(c, root, why) < 0 || openai_read_messages(c, json_get(root, "messages"), why) < 0)
		return -1;
	return chat_link(c, why);
}
