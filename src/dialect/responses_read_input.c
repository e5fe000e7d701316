/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_read_input.c - the items of a request, as messages.
 *
 * Runs in: worker.
 *
 * What the model did (messages of its own, calls, thoughts, its server's tools)
 * follows each other as items and is one turn in the neutral form.  Thoughts of
 * another dialect's upstream come back inside encrypted_content, or behind the
 * id of a call.
 */
#include "dialect/carry.h"
#include "dialect/responses_inside.h"

struct reading {
	struct chat	 *chat;
	struct complaint *why;
	uint32_t	  n;	/* of the item */
};

static int
bad(const struct reading *r, struct str rest, const char *should)
{
	struct arena *a = r->chat->arena;
	struct str    path = arena_printf(a, "input[%u]" STR_FMT, r->n, STR_ARG(rest));

	return complain(r->why, FAULT_BAD_REQUEST, path, arena_printf(a, "'" STR_FMT "' %s", STR_ARG(path), should));
}

/* A text, or an array of parts. */
static int
read_content(const struct reading *r, const struct json *content, const char *name, struct part **list)
{
	struct arena *a = r->chat->arena;
	const char   *member;
	uint32_t      i = 0;

	if (json_is(content, JSON_STRING)) {
		part_add(a, list, PART_TEXT)->text = json_text(a, content);
		return 0;
	}
	if (!responses_is_said(content))
		return 0;
	if (content->type != JSON_ARRAY)
		return bad(r, arena_printf(a, ".%s", name), "must be a string or an array of parts");
	for (const struct json *c = content->child; c != NULL; c = c->next, i++)
		if (responses_read_part(a, c, list, &member) < 0)
			return bad(r, arena_printf(a, ".%s[%u]%s", name, i, member), "is missing or of a type that nobody takes");
	return 0;
}

static const struct {
	const char    *word;
	enum chat_role role;
} roles[] = {
	{ "user", ROLE_USER }, { "assistant", ROLE_ASSISTANT }, { "system", ROLE_SYSTEM }, { "developer", ROLE_DEVELOPER },
};

static int
read_message(const struct reading *r, const struct json *item)
{
	struct chat *c = r->chat;
	struct str   word = json_text(c->arena, json_get(item, "role"));

	if (responses_is_said(json_get(item, "phase")))
		chat_note(c, "input[].phase");
	for (size_t i = 0; i < LENGTH(roles); i++) {
		struct message *m;

		if (!str_is(word, roles[i].word))
			continue;
		m = roles[i].role == ROLE_ASSISTANT ? chat_message_joined(c, ROLE_ASSISTANT) : chat_message(c, roles[i].role);
		return read_content(r, json_get(item, "content"), "content", &m->parts);
	}
	return bad(r, STR(".role"), "must be user, assistant, system or developer");
}

static int
read_call(const struct reading *r, const struct json *item)
{
	struct arena   *a = r->chat->arena;
	struct message *m = chat_message_joined(r->chat, ROLE_ASSISTANT);
	struct part    *call = NULL;

	responses_read_item(a, item, &call);
	if (call->name.n == 0)
		return bad(r, STR(".name"), "must be a string");
	carry_take(a, &call->id, &m->parts);
	*part_add(a, &m->parts, PART_CALL) = *call;
	return 0;
}

static int
read_result(const struct reading *r, const struct json *item)
{
	struct arena	  *a = r->chat->arena;
	const struct json *output = json_get(item, "output");
	struct message	  *m = chat_message_joined(r->chat, ROLE_TOOL);
	struct part	  *p = part_add(a, &m->parts, PART_RESULT), *carried = NULL;

	p->id = json_text(a, json_get(item, "call_id"));
	carry_take(a, &p->id, &carried);
	p->name = responses_join_name(a, json_text(a, json_get(item, "namespace")), json_text(a, json_get(item, "name")));
	p->freeform = str_is(json_text(a, json_get(item, "type")), "custom_tool_call_output");
	if (json_is(output, JSON_OBJECT)) {	/* a server's own wrapping: given on as it is */
		part_add(a, &p->content, PART_TEXT)->text = output->raw;
		return 0;
	}
	return read_content(r, output, "output", &p->content);
}

static int
read_reasoning(const struct reading *r, const struct json *item)
{
	struct arena   *a = r->chat->arena;
	struct message *m = chat_message_joined(r->chat, ROLE_ASSISTANT);
	struct part    *p = NULL, carried = { 0 };

	responses_read_item(a, item, &p);
	if (carry_unwrap(a, p->sealed, &carried)) {
		carried.kind = PART_REASONING;
		*part_add(a, &m->parts, PART_REASONING) = carried;
	} else {
		*part_add(a, &m->parts, PART_REASONING) = *p;
	}
	return 0;
}

/* Tools that became known in the course of the conversation. */
static int
read_more_tools(const struct reading *r, const struct json *item)
{
	struct chat	  *c = r->chat;
	const struct json *tools = json_get(item, "tools");

	if (!json_is(tools, JSON_ARRAY))
		return 0;
	return responses_read_tool_list(c, tools, arena_printf(c->arena, "input[%u].tools", r->n), r->why);
}

static int
read_other(const struct reading *r, const struct json *item)
{
	struct message *m = chat_message_joined(r->chat, ROLE_ASSISTANT);

	responses_read_item(r->chat->arena, item, &m->parts);
	return 0;
}

static int
read_found_tools(const struct reading *r, const struct json *item)
{
	return read_other(r, item) < 0 ? -1 : read_more_tools(r, item);
}

static const struct {
	const char *type;
	int (*read)(const struct reading *, const struct json *);
} types[] = {
	{ "message", read_message },
	{ "function_call", read_call },
	{ "custom_tool_call", read_call },
	{ "function_call_output", read_result },
	{ "custom_tool_call_output", read_result },
	{ "reasoning", read_reasoning },
	{ "additional_tools", read_more_tools },
	{ "tool_search_output", read_found_tools },
};

static int
read_item(const struct reading *r, const struct json *item)
{
	struct str type = json_text(r->chat->arena, json_get(item, "type"));

	if (item->type != JSON_OBJECT)
		return bad(r, STR(""), "must be an object");
	if (type.n == 0 && responses_is_said(json_get(item, "role")))
		return read_message(r, item);
	for (size_t i = 0; i < LENGTH(types); i++)
		if (str_is(type, types[i].type))
			return types[i].read(r, item);
	return read_other(r, item);
}

int
responses_read_input(struct chat *c, const struct json *input, struct complaint *why)
{
	struct reading r = { .chat = c, .why = why };

	if (json_is(input, JSON_STRING)) {
		struct message *m = chat_message(c, ROLE_USER);

		part_add(c->arena, &m->parts, PART_TEXT)->text = json_text(c->arena, input);
		return 0;
	}
	if (!json_is(input, JSON_ARRAY))
		return 0;
	for (const struct json *item = input->child; item != NULL; item = item->next, r.n++)
		if (read_item(&r, item) < 0)
			return -1;
	return 0;
}
