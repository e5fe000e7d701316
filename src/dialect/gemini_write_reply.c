/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_write_reply.c - a whole reply as generateContent answers.
 *
 * Runs in: worker.
 */
#include "dialect/gemini_inside.h"

/* All that a candidate has beside its parts. */
struct beside {
	struct gemini_support *supports, **to;
	unsigned   cited;	/* how many */
	struct buf logprobs;	/* elements, without brackets */
};

static void
keep_beside(struct arena *a, struct beside *b, const struct part *p, uint32_t number)
{
	for (const struct citation *c = p->citations; c != NULL && b->cited < GEMINI_CITATIONS; c = c->next, b->cited++) {
		*b->to = gemini_support_new(a, c, p->text, number);
		b->to = &(*b->to)->next;
	}
	gemini_logprobs_add(&b->logprobs, p->logprobs);
}

static void
write_content(struct arena *a, struct json_out *o, const struct chat *chat, const struct chat_choice *c, struct beside *b)
{
	struct gemini_out out = { .arena = a, .chat = chat, .out = o };

	json_object(o, "content");
	json_array(o, "parts");
	for (const struct part *p = c->parts; p != NULL; p = p->next) {
		gemini_put_part(&out, p);
		if (p->kind == PART_TEXT)
			keep_beside(a, b, p, out.n > 0 ? out.n - 1 : 0);
	}
	gemini_put_end(&out);
	if (out.n == 0)		/* never nothing: clients look at the first */
		gemini_put_text(&out, STR(""), false);
	json_array_end(o);
	json_cstr(o, "role", "model");
	json_object_end(o);
}

static void
write_candidate(struct arena *a, struct json_out *o, const struct chat *chat, const struct chat_choice *c)
{
	struct beside b = { 0 };

	b.to = &b.supports;
	json_object(o, NULL);
	write_content(a, o, chat, c, &b);
	json_cstr(o, "finishReason", gemini_finish(c->stop));
	json_unum(o, "index", c->index);
	gemini_write_supports(o, b.supports);
	if (b.logprobs.n > 0)
		gemini_write_logprobs(a, o, arena_printf(a, "[" STR_FMT "]", STR_ARG(buf_view(&b.logprobs))));
	json_object_end(o);
	buf_done(&b.logprobs);
}

void
gemini_write_reply(struct arena *a, const struct chat_reply *r, const struct voice *voice, struct buf *to)
{
	struct json_out o;

	json_start(&o, to, false);
	json_object(&o, NULL);
	json_array(&o, "candidates");
	for (const struct chat_choice *c = r->choices; c != NULL; c = c->next)
		write_candidate(a, &o, voice->chat, c);
	json_array_end(&o);
	gemini_write_usage(&o, r);
	json_str(&o, "modelVersion", r->model.n > 0 ? r->model : voice->model);
	json_str(&o, "responseId", r->id.n > 0 ? r->id : voice->id);
	json_object_end(&o);
}
