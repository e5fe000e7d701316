/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_read_message.c - the messages of a chat request.
 *
 * Runs in: worker.
 */
#include "dialect/openai_inside.h"

#include "dialect/carry.h"

struct reading {
	struct chat	 *chat;
	struct arena	 *arena;
	struct complaint *why;
	uint32_t	  i;	/* of the message */
};

static int
bad(const struct reading *r, const char *member, const char *should)
{
	return complain(r->why, FAULT_BAD_REQUEST, arena_printf(r->arena, "messages[%u].%s", r->i, member),
	    arena_printf(r->arena, "'messages[%u].%s' must be %s", r->i, member, should));
}

static int
complain_of(const struct reading *r, const struct openai_bad *b)
{
	struct str path;

	if (!b->in_part)
		return bad(r, b->member, b->should);
	path = arena_printf(r->arena, "messages[%u].content[%u]%s%s", r->i, b->part, b->member != NULL ? "." : "",
	    b->member != NULL ? b->member : "");
	return complain(r->why, FAULT_BAD_REQUEST, path,
	    arena_printf(r->arena, "'" STR_FMT "' is not what a content part can hold", STR_ARG(path)));
}

static int
read_content(const struct reading *r, const struct json *content, struct part **list)
{
	struct openai_bad bad_at = { 0 };

	if (openai_read_content(r->arena, content, list, &bad_at) < 0)
		return complain_of(r, &bad_at);
	return 0;
}

static int
read_plain(const struct reading *r, const struct json *m, enum chat_role role)
{
	struct message *to = chat_message(r->chat, role);

	to->name = json_text(r->arena, json_get(m, "name"));
	if (read_content(r, json_get(m, "content"), &to->parts) < 0)
		return -1;
	openai_mark_last(m, to->parts);
	return 0;
}

/*
 * Results.
 */
static int
read_result(const struct reading *r, const struct json *m, bool legacy)
{
	struct message *to = chat_message_joined(r->chat, ROLE_TOOL);
	struct part    *p = part_add(r->arena, &to->parts, PART_RESULT), *carried = NULL;

	if (!legacy)
		p->id = json_text(r->arena, json_get(m, "tool_call_id"));
	(void)carry_take(r->arena, &p->id, &carried);
	p->name = json_text(r->arena, json_get(m, "name"));
	p->cache = raw_of(json_get(m, "cache_control"));
	return read_content(r, json_get(m, "content"), &p->content);
}

static int
read_assistant(const struct reading *r, const struct json *m)
{
	struct message	 *to = chat_message(r->chat, ROLE_ASSISTANT);
	struct openai_bad bad_at = { 0 };

	to->name = json_text(r->arena, json_get(m, "name"));
	if (openai_read_turn(r->arena, m, &to->parts, &bad_at) < 0)
		return complain_of(r, &bad_at);
	return 0;
}

/*
 * All of them.
 */
static const char *const known[] = { "role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal", "audio",
	"annotations", "images", "cache_control", "reasoning_content", "reasoning", "reasoning_details", "thinking",
	"thinking_blocks", "extra_content",
	/* told in replies, and given back by clients that keep the whole message */
	"index", "id", "object", "created", "thought_signature", "provider_specific_fields" };

static int
read_message(const struct reading *r, const struct json *m)
{
	struct str role = json_text(r->arena, json_get(m, "role"));

	chat_note_others(r->chat, m, known, LENGTH(known), "messages.");
	if (str_is(role, "user"))
		return read_plain(r, m, ROLE_USER);
	if (str_is(role, "assistant") || str_is(role, "model"))
		return read_assistant(r, m);
	if (str_is(role, "tool"))
		return read_result(r, m, false);
	if (str_is(role, "function"))
		return read_result(r, m, true);
	if (str_is(role, "system"))
		return read_plain(r, m, ROLE_SYSTEM);
	if (str_is(role, "developer"))
		return read_plain(r, m, ROLE_DEVELOPER);
	return bad(r, "role", "one of system, developer, user, assistant, tool and function");
}

int
openai_read_messages(struct chat *c, const struct json *messages, struct complaint *why)
{
	struct reading r = { .chat = c, .arena = c->arena, .why = why };

	for (const struct json *m = messages->child; m != NULL; m = m->next, r.i++)
		if (read_message(&r, m) < 0)
			return -1;
	return 0;
}
