/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_write_tools.c - tools and the choice among them, for Google.
 *
 * Runs in: worker.
 */
#include "base/map.h"
#include "dialect/fit.h"
#include "dialect/gemini_inside.h"
#include "dialect/schema.h"

#define NAME_MOST 64

static bool
is_first(char c)
{
	return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool
may_stand(char c)
{
	return is_first(c) || (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-';
}

/* fit_back() knows both ways in which a name may have been changed. */
struct str
gemini_fit_name(struct arena *a, struct str name)
{
	bool fits = name.n > 0 && name.n <= NAME_MOST && is_first(name.p[0]);

	for (size_t i = 0; i < name.n; i++)
		fits &= may_stand(name.p[i]);
	if (fits)
		return name;
	if (name.n > 0 && is_first(name.p[0]))
		return fit_word(a, name, NAME_MOST);
	return arena_printf(a, "_" STR_FMT, STR_ARG(fit_word(a, name, NAME_MOST - 1)));
}

static void
write_function(struct arena *a, struct json_out *o, const struct tool *t, struct report *report)
{
	struct str schema = STR_NONE;

	if (t->kind == TOOL_FREEFORM)
		schema = STR("{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}");
	else if (t->schema.n > 0)
		schema = schema_for_google(a, t->schema, report, "tools.parameters");
	if (t->kind == TOOL_FREEFORM && t->format.n > 0)
		report_drop(report, "tools.format");
	if (t->strict == SAID_YES)
		report_drop(report, "tools.strict");
	if (t->cache.n > 0)
		report_drop(report, "cache_control");
	json_object(o, NULL);
	json_str(o, "name", gemini_fit_name(a, t->name));
	json_str(o, "description", t->description);	/* required, may be empty */
	if (schema.n > 0)
		json_raw(o, "parametersJsonSchema", schema);
	json_object_end(o);
}

static bool
is_function(const struct tool *t)
{
	return t->kind != TOOL_NATIVE;
}

/* A function told again under the name of an earlier one is refused: the first counts. */
static void
write_functions(struct arena *a, struct json_out *o, const struct chat *chat, struct report *report)
{
	struct map told = { .foreign = true };

	json_object(o, NULL);
	json_array(o, "functionDeclarations");
	for (struct tool *t = chat->tools; t != NULL; t = t->next) {
		struct str name;

		if (!is_function(t))
			continue;
		name = gemini_fit_name(a, t->name);
		if (map_get(&told, name) != NULL)
			continue;
		(void)map_put(&told, name, t);
		write_function(a, o, t, report);
	}
	json_array_end(o);
	json_object_end(o);
	map_done(&told);
}

/* Google's own tools, and functions beside them for the newest models alone. */
static bool
write_natives(struct json_out *o, const struct chat *chat, const struct gemini_model *model, bool functions, struct report *report)
{
	bool any = false;

	for (const struct tool *t = chat->tools; t != NULL; t = t->next) {
		if (is_function(t))
			continue;
		if (t->origin != DIALECT_GEMINI || (functions && !model->third)) {
			report_drop(report, "tools." STR_FMT, STR_ARG(t->name));
			continue;
		}
		json_raw(o, NULL, t->raw);
		any = true;
	}
	return any;
}

static const char *
mode_of(const struct chat *chat)
{
	switch (chat->choice) {
	case TOOLS_UNSAID:
		return chat->allowed != NULL ? "VALIDATED" : NULL;
	case TOOLS_AUTO:
		return chat->allowed != NULL ? "VALIDATED" : "AUTO";
	case TOOLS_NONE:
		return "NONE";
	case TOOLS_REQUIRED:
	case TOOLS_NAMED:
		return "ANY";
	}
	return NULL;
}

static void
write_choice(struct arena *a, struct json_out *o, const struct chat *chat, bool natives)
{
	const char *mode = mode_of(chat);

	if (mode == NULL && !natives)
		return;
	json_object(o, "toolConfig");
	if (mode != NULL) {
		json_object(o, "functionCallingConfig");
		json_cstr(o, "mode", mode);
		if (chat->choice == TOOLS_NAMED || (chat->allowed != NULL && chat->choice != TOOLS_NONE)) {
			json_array(o, "allowedFunctionNames");
			if (chat->choice == TOOLS_NAMED)
				json_str(o, NULL, gemini_fit_name(a, chat->choice_name));
			for (const struct name_list *n = chat->choice == TOOLS_NAMED ? NULL : chat->allowed; n != NULL; n = n->next)
				json_str(o, NULL, gemini_fit_name(a, n->name));
			json_array_end(o);
		}
		json_object_end(o);
	}
	if (natives)
		json_bool(o, "includeServerSideToolInvocations", true);
	json_object_end(o);
}

void
gemini_write_tools(struct arena *a, struct json_out *o, const struct chat *chat, const struct gemini_model *model,
    struct report *report)
{
	bool functions = false, natives, any = false;

	for (const struct tool *t = chat->tools; t != NULL; t = t->next) {
		functions |= is_function(t);
		any |= is_function(t) || t->origin == DIALECT_GEMINI;
	}
	if (chat->parallel == SAID_NO && functions)
		report_drop(report, "parallel_tool_calls");
	if (any)
		json_array(o, "tools");
	natives = write_natives(o, chat, model, functions, report);
	if (functions)
		write_functions(a, o, chat, report);
	if (any)
		json_array_end(o);
	if (functions)		/* a choice without functions is refused */
		write_choice(a, o, chat, natives);
}
