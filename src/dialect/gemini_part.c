/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_part.c - the parts of a model's turn, in a history and in a reply.
 *
 * Runs in: worker.
 *
 * A signature without a thought's text belongs to the part that it stands on: it
 * becomes a reasoning of its own directly before it.  In a request it may be a
 * carrier, which holds another vendor's reasoning with its text: what was shown
 * of it before is the same, and is not said twice.
 *
 * Texts are gathered and told when something else comes, so that the pieces of
 * a stream that a client keeps one by one are one text again.
 */
#include "base/base64.h"
#include "dialect/carry.h"
#include "dialect/gemini_inside.h"

static void
tell_text(struct gemini_turn *t)
{
	if (t->gathering && t->text.n > 0) {
		struct part *p = part_add(t->arena, t->list, t->kind);

		p->text = arena_str(t->arena, buf_view(&t->text));
		if (t->kind == PART_REASONING)
			t->shown = p;
	}
	buf_clear(&t->text);
	t->gathering = false;
}

void
gemini_turn_end(struct gemini_turn *t)
{
	tell_text(t);
	buf_done(&t->text);
}

static void
add_text(struct gemini_turn *t, enum part_kind kind, struct str text)
{
	if (t->gathering && t->kind != kind)
		tell_text(t);
	t->gathering = true;
	t->kind = kind;
	buf_str(&t->text, text);
}

/* True when the signature was a carrier: *p is what it held. */
static bool
unwrap(struct gemini_turn *t, struct str signature, struct part *p)
{
	struct str bytes;

	return t->asked && base64_decode(t->arena, signature, &bytes) == 0 && carry_unwrap(t->arena, bytes, p);
}

/* What proves a thought goes to where it was shown. */
static void
add_reasoning(struct gemini_turn *t, const struct part *from)
{
	struct part *p;

	tell_text(t);
	p = t->shown;
	if (p == NULL || from->text.n == 0 || !str_eq(p->text, from->text))
		p = part_add(t->arena, t->list, PART_REASONING);
	t->shown = NULL;
	p->text = from->text;
	p->signature = from->signature;
	p->sealed = from->sealed;
	p->id = from->id;
	p->summary = from->summary;
	p->origin = from->origin;
}

static void
add_signature(struct gemini_turn *t, struct str signature)
{
	struct part held = { .origin = DIALECT_GEMINI, .signature = signature };

	if (signature.n == 0 || (t->asked && str_is(signature, GEMINI_UNSIGNED)))
		return;
	if (unwrap(t, signature, &held) && held.text.n > 0 && t->gathering && t->kind == PART_REASONING) {
		buf_clear(&t->text);
		t->gathering = false;
	}
	add_reasoning(t, &held);
}

/* A thought's own signature proves its text. */
static void
sign_thought(struct gemini_turn *t, struct str signature)
{
	struct part held = { 0 };

	if (signature.n == 0)
		return;
	if (unwrap(t, signature, &held) || t->text.n == 0) {
		add_signature(t, signature);
		return;
	}
	held = (struct part){ .text = arena_str(t->arena, buf_view(&t->text)), .signature = signature, .origin = DIALECT_GEMINI };
	buf_clear(&t->text);
	add_reasoning(t, &held);
}

struct str
gemini_call_id(struct arena *a, struct str seed, uint32_t n)
{
	return arena_printf(a, "call_" STR_FMT "_%u", STR_ARG(seed), n);
}

struct str
gemini_id_seed(struct arena *a, const struct json *root)
{
	struct str id = json_text(a, gemini_get(root, "responseId"));
	bool	   fits = id.n >= 8 && id.n <= 40;

	for (size_t i = 0; i < id.n; i++)
		fits &= id.p[i] == '-' || id.p[i] == '_' || (id.p[i] >= '0' && id.p[i] <= '9') ||
		    ((id.p[i] | 0x20) >= 'a' && (id.p[i] | 0x20) <= 'z');
	return fits ? id : arena_printf(a, "%016llx", (unsigned long long)str_hash(id.n > 0 ? id : root->raw));
}

static int
add_call(struct gemini_turn *t, const struct json *call)
{
	const struct json *args = gemini_get(call, "args");
	struct str	   name = json_text(t->arena, gemini_get(call, "name"));
	struct part	  *p, *carried = NULL;
	struct str	   id = json_text(t->arena, gemini_get(call, "id"));

	if (name.n == 0 || (args != NULL && args->type != JSON_OBJECT))
		return -1;
	tell_text(t);
	if (t->asked && carry_take(t->arena, &id, &carried))
		for (const struct part *c = carried; c != NULL; c = c->next)
			add_reasoning(t, c);
	p = part_add(t->arena, t->list, PART_CALL);
	p->id = id.n == 0 && t->seed.n > 0 ? gemini_call_id(t->arena, t->seed, t->calls) : id;
	t->calls++;
	p->name = name;
	p->input = args != NULL ? args->raw : STR("{}");
	return 0;
}

static const char *const natives[] = { "executableCode", "codeExecutionResult", "toolCall", "toolResponse" };

bool
gemini_native(const struct json *part)
{
	for (size_t i = 0; i < LENGTH(natives); i++)
		if (gemini_get(part, natives[i]) != NULL)
			return true;
	return false;
}

static void
add_native(struct gemini_turn *t, const struct json *part)
{
	struct part *p;

	tell_text(t);
	p = part_add(t->arena, t->list, PART_NATIVE);
	p->raw = part->raw;
	p->origin = DIALECT_GEMINI;
}

static int
add_media(struct gemini_turn *t, const struct json *part)
{
	struct part read = { 0 }, *p;

	if (!gemini_media(t->arena, part, &read))
		return -1;
	tell_text(t);
	p = part_add(t->arena, t->list, read.kind);
	p->media = read.media;
	return 0;
}

int
gemini_turn_add(struct gemini_turn *t, const struct json *part)
{
	const struct json *text = gemini_get(part, "text"), *call = gemini_get(part, "functionCall");
	struct str	   signature = json_text(t->arena, gemini_get(part, "thoughtSignature"));
	bool		   thought = json_true(gemini_get(part, "thought"));

	if (!json_is(part, JSON_OBJECT) || (text != NULL && text->type != JSON_STRING))
		return -1;
	if (gemini_native(part) || (thought && text == NULL && call == NULL && gemini_get(part, "inlineData") != NULL)) {
		add_native(t, part);	/* with its signature */
		return 0;
	}
	if (thought && text != NULL) {
		add_text(t, PART_REASONING, json_text(t->arena, text));
		sign_thought(t, signature);
		return 0;
	}
	add_signature(t, signature);
	if (text != NULL) {
		if (text->raw.n > 2)
			add_text(t, PART_TEXT, json_text(t->arena, text));
		return 0;
	}
	if (call != NULL)
		return add_call(t, call);
	return add_media(t, part) == 0 || signature.n > 0 ? 0 : -1;
}
