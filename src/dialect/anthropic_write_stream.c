/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_write_stream.c - events written as a streamed message.
 *
 * Runs in: worker.
 *
 * message_start, ping, blocks with rising index one after the other, then what
 * stopped it with the sums of usage, and message_stop.  A block begins on the
 * wire with the first of its content: only then is it known what it is (thinking
 * or sealed thinking), and a text that stays empty is none.
 */
#include "dialect/anthropic_write.h"

#include "dialect/fit.h"

struct writer {
	struct chat_writer base;	/* first: it is what others see */
	struct arena	  *life;
	struct buf	   payload;
	struct json_out	   o;
	bool		   started, open;
	enum part_kind	   kind;	/* of the block that was begun */
	bool		   freeform;	/* its input is free text, told as {"input": "..."} */
	struct str	   lead;	/* of media told as text */
	unsigned	   index, calls;
	bool		   refused;	/* in words */
	struct usage	   usage;
	struct chat_choice stop;
	struct str	   explanation;
};

struct chat_writer *
anthropic_writer_new(struct arena *life, const struct voice *voice, struct buf *out)
{
	struct writer *w = arena_new(life, struct writer);

	w->base.voice = voice;
	w->base.out = out;
	w->life = life;
	return &w->base;
}

void
anthropic_writer_free(struct chat_writer *base)
{
	buf_done(&container_of(base, struct writer, base)->payload);
}

void
anthropic_write_error(struct chat_writer *base, enum fault fault, struct str message)
{
	anthropic_error_event(base->out, base->voice->framing, !base->begun, fault, message);
	base->begun = true;
}

/*
 * Events on the wire.
 */
static struct json_out *
event(struct writer *w, const char *type)
{
	buf_clear(&w->payload);
	json_start(&w->o, &w->payload, false);
	json_object(&w->o, NULL);
	json_cstr(&w->o, "type", type);
	return &w->o;
}

static void
put(struct writer *w, const char *type)
{
	json_object_end(&w->o);
	writer_put(&w->base, str_of(type), buf_view(&w->payload));
}

static void
ping(struct writer *w)
{
	event(w, "ping");
	put(w, "ping");
}

static void
start(struct writer *w, const struct chat_reply *r)
{
	static const struct chat_reply nothing = { 0 };
	const struct voice	      *v = w->base.voice;
	struct json_out		      *o;

	if (w->started)
		return;
	w->started = true;
	if (r == NULL)
		r = &nothing;
	o = event(w, "message_start");
	json_object(o, "message");
	json_str(o, "id", anthropic_message_id(w->life, r->id, v));
	json_cstr(o, "type", "message");
	json_cstr(o, "role", "assistant");
	json_str(o, "model", anthropic_model_told(r, v));
	json_array(o, "content");
	json_array_end(o);
	json_null(o, "stop_reason");
	json_null(o, "stop_sequence");
	anthropic_write_usage(o, &r->usage, r->service_tier);
	json_object_end(o);
	put(w, "message_start");
	ping(w);
}

/* The block's own members follow. */
static struct json_out *
open_block(struct writer *w, const char *type)
{
	struct json_out *o = event(w, "content_block_start");

	w->open = true;
	json_unum(o, "index", w->index);
	if (type != NULL) {
		json_object(o, "content_block");
		json_cstr(o, "type", type);
	}
	return o;
}

static void
put_block(struct writer *w)
{
	json_object_end(&w->o);
	put(w, "content_block_start");
}

static struct json_out *
delta(struct writer *w, const char *type)
{
	struct json_out *o = event(w, "content_block_delta");

	json_unum(o, "index", w->index);
	json_object(o, "delta");
	json_cstr(o, "type", type);
	return o;
}

static void
put_delta(struct writer *w)
{
	json_object_end(&w->o);
	put(w, "content_block_delta");
}

static void
put_piece(struct writer *w, const char *type, const char *name, struct str text)
{
	if (text.n == 0)
		return;
	json_str(delta(w, type), name, text);
	put_delta(w);
}

static void
close_block(struct writer *w)
{
	if (!w->open)
		return;
	json_unum(event(w, "content_block_stop"), "index", w->index++);
	put(w, "content_block_stop");
	w->open = false;
}

/*
 * Blocks.
 */
static void
open_text(struct writer *w)
{
	if (w->open)
		return;
	json_cstr(open_block(w, "text"), "text", "");
	put_block(w);
}

static void
open_thinking(struct writer *w)
{
	struct json_out *o;

	if (w->open)
		return;
	o = open_block(w, "thinking");
	json_cstr(o, "thinking", "");
	json_cstr(o, "signature", "");
	put_block(w);
}

static void
begin_call(struct writer *w, const struct part *p)
{
	struct json_out *o = open_block(w, "tool_use");

	json_str(o, "id", anthropic_call_id(w->life, p->id, w->base.voice, w->calls++));
	json_str(o, "name", fit_back(w->base.voice->chat, p->name));
	json_object(o, "input");
	json_object_end(o);
	put_block(w);
	w->freeform = p->freeform;
	if (p->freeform)
		put_piece(w, "input_json_delta", "partial_json", STR("{\"input\":\""));
}

static void
begin(struct writer *w, const struct part *p)
{
	close_block(w);
	w->kind = p->kind;
	w->lead = STR_NONE;
	if (p->kind == PART_CALL) {
		begin_call(w, p);
	} else if (p->kind == PART_NATIVE && p->origin == DIALECT_ANTHROPIC) {
		json_raw(open_block(w, NULL), "content_block", p->raw);
		put(w, "content_block_start");
	} else if (p->kind == PART_IMAGE || p->kind == PART_VIDEO || p->kind == PART_FILE) {
		w->lead = anthropic_media_lead(w->life, p);
	} else if (p->kind == PART_REFUSAL && p->origin == DIALECT_ANTHROPIC) {
		w->kind = PART_NATIVE;	/* it goes into stop_details */
		w->explanation = STR("");
	}
}

/* Free text as the inside of a JSON string. */
static void
put_freeform(struct writer *w, struct str text)
{
	struct buf b = { 0 };

	json_quote(&b, text);
	put_piece(w, "input_json_delta", "partial_json", (struct str){ b.p + 1, b.n - 2 });
	buf_done(&b);
}

static void
more(struct writer *w, const struct chat_event *e)
{
	if (e->text.n == 0)
		return;
	switch (w->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		w->refused |= w->kind == PART_REFUSAL;
		open_text(w);
		put_piece(w, "text_delta", "text", e->text);
		break;
	case PART_REASONING:
		open_thinking(w);
		put_piece(w, "thinking_delta", "thinking", e->text);
		break;
	case PART_CALL:
		if (w->freeform)
			put_freeform(w, e->text);
		else
			put_piece(w, "input_json_delta", "partial_json", e->text);
		break;
	case PART_IMAGE:
	case PART_VIDEO:
	case PART_FILE:
		if (!w->open) {
			open_text(w);
			put_piece(w, "text_delta", "text", w->lead);
		}
		put_piece(w, "text_delta", "text", e->text);
		break;
	case PART_NATIVE:
		if (w->explanation.p != NULL)
			w->explanation = arena_printf(w->life, STR_FMT STR_FMT, STR_ARG(w->explanation), STR_ARG(e->text));
		break;
	default:
		break;
	}
}

static void
end_reasoning(struct writer *w, const struct part *p)
{
	bool sealed = anthropic_is_own(p) ? p->sealed.n > 0 : true;

	if (!w->open && p->signature.n + p->sealed.n == 0)
		return;
	if (!w->open && sealed) {
		json_str(open_block(w, "redacted_thinking"), "data", anthropic_proof(w->life, p, STR("")));
		put_block(w);
		return;
	}
	open_thinking(w);
	put_piece(w, "signature_delta", "signature", anthropic_proof(w->life, p, STR("told")));
}

static void
end(struct writer *w, const struct part *p)
{
	if (p->kind == PART_REASONING) {
		end_reasoning(w, p);
	} else if (w->kind == PART_CALL && w->freeform) {
		put_piece(w, "input_json_delta", "partial_json", STR("\"}"));
	} else if (w->lead.n > 0 && w->open) {
		put_piece(w, "text_delta", "text", STR(")"));
	} else if (w->lead.n > 0 || p->kind == PART_AUDIO) {
		struct str text = anthropic_media_text(w->life, p);

		if (text.n > 0) {
			open_text(w);
			put_piece(w, "text_delta", "text", text);
		}
	}
	close_block(w);
}

static void
cite(struct writer *w, const struct citation *c)
{
	if (w->kind != PART_TEXT || c == NULL)
		return;
	open_text(w);
	anthropic_write_citation(delta(w, "citations_delta"), "citation", c);
	put_delta(w);
}

/*
 * The end.
 */
static void
remember_stop(struct writer *w, const struct chat_choice *c)
{
	close_block(w);
	w->stop.stop = c->stop;
	w->stop.stop_sequence = arena_str(w->life, c->stop_sequence);
}

static void
finish(struct writer *w)
{
	struct json_out *o;

	close_block(w);
	o = event(w, "message_delta");
	json_object(o, "delta");
	anthropic_write_stop(o, &w->stop, w->calls > 0, w->refused, w->explanation);
	json_object_end(o);
	anthropic_write_usage(o, &w->usage, STR_NONE);
	put(w, "message_delta");
	event(w, "message_stop");
	put(w, "message_stop");
}

void
anthropic_write_event(void *arg, const struct chat_event *e)
{
	struct writer *w = container_of((struct chat_writer *)arg, struct writer, base);

	if (e->choice != 0)	/* a message has one answer */
		return;
	start(w, e->type == CHAT_START ? e->reply : NULL);
	switch (e->type) {
	case CHAT_START:
	case CHAT_LOGPROBS:
		break;
	case CHAT_BEGIN:
		begin(w, e->part);
		break;
	case CHAT_DELTA:
		more(w, e);
		break;
	case CHAT_CITE:
		cite(w, e->part->citations);
		break;
	case CHAT_END:
		end(w, e->part);
		break;
	case CHAT_STOP:
		remember_stop(w, e->reply->choices);
		break;
	case CHAT_USAGE:
		w->usage = e->reply->usage;
		break;
	case CHAT_DONE:
		finish(w);
		break;
	case CHAT_PING:
		ping(w);
		break;
	}
}
