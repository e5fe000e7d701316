/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_write_tools.c - tools and which of them may be called.
 *
 * Runs in: worker.
 *
 * There is no list of allowed tools in the API: the others are left out.  The
 * same is done when one tool is demanded of a model that takes no demand.
 */
#include "dialect/anthropic_write.h"

#include "base/map.h"
#include "dialect/fit.h"

#define STRICT_MOST 20	/* strict tools that a request may have */
#define INPUT_SCHEMA "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}"

/* A demand (any, tool) can be made: the model takes it, and manual thinking is off. */
static bool
may_demand(const struct writing *w)
{
	return anthropic_able(w, ABLE_FORCE) && w->mind.kind != MIND_MANUAL;
}

static bool
is_allowed(const struct writing *w, const struct tool *t, const struct map *allowed)
{
	const struct chat *c = w->chat;

	if (c->choice == TOOLS_NAMED && !may_demand(w))
		return str_eq(c->choice_name, t->name);
	return c->allowed == NULL || map_get(allowed, t->name) != NULL;
}

/*
 * Definitions.
 */
static void
write_schema(struct writing *w, const struct tool *t, unsigned *strict)
{
	bool	   changed = false, lowered_changed = false;
	struct str schema, lowered;

	if (t->kind == TOOL_FREEFORM) {
		json_raw(&w->out, "input_schema", STR(INPUT_SCHEMA));
		if (t->format.n > 0)
			report_drop(w->report, "tools.format");
		return;
	}
	schema = anthropic_schema_object(w->arena, t->schema, &changed);
	if (changed)
		report_drop(w->report, "tools.parameters");
	if (t->strict != SAID_YES) {
		json_raw(&w->out, "input_schema", schema);
	} else if (anthropic_able(w, ABLE_SCHEMA) && *strict < STRICT_MOST && !changed &&
	    anthropic_schema_lower(w->arena, schema, &lowered, &lowered_changed) && !lowered_changed) {
		++*strict;
		json_raw(&w->out, "input_schema", lowered);
		json_bool(&w->out, "strict", true);
	} else {	/* the whole schema tells the model more than a poorer one that is enforced */
		json_raw(&w->out, "input_schema", schema);
		report_drop(w->report, "tools.strict");
	}
}

static void
write_tool(struct writing *w, const struct tool *t, unsigned *strict)
{
	json_object(&w->out, NULL);
	json_str(&w->out, "name", fit_word(w->arena, t->name, TOOL_NAME_MOST));
	if (t->description.n > 0)
		json_str(&w->out, "description", t->description);
	write_schema(w, t, strict);
	anthropic_write_cache(w, t->cache, false);
	json_object_end(&w->out);
}

static bool
can_be_said(struct writing *w, const struct tool *t, const struct map *names, const struct map *allowed)
{
	if (t->kind == TOOL_NATIVE && t->origin != DIALECT_ANTHROPIC) {
		if (t->name.n > 0)
			report_drop(w->report, "tools." STR_FMT, STR_ARG(t->name));
		else
			report_drop(w->report, "tools");
		return false;
	}
	if (!is_allowed(w, t, allowed)) {
		report_drop(w->report, "tool_choice");
		return false;
	}
	if (t->name.n > 0 && map_get(names, t->name) != NULL) {
		report_drop(w->report, "tools");
		return false;
	}
	return true;
}

/* The history speaks of tools, the request has none: the API wants each to be there. */
static unsigned
write_former_tools(struct writing *w, struct map *names)
{
	unsigned n = 0;

	for (const struct message *m = w->chat->messages; m != NULL; m = m->next)
		for (struct part *p = m->parts; p != NULL; p = p->next) {
			if (p->kind != PART_CALL || map_get(names, p->name) != NULL)
				continue;
			(void)map_put(names, p->name, p);
			if (n++ == 0)
				json_array(&w->out, "tools");
			write_tool(w, &(struct tool){ .name = p->name }, &(unsigned){ 0 });
		}
	return n;
}

/* How many were written. */
static unsigned
write_definitions(struct writing *w, struct map *names)
{
	struct map allowed;
	unsigned   n = 0, strict = 0;

	chat_map_allowed(w->chat, &allowed);
	for (struct tool *t = w->chat->tools; t != NULL; t = t->next) {
		if (!can_be_said(w, t, names, &allowed))
			continue;
		if (n++ == 0)
			json_array(&w->out, "tools");
		if (t->name.n > 0)
			(void)map_put(names, t->name, t);
		if (t->kind == TOOL_NATIVE)
			json_raw(&w->out, NULL, t->raw);
		else
			write_tool(w, t, &strict);
	}
	map_done(&allowed);
	if (n > 0)
		json_array_end(&w->out);
	return n;
}

/*
 * The choice.
 */
static void
write_choice(struct writing *w, const char *type, struct str name)
{
	json_object(&w->out, "tool_choice");
	json_cstr(&w->out, "type", type);
	if (name.n > 0)
		json_str(&w->out, "name", fit_word(w->arena, name, TOOL_NAME_MOST));
	if (w->chat->parallel == SAID_NO)
		json_bool(&w->out, "disable_parallel_tool_use", true);
	json_object_end(&w->out);
}

static void
choose(struct writing *w, const struct map *names)
{
	const struct chat *c = w->chat;
	bool		   demand = c->choice == TOOLS_REQUIRED || c->choice == TOOLS_NAMED;

	if (c->choice == TOOLS_NONE) {
		json_raw(&w->out, "tool_choice", STR("{\"type\":\"none\"}"));
	} else if (demand && !may_demand(w)) {
		report_drop(w->report, "tool_choice");
		write_choice(w, "auto", STR_NONE);
	} else if (c->choice == TOOLS_NAMED && map_get(names, c->choice_name) != NULL) {
		write_choice(w, "tool", c->choice_name);
	} else if (demand) {
		if (c->choice == TOOLS_NAMED)
			report_drop(w->report, "tool_choice");
		write_choice(w, "any", STR_NONE);
	} else if (c->choice == TOOLS_AUTO || c->parallel == SAID_NO) {
		write_choice(w, "auto", STR_NONE);
	}
}

void
anthropic_write_tools(struct writing *w)
{
	struct map names = { .foreign = true };

	if (write_definitions(w, &names) > 0) {
		choose(w, &names);
	} else {
		if (w->chat->choice == TOOLS_REQUIRED || w->chat->choice == TOOLS_NAMED)
			report_drop(w->report, "tool_choice");
		if (write_former_tools(w, &names) > 0) {
			json_array_end(&w->out);
			report_drop(w->report, "tools");
			json_raw(&w->out, "tool_choice", STR("{\"type\":\"none\"}"));
		}
	}
	map_done(&names);
}
