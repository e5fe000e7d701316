/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_read.c - a Messages request into the neutral form.
 *
 * Runs in: worker.
 *
 * A user message may hold tool results among other things: it becomes as many
 * messages as it takes to keep their order, results in ROLE_TOOL ones.
 */
#include "dialect/anthropic_read.h"

static int
strings(struct reading *r, const struct json *list, const char *name, void (*take)(struct chat *, struct str))
{
	struct place at = { .name = name }, one = { .up = &at };

	for (const struct json *v = list == NULL ? NULL : list->child; v != NULL; v = v->next, one.index++) {
		if (v->type != JSON_STRING)
			return anthropic_bad(r, &one, NULL, "a string");
		take(r->chat, json_text(r->arena, v));
	}
	return 0;
}

/*
 * Messages.
 */
static enum chat_role
role_for(enum block_in in, const struct part *p)
{
	if (in == IN_SYSTEM)
		return ROLE_SYSTEM;
	if (in == IN_ASSISTANT)
		return ROLE_ASSISTANT;
	return p->kind == PART_RESULT ? ROLE_TOOL : ROLE_USER;
}

/* Hands a list over to messages of their roles; the first begins a new message. */
static void
deal_out(struct reading *r, enum block_in in, struct part *list)
{
	struct part *last = NULL;

	for (struct part *p = list, *next; p != NULL; last = p, p = next) {
		next = p->next;
		p->next = p->last = NULL;
		if (last != NULL && role_for(in, last) == role_for(in, p))
			last->next = p;
		else
			chat_message(r->chat, role_for(in, p))->parts = p;
	}
}

static int
read_message(struct reading *r, const struct json *content, enum block_in in, const struct place *at)
{
	struct part *list = NULL;

	if (anthropic_read_content(r, content, in, at, &list) < 0)
		return -1;
	deal_out(r, in, list);
	return 0;
}

static int
read_messages(struct reading *r, const struct json *messages)
{
	static const char *const known[] = { "role", "content" };
	struct place		 all = { .name = "messages" }, one = { .up = &all }, at = { .up = &one, .name = "content" };

	for (const struct json *m = messages->child; m != NULL; m = m->next, one.index++) {
		struct str    role = json_text(r->arena, json_get(m, "role"));
		enum block_in in = str_is(role, "user") ? IN_USER : str_is(role, "system") ? IN_SYSTEM : IN_ASSISTANT;

		if (m->count > 2)
			chat_note_others(r->chat, m, known, LENGTH(known), "messages.");
		if (read_message(r, json_get(m, "content"), in, &at) < 0)
			return -1;
	}
	return 0;
}

/* The request's own cache_control marks the last block that can be. */
static void
mark_last(struct reading *r, const struct json *cache)
{
	struct message *m = r->chat->message_last;
	struct part    *p = m == NULL ? NULL : m->parts;

	while (p != NULL && p->next != NULL)
		p = p->next;
	if (p != NULL && json_is(cache, JSON_OBJECT) && p->cache.n == 0)
		p->cache = cache->raw;
}

/*
 * Tools.
 */
static int
read_tool(struct reading *r, const struct json *t, const struct place *at)
{
	static const char *const known[] = { "type", "name", "description", "input_schema", "strict", "cache_control" };
	struct str		 type;
	const struct json	*schema = json_get(t, "input_schema");
	struct tool		*tool;

	if (t->type != JSON_OBJECT)
		return anthropic_bad(r, at, NULL, "an object");
	type = json_text(r->arena, json_get(t, "type"));
	if (!json_is(json_get(t, "name"), JSON_STRING) && (type.n == 0 || str_is(type, "custom")))
		return anthropic_bad(r, at, "name", "a string");
	tool = chat_tool(r->chat, type.n == 0 || str_is(type, "custom") ? TOOL_FUNCTION : TOOL_NATIVE);
	tool->name = json_text(r->arena, json_get(t, "name"));
	tool->origin = DIALECT_ANTHROPIC;
	tool->cache = raw_of(json_get(t, "cache_control"));
	if (tool->kind == TOOL_NATIVE) {
		tool->raw = t->raw;
		return 0;
	}
	if (schema != NULL && schema->type != JSON_NULL && schema->type != JSON_OBJECT)
		return anthropic_bad(r, at, "input_schema", "a JSON Schema of an object");
	tool->description = json_text(r->arena, json_get(t, "description"));
	tool->schema = raw_of(schema);
	/* Elsewhere strict means more than here: what would be refused is only asked for. */
	if (json_true(json_get(t, "strict")) && anthropic_schema_is_closed(r->arena, schema))
		tool->strict = SAID_YES;
	else if (json_true(json_get(t, "strict")))
		chat_note(r->chat, "tools.strict");
	chat_note_others(r->chat, t, known, LENGTH(known), "tools.");
	return 0;
}

static int
read_tools(struct reading *r, const struct json *tools)
{
	struct place all = { .name = "tools" }, one = { .up = &all };

	for (const struct json *t = tools == NULL ? NULL : tools->child; t != NULL; t = t->next, one.index++)
		if (read_tool(r, t, &one) < 0)
			return -1;
	return 0;
}

static int
read_choice(struct reading *r, const struct json *choice)
{
	static const struct {
		const char	*type;
		enum tool_choice choice;
	} choices[] = { { "auto", TOOLS_AUTO }, { "any", TOOLS_REQUIRED }, { "tool", TOOLS_NAMED }, { "none", TOOLS_NONE } };
	struct place	   at = { .name = "tool_choice" };
	const struct json *alone = json_get(choice, "disable_parallel_tool_use");

	if (choice == NULL)
		return 0;
	for (size_t i = 0; i < LENGTH(choices); i++)
		if (str_is(json_text(r->arena, json_get(choice, "type")), choices[i].type))
			r->chat->choice = choices[i].choice;
	if (r->chat->choice == TOOLS_UNSAID)
		return anthropic_bad(r, &at, "type", "'auto', 'any', 'tool' or 'none'");
	r->chat->choice_name = json_text(r->arena, json_get(choice, "name"));
	if (r->chat->choice == TOOLS_NAMED && r->chat->choice_name.n == 0)
		return anthropic_bad(r, &at, "name", "a tool's name");
	if (alone != NULL)
		r->chat->parallel = json_true(alone) ? SAID_NO : SAID_YES;
	return 0;
}

/*
 * Reasoning and format.
 */
static int
read_thinking(struct reading *r, const struct json *t)
{
	struct chat *c = r->chat;
	struct place at = { .name = "thinking" };
	struct str   type = json_text(r->arena, json_get(t, "type")), display = json_text(r->arena, json_get(t, "display"));

	if (t == NULL)
		return 0;
	if (str_is(type, "disabled")) {
		c->reasoning.on = SAID_NO;
		return 0;
	}
	if (str_is(type, "adaptive"))
		c->reasoning.dynamic = true;
	else if (!str_is(type, "enabled"))
		return anthropic_bad(r, &at, "type", "'enabled', 'adaptive' or 'disabled'");
	else if (json_u64(json_get(t, "budget_tokens"), &c->reasoning.budget) < 0)
		return anthropic_bad(r, &at, "budget_tokens", "an integer of 1024 or more");
	c->reasoning.on = SAID_YES;
	c->reasoning.shown = str_is(display, "omitted") ? SAID_NO : SAID_YES;
	return 0;
}

static int
read_format(struct reading *r, const struct json *format, const char *name)
{
	struct place	   at = { .name = name };
	const struct json *schema = json_get(format, "schema");

	if (format == NULL || format->type == JSON_NULL)
		return 0;
	if (!str_is(json_text(r->arena, json_get(format, "type")), "json_schema"))
		return anthropic_bad(r, &at, "type", "'json_schema'");
	if (!json_is(schema, JSON_OBJECT))
		return anthropic_bad(r, &at, "schema", "a JSON Schema");
	r->chat->format.kind = FORMAT_SCHEMA;
	r->chat->format.schema = schema->raw;
	if (anthropic_schema_is_closed(r->arena, schema))
		r->chat->format.strict = SAID_YES;
	return 0;
}

static int
read_output(struct reading *r, const struct json *root)
{
	static const char *const known[] = { "effort", "format" };
	const struct json	*output = json_get(root, "output_config");

	r->chat->reasoning.effort = json_text(r->arena, json_get(output, "effort"));
	chat_note_others(r->chat, output, known, LENGTH(known), "output_config.");
	if (read_format(r, json_get(root, "output_format"), "output_format") < 0)
		return -1;
	return read_format(r, json_get(output, "format"), "output_config.format");
}

/*
 * The rest.
 */
static void
read_fields(struct reading *r, const struct json *root)
{
	static const char *const known[] = { "user_id" };
	struct str		*field = r->chat->field;
	struct str		 tier = json_text(r->arena, json_get(root, "service_tier"));

	field[FIELD_TEMPERATURE] = raw_of(json_get(root, "temperature"));
	field[FIELD_TOP_P] = raw_of(json_get(root, "top_p"));
	field[FIELD_TOP_K] = raw_of(json_get(root, "top_k"));
	field[FIELD_USER] = raw_of(json_path(root, "metadata.user_id"));
	if (str_is(tier, "auto"))
		field[FIELD_SERVICE_TIER] = STR("\"auto\"");
	else if (str_is(tier, "standard_only"))
		field[FIELD_SERVICE_TIER] = STR("\"default\"");
	else if (tier.n > 0)
		chat_note(r->chat, "service_tier");
	chat_note_others(r->chat, json_get(root, "metadata"), known, LENGTH(known), "metadata.");
}

static int
read_limit(struct reading *r, enum endpoint endpoint, const struct json *limit)
{
	struct place at = { .name = "max_tokens" };

	if (endpoint == ENDPOINT_COUNT || json_u64(limit, &r->chat->max_output) == 0)
		return 0;
	return anthropic_bad(r, &at, NULL, "a positive integer");
}

static int
read_root(struct reading *r, enum endpoint endpoint, const struct json *root)
{
	static const char *const known[] = { "model", "messages", "max_tokens", "system", "stream", "temperature", "top_p", "top_k",
		"stop_sequences", "tools", "tool_choice", "thinking", "output_config", "output_format", "metadata", "service_tier",
		"cache_control" };
	const struct json	*system = json_get(root, "system");
	struct place		 at = { .name = "system" };

	if (read_limit(r, endpoint, json_get(root, "max_tokens")) < 0)
		return -1;
	if (system != NULL && system->type != JSON_NULL && read_message(r, system, IN_SYSTEM, &at) < 0)
		return -1;
	if (read_messages(r, json_get(root, "messages")) < 0 || read_tools(r, json_get(root, "tools")) < 0 ||
	    read_choice(r, raw_of(json_get(root, "tool_choice")).n > 0 ? json_get(root, "tool_choice") : NULL) < 0 ||
	    read_thinking(r, raw_of(json_get(root, "thinking")).n > 0 ? json_get(root, "thinking") : NULL) < 0 ||
	    read_output(r, root) < 0 || strings(r, json_get(root, "stop_sequences"), "stop_sequences", chat_stop_add) < 0)
		return -1;
	read_fields(r, root);
	mark_last(r, json_get(root, "cache_control"));
	chat_note_others(r->chat, root, known, LENGTH(known), "");
	return 0;
}

int
anthropic_read_request(struct arena *a, const struct ask *ask, struct chat *c, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	struct reading	   r = { .arena = a, .chat = c, .why = why };
	struct json_error  e;
	struct json	  *root;

	chat_init(c, a, DIALECT_ANTHROPIC);
	if (json_read(a, ask->body, limits, &root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE,
		    arena_printf(a, "the body is not valid JSON: %s at byte %zu", e.what, e.offset));
	if (read_root(&r, ask->endpoint, root) < 0)
		return -1;
	if (c->messages == NULL)
		return complain(why, FAULT_BAD_REQUEST, STR("messages"), STR("messages: at least one of them must have content"));
	return chat_link(c, why);
}
