/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_writer.c - a streamed reply, for a client of chat completions or completions.
 *
 * Runs in: worker.
 *
 * The grammar: per choice a chunk with the role, then deltas, then one with the
 * finish reason; usage in a chunk without choices, when it was asked for; then
 * [DONE].  Completions have neither role nor usage inside a choice.
 *
 * Reasoning is kept until a call comes in whose id it can ride.  Media are held
 * until they are whole: this dialect has no pieces of them.
 */
#include "dialect/openai_inside.h"

#include "dialect/carry.h"
#include "dialect/freeform.h"

struct lane {
	struct lane *next;
	uint32_t     index;
	bool	     begun, finished, called, refused;
	unsigned     calls, images;
	struct part *thoughts;	/* with proof, since the last call */
	struct buf   thought;	/* text of the open one */
	struct buf   held;	/* of the open block, what is told when it ends */
	struct openai_call form;	/* of the open call */
	struct freeform freeform;	/* its input, when the tool is hidden */
	bool	     fed;	/* some of its input was told */
	uint64_t     characters, before;	/* of all text; in front of the open one */
	uint64_t     offset;	/* of the next token */
};

struct openai_writer {
	struct chat_writer base;
	struct arena	  *life;
	struct buf	   payload;
	struct str	   head;	/* of each chunk, up to its choices */
	struct lane	  *lanes;
	struct usage	   usage;
	bool		   text;	/* completions */
	bool		   legacy;
};

struct chat_writer *
openai_writer_new(struct arena *life, const struct voice *v, struct buf *out)
{
	struct openai_writer *w = arena_new(life, struct openai_writer);

	w->base = (struct chat_writer){ .voice = v, .out = out };
	w->life = life;
	w->text = v->endpoint == ENDPOINT_COMPLETIONS;
	w->legacy = openai_is_legacy(v->chat);
	return &w->base;
}

void
openai_writer_free(struct chat_writer *base)
{
	struct openai_writer *w = (struct openai_writer *)base;

	if (w == NULL)
		return;
	buf_done(&w->payload);
	for (struct lane *l = w->lanes; l != NULL; l = l->next) {
		buf_done(&l->thought);
		buf_done(&l->held);
	}
}

static struct lane *
lane_of(struct openai_writer *w, uint32_t index)
{
	struct lane **l = &w->lanes;

	while (*l != NULL && (*l)->index != index)
		l = &(*l)->next;
	if (*l == NULL) {
		*l = arena_new(w->life, struct lane);
		(*l)->index = index;
	}
	return *l;
}

/*
 * Chunks.
 */
static void
make_head(struct openai_writer *w, const struct chat_reply *r)
{
	const struct voice *v = w->base.voice;
	struct buf	    b = { 0 };
	struct json_out	    o;

	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_str(&o, "id", openai_reply_id(w->life, r->id, v));
	json_cstr(&o, "object", w->text ? "text_completion" : "chat.completion.chunk");
	json_unum(&o, "created", r->created > 0 ? r->created : v->now);
	json_str(&o, "model", r->model.n > 0 ? r->model : v->model);
	if (openai_tier(r->service_tier) != NULL)
		json_cstr(&o, "service_tier", openai_tier(r->service_tier));
	if (r->fingerprint.n > 0)
		json_str(&o, "system_fingerprint", r->fingerprint);
	json_array(&o, "choices");
	w->head = arena_take(w->life, &b);
}

/* A choice is open in *o; end_chunk() closes it. */
static void
begin_chunk(struct openai_writer *w, struct json_out *o, const struct lane *l)
{
	if (w->head.n == 0)
		make_head(w, &(struct chat_reply){ 0 });
	buf_clear(&w->payload);
	buf_str(&w->payload, w->head);
	json_start(o, &w->payload, false);
	json_object(o, NULL);
	json_unum(o, "index", l->index);
}

static void
end_chunk(struct openai_writer *w, struct json_out *o, const char *finish)
{
	json_cstr(o, "finish_reason", finish);
	json_object_end(o);
	buf_cstr(&w->payload, w->base.voice->wants_usage ? "],\"usage\":null}" : "]}");
	writer_put(&w->base, STR_NONE, buf_view(&w->payload));
}

static void
put_role(struct openai_writer *w, struct lane *l)
{
	struct json_out o;

	if (l->begun || w->text)
		return;
	l->begun = true;
	begin_chunk(w, &o, l);
	json_object(&o, "delta");
	json_cstr(&o, "role", "assistant");
	json_cstr(&o, "content", "");
	json_null(&o, "refusal");
	json_object_end(&o);
	json_null(&o, "logprobs");
	end_chunk(w, &o, NULL);
}

static void
put_text(struct openai_writer *w, const struct lane *l, const char *member, struct str text)
{
	struct json_out o;

	begin_chunk(w, &o, l);
	if (!w->text)
		json_object(&o, "delta");
	json_str(&o, w->text ? "text" : member, text);
	if (!w->text)
		json_object_end(&o);
	json_null(&o, "logprobs");
	end_chunk(w, &o, NULL);
}

/*
 * Calls.
 */
static void
begin_delta(struct openai_writer *w, struct json_out *o, const struct lane *l)
{
	begin_chunk(w, o, l);
	json_object(o, "delta");
}

static void
end_delta(struct openai_writer *w, struct json_out *o)
{
	json_object_end(o);
	json_null(o, "logprobs");
	end_chunk(w, o, NULL);
}

static void
put_legacy(struct openai_writer *w, const struct lane *l, struct str name, struct str input)
{
	struct json_out o;

	if (l->calls > 1)	/* the old form has one call */
		return;
	begin_delta(w, &o, l);
	json_object(&o, "function_call");
	if (name.n > 0)
		json_str(&o, "name", name);
	json_str(&o, "arguments", input);
	json_object_end(&o);
	end_delta(w, &o);
}

/* The first piece of a call has its id and name. */
static void
put_call(struct openai_writer *w, const struct lane *l, struct str id, struct str name, struct str input)
{
	struct json_out o;

	if (w->legacy) {
		put_legacy(w, l, name, input);
		return;
	}
	begin_delta(w, &o, l);
	json_array(&o, "tool_calls");
	json_object(&o, NULL);
	json_unum(&o, "index", l->calls - 1);
	if (name.n > 0) {
		json_str(&o, "id", id);
		json_cstr(&o, "type", l->form.kind);
	}
	json_object(&o, l->form.kind);
	if (name.n > 0)
		json_str(&o, "name", name);
	json_str(&o, l->form.input, input);
	json_object_end(&o);
	json_object_end(&o);
	json_array_end(&o);
	end_delta(w, &o);
}

static void
begin_call(struct openai_writer *w, struct lane *l, const struct part *p)
{
	struct str id = carry_id(w->life, p->id, l->thoughts, NULL);

	l->thoughts = NULL;
	l->called = true;
	l->calls++;
	l->fed = false;
	l->form = openai_call_form(w->base.voice->chat, p);
	l->freeform = (struct freeform){ 0 };
	put_call(w, l, id, l->form.name, STR(""));
}

static void
put_held(struct openai_writer *w, struct lane *l)
{
	if (l->held.n > 0)
		put_call(w, l, STR_NONE, STR_NONE, buf_view(&l->held));
	buf_clear(&l->held);
}

/* An upstream that sent nothing at all meant no arguments. */
static void
end_call(struct openai_writer *w, struct lane *l)
{
	if (l->form.hidden) {
		freeform_end(&l->freeform, &l->held);
		put_held(w, l);
	} else if (!l->fed && str_is(str_of(l->form.kind), "function")) {
		put_call(w, l, STR_NONE, STR_NONE, STR("{}"));
	}
}

/*
 * Blocks.
 */
static void
begin_block(struct openai_writer *w, struct lane *l, const struct part *p)
{
	l->before = l->characters;
	buf_clear(&l->held);
	buf_clear(&l->thought);
	if (p->kind == PART_CALL && !w->text)
		begin_call(w, l, p);
}

static void
put_input(struct openai_writer *w, struct lane *l, struct str text)
{
	l->fed = true;
	if (!l->form.hidden) {
		put_call(w, l, STR_NONE, STR_NONE, text);
		return;
	}
	freeform_feed(&l->freeform, text, &l->held);
	put_held(w, l);
}

static void
put_delta(struct openai_writer *w, struct lane *l, const struct part *p, struct str text)
{
	switch (p->kind) {
	case PART_TEXT:
		put_text(w, l, "content", text);
		l->characters += openai_characters(text);
		return;
	case PART_REFUSAL:
		put_text(w, l, "refusal", text);
		l->refused = true;
		return;
	case PART_REASONING:
		if (!w->text)
			put_text(w, l, "reasoning_content", text);
		buf_str(&l->thought, text);
		return;
	case PART_CALL:
		if (!w->text)
			put_input(w, l, text);
		return;
	case PART_IMAGE:
	case PART_AUDIO:
		buf_str(&l->held, text);
		return;
	default:
		return;
	}
}

static void
keep_thought(struct openai_writer *w, struct lane *l, const struct part *p)
{
	struct part *kept;

	if (!openai_has_proof(p))
		return;
	kept = part_add(w->life, &l->thoughts, PART_REASONING);
	kept->text = arena_str(w->life, buf_view(&l->thought));
	kept->id = arena_str(w->life, p->id);
	kept->signature = arena_str(w->life, p->signature);
	kept->sealed = arena_str(w->life, p->sealed);
	kept->origin = p->origin;
	kept->summary = p->summary;
}

static void
put_media(struct openai_writer *w, struct lane *l, const struct part *p, struct arena *a)
{
	struct json_out o;
	struct media	m = p->media;

	m.data = buf_view(&l->held);
	begin_delta(w, &o, l);
	if (p->kind == PART_AUDIO) {
		openai_write_audio(&o, a, p, m.data, w->base.voice);
	} else {
		json_array(&o, "images");
		openai_write_image(&o, media_to_url(a, &m), l->images++);
		json_array_end(&o);
	}
	end_delta(w, &o);
}

static void
end_block(struct openai_writer *w, struct lane *l, const struct part *p)
{
	struct arena a;

	arena_init(&a);
	if (p->kind == PART_REASONING)
		keep_thought(w, l, p);
	else if (p->kind == PART_CALL && !w->text)
		end_call(w, l);
	else if ((p->kind == PART_IMAGE || p->kind == PART_AUDIO) && !w->text)
		put_media(w, l, p, &a);
	buf_done(&l->held);
	arena_done(&a);
}

static void
put_citation(struct openai_writer *w, const struct lane *l, const struct part *p)
{
	struct json_out o;

	if (w->text || p->citations == NULL)
		return;
	begin_delta(w, &o, l);
	json_array(&o, "annotations");
	openai_write_annotation(&o, p->citations, l->before);
	json_array_end(&o);
	end_delta(w, &o);
}

static void
put_logprobs(struct openai_writer *w, struct lane *l, struct str raw)
{
	struct json_out o;
	struct arena	a;

	arena_init(&a);
	begin_chunk(w, &o, l);
	if (w->text) {
		json_cstr(&o, "text", "");
	} else {
		json_object(&o, "delta");
		json_object_end(&o);
	}
	openai_write_logprobs(&o, &a, raw, w->text, &l->offset);
	end_chunk(w, &o, NULL);
	arena_done(&a);
}

/*
 * Ends.
 */
static void
put_stop(struct openai_writer *w, struct lane *l, enum stop_reason stop)
{
	struct json_out o;

	if (l->finished)
		return;
	l->finished = true;
	begin_chunk(w, &o, l);
	if (w->text) {
		json_cstr(&o, "text", "");
	} else {
		json_object(&o, "delta");
		json_object_end(&o);
	}
	json_null(&o, "logprobs");
	end_chunk(w, &o, openai_finish_of(w->base.voice->chat, stop, l->called, l->refused));
}

static void
put_done(struct openai_writer *w)
{
	struct json_out o;

	if (w->base.voice->wants_usage && w->usage.source != USAGE_UNKNOWN && w->head.n > 0) {
		buf_clear(&w->payload);
		buf_str(&w->payload, w->head);
		buf_cstr(&w->payload, "],");
		json_start(&o, &w->payload, false);
		openai_write_usage(&o, "usage", &w->usage);
		buf_byte(&w->payload, '}');
		writer_put(&w->base, STR_NONE, buf_view(&w->payload));
	}
	writer_put(&w->base, STR_NONE, STR("[DONE]"));
}

void
openai_write_event(void *arg, const struct chat_event *e)
{
	struct openai_writer *w = arg;
	struct lane	     *l;

	switch (e->type) {
	case CHAT_START:
		make_head(w, e->reply);
		put_role(w, lane_of(w, 0));
		return;
	case CHAT_USAGE:
		w->usage = e->reply->usage;
		return;
	case CHAT_DONE:
		put_done(w);
		return;
	case CHAT_PING:
		return;
	default:
		break;
	}
	l = lane_of(w, e->choice);
	put_role(w, l);
	if (e->type == CHAT_BEGIN)
		begin_block(w, l, e->part);
	else if (e->type == CHAT_DELTA)
		put_delta(w, l, e->part, e->text);
	else if (e->type == CHAT_CITE)
		put_citation(w, l, e->part);
	else if (e->type == CHAT_LOGPROBS)
		put_logprobs(w, l, e->text);
	else if (e->type == CHAT_END)
		end_block(w, l, e->part);
	else
		put_stop(w, l, e->reply->choices->stop);
}

void
openai_write_error(struct chat_writer *base, enum fault fault, struct str message)
{
	openai_error_event(base->out, base->voice->framing, !base->begun, fault, message);
	base->begun = true;
}
