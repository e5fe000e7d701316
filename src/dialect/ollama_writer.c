/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_writer.c - a streamed reply for an Ollama client, a line per piece.
 *
 * Runs in: worker.
 *
 * Ollama has no pieces of a call: its arguments are gathered, and it is one
 * line when it is whole.  All lines share their beginning, which is made once.
 */
#include "dialect/carry.h"
#include "dialect/ollama.h"

struct writer {
	struct chat_writer base;
	struct arena	  *life;
	struct buf	   head;	/* {"model":...,"created_at":... */
	struct buf	   line;
	struct buf	   held;	/* of the open block: thinking, arguments or base64 */
	struct part	  *carried;	/* proofs that wait for a call */
	struct str	   model;
	uint64_t	   created;
	struct usage	   usage;
	enum stop_reason   stop;
	unsigned	   calls;
	bool		   chat;	/* else /api/generate */
};

struct chat_writer *
ollama_writer_new(struct arena *life, const struct voice *v, struct buf *out)
{
	struct writer *w = arena_new(life, struct writer);

	w->base = (struct chat_writer){ .voice = v, .out = out };
	w->life = life;
	w->chat = v->endpoint != ENDPOINT_COMPLETIONS;
	return &w->base;
}

void
ollama_writer_free(struct chat_writer *base)
{
	struct writer *w = (struct writer *)base;

	if (w == NULL)
		return;
	buf_done(&w->head);
	buf_done(&w->line);
	buf_done(&w->held);
}

/*
 * Lines.
 */
static void
start_line(struct writer *w, struct json_out *o)
{
	if (w->head.n == 0) {
		json_start(o, &w->head, false);
		ollama_write_head(o, w->model, w->created, w->base.voice);
	}
	buf_clear(&w->line);
	buf_str(&w->line, buf_view(&w->head));
	json_start(o, &w->line, false);
	o->comma = true;
	o->depth = 1;
	if (w->chat) {
		json_object(o, "message");
		json_cstr(o, "role", "assistant");
	}
}

static void
put_line(struct writer *w, struct json_out *o)
{
	json_object_end(o);
	writer_put(&w->base, STR_NONE, buf_view(&w->line));
}

static void
close_message(struct writer *w, struct json_out *o)
{
	if (w->chat)
		json_object_end(o);
	json_bool(o, "done", false);
}

static void
put_text(struct writer *w, struct str text)
{
	struct json_out o;

	start_line(w, &o);
	json_str(&o, w->chat ? "content" : "response", text);
	close_message(w, &o);
	put_line(w, &o);
}

static void
put_thinking(struct writer *w, struct str text)
{
	struct json_out o;

	start_line(w, &o);
	json_cstr(&o, w->chat ? "content" : "response", "");
	json_str(&o, "thinking", text);
	close_message(w, &o);
	put_line(w, &o);
}

static void
put_logprobs(struct writer *w, struct str raw)
{
	struct json_out o;

	start_line(w, &o);
	json_cstr(&o, w->chat ? "content" : "response", "");
	close_message(w, &o);
	json_raw(&o, "logprobs", raw);
	put_line(w, &o);
}

static void
put_image(struct writer *w, const struct part *p)
{
	struct json_out o;

	if (w->held.n == 0) {
		if (p->media.url.n > 0)
			put_text(w, arena_printf(w->life, "![](" STR_FMT ")", STR_ARG(p->media.url)));
		return;
	}
	start_line(w, &o);
	json_cstr(&o, w->chat ? "content" : "response", "");
	json_array(&o, "images");
	json_str(&o, NULL, buf_view(&w->held));
	json_array_end(&o);
	close_message(w, &o);
	put_line(w, &o);
}

static void
put_call(struct writer *w, const struct part *p)
{
	struct json_out o;
	struct part	call = *p;
	struct arena	a;

	arena_init(&a);
	call.input = buf_view(&w->held);
	start_line(w, &o);
	json_cstr(&o, w->chat ? "content" : "response", "");
	json_array(&o, "tool_calls");
	ollama_write_call(&a, &o, &call, carry_id(&a, p->id, w->carried, NULL), w->calls++, w->base.voice->chat);
	json_array_end(&o);
	close_message(w, &o);
	put_line(w, &o);
	w->carried = NULL;
	arena_done(&a);
}

static void
put_end(struct writer *w)
{
	struct json_out o;

	start_line(w, &o);
	json_cstr(&o, w->chat ? "content" : "response", "");
	if (w->chat)
		json_object_end(&o);
	ollama_write_end(&o, w->stop, &w->usage, w->base.voice);
	put_line(w, &o);
}

/*
 * Events.
 */
static void
carry(struct writer *w, const struct part *p)
{
	struct part *kept;

	if (p->signature.n == 0 && p->sealed.n == 0)
		return;
	kept = part_add(w->life, &w->carried, PART_REASONING);
	kept->text = arena_str(w->life, buf_view(&w->held));
	kept->signature = arena_str(w->life, p->signature);
	kept->sealed = arena_str(w->life, p->sealed);
	kept->id = arena_str(w->life, p->id);
	kept->origin = p->origin;
	kept->summary = p->summary;
}

static void
delta(struct writer *w, const struct part *p, struct str text)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		put_text(w, text);
		return;
	case PART_REASONING:
		put_thinking(w, text);
		buf_str(&w->held, text);
		return;
	case PART_CALL:
	case PART_IMAGE:
		buf_str(&w->held, text);
		return;
	default:	/* what no Ollama client can show */
		return;
	}
}

static void
end(struct writer *w, const struct part *p)
{
	if (p->kind == PART_CALL)
		put_call(w, p);
	else if (p->kind == PART_IMAGE)
		put_image(w, p);
	else if (p->kind == PART_REASONING)
		carry(w, p);
	else if (p->kind == PART_AUDIO && p->text.n > 0)
		put_text(w, p->text);
	buf_clear(&w->held);
}

static void
start(struct writer *w, const struct chat_reply *r)
{
	w->model = arena_str(w->life, r->model);
	w->created = r->created;
}

void
ollama_write_event(void *writer, const struct chat_event *e)
{
	struct writer *w = writer;

	if (e->choice > 0)	/* nobody can ask for more than one */
		return;
	switch (e->type) {
	case CHAT_START:
		start(w, e->reply);
		return;
	case CHAT_BEGIN:
		buf_clear(&w->held);
		return;
	case CHAT_DELTA:
		delta(w, e->part, e->text);
		return;
	case CHAT_LOGPROBS:
		put_logprobs(w, e->text);
		return;
	case CHAT_END:
		end(w, e->part);
		return;
	case CHAT_STOP:
		w->stop = e->reply->choices->stop;
		return;
	case CHAT_USAGE:
		w->usage = e->reply->usage;
		return;
	case CHAT_DONE:
		put_end(w);
		return;
	case CHAT_CITE:
	case CHAT_PING:
		return;
	}
}
