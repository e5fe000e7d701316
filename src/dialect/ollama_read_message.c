/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_read_message.c - the messages of an Ollama request in the neutral form.
 *
 * Runs in: worker.
 *
 * Reasoning of other vendors comes back in the ids of calls; its text then
 * stands in "thinking" as well, where the reply had shown it, and is taken out
 * there.
 */
#include "dialect/carry.h"
#include "dialect/ollama_read.h"

static int
read_images(struct ollama_reading *r, const struct json *images, struct part **list, struct str path)
{
	unsigned i = 0;

	if (images == NULL || images->type == JSON_NULL)
		return 0;
	if (images->type != JSON_ARRAY)
		return ollama_refuse(r, path, "an array of base64 strings");
	for (const struct json *j = images->child; j != NULL; j = j->next, i++) {
		struct part *p = part_add(r->a, list, PART_IMAGE);

		if (!ollama_image(r->a, j, &p->media))
			return ollama_refuse(r, arena_printf(r->a, STR_FMT "[%u]", STR_ARG(path), i), "a base64 string");
	}
	return 0;
}

static void
read_text(struct ollama_reading *r, struct str text, struct part **list)
{
	if (text.n > 0)
		part_add(r->a, list, PART_TEXT)->text = text;
}

#define MISSES_MOST 64	/* texts that are looked for in vain, each through all of the thinking */

/* What the carriers brought is cut out of the thinking that showed it, in the same order. */
static struct str
cut_out(struct arena *a, struct str thinking, const struct part *carried)
{
	struct str rest = thinking;
	struct buf b = { 0 };
	unsigned   misses = 0;

	for (const struct part *p = carried; p != NULL && misses < MISSES_MOST; p = p->next) {
		size_t at = str_find(rest, p->text);

		if (p->text.n == 0)
			continue;
		misses += at == rest.n;
		if (at == rest.n)
			continue;
		buf_str(&b, str_upto(rest, at));
		rest = str_from(rest, at + p->text.n);
	}
	if (rest.n < thinking.n) {
		buf_str(&b, rest);
		thinking = arena_str(a, buf_view(&b));
	}
	buf_done(&b);
	return thinking;
}

static int
read_call(struct ollama_reading *r, const struct json *j, struct str path, struct part *call)
{
	const struct json *function = json_get(j, "function");
	const struct json *arguments = json_get(function, "arguments");

	call->name = json_text(r->a, json_get(function, "name"));
	if (call->name.n == 0)
		return ollama_refuse(r, arena_printf(r->a, STR_FMT ".function.name", STR_ARG(path)), "a string");
	call->id = json_text(r->a, json_get(j, "id"));
	call->input = json_is(arguments, JSON_STRING) ? json_text(r->a, arguments) : raw_of(arguments);
	if (call->input.n == 0)
		call->input = STR("{}");
	return 0;
}

static void
add_copy(struct arena *a, struct part **list, const struct part *p)
{
	struct part *copy = part_add(a, list, p->kind);

	*copy = *p;
	copy->next = copy->last = NULL;
}

static void
append(struct part **list, struct part *more)
{
	while (*list != NULL)
		list = &(*list)->next;
	*list = more;
}

/* An assistant's turn; what stands before its text may have come in the id of a call. */
struct turn {
	struct part *before, *calls;
	struct part *carried;	/* all that came in ids */
};

/* Each behind what its id carried, save that the proofs of the first go before the text; but not Gemini's, which belong to the call. */
static int
read_calls(struct ollama_reading *r, const struct json *calls, struct str path, struct turn *t)
{
	unsigned i = 0;

	if (calls == NULL || calls->type == JSON_NULL)
		return 0;
	if (calls->type != JSON_ARRAY)
		return ollama_refuse(r, path, "an array of calls");
	for (const struct json *j = calls->child; j != NULL; j = j->next, i++) {
		struct part  call = { .kind = PART_CALL }, *carried = NULL;

		if (read_call(r, j, arena_printf(r->a, STR_FMT "[%u]", STR_ARG(path), i), &call) < 0)
			return -1;
		(void)carry_take(r->a, &call.id, &carried);
		for (const struct part *p = carried; p != NULL; p = p->next) {
			add_copy(r->a, &t->carried, p);
			add_copy(r->a, i == 0 && p->origin != DIALECT_GEMINI ? &t->before : &t->calls, p);
		}
		add_copy(r->a, &t->calls, &call);
	}
	return 0;
}

static int
read_assistant(struct ollama_reading *r, const struct json *j, struct str path)
{
	struct part **parts = &chat_message(r->c, ROLE_ASSISTANT)->parts;
	struct turn   t = { 0 };
	struct str    thinking;

	if (read_calls(r, json_get(j, "tool_calls"), arena_printf(r->a, STR_FMT ".tool_calls", STR_ARG(path)), &t) < 0)
		return -1;
	thinking = cut_out(r->a, json_text(r->a, json_get(j, "thinking")), t.carried);
	if (str_trim(thinking).n > 0)
		add_copy(r->a, parts, &(struct part){ .kind = PART_REASONING, .text = thinking, .origin = DIALECT_OLLAMA });
	append(parts, t.before);
	read_text(r, json_text(r->a, json_get(j, "content")), parts);
	if (read_images(r, json_get(j, "images"), parts, arena_printf(r->a, STR_FMT ".images", STR_ARG(path))) < 0)
		return -1;
	append(parts, t.calls);
	return 0;
}

static int
read_result(struct ollama_reading *r, const struct json *j, struct str path)
{
	struct part *p = part_add(r->a, &chat_message(r->c, ROLE_TOOL)->parts, PART_RESULT), *unused = NULL;

	p->id = json_text(r->a, json_get(j, "tool_call_id"));
	carry_take(r->a, &p->id, &unused);
	p->name = json_text(r->a, json_get(j, "tool_name"));
	if (p->name.n == 0)
		p->name = json_text(r->a, json_get(j, "name"));
	read_text(r, json_text(r->a, json_get(j, "content")), &p->content);
	return read_images(r, json_get(j, "images"), &p->content, arena_printf(r->a, STR_FMT ".images", STR_ARG(path)));
}

/* Ollama itself puts the images of a message in front of its text. */
static int
read_plain(struct ollama_reading *r, enum chat_role role, const struct json *j, struct str path)
{
	struct part **parts = &chat_message(r->c, role)->parts;

	if (read_images(r, json_get(j, "images"), parts, arena_printf(r->a, STR_FMT ".images", STR_ARG(path))) < 0)
		return -1;
	read_text(r, json_text(r->a, json_get(j, "content")), parts);
	return 0;
}

static int
read_message(struct ollama_reading *r, const struct json *j, struct str path)
{
	static const char *const plain[] = { "role", "content", "images", "thinking", "tool_calls" };
	static const char *const result[] = { "role", "content", "images", "tool_call_id", "tool_name", "name" };
	struct str role = json_text(r->a, json_get(j, "role"));
	struct str dotted = arena_printf(r->a, STR_FMT ".", STR_ARG(path));

	if (str_eq_nocase(role, STR("tool"))) {
		ollama_note_others(r->c, j, result, LENGTH(result), dotted);
		return read_result(r, j, path);
	}
	ollama_note_others(r->c, j, plain, LENGTH(plain), dotted);
	if (str_eq_nocase(role, STR("assistant")))
		return read_assistant(r, j, path);
	if (str_eq_nocase(role, STR("user")))
		return read_plain(r, ROLE_USER, j, path);
	if (str_eq_nocase(role, STR("system")))
		return read_plain(r, ROLE_SYSTEM, j, path);
	if (str_eq_nocase(role, STR("developer")))
		return read_plain(r, ROLE_DEVELOPER, j, path);
	return ollama_refuse(r, arena_printf(r->a, STR_FMT "role", STR_ARG(dotted)), "system, user, assistant or tool");
}

int
ollama_read_messages(struct ollama_reading *r, const struct json *messages)
{
	unsigned i = 0;

	if (!json_is(messages, JSON_ARRAY))
		return 0;
	for (const struct json *j = messages->child; j != NULL; j = j->next, i++)
		if (read_message(r, j, arena_printf(r->a, "messages[%u]", i)) < 0)
			return -1;
	return 0;
}

/* A prompt is a user's message, and one without it asks for nothing (struct ask's load). */
int
ollama_read_prompt(struct ollama_reading *r, const struct json *root)
{
	struct str system = json_text(r->a, json_get(root, "system")), prompt = json_text(r->a, json_get(root, "prompt"));
	struct part **parts;

	if (prompt.n == 0)
		return 0;
	if (system.n > 0)
		read_text(r, system, &chat_message(r->c, ROLE_SYSTEM)->parts);
	parts = &chat_message(r->c, ROLE_USER)->parts;
	if (read_images(r, json_get(root, "images"), parts, STR("images")) < 0)
		return -1;
	read_text(r, prompt, parts);
	return 0;
}
