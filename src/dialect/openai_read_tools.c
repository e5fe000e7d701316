/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_read_tools.c - the tools of a chat request, and which may be called.
 *
 * Runs in: worker.
 *
 * A tool that came among the old `functions` keeps its raw JSON: that is how
 * the reply knows to answer with function_call.
 */
#include "dialect/openai_inside.h"

static int
bad(struct chat *c, struct complaint *why, struct str path, const char *should)
{
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

/* {name, description, parameters, strict} */
static int
read_function(struct chat *c, const struct json *f, const char *path, struct complaint *why, struct tool **tool)
{
	const struct json *parameters = json_get(f, "parameters");
	struct str	   name = json_text(c->arena, json_get(f, "name"));
	struct tool	  *t;

	if (!json_is(f, JSON_OBJECT) || name.n == 0)
		return bad(c, why, arena_printf(c->arena, "%s.name", path), "a string");
	if (parameters == NULL)		/* editors send Anthropic's tools here */
		parameters = json_get(f, "input_schema");
	if (openai_is_said(parameters) && parameters->type != JSON_OBJECT)
		return bad(c, why, arena_printf(c->arena, "%s.parameters", path), "an object");
	*tool = t = chat_tool(c, TOOL_FUNCTION);
	t->name = name;
	t->description = json_text(c->arena, json_get(f, "description"));
	t->schema = raw_of(parameters);
	t->strict = said(json_get(f, "strict"));
	return 0;
}

/* {"type": "grammar", "grammar": {syntax, definition}}: the inner members stand outside in the neutral form. */
static struct str
read_grammar(struct chat *c, const struct json *format)
{
	const struct json *grammar = json_get(format, "grammar");
	struct buf	   b = { 0 };
	struct json_out	   o;
	struct str	   raw;

	if (!json_is(format, JSON_OBJECT) || str_is(json_text(c->arena, json_get(format, "type")), "text"))
		return STR_NONE;
	if (!json_is(grammar, JSON_OBJECT))
		return format->raw;
	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_cstr(&o, "type", "grammar");
	for (const struct json *m = grammar->child; m != NULL; m = m->next) {
		if (str_is(m->name, "type"))
			continue;
		json_named(&o, m->name);
		json_raw(&o, NULL, m->raw);
	}
	json_object_end(&o);
	raw = arena_take(c->arena, &b);
	return raw;
}

static int
read_custom(struct chat *c, const struct json *custom, uint32_t i, struct complaint *why, struct tool **tool)
{
	struct str   name = json_text(c->arena, json_get(custom, "name"));
	struct tool *t;

	if (name.n == 0)
		return bad(c, why, arena_printf(c->arena, "tools[%u].custom.name", i), "a string");
	*tool = t = chat_tool(c, TOOL_FREEFORM);
	t->name = name;
	t->description = json_text(c->arena, json_get(custom, "description"));
	t->format = read_grammar(c, json_get(custom, "format"));
	return 0;
}

static int
read_tool(struct chat *c, const struct json *j, uint32_t i, struct complaint *why)
{
	struct str   type = json_text(c->arena, json_get(j, "type"));
	struct tool *t;
	int	     rc = 0;

	if (!json_is(j, JSON_OBJECT))
		return bad(c, why, arena_printf(c->arena, "tools[%u]", i), "an object");
	if (str_is(type, "custom") && json_is(json_get(j, "custom"), JSON_OBJECT)) {
		rc = read_custom(c, json_get(j, "custom"), i, why, &t);
	} else if (type.n == 0 || str_is(type, "function")) {
		const struct json *f = json_get(j, "function");

		rc = read_function(c, f != NULL ? f : j,
		    arena_printf(c->arena, "tools[%u]%s", i, f != NULL || type.n == 0 ? ".function" : "").p, why, &t);
	} else {
		t = chat_tool(c, TOOL_NATIVE);
		t->name = type;
		t->raw = j->raw;
		t->origin = DIALECT_OPENAI;
	}
	if (rc == 0)
		t->cache = raw_of(json_get(j, "cache_control"));
	return rc;
}

static int
read_functions(struct chat *c, const struct json *functions, struct complaint *why)
{
	uint32_t     i = 0;
	struct tool *t;

	for (const struct json *f = functions->child; f != NULL; f = f->next) {
		if (read_function(c, f, arena_printf(c->arena, "functions[%u]", i++).p, why, &t) < 0)
			return -1;
		t->raw = f->raw;
	}
	return 0;
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
	} words[] = { { "auto", TOOLS_AUTO }, { "none", TOOLS_NONE }, { "required", TOOLS_REQUIRED }, { "any", TOOLS_REQUIRED } };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (str_is(word, words[i].word)) {
			*choice = words[i].choice;
			return true;
		}
	return false;
}

/* {"type": "function", "function": {"name"}}, a custom tool alike; the Responses API has the name outside. */
static struct str
name_in(struct arena *a, const struct json *j)
{
	static const char *const paths[] = { "function.name", "custom.name", "name" };

	for (size_t i = 0; i < LENGTH(paths); i++) {
		struct str name = json_text(a, json_path(j, paths[i]));

		if (name.n > 0)
			return name;
	}
	return STR_NONE;
}

static int
read_allowed(struct chat *c, const struct json *j, struct complaint *why)
{
	const struct json *allowed = json_is(json_get(j, "allowed_tools"), JSON_OBJECT) ? json_get(j, "allowed_tools") : j;
	const struct json *tools = json_get(allowed, "tools");

	if (!json_is(tools, JSON_ARRAY) || !read_word(json_text(c->arena, json_get(allowed, "mode")), &c->choice))
		return bad(c, why, STR("tool_choice.allowed_tools"), "an object with a mode and tools");
	for (const struct json *t = tools->child; t != NULL; t = t->next)
		if (name_in(c->arena, t).n > 0)
			chat_allow(c, name_in(c->arena, t));
	return 0;
}

static int
read_choice(struct chat *c, const struct json *j, const char *member, struct complaint *why)
{
	struct str type;

	if (!openai_is_said(j))
		return 0;
	type = json_text(c->arena, j->type == JSON_STRING ? j : json_get(j, "type"));
	if (str_is(type, "allowed_tools"))
		return read_allowed(c, j, why);
	c->choice_name = name_in(c->arena, j);
	if (c->choice_name.n > 0) {
		c->choice = TOOLS_NAMED;
		return 0;
	}
	if (!read_word(type, &c->choice))
		return bad(c, why, str_of(member), "\"auto\", \"none\", \"required\" or a tool");
	return 0;
}

int
openai_read_tools(struct chat *c, const struct json *root, struct complaint *why)
{
	const struct json *tools = json_get(root, "tools"), *functions = json_get(root, "functions");
	uint32_t	   i = 0;

	for (const struct json *t = json_is(tools, JSON_ARRAY) ? tools->child : NULL; t != NULL; t = t->next)
		if (read_tool(c, t, i++, why) < 0)
			return -1;
	if (json_is(functions, JSON_ARRAY) && read_functions(c, functions, why) < 0)
		return -1;
	c->parallel = said(json_get(root, "parallel_tool_calls"));
	if (read_choice(c, json_get(root, "function_call"), "function_call", why) < 0)
		return -1;
	return read_choice(c, json_get(root, "tool_choice"), "tool_choice", why);
}
