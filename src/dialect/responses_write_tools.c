/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_write_tools.c - tools, the choice among them and the form of the answer, written.
 *
 * Runs in: worker.
 *
 * Twice: for an upstream, where what it would refuse is made fit, and in a
 * reply, which repeats what was asked.
 */
#include "dialect/fit.h"
#include "dialect/responses_inside.h"

static struct str
tool_name(struct responses_writing *w, struct str name)
{
	return w == NULL ? name : fit_word(w->arena, name, NAME_MOST);
}

/*
 * Functions.  Left out strict would mean true here, and false everywhere else.
 */
static bool
is_strict(struct responses_writing *w, enum said strict, struct str schema, const char *name)
{
	if (strict != SAID_YES || w == NULL || responses_schema_is_strict(w->arena, schema))
		return strict == SAID_YES;
	report_drop(w->report, "%s", name);
	return false;
}

static void
put_function(struct json_out *o, const struct tool *t, struct responses_writing *w)
{
	struct str schema = t->schema;

	json_cstr(o, "type", "function");
	json_str(o, "name", tool_name(w, t->name));
	if (t->description.n > 0)
		json_str(o, "description", t->description);
	if (w != NULL)
		schema = responses_fit_parameters(w->arena, t->schema);
	json_raw(o, "parameters", schema.n > 0 ? schema : STR("null"));
	json_bool(o, "strict", is_strict(w, t->strict, schema, "tools.strict"));
}

static void
put_custom(struct json_out *o, const struct tool *t, struct responses_writing *w)
{
	json_cstr(o, "type", "custom");
	json_str(o, "name", tool_name(w, t->name));
	if (t->description.n > 0)
		json_str(o, "description", t->description);
	if (t->format.n > 0)
		json_raw(o, "format", t->format);
}

static bool
is_sayable(const struct tool *t)
{
	return t->kind != TOOL_NATIVE || t->origin == DIALECT_RESPONSES;
}

void
responses_put_tools(struct json_out *o, const struct chat *c, struct responses_writing *w)
{
	json_array(o, "tools");
	for (const struct tool *t = c->tools; t != NULL; t = t->next) {
		if (!is_sayable(t))
			continue;
		if (t->kind == TOOL_NATIVE) {
			json_raw(o, NULL, t->raw);
			continue;
		}
		json_object(o, NULL);
		if (t->kind == TOOL_FREEFORM)
			put_custom(o, t, w);
		else
			put_function(o, t, w);
		json_object_end(o);
	}
	json_array_end(o);
}

/*
 * The choice.
 */
static const char *
kind_of(const struct map *tools, struct str name)
{
	const struct tool *t = map_get(tools, name);

	return t != NULL && t->kind == TOOL_FREEFORM ? "custom" : "function";
}

static void
put_named(struct json_out *o, const char *member, const struct map *tools, struct str name, struct responses_writing *w)
{
	json_object(o, member);
	json_cstr(o, "type", kind_of(tools, name));
	json_str(o, "name", tool_name(w, name));
	json_object_end(o);
}

static void
put_allowed(struct json_out *o, const struct chat *c, const struct map *tools, struct responses_writing *w)
{
	json_object(o, "tool_choice");
	json_cstr(o, "type", "allowed_tools");
	json_cstr(o, "mode", c->choice == TOOLS_REQUIRED ? "required" : "auto");
	json_array(o, "tools");
	for (const struct name_list *n = c->allowed; n != NULL; n = n->next)
		put_named(o, NULL, tools, n->name, w);
	json_array_end(o);
	json_object_end(o);
}

void
responses_put_choice(struct json_out *o, const struct chat *c, struct responses_writing *w)
{
	static const char *const words[] = { [TOOLS_UNSAID] = "auto", [TOOLS_AUTO] = "auto", [TOOLS_NONE] = "none",
		[TOOLS_REQUIRED] = "required" };

	struct map tools;

	chat_map_tools(c, &tools);
	if (c->choice == TOOLS_NAMED)
		put_named(o, "tool_choice", &tools, c->choice_name, w);
	else if (c->allowed != NULL && c->choice != TOOLS_NONE)
		put_allowed(o, c, &tools, w);
	else
		json_cstr(o, "tool_choice", words[c->choice]);
	map_done(&tools);
}

/*
 * For an upstream.
 */
static void
report_tools(struct responses_writing *w, unsigned *sayable)
{
	for (const struct tool *t = w->chat->tools; t != NULL; t = t->next) {
		*sayable += is_sayable(t);
		if (!is_sayable(t))
			report_drop(w->report, "tools." STR_FMT, STR_ARG(t->name.n > 0 ? str_upto(t->name, 64) : STR("native")));
		if (t->cache.n > 0)
			report_drop(w->report, "cache_control");
	}
}

void
responses_write_tools(struct responses_writing *w)
{
	const struct chat *c = w->chat;
	unsigned	   n = 0;

	report_tools(w, &n);
	if (n == 0)	/* a choice without tools would be refused */
		return;
	responses_put_tools(w->out, c, w);
	if (c->choice != TOOLS_UNSAID || c->allowed != NULL)
		responses_put_choice(w->out, c, w);
	if (c->parallel != SAID_NOTHING)
		json_bool(w->out, "parallel_tool_calls", c->parallel == SAID_YES);
}

/*
 * The form of the answer.
 */
static void
put_schema(struct json_out *o, const struct chat *c, struct responses_writing *w)
{
	struct str name = c->format.name.n > 0 ? c->format.name : STR("response");

	json_cstr(o, "type", "json_schema");
	json_str(o, "name", tool_name(w, name));
	if (c->format.description.n > 0)
		json_str(o, "description", c->format.description);
	json_raw(o, "schema", c->format.schema.n > 0 ? c->format.schema : STR("{\"type\":\"object\",\"properties\":{}}"));
	if (c->format.strict != SAID_NOTHING || w == NULL)
		json_bool(o, "strict", is_strict(w, c->format.strict, c->format.schema, "text.format.strict"));
}

void
responses_put_text(struct json_out *o, const struct chat *c, struct responses_writing *w)
{
	struct str verbosity = c->field[FIELD_VERBOSITY];
	bool	   form = c->format.kind == FORMAT_JSON || c->format.kind == FORMAT_SCHEMA;

	if (w != NULL && !form && verbosity.n == 0)
		return;
	json_object(o, "text");
	if (w == NULL || form) {
		json_object(o, "format");
		if (c->format.kind == FORMAT_SCHEMA)
			put_schema(o, c, w);
		else
			json_cstr(o, "type", form ? "json_object" : "text");
		json_object_end(o);
	}
	if (verbosity.n > 0)
		json_raw(o, "verbosity", verbosity);
	json_object_end(o);
}
