/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_write_turn.c - a turn of the assistant, for an upstream.
 *
 * Runs in: worker.
 *
 * Results follow the message with their calls directly, so messages in a row
 * that call anywhere are one.  A message says something: one of nothing but
 * thoughts that the upstream cannot take is left out.
 */
#include "dialect/openai_inside.h"

#include "dialect/fit.h"

struct turn {
	const struct message *first, *end;
	unsigned texts, calls, refusals, images, thoughts, proofs, natives;
	const struct part *spoken;	/* kept by the upstream, told by its id */
	bool	 marked;	/* a text has a cache mark */
	unsigned i;		/* of the message, for complaints */
};

#define EACH_PART(p, t) \
	for (const struct message *m_ = (t)->first; m_ != (t)->end; m_ = m_->next) \
		for (const struct part *p = m_->parts; p != NULL; p = p->next)

static bool
is_plain(const struct openai_writing *w)
{
	return w->target->flavour == FLAVOUR_PLAIN;
}

static bool
is_openrouter(const struct openai_writing *w)
{
	return w->target->flavour == FLAVOUR_OPENROUTER;
}

static struct str
where_of(const struct openai_writing *w, const struct turn *t, unsigned part)
{
	return arena_printf(w->arena, "messages[%u].content[%u]", t->i, part);
}

static int
count_part(struct openai_writing *w, struct turn *t, const struct part *p, unsigned n)
{
	switch (p->kind) {
	case PART_TEXT:
		t->texts += p->text.n > 0;
		t->marked |= p->cache.n > 0;
		if (p->citations != NULL)
			report_drop(w->report, "citations");
		return 0;
	case PART_REFUSAL:
		t->refusals++;
		return 0;
	case PART_CALL:
		t->calls++;
		return 0;
	case PART_REASONING:
		t->thoughts += p->text.n > 0;
		t->proofs += openai_has_proof(p);
		return 0;
	case PART_AUDIO:
		if (p->id.n == 0 && p->text.n == 0)
			return openai_cannot(w, p, where_of(w, t, n));
		if (p->id.n == 0)
			report_drop(w->report, "audio");
		t->texts += p->id.n == 0;
		t->spoken = p->id.n > 0 ? p : t->spoken;
		return 0;
	case PART_IMAGE:
		t->images++;
		return is_openrouter(w) ? 0 : openai_cannot(w, p, where_of(w, t, n));
	case PART_NATIVE:
		if (p->origin == DIALECT_OPENAI)
			t->natives++;
		else
			report_native(w->report, p);
		return 0;
	default:
		return openai_cannot(w, p, where_of(w, t, n));
	}
}

static int
count_turn(struct openai_writing *w, struct turn *t)
{
	for (const struct message *m = t->first; m != t->end; m = m->next) {
		unsigned n = 0;

		for (const struct part *p = m->parts; p != NULL; p = p->next)
			if (count_part(w, t, p, n++) < 0)
				return -1;
		t->i++;
	}
	return 0;
}

/* Text of the turn; a refusal is one where there is no member for it. */
static bool
is_said(const struct openai_writing *w, const struct part *p)
{
	return p->kind == PART_TEXT || (p->kind == PART_AUDIO && p->id.n == 0) || (p->kind == PART_REFUSAL && is_plain(w));
}

static void
write_string(struct openai_writing *w, const struct turn *t)
{
	struct buf b = { 0 };
	const struct message *from = NULL;

	EACH_PART(p, t) {
		if (!is_said(w, p) || p->text.n == 0)
			continue;
		if (from != NULL && from != m_)
			buf_cstr(&b, "\n\n");
		from = m_;
		buf_str(&b, p->text);
	}
	json_str(w->out, "content", buf_view(&b));
	buf_done(&b);
}

static int
write_array(struct openai_writing *w, const struct turn *t)
{
	json_array(w->out, "content");
	EACH_PART(p, t) {
		struct part text = *p;

		if (p->kind != PART_NATIVE && !is_said(w, p))
			continue;
		if (p->kind == PART_AUDIO)
			text.kind = PART_TEXT;
		if (openai_write_part(w, &text, STR("messages")) < 0)
			return -1;
	}
	json_array_end(w->out);
	return 0;
}

static void
write_refusal(struct openai_writing *w, const struct turn *t)
{
	EACH_PART(p, t)
		if (p->kind == PART_REFUSAL) {
			json_str(w->out, "refusal", p->text);
			return;
		}
}

static int
write_said(struct openai_writing *w, const struct turn *t)
{
	unsigned texts = t->texts + (is_plain(w) ? t->refusals : 0);

	EACH_PART(p, t)
		if (p->kind == PART_TEXT && !is_openrouter(w))
			openai_write_cache(w, p->cache);
	if (t->natives > 0 || (t->marked && is_openrouter(w)) || (texts > 1 && !is_plain(w)))
		return write_array(w, t);
	if (texts > 0)
		write_string(w, t);
	else
		json_null(w->out, "content");
	if (!is_plain(w))
		write_refusal(w, t);
	return 0;
}

/*
 * Reasoning.
 */
static const struct part *
next_call(const struct part *p)
{
	while (p != NULL && p->kind != PART_CALL)
		p = p->next;
	return p;
}

/* The call that comes next is looked for when the one before it was passed. */
static void
write_details(struct openai_writing *w, const struct turn *t)
{
	unsigned index = 0;

	json_array(w->out, "reasoning_details");
	for (const struct message *m = t->first; m != t->end; m = m->next) {
		const struct part *call = next_call(m->parts);

		for (const struct part *p = m->parts; p != NULL; p = p->next) {
			if (p == call)
				call = next_call(p->next);
			if (p->kind == PART_REASONING)
				openai_write_details(w->out, p, &index, openai_fit_id(w->arena, call != NULL ? call->id : STR_NONE));
		}
	}
	json_array_end(w->out);
}

static void
write_thought(struct openai_writing *w, const struct turn *t, const char *name)
{
	struct buf b = { 0 };

	EACH_PART(p, t)
		if (p->kind == PART_REASONING)
			buf_str(&b, p->text);
	json_str(w->out, name, buf_view(&b));
	buf_done(&b);
}

static void
write_reasoning(struct openai_writing *w, const struct turn *t)
{
	if (t->thoughts == 0 && t->proofs == 0)
		return;
	if (is_openrouter(w)) {
		if (t->proofs > 0)
			write_details(w, t);
		else
			write_thought(w, t, "reasoning");
	} else if (is_plain(w) && t->thoughts > 0) {
		write_thought(w, t, "reasoning_content");
	} else if (!is_plain(w)) {
		report_drop(w->report, "reasoning");
	}
}

/*
 * Calls.
 */
static struct str
arguments(const struct openai_writing *w, const struct part *p)
{
	if (str_trim(p->input).n == 0 && !p->freeform)
		return STR("{}");
	if (!p->freeform && w->target->flavour == FLAVOUR_OFFICIAL)
		return p->input;
	return part_input_object(w->arena, p);
}

/* Google's own compatible endpoint wants the signature back where it gave it. */
static void
write_signature(struct openai_writing *w, const struct part *before)
{
	struct json_out *o = w->out;

	if (!is_plain(w) || before == NULL || before->kind != PART_REASONING || before->origin != DIALECT_GEMINI ||
	    before->signature.n == 0)
		return;
	json_object(o, "extra_content");
	json_object(o, "google");
	json_str(o, "thought_signature", before->signature);
	json_object_end(o);
	json_object_end(o);
}

static void
write_call(struct openai_writing *w, const struct part *p, const struct part *before)
{
	struct json_out *o = w->out;
	bool		 custom = p->freeform && w->target->flavour == FLAVOUR_OFFICIAL;

	json_object(o, NULL);
	json_str(o, "id", openai_fit_id(w->arena, p->id));
	json_cstr(o, "type", custom ? "custom" : "function");
	json_object(o, custom ? "custom" : "function");
	json_str(o, "name", fit_word(w->arena, p->name, OPENAI_NAME_MOST));
	json_str(o, custom ? "input" : "arguments", custom ? p->input : arguments(w, p));
	json_object_end(o);
	write_signature(w, before);
	json_object_end(o);
	if (p->cache.n > 0)
		report_drop(w->report, "cache_control");
}

static void
write_calls(struct openai_writing *w, const struct turn *t)
{
	const struct part *before = NULL;

	json_array(w->out, "tool_calls");
	EACH_PART(p, t) {
		if (p->kind == PART_CALL)
			write_call(w, p, before);
		before = p;
	}
	json_array_end(w->out);
}

static int
write_images(struct openai_writing *w, const struct turn *t)
{
	json_array(w->out, "images");
	EACH_PART(p, t)
		if (p->kind == PART_IMAGE && openai_write_part(w, p, STR("messages")) < 0)
			return -1;
	json_array_end(w->out);
	return 0;
}

static int
write_turn(struct openai_writing *w, struct turn *t)
{
	struct json_out *o = w->out;

	if (count_turn(w, t) < 0)
		return -1;
	if (t->texts + t->calls + t->refusals + t->images + t->natives == 0 && t->spoken == NULL) {
		if (t->thoughts + t->proofs > 0)
			report_drop(w->report, "reasoning");
		return 0;
	}
	json_object(o, NULL);
	json_cstr(o, "role", "assistant");
	if (t->first->name.n > 0)
		json_str(o, "name", t->first->name);
	if (write_said(w, t) < 0)
		return -1;
	write_reasoning(w, t);
	if (t->spoken != NULL) {
		json_object(o, "audio");
		json_str(o, "id", t->spoken->id);
		json_object_end(o);
	}
	if (t->images > 0 && write_images(w, t) < 0)
		return -1;
	if (t->calls > 0)
		write_calls(w, t);
	json_object_end(o);
	return 0;
}

int
openai_write_turn(struct openai_writing *w, const struct message *first, const struct message *end, unsigned i)
{
	struct turn t = { .first = first, .end = end, .i = i };

	return write_turn(w, &t);
}

static bool
has_call(const struct message *m)
{
	for (const struct part *p = m->parts; p != NULL; p = p->next)
		if (p->kind == PART_CALL)
			return true;
	return false;
}

const struct message *
openai_row_end(const struct message *first, bool *called)
{
	*called = false;
	for (; first != NULL && first->role == ROLE_ASSISTANT; first = first->next)
		*called |= has_call(first);
	return first;
}
