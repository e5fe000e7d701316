/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_writer.c - events as a streamed reply of Gemini.
 *
 * Runs in: worker.
 *
 * Texts go out as they come.  Calls and files are one part in this dialect and
 * wait for their end.  The finish reasons, with usage and all that speaks of the
 * whole, are its last chunk: nothing else tells a client that a stream is whole,
 * so it is written when that is certain.
 */
#include "dialect/gemini_inside.h"

struct lane {
	struct lane *next;
	uint32_t     choice;
	struct buf   gathered;	/* of the open block; texts too, for citations' offsets and for carriers */
	struct buf   logprobs;
	struct buf   signature;	/* that waits for the next part */
	bool	     bare, for_call;	/* as in struct gemini_out */
	struct gemini_support *supports, **to;
	unsigned     cited;	/* how many */
	enum stop_reason stop;
};

struct gemini_writer {
	struct chat_writer writer;
	struct arena	  *life;
	struct chat_reply  reply;	/* id, model, usage, tier */
	struct lane	  *lanes;
};

struct chat_writer *
gemini_writer_new(struct arena *life, const struct voice *voice, struct buf *out)
{
	struct gemini_writer *w = arena_new(life, struct gemini_writer);

	w->writer = (struct chat_writer){ .voice = voice, .out = out };
	w->life = life;
	w->reply = (struct chat_reply){ .id = voice->id, .model = voice->model };
	return &w->writer;
}

void
gemini_writer_free(struct chat_writer *writer)
{
	struct gemini_writer *w = (struct gemini_writer *)writer;

	for (struct lane *l = w != NULL ? w->lanes : NULL; l != NULL; l = l->next) {
		buf_done(&l->gathered);
		buf_done(&l->signature);
		buf_done(&l->logprobs);
	}
}

static struct lane *
lane_of(struct gemini_writer *w, uint32_t choice)
{
	struct lane **l = &w->lanes;

	while (*l != NULL && (*l)->choice != choice)
		l = &(*l)->next;
	if (*l == NULL) {
		*l = arena_new(w->life, struct lane);
		(*l)->choice = choice;
		(*l)->to = &(*l)->supports;
	}
	return *l;
}

/* ------------------------------------------------------------------- chunks */

static void
finish_chunk(struct gemini_writer *w, struct json_out *o, struct buf *payload)
{
	json_str(o, "modelVersion", w->reply.model);
	json_str(o, "responseId", w->reply.id);
	json_object_end(o);
	writer_put(&w->writer, STR_NONE, buf_view(payload));
	buf_done(payload);
}

static void
keep_signature(struct lane *l, struct str signature)
{
	if (signature.n > 0 && signature.p == l->signature.p)	/* it waits still */
		return;
	buf_clear(&l->signature);
	buf_str(&l->signature, signature);
}

/* A chunk of one candidate, whose parts `put` writes. */
typedef void put_fn(struct gemini_out *, const struct part *);

static void
put_chunk(struct gemini_writer *w, struct lane *l, put_fn *put, const struct part *p)
{
	struct buf	  payload = { 0 };
	struct json_out	  o;
	struct arena	  a;
	struct gemini_out g = { .arena = &a, .chat = w->writer.voice->chat, .out = &o, .signature = buf_view(&l->signature),
		.bare = l->bare, .for_call = l->for_call };

	arena_init(&a);
	json_start(&o, &payload, false);
	json_object(&o, NULL);
	json_array(&o, "candidates");
	json_object(&o, NULL);
	json_object(&o, "content");
	json_array(&o, "parts");
	put(&g, p);
	json_array_end(&o);
	json_cstr(&o, "role", "model");
	json_object_end(&o);
	json_unum(&o, "index", l->choice);
	json_object_end(&o);
	json_array_end(&o);
	l->bare = g.bare;
	l->for_call = g.for_call;
	keep_signature(l, g.signature);
	arena_done(&a);
	if (g.n > 0)
		finish_chunk(w, &o, &payload);
	else
		buf_done(&payload);
}

static void
put_piece(struct gemini_out *g, const struct part *p)
{
	gemini_put_text(g, p->text, p->kind == PART_REASONING);
}

static bool
is_text(const struct part *p)
{
	return p->kind == PART_TEXT || p->kind == PART_REFUSAL || p->kind == PART_REASONING;
}

static void
delta(struct gemini_writer *w, struct lane *l, const struct chat_event *e)
{
	struct part piece = { .kind = e->part->kind, .text = e->text };

	if (e->text.n == 0)
		return;
	buf_str(&l->gathered, e->text);
	if (is_text(e->part))
		put_chunk(w, l, put_piece, &piece);
}

static void
end_block(struct gemini_writer *w, struct lane *l, const struct part *ended)
{
	struct part whole = *ended;

	if (ended->kind == PART_REASONING) {
		whole.text = ended->text.n > 0 ? ended->text : buf_view(&l->gathered);
		put_chunk(w, l, gemini_put_proof, &whole);
	} else if (!is_text(ended)) {
		if (ended->kind == PART_CALL)
			whole.input = buf_view(&l->gathered);
		else if (l->gathered.n > 0)
			whole.media.data = buf_view(&l->gathered);
		put_chunk(w, l, gemini_put_part, &whole);
	}
	buf_clear(&l->gathered);
}

/* ---------------------------------------------------------------- the last one */

static void
put_finished(struct gemini_writer *w, struct json_out *o, struct lane *l)
{
	struct gemini_out g = { .arena = w->life, .chat = w->writer.voice->chat, .out = o, .signature = buf_view(&l->signature),
		.bare = l->bare, .for_call = l->for_call };

	json_object(o, NULL);
	json_object(o, "content");
	json_array(o, "parts");
	gemini_put_end(&g);
	if (g.n == 0)
		gemini_put_text(&g, STR(""), false);
	json_array_end(o);
	json_cstr(o, "role", "model");
	json_object_end(o);
	json_cstr(o, "finishReason", gemini_finish(l->stop));
	json_unum(o, "index", l->choice);
	gemini_write_supports(o, l->supports);
	if (l->logprobs.n > 0)
		gemini_write_logprobs(w->life, o, arena_printf(w->life, "[" STR_FMT "]", STR_ARG(buf_view(&l->logprobs))));
	json_object_end(o);
}

static void
done(struct gemini_writer *w)
{
	struct buf	payload = { 0 };
	struct json_out o;

	if (w->lanes == NULL)
		(void)lane_of(w, 0);
	json_start(&o, &payload, false);
	json_object(&o, NULL);
	json_array(&o, "candidates");
	for (struct lane *l = w->lanes; l != NULL; l = l->next)
		put_finished(w, &o, l);
	json_array_end(&o);
	gemini_write_usage(&o, &w->reply);
	finish_chunk(w, &o, &payload);
	frame_end(w->writer.out, w->writer.voice->framing, false);
}

/* ------------------------------------------------------------------- events */

static void
start(struct gemini_writer *w, const struct chat_reply *r)
{
	if (r->id.n > 0)
		w->reply.id = arena_str(w->life, r->id);
	if (r->model.n > 0)
		w->reply.model = arena_str(w->life, r->model);
	if (r->service_tier.n > 0)
		w->reply.service_tier = arena_str(w->life, r->service_tier);
}

static void
cite(struct gemini_writer *w, struct lane *l, const struct citation *c)
{
	if (l->cited++ >= GEMINI_CITATIONS)
		return;
	*l->to = gemini_support_new(w->life, c, buf_view(&l->gathered), 0);
	l->to = &(*l->to)->next;
}

static void
of_block(struct gemini_writer *w, struct lane *l, const struct chat_event *e)
{
	switch (e->type) {
	case CHAT_BEGIN:
		buf_clear(&l->gathered);
		break;
	case CHAT_DELTA:
		delta(w, l, e);
		break;
	case CHAT_CITE:
		cite(w, l, e->part->citations);
		break;
	case CHAT_LOGPROBS:
		gemini_logprobs_add(&l->logprobs, e->text);
		break;
	case CHAT_END:
		end_block(w, l, e->part);
		break;
	default:
		l->stop = e->reply->choices->stop;
	}
}

void
gemini_write_event(void *arg, const struct chat_event *e)
{
	struct gemini_writer *w = arg;

	switch (e->type) {
	case CHAT_START:
		start(w, e->reply);
		return;
	case CHAT_USAGE:
		w->reply.usage = e->reply->usage;
		if (e->reply->service_tier.n > 0)
			w->reply.service_tier = arena_str(w->life, e->reply->service_tier);
		return;
	case CHAT_DONE:
		done(w);
		return;
	case CHAT_PING:
		return;
	default:
		of_block(w, lane_of(w, e->choice), e);
	}
}
