/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_read_request.c - a generateContent request in the neutral form.
 *
 * Runs in: worker.
 *
 * Results of functions stand among a user's parts there; here they are messages
 * of their own, in the same order.
 */
#include <string.h>

#include "dialect/carry.h"
#include "dialect/gemini_inside.h"

static int
bad_part(struct chat *c, struct complaint *why, uint32_t i, uint32_t k)
{
	struct str at = arena_printf(c->arena, "contents[%u].parts[%u]", i, k);

	return complain(why, FAULT_BAD_REQUEST, at,
	    arena_printf(c->arena, "'" STR_FMT "' must hold a text, a file, a function's call or its response", STR_ARG(at)));
}

static void
note_part(struct chat *c, const struct json *part)
{
	static const char *const known[] = { "text", "thought", "thoughtSignature", "inlineData", "fileData", "functionCall",
		"functionResponse", "executableCode", "codeExecutionResult", "toolCall", "toolResponse" };

	gemini_note_others(c, part, known, LENGTH(known), "contents.parts.");
}

/* ------------------------------------------------------------------ results */

static struct str
text_or_json(struct arena *a, const struct json *v)
{
	return v->type == JSON_STRING ? json_text(a, v) : v->raw;
}

/* What a result says: {"output": x} and the like say x; {"error": x} says that it failed. */
static struct str
result_text(struct arena *a, const struct json *response, bool *failed)
{
	static const char *const alone[] = { "result", "output" };
	const struct json *error = json_get(response, "error");

	if (!json_is(response, JSON_OBJECT))
		return text_or_json(a, response);
	if (error != NULL && error->type != JSON_NULL) {
		*failed = true;
		return response->count == 1 ? text_or_json(a, error) : response->raw;
	}
	for (size_t i = 0; i < LENGTH(alone); i++)
		if (response->count == 1 && str_is(response->child->name, alone[i]))
			return text_or_json(a, response->child);
	return response->raw;
}

static int
add_files(struct chat *c, struct part *result, const struct json *parts)
{
	for (const struct json *f = json_is(parts, JSON_ARRAY) ? parts->child : NULL; f != NULL; f = f->next) {
		struct part read = { 0 }, *p;

		if (!gemini_media(c->arena, f, &read))
			return -1;
		p = part_add(c->arena, &result->content, read.kind);
		p->media = read.media;
	}
	return 0;
}

static int
add_result(struct chat *c, const struct json *r)
{
	static const char *const known[] = { "id", "name", "response", "parts" };
	const struct json *response = gemini_get(r, "response"), *parts = gemini_get(r, "parts");
	struct part	  *p, *carried = NULL;
	struct str	   text = STR_NONE;

	if (!json_is(r, JSON_OBJECT))
		return -1;
	p = part_add(c->arena, &chat_message_joined(c, ROLE_TOOL)->parts, PART_RESULT);
	p->name = json_text(c->arena, gemini_get(r, "name"));
	p->id = json_text(c->arena, gemini_get(r, "id"));
	(void)carry_take(c->arena, &p->id, &carried);	/* the call has it as well */
	if (response != NULL)
		text = result_text(c->arena, response, &p->failed);
	if (text.n > 0 && (parts == NULL || response->count > 0))
		part_add(c->arena, &p->content, PART_TEXT)->text = text;
	gemini_note_others(c, r, known, LENGTH(known), "contents.parts.functionResponse.");
	return add_files(c, p, parts);
}

/* ----------------------------------------------------------------- contents */

/* Each content of a user is a message of its own. */
static struct part *
user_part(struct chat *c, struct message **m, enum part_kind kind)
{
	if (*m == NULL || c->message_last != *m)
		*m = chat_message(c, ROLE_USER);
	return part_add(c->arena, &(*m)->parts, kind);
}

static int
add_user_part(struct chat *c, struct message **m, const struct json *part)
{
	const struct json *text = gemini_get(part, "text"), *result = gemini_get(part, "functionResponse");
	struct part	   read = { 0 }, *p;

	if (part->type != JSON_OBJECT || (text != NULL && text->type != JSON_STRING))
		return -1;
	if (result != NULL)
		return add_result(c, result);
	if (text != NULL) {
		user_part(c, m, PART_TEXT)->text = json_text(c->arena, text);
	} else if (gemini_media(c->arena, part, &read)) {
		p = user_part(c, m, read.kind);
		p->media = read.media;
	} else if (gemini_native(part)) {
		p = user_part(c, m, PART_NATIVE);
		p->raw = part->raw;
		p->origin = DIALECT_GEMINI;
	} else {
		return -1;
	}
	return 0;
}

static int
read_user(struct chat *c, const struct json *content, uint32_t i, struct complaint *why)
{
	const struct json *parts = gemini_get(content, "parts");
	struct message	  *m = NULL;
	uint32_t	   k = 0;

	for (const struct json *p = parts != NULL ? parts->child : NULL; p != NULL; p = p->next, k++) {
		if (add_user_part(c, &m, p) < 0)
			return bad_part(c, why, i, k);
		note_part(c, p);
	}
	return 0;
}

/* Adjacent turns of the model are one: clients keep the chunks of a stream that way. */
static int
read_model(struct chat *c, struct gemini_turn *t, const struct json *content, uint32_t i, struct complaint *why)
{
	const struct json *parts = gemini_get(content, "parts");
	uint32_t	   k = 0;

	t->list = &chat_message_joined(c, ROLE_ASSISTANT)->parts;
	for (const struct json *p = parts != NULL ? parts->child : NULL; p != NULL; p = p->next, k++) {
		if (gemini_turn_add(t, p) < 0)
			return bad_part(c, why, i, k);
		note_part(c, p);
	}
	return 0;
}

static int
read_contents(struct chat *c, const struct json *contents, struct gemini_turn *t, struct complaint *why)
{
	uint32_t i = 0;

	for (const struct json *m = contents != NULL ? contents->child : NULL; m != NULL; m = m->next, i++) {
		struct str role = json_text(c->arena, gemini_get(m, "role"));

		if (str_is(role, "model") || str_is(role, "assistant")) {
			if (read_model(c, t, m, i, why) < 0)
				return -1;
			continue;
		}
		gemini_turn_end(t);
		if (role.n > 0 && !str_is(role, "user") && !str_is(role, "function") && !str_is(role, "tool"))
			return complain(why, FAULT_BAD_REQUEST, arena_printf(c->arena, "contents[%u].role", i),
			    STR("a role must be 'user' or 'model'"));
		if (read_user(c, m, i, why) < 0)
			return -1;
	}
	return 0;
}

static void
read_system(struct chat *c, const struct json *system)
{
	const struct json *parts = gemini_get(system, "parts");
	struct message	  *m;

	if (system == NULL)
		return;
	m = chat_message(c, ROLE_SYSTEM);
	if (system->type == JSON_STRING) {
		part_add(c->arena, &m->parts, PART_TEXT)->text = json_text(c->arena, system);
		return;
	}
	if (json_is(parts, JSON_OBJECT))	/* one part without its array */
		part_add(c->arena, &m->parts, PART_TEXT)->text = json_text(c->arena, gemini_get(parts, "text"));
	for (const struct json *p = json_is(parts, JSON_ARRAY) ? parts->child : NULL; p != NULL; p = p->next) {
		if (json_is(gemini_get(p, "text"), JSON_STRING))
			part_add(c->arena, &m->parts, PART_TEXT)->text = json_text(c->arena, gemini_get(p, "text"));
		else
			chat_note(c, "systemInstruction.parts");
	}
}

static int
read_whole(struct chat *c, const struct json *root, struct complaint *why)
{
	static const char *const known[] = { "model", "contents", "systemInstruction", "tools", "toolConfig", "generationConfig",
		"generateContentRequest", "serviceTier" };
	struct gemini_turn turn = { .arena = c->arena, .asked = true };
	const struct json *inner = gemini_get(root, "generateContentRequest"), *contents;
	int		   rc;

	if (inner != NULL)	/* countTokens of a whole request */
		root = inner;
	contents = gemini_get(root, "contents");
	if (contents != NULL && contents->type != JSON_ARRAY)
		return complain(why, FAULT_BAD_REQUEST, STR("contents"), STR("'contents' must be an array of contents"));
	read_system(c, gemini_get(root, "systemInstruction"));
	rc = read_contents(c, contents, &turn, why);
	gemini_turn_end(&turn);
	if (rc < 0 || gemini_read_tools(c, root, why) < 0 || gemini_read_config(c, root, why) < 0)
		return -1;
	gemini_note_others(c, root, known, LENGTH(known), "");
	return chat_link(c, why);
}

int
gemini_read_request(struct arena *a, const struct ask *ask, struct chat *c, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;

	chat_init(c, a, DIALECT_GEMINI);
	if (json_read(a, ask->body, limits, &root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE,
		    arena_printf(a, "the body is not valid JSON: %s at byte %zu", e.what, e.offset));
	return read_whole(c, root, why);
}
