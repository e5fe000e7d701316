/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_read_tools.c - the tools of a Responses request, and which may be called.
 *
 * Runs in: worker.
 *
 * Functions of a namespace get its name in front, as no other dialect has
 * namespaces; the reply's writer takes it off again.  Tools that the vendor runs
 * itself are TOOL_NATIVE, named by their type.
 */
#include "base/map.h"
#include "dialect/responses_inside.h"

static int
bad(struct chat *c, struct complaint *why, struct str path, const char *member, const char *should)
{
	path = arena_printf(c->arena, STR_FMT "%s", STR_ARG(path), member);
	return complain(why, FAULT_BAD_REQUEST, path,
	    arena_printf(c->arena, "'" STR_FMT "' must be %s", STR_ARG(path), should));
}

static enum said
said(const struct json *v)
{
	if (json_is(v, JSON_TRUE))
		return SAID_YES;
	return json_is(v, JSON_FALSE) ? SAID_NO : SAID_NOTHING;
}

/* In chat completions what makes a tool stands one level deeper; some clients send that. */
static const struct json *
inside(const struct json *j, const char *name)
{
	const struct json *in = json_get(j, name);

	return json_is(in, JSON_OBJECT) ? in : j;
}

static int
read_function(struct chat *c, const struct json *j, struct str space, struct str path, struct complaint *why)
{
	static const char *const names[] = { "type", "name", "description", "parameters", "strict", "function", "defer_loading" };
	const struct json *f = inside(j, "function"), *parameters = json_get(f, "parameters");
	struct str	   name = json_text(c->arena, json_get(f, "name"));
	struct tool	  *t;

	if (name.n == 0)
		return bad(c, why, path, ".name", "a string");
	if (responses_is_said(parameters) && parameters->type != JSON_OBJECT)
		return bad(c, why, path, ".parameters", "an object");
	t = chat_tool(c, TOOL_FUNCTION);
	t->space = space;
	t->name = responses_join_name(c->arena, space, name);
	t->description = json_text(c->arena, json_get(f, "description"));
	t->schema = raw_of(parameters);
	t->strict = said(json_get(f, "strict"));
	t->cache = raw_of(json_get(j, "cache_control"));
	if (json_true(json_get(j, "defer_loading")))
		chat_note(c, "tools[].defer_loading");
	chat_note_others(c, j, names, LENGTH(names), "tools[].");
	return 0;
}

static int
read_custom(struct chat *c, const struct json *j, struct str space, struct str path, struct complaint *why)
{
	const struct json *f = inside(j, "custom"), *format = json_get(f, "format");
	struct str	   name = json_text(c->arena, json_get(f, "name"));
	struct tool	  *t;

	if (name.n == 0)
		return bad(c, why, path, ".name", "a string");
	t = chat_tool(c, TOOL_FREEFORM);
	t->space = space;
	t->name = responses_join_name(c->arena, space, name);
	t->description = json_text(c->arena, json_get(f, "description"));
	if (json_is(format, JSON_OBJECT) && !str_is(json_text(c->arena, json_get(format, "type")), "text"))
		t->format = format->raw;
	if (json_true(json_get(j, "defer_loading")))
		chat_note(c, "tools[].defer_loading");
	return 0;
}

static int
read_tool(struct chat *c, const struct json *j, struct str space, struct str path, struct complaint *why)
{
	struct str   type = json_text(c->arena, json_get(j, "type"));
	struct tool *t;

	if (j->type != JSON_OBJECT)
		return bad(c, why, path, "", "an object");
	if (str_is(type, "function"))
		return read_function(c, j, space, path, why);
	if (str_is(type, "custom"))
		return read_custom(c, j, space, path, why);
	if (type.n == 0)
		return bad(c, why, path, ".type", "a string");
	if (space.p != NULL && str_is(type, "namespace"))	/* a path may not grow with the depth */
		return bad(c, why, path, ".type", "a tool's: no namespace stands in another");
	t = chat_tool(c, TOOL_NATIVE);
	t->name = type;
	t->raw = j->raw;
	t->origin = DIALECT_RESPONSES;
	return 0;
}

static int
read_list(struct chat *c, const struct json *tools, struct str space, struct str path, struct complaint *why)
{
	uint32_t i = 0;

	for (const struct json *j = tools->child; j != NULL; j = j->next, i++) {
		struct str	   at = arena_printf(c->arena, STR_FMT "[%u]", STR_ARG(path), i);
		const struct json *inner = json_get(j, "tools");

		if (space.p == NULL && str_is(json_text(c->arena, json_get(j, "type")), "namespace") && json_is(inner, JSON_ARRAY)) {
			if (read_list(c, inner, json_text(c->arena, json_get(j, "name")),
				arena_printf(c->arena, STR_FMT ".tools", STR_ARG(at)), why) < 0)
				return -1;
		} else if (read_tool(c, j, space, at, why) < 0) {
			return -1;
		}
	}
	return 0;
}

int
responses_read_tool_list(struct chat *c, const struct json *tools, struct str path, struct complaint *why)
{
	return read_list(c, tools, STR_NONE, path, why);
}

/*
 * A tool whose loading was deferred is told again once the conversation found it; others refuse two of one name.
 */
void
responses_tools_once(struct chat *c)
{
	struct map    seen = { .foreign = true };
	struct tool **at = &c->tools;

	c->tool_last = NULL;
	while (*at != NULL) {
		if ((*at)->kind != TOOL_NATIVE && map_get(&seen, (*at)->name) != NULL) {
			*at = (*at)->next;
			continue;
		}
		if ((*at)->kind != TOOL_NATIVE)
			(void)map_put(&seen, (*at)->name, *at);
		c->tool_last = *at;
		at = &(*at)->next;
	}
	map_done(&seen);
}

/*
 * Which may be called.
 */
static bool
read_word(struct str word, enum tool_choice *choice)
{
	static const struct {
		const char	*word;
		enum tool_choice choice;
	} words[] = { { "auto", TOOLS_AUTO }, { "none", TOOLS_NONE }, { "required", TOOLS_REQUIRED } };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (str_is(word, words[i].word)) {
			*choice = words[i].choice;
			return true;
		}
	return false;
}

static struct str
named(struct chat *c, const struct json *j)
{
	struct str type = json_text(c->arena, json_get(j, "type"));
	struct str name = json_text(c->arena, json_get(inside(inside(j, "function"), "custom"), "name"));

	if (!str_is(type, "function") && !str_is(type, "custom"))
		return STR("");
	return responses_join_name(c->arena, json_text(c->arena, json_get(j, "namespace")), name);
}

static int
read_allowed(struct chat *c, const struct json *j, struct complaint *why)
{
	const struct json *tools = json_get(j, "tools");

	if (!read_word(json_text(c->arena, json_get(j, "mode")), &c->choice))
		return bad(c, why, STR("tool_choice.mode"), "", "auto or required");
	if (!json_is(tools, JSON_ARRAY))
		return bad(c, why, STR("tool_choice.tools"), "", "an array of tools");
	for (const struct json *t = tools->child; t != NULL; t = t->next) {
		struct str name = named(c, t);

		if (name.n > 0)
			chat_allow(c, name);
		else
			chat_note(c, "tool_choice.tools");
	}
	return 0;
}

static int
read_choice(struct chat *c, const struct json *j, struct complaint *why)
{
	struct str type;

	if (!responses_is_said(j))
		return 0;
	type = json_text(c->arena, j->type == JSON_STRING ? j : json_get(j, "type"));
	if (str_is(type, "allowed_tools"))
		return read_allowed(c, j, why);
	if (read_word(type, &c->choice))
		return 0;
	if (type.n == 0 || j->type == JSON_STRING)
		return bad(c, why, STR("tool_choice"), "", "none, auto, required or an object with a type");
	c->choice_name = named(c, j);
	if (c->choice_name.n > 0)
		c->choice = TOOLS_NAMED;
	else
		chat_note(c, "tool_choice");	/* one that the vendor runs */
	return 0;
}

int
responses_read_tools(struct chat *c, const struct json *root, struct complaint *why)
{
	const struct json *tools = json_get(root, "tools");

	if (json_is(tools, JSON_ARRAY) && responses_read_tool_list(c, tools, STR("tools"), why) < 0)
		return -1;
	c->parallel = said(json_get(root, "parallel_tool_calls"));
	return read_choice(c, json_get(root, "tool_choice"), why);
}
