/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_write_tools.c - tools and the choice among them, for an upstream.
 *
 * Runs in: worker.
 *
 * OpenAI alone has custom tools and allowed_tools.  Elsewhere a custom tool is
 * a function with one text, and tools that may not be called are not sent.
 */
#include "dialect/openai_inside.h"

#include "base/map.h"
#include "dialect/fit.h"

static bool
is_official(const struct openai_writing *w)
{
	return w->target->flavour == FLAVOUR_OFFICIAL;
}

/* Clients that load tools late declare one twice: its name must be one tool's, the first's. */
static bool
is_sent(const struct openai_writing *w, const struct tool *t, struct map *sent, const struct map *allowed)
{
	if (t->kind == TOOL_NATIVE)
		return t->origin == DIALECT_OPENAI;
	if (map_get(sent, t->name) != NULL)
		return false;
	return is_official(w) || w->chat->allowed == NULL || map_get(allowed, t->name) != NULL;
}

static struct str
fit_name(struct openai_writing *w, struct str name)
{
	return fit_word(w->arena, name, OPENAI_NAME_MOST);
}

/*
 * Functions.
 */
static void
write_function(struct openai_writing *w, const struct tool *t)
{
	struct json_out *o = w->out;

	json_object(o, "function");
	json_str(o, "name", fit_name(w, t->name));
	if (t->description.n > 0)
		json_str(o, "description", t->description);
	json_raw(o, "parameters", t->schema.n > 0 ? t->schema : STR("{\"type\":\"object\",\"properties\":{}}"));
	if (t->strict != SAID_NOTHING)
		json_bool(o, "strict", t->strict == SAID_YES);
	json_object_end(o);
}

/*
 * Custom tools.
 */
static const struct json *
read_grammar(struct arena *a, struct str format)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;

	if (format.n == 0 || json_read(a, format, limits, &root, &e) < 0)
		return NULL;
	return json_is(json_get(root, "grammar"), JSON_OBJECT) ? json_get(root, "grammar") : root;
}

static void
write_format(struct openai_writing *w, const struct tool *t)
{
	const struct json *grammar = read_grammar(w->arena, t->format);
	struct json_out	  *o = w->out;

	if (grammar == NULL)
		return;
	json_object(o, "format");
	json_cstr(o, "type", "grammar");
	json_object(o, "grammar");
	json_str(o, "syntax", json_text(w->arena, json_get(grammar, "syntax")));
	json_str(o, "definition", json_text(w->arena, json_get(grammar, "definition")));
	json_object_end(o);
	json_object_end(o);
}

static void
write_custom(struct openai_writing *w, const struct tool *t)
{
	json_object(w->out, "custom");
	json_str(w->out, "name", fit_name(w, t->name));
	if (t->description.n > 0)
		json_str(w->out, "description", t->description);
	write_format(w, t);
	json_object_end(w->out);
}

/* A grammar that cannot be enforced is at least told to the model. */
static struct str
described(struct openai_writing *w, const struct tool *t)
{
	const struct json *grammar = read_grammar(w->arena, t->format);
	struct buf	   b = { 0 };

	if (grammar == NULL)
		return t->description;
	report_drop(w->report, "tools.format");
	buf_str(&b, t->description);
	buf_printf(&b, "\n\nThe input follows this " STR_FMT " grammar:\n",
	    STR_ARG(json_text(w->arena, json_get(grammar, "syntax"))));
	buf_str(&b, json_text(w->arena, json_get(grammar, "definition")));
	return arena_take(w->arena, &b);
}

static void
write_as_function(struct openai_writing *w, const struct tool *t)
{
	struct tool f = { .kind = TOOL_FUNCTION, .name = t->name };

	f.description = described(w, t);
	f.schema = STR("{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"],"
		       "\"additionalProperties\":false}");
	write_function(w, &f);
}

static void
write_tool(struct openai_writing *w, const struct tool *t)
{
	if (t->kind == TOOL_NATIVE) {
		json_raw(w->out, NULL, t->raw);
		return;
	}
	json_object(w->out, NULL);
	if (t->kind == TOOL_FREEFORM && is_official(w)) {
		json_cstr(w->out, "type", "custom");
		write_custom(w, t);
	} else {
		json_cstr(w->out, "type", "function");
		if (t->kind == TOOL_FREEFORM)
			write_as_function(w, t);
		else
			write_function(w, t);
	}
	openai_write_cache(w, t->cache);
	json_object_end(w->out);
}

/*
 * The choice.
 */
static bool
is_custom(const struct openai_writing *w, const struct map *tools, struct str name)
{
	const struct tool *t = map_get(tools, name);

	return t != NULL && is_official(w) && t->kind == TOOL_FREEFORM;
}

static void
write_reference(struct openai_writing *w, const struct map *tools, struct str name)
{
	const char *kind = is_custom(w, tools, name) ? "custom" : "function";

	json_cstr(w->out, "type", kind);
	json_object(w->out, kind);
	json_str(w->out, "name", fit_name(w, name));
	json_object_end(w->out);
}

static void
write_allowed(struct openai_writing *w, const struct map *tools, const char *mode)
{
	json_object(w->out, "tool_choice");
	json_cstr(w->out, "type", "allowed_tools");
	json_object(w->out, "allowed_tools");
	json_cstr(w->out, "mode", mode);
	json_array(w->out, "tools");
	for (const struct name_list *n = w->chat->allowed; n != NULL; n = n->next) {
		json_object(w->out, NULL);
		write_reference(w, tools, n->name);
		json_object_end(w->out);
	}
	json_array_end(w->out);
	json_object_end(w->out);
	json_object_end(w->out);
}

static void
write_word(struct openai_writing *w, const struct map *tools, const char *word)
{
	if (w->chat->allowed != NULL && is_official(w))
		write_allowed(w, tools, word);
	else
		json_cstr(w->out, "tool_choice", word);
}

static void
write_choice(struct openai_writing *w, const struct map *tools)
{
	switch (w->chat->choice) {
	case TOOLS_AUTO:
		write_word(w, tools, "auto");
		return;
	case TOOLS_REQUIRED:
		write_word(w, tools, "required");
		return;
	case TOOLS_NONE:
		json_cstr(w->out, "tool_choice", "none");
		return;
	case TOOLS_NAMED:
		json_object(w->out, "tool_choice");
		write_reference(w, tools, w->chat->choice_name);
		json_object_end(w->out);
		return;
	case TOOLS_UNSAID:
		if (w->chat->allowed != NULL && is_official(w))
			write_allowed(w, tools, "auto");
		return;
	}
}

static void
write_parallel(struct openai_writing *w)
{
	const struct openai_model *m = is_official(w) ? openai_model_find(w->target->model) : NULL;

	if (w->chat->parallel == SAID_NOTHING)
		return;
	if (m == NULL || m->parallel)
		json_bool(w->out, "parallel_tool_calls", w->chat->parallel == SAID_YES);
	else if (w->chat->parallel == SAID_NO)
		report_drop(w->report, "parallel_tool_calls");
}

/* How many were written. */
static unsigned
write_all(struct openai_writing *w)
{
	struct map sent = { .foreign = true }, allowed;
	unsigned   n = 0;

	chat_map_allowed(w->chat, &allowed);
	for (struct tool *t = w->chat->tools; t != NULL; t = t->next) {
		if (t->kind == TOOL_NATIVE && t->origin != DIALECT_OPENAI)
			report_drop(w->report, "tools." STR_FMT, STR_ARG(t->name.n > 0 ? str_upto(t->name, 64) : STR("native")));
		if (!is_sent(w, t, &sent, &allowed))
			continue;
		if (n++ == 0)
			json_array(w->out, "tools");
		if (t->kind != TOOL_NATIVE)
			(void)map_put(&sent, t->name, t);
		write_tool(w, t);
	}
	if (n > 0)
		json_array_end(w->out);
	map_done(&sent);
	map_done(&allowed);
	return n;
}

void
openai_write_tools(struct openai_writing *w)
{
	struct map tools;

	if (write_all(w) == 0)	/* a choice without tools would be refused */
		return;
	chat_map_tools(w->chat, &tools);
	write_choice(w, &tools);
	map_done(&tools);
	write_parallel(w);
}
