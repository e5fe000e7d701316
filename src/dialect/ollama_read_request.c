/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_read_request.c - an Ollama request in the neutral form: /api/chat and /api/generate.
 *
 * Runs in: worker.
 *
 * Clients send members that say nothing ("format": "", "context": [], "raw":
 * false): those are not noted.
 */
#include "dialect/ollama_read.h"

int
ollama_refuse(struct ollama_reading *r, struct str param, const char *should)
{
	return complain(r->why, FAULT_BAD_REQUEST, param,
	    arena_printf(r->a, "'" STR_FMT "' must be %s", STR_ARG(param), should));
}

static bool
says_nothing(const struct json *v)
{
	switch (v->type) {
	case JSON_NULL:
	case JSON_FALSE:
		return true;
	case JSON_STRING:
		return v->raw.n <= 2;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return v->count == 0;
	default:
		return false;
	}
}

void
ollama_note_others(struct chat *c, const struct json *object, const char *const *known, size_t n, struct str path)
{
	for (const struct json *m = object->child; m != NULL; m = m->next) {
		bool is_known = says_nothing(m);

		for (size_t i = 0; i < n && !is_known; i++)
			is_known = str_is(m->name, known[i]);
		if (!is_known)
			chat_note(c, STR_FMT STR_FMT, STR_ARG(path), STR_ARG(str_upto(m->name, 64)));
	}
}

/*
 * Tools and settings.
 */
static int
read_tool(struct ollama_reading *r, const struct json *j, struct str path)
{
	static const char *const known[] = { "name", "description", "parameters", "strict" };
	struct str	   type = json_text(r->a, json_get(j, "type"));
	const struct json *function = json_get(j, "function"), *strict = json_get(function, "strict");
	struct tool	  *t;

	if (j->type != JSON_OBJECT)
		return ollama_refuse(r, path, "an object");
	if (type.n > 0 && !str_is(type, "function")) {
		t = chat_tool(r->c, TOOL_NATIVE);
		t->name = type;
		t->raw = j->raw;
		t->origin = DIALECT_OLLAMA;
		return 0;
	}
	if (!json_is(function, JSON_OBJECT))
		return ollama_refuse(r, arena_printf(r->a, STR_FMT ".function", STR_ARG(path)), "an object");
	t = chat_tool(r->c, TOOL_FUNCTION);
	t->name = json_text(r->a, json_get(function, "name"));
	if (t->name.n == 0)
		return ollama_refuse(r, arena_printf(r->a, STR_FMT ".function.name", STR_ARG(path)), "a string");
	t->description = json_text(r->a, json_get(function, "description"));
	t->schema = raw_of(json_get(function, "parameters"));
	if (strict != NULL && strict->type != JSON_NULL)
		t->strict = json_true(strict) ? SAID_YES : SAID_NO;
	ollama_note_others(r->c, function, known, LENGTH(known), arena_printf(r->a, STR_FMT ".function.", STR_ARG(path)));
	return 0;
}

static int
read_tools(struct ollama_reading *r, const struct json *tools)
{
	unsigned i = 0;

	if (!json_is(tools, JSON_ARRAY))
		return 0;
	for (const struct json *j = tools->child; j != NULL; j = j->next, i++)
		if (read_tool(r, j, arena_printf(r->a, "tools[%u]", i)) < 0)
			return -1;
	return 0;
}

static int
read_format(struct ollama_reading *r, const struct json *format)
{
	struct str word = json_text(r->a, format);

	if (json_is(format, JSON_OBJECT)) {
		r->c->format.kind = FORMAT_SCHEMA;
		r->c->format.schema = format->raw;
	} else if (str_is(word, "json")) {
		r->c->format.kind = FORMAT_JSON;
	} else if (word.n > 0) {
		return ollama_refuse(r, STR("format"), "\"json\" or a JSON schema");
	}
	return 0;
}

static int
read_think(struct ollama_reading *r, const struct json *think)
{
	static const char *const words[] = { "low", "medium", "high", "max" };
	struct str word = json_text(r->a, think);

	if (json_is(think, JSON_FALSE))
		r->c->reasoning.on = SAID_NO;
	if (json_true(think) || word.n > 0)
		r->c->reasoning.on = r->c->reasoning.shown = SAID_YES;
	if (word.n == 0)
		return 0;
	for (size_t i = 0; i < LENGTH(words); i++)
		if (str_is(word, words[i])) {
			r->c->reasoning.effort = word;
			return 0;
		}
	return ollama_refuse(r, STR("think"), "a boolean, \"low\", \"medium\", \"high\" or \"max\"");
}

static const struct option {
	const char     *name;
	enum chat_field field;
} options[] = {
	{ "temperature", FIELD_TEMPERATURE },
	{ "top_p", FIELD_TOP_P },
	{ "top_k", FIELD_TOP_K },
	{ "min_p", FIELD_MIN_P },
	{ "seed", FIELD_SEED },
	{ "presence_penalty", FIELD_PRESENCE_PENALTY },
	{ "frequency_penalty", FIELD_FREQUENCY_PENALTY },
	{ "repeat_penalty", FIELD_REPEAT_PENALTY },
};

static int
read_stops(struct ollama_reading *r, const struct json *stop)
{
	if (stop->type == JSON_STRING && stop->raw.n > 2)
		chat_stop_add(r->c, json_text(r->a, stop));
	if (stop->type != JSON_ARRAY)
		return stop->type == JSON_STRING ? 0 : ollama_refuse(r, STR("options.stop"), "a string or an array of strings");
	for (const struct json *s = stop->child; s != NULL; s = s->next) {
		if (s->type != JSON_STRING)
			return ollama_refuse(r, STR("options.stop"), "a string or an array of strings");
		chat_stop_add(r->c, json_text(r->a, s));
	}
	return 0;
}

static int
read_option(struct ollama_reading *r, const struct json *o)
{
	struct str path = arena_printf(r->a, "options." STR_FMT, STR_ARG(str_upto(o->name, 64)));

	if (str_is(o->name, "stop"))
		return read_stops(r, o);
	if (str_is(o->name, "num_predict"))
		return o->type == JSON_NUMBER ? 0 : ollama_refuse(r, path, "an integer");	/* ask() has read it */
	for (size_t i = 0; i < LENGTH(options); i++) {
		if (!str_is(o->name, options[i].name))
			continue;
		if (o->type != JSON_NUMBER)
			return ollama_refuse(r, path, "a number");
		r->c->field[options[i].field] = o->raw;
		return 0;
	}
	chat_note(r->c, STR_FMT, STR_ARG(path));
	return 0;
}

static int
read_options(struct ollama_reading *r, const struct json *said)
{
	if (!json_is(said, JSON_OBJECT))
		return 0;
	for (const struct json *o = said->child; o != NULL; o = o->next)
		if (o->type != JSON_NULL && read_option(r, o) < 0)
			return -1;
	return 0;
}

static int
read_settings(struct ollama_reading *r, const struct json *root)
{
	uint64_t top;

	if (read_format(r, json_get(root, "format")) < 0 || read_think(r, json_get(root, "think")) < 0 ||
	    read_options(r, json_get(root, "options")) < 0)
		return -1;
	if (json_true(json_get(root, "logprobs")))
		r->c->field[FIELD_LOGPROBS] = STR("true");
	if (json_u64(json_get(root, "top_logprobs"), &top) == 0 && top > 0)
		r->c->field[FIELD_TOP_LOGPROBS] = json_get(root, "top_logprobs")->raw;
	return 0;
}

int
ollama_read_request(struct arena *a, const struct ask *ask, struct chat *c, struct complaint *why)
{
	static const char *const chat_known[] = { "model", "stream", "messages", "tools", "format", "options", "think", "logprobs",
		"top_logprobs" };
	static const char *const prompt_known[] = { "model", "stream", "prompt", "system", "images", "format", "options", "think",
		"logprobs", "top_logprobs" };
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	struct ollama_reading	   r = { .a = a, .c = c, .why = why };
	struct json_error  e;
	struct json	  *root;

	*why = (struct complaint){ 0 };
	chat_init(c, a, DIALECT_OLLAMA);
	if (json_read(a, ask->body, limits, &root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE, str_of(e.what));
	c->max_output = ask->max_output;
	if (read_settings(&r, root) < 0)
		return -1;
	if (ask->endpoint == ENDPOINT_COMPLETIONS) {
		ollama_note_others(c, root, prompt_known, LENGTH(prompt_known), STR(""));
		return ollama_read_prompt(&r, root);
	}
	ollama_note_others(c, root, chat_known, LENGTH(chat_known), STR(""));
	if (read_tools(&r, json_get(root, "tools")) < 0 || ollama_read_messages(&r, json_get(root, "messages")) < 0)
		return -1;
	return chat_link(c, why);
}
