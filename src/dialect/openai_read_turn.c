/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_read_turn.c - the assistant's message, in a request or in a reply.
 *
 * Runs in: worker.
 *
 * Its parts are put in the order in which they were made: reasoning, text,
 * calls.  Reasoning comes in three places (in reasoning_details, as plain
 * reasoning_content, inside the id of a call), and the same thought in two of
 * them is one.
 */
#include "dialect/openai_inside.h"

#include "base/map.h"
#include "dialect/carry.h"

/* content: null, a text, or an array of parts. */
int
openai_read_content(struct arena *a, const struct json *content, struct part **list, struct openai_bad *bad)
{
	const char *member;
	uint32_t    i = 0;

	if (json_is(content, JSON_STRING) && content->raw.n > 2)
		part_add(a, list, PART_TEXT)->text = json_text(a, content);
	if (!json_is(content, JSON_ARRAY))
		return 0;
	for (const struct json *p = content->child; p != NULL; p = p->next, i++) {
		if (openai_read_part(a, p, list, &member) == 0 || bad == NULL)
			continue;
		*bad = (struct openai_bad){ .member = member, .in_part = true, .part = i };
		return -1;
	}
	return 0;
}

/* Some clients mark the message, not its part. */
void
openai_mark_last(const struct json *m, struct part *list)
{
	while (list != NULL && list->next != NULL)
		list = list->next;
	if (list != NULL && list->cache.n == 0)
		list->cache = raw_of(json_get(m, "cache_control"));
}

struct turn {
	struct arena *arena;
	struct openai_bad *bad;	/* NULL: what cannot be read is passed over */
	struct part *thoughts;	/* in front of all else */
	struct part *content;
	struct part *rest;	/* calls, each with the reasoning that stood right before it */
	bool	     plain;	/* thoughts are nothing but reasoning_content */
	struct map   proofs;	/* of all thoughts, once `proven` */
	bool	     proven;
	struct map   signatures; /* of calls, among the thoughts: by the call's id */
};

static struct part *
move(struct arena *a, struct part **list, const struct part *p)
{
	struct part *to = part_add(a, list, p->kind), *last = to->last;

	*to = *p;
	to->last = last;
	to->next = NULL;
	return to;
}

static void
move_all(struct arena *a, struct part **list, const struct part *from)
{
	for (; from != NULL; from = from->next)
		move(a, list, from);
}

/* Signatures that were found to be calls' are at their calls. */
static void
move_thoughts(struct arena *a, struct part **list, const struct part *from)
{
	for (; from != NULL; from = from->next)
		if (from->kind == PART_REASONING)
			move(a, list, from);
}

/* LiteLLM's clients keep Anthropic's blocks as they were. */
static void
read_blocks(const struct json *blocks, struct turn *t)
{
	const char *member;

	if (!json_is(blocks, JSON_ARRAY))
		return;
	for (const struct json *b = blocks->child; b != NULL; b = b->next) {
		struct part *one = NULL;

		if (openai_read_part(t->arena, b, &one, &member) == 0 && one != NULL && one->kind == PART_REASONING)
			move(t->arena, &t->thoughts, one);
	}
}

static void
read_thoughts(const struct json *m, struct turn *t)
{
	static const char *const names[] = { "reasoning_content", "reasoning", "thinking" };

	openai_read_details(t->arena, json_get(m, "reasoning_details"), &t->thoughts);
	if (t->thoughts == NULL)
		read_blocks(json_get(m, "thinking_blocks"), t);
	for (size_t i = 0; i < LENGTH(names) && t->thoughts == NULL; i++) {
		struct str text = json_text(t->arena, json_get(m, names[i]));

		if (text.n == 0)
			continue;
		part_add(t->arena, &t->thoughts, PART_REASONING)->text = text;
		t->plain = true;
	}
}

/* True when another thought has the same proof. */
static bool
is_known(struct turn *t, struct part *p)
{
	struct str proof = p->signature.n > 0 ? p->signature : p->sealed;
	const struct part *same;

	if (proof.n == 0)
		return false;
	same = map_get(&t->proofs, proof);
	if (same != NULL && str_eq(same->signature, p->signature) && str_eq(same->sealed, p->sealed))
		return true;
	(void)map_put(&t->proofs, proof, p);
	return false;
}

static void
know_all(struct turn *t)
{
	for (struct part *p = t->proven ? NULL : t->thoughts; p != NULL; p = p->next)
		(void)is_known(t, p);
	t->proven = true;
}

/* What an id carried: thoughts go in front of the text when the call is the first, signatures stay at their call. */
static void
place_carried(struct turn *t, struct part *carried)
{
	bool first = t->rest == NULL;

	know_all(t);
	for (struct part *p = carried; p != NULL; p = p->next) {
		if (p->text.n > 0 && t->plain) {
			t->thoughts = NULL;
			t->plain = false;
		}
		if (is_known(t, p))
			continue;
		move(t->arena, first && (p->text.n > 0 || p->sealed.n > 0) ? &t->thoughts : &t->rest, p);
	}
}

/* OpenRouter's signature of a call stands among the details, with the call's id. */
static void
place_signature(struct turn *t, struct str id)
{
	struct part *p = id.n > 0 ? map_get(&t->signatures, id) : NULL;

	if (p == NULL || p->kind != PART_REASONING)
		return;
	move(t->arena, &t->rest, p)->id = STR_NONE;
	p->kind = PART_NATIVE;	/* no thought any more */
}

/* Of two for one call the first. */
static void
find_signatures(struct turn *t)
{
	for (struct part *p = t->thoughts; p != NULL; p = p->next)
		if (p->origin == DIALECT_GEMINI && p->signature.n > 0 && p->text.n == 0 && p->id.n > 0 &&
		    map_get(&t->signatures, p->id) == NULL)
			(void)map_put(&t->signatures, p->id, p);
}

static void
read_google(struct arena *a, const struct json *j, struct part **list)
{
	struct str   signature = openai_thought_signature(a, j);
	struct part *p;

	if (signature.n == 0)
		return;
	p = part_add(a, list, PART_REASONING);
	p->signature = signature;
	p->origin = DIALECT_GEMINI;
}

/* -1, unless nothing is to be told: then it is passed over. */
static int
refuse(const struct turn *t, const char *member, const char *should)
{
	if (t->bad == NULL)
		return 0;
	*t->bad = (struct openai_bad){ .member = member, .should = should };
	return -1;
}

static int
read_call(const struct json *j, struct turn *t)
{
	const struct json *custom = json_get(j, "custom"), *function = json_get(j, "function");
	bool		   freeform = json_is(custom, JSON_OBJECT);
	struct part	   call = { .kind = PART_CALL, .freeform = freeform }, *carried = NULL;

	if (!json_is(j, JSON_OBJECT) || !openai_read_called(t->arena, freeform ? custom : function, &call))
		return refuse(t, "tool_calls", "calls, each with a function and its name");
	call.id = json_text(t->arena, json_get(j, "id"));
	place_signature(t, call.id);
	if (t->bad != NULL && carry_take(t->arena, &call.id, &carried))	/* no upstream carries anything */
		place_carried(t, carried);
	read_google(t->arena, j, &t->rest);
	call.cache = raw_of(json_get(j, "cache_control"));
	move(t->arena, &t->rest, &call);
	return 0;
}

static int
read_calls(const struct json *m, struct turn *t)
{
	const struct json *calls = json_get(m, "tool_calls"), *legacy = json_get(m, "function_call");

	if (openai_is_said(calls) && calls->type != JSON_ARRAY)
		return refuse(t, "tool_calls", "an array of calls");
	for (const struct json *j = json_is(calls, JSON_ARRAY) ? calls->child : NULL; j != NULL; j = j->next)
		if (read_call(j, t) < 0)
			return -1;
	if (json_is(legacy, JSON_OBJECT)) {
		struct part call = { .kind = PART_CALL };

		if (!openai_read_called(t->arena, legacy, &call))
			return refuse(t, "function_call", "a call with its name");
		move(t->arena, &t->rest, &call);
	}
	return 0;
}

/* Text's citations, a spoken answer by its id, drawn images: a client gives back the message that it got. */
static void
read_extras(const struct json *m, struct turn *t)
{
	const struct json *images = json_get(m, "images");
	struct str	   refusal = json_text(t->arena, json_get(m, "refusal"));
	struct str	   audio = json_text(t->arena, json_path(m, "audio.id"));

	if (t->content != NULL && t->content->kind == PART_TEXT)
		openai_read_annotations(t->arena, json_get(m, "annotations"), t->content);
	if (refusal.n > 0)
		part_add(t->arena, &t->content, PART_REFUSAL)->text = refusal;
	if (audio.n > 0) {
		struct part *p = part_add(t->arena, &t->content, PART_AUDIO);

		p->id = audio;
		p->media.data = json_text(t->arena, json_path(m, "audio.data"));
		p->text = json_text(t->arena, json_path(m, "audio.transcript"));
		p->origin = DIALECT_OPENAI;
	}
	for (const struct json *j = json_is(images, JSON_ARRAY) ? images->child : NULL; j != NULL; j = j->next) {
		struct media media = { 0 };

		openai_read_image(t->arena, json_get(j, "image_url"), &media);
		if (media.data.n > 0 || media.url.n > 0)
			part_add(t->arena, &t->content, PART_IMAGE)->media = media;
	}
}

int
openai_read_turn(struct arena *a, const struct json *m, struct part **parts, struct openai_bad *bad)
{
	struct turn t = { .arena = a, .bad = bad, .proofs.foreign = true, .signatures.foreign = true };
	const struct json *content = json_get(m, "content");
	int	    rc;

	/* Most of a history has nothing else: twenty names are not looked for. */
	if (m->count == 2 && content != NULL && json_get(m, "role") != NULL)
		return openai_read_content(a, content, parts, bad);
	read_thoughts(m, &t);
	if (openai_read_content(a, content, &t.content, bad) < 0)
		return -1;
	read_extras(m, &t);
	openai_mark_last(m, t.content);
	find_signatures(&t);
	rc = read_calls(m, &t);
	map_done(&t.proofs);
	map_done(&t.signatures);
	if (rc < 0)
		return -1;
	move_thoughts(a, parts, t.thoughts);
	read_google(a, m, parts);
	move_all(a, parts, t.content);
	move_all(a, parts, t.rest);
	return 0;
}
