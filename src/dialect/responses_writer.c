/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_writer.c - the neutral form's events as a Responses stream.
 *
 * Runs in: worker.
 *
 * Every thing that is added is done later with its whole text, and the end
 * repeats all of it: the open block's text is kept here, what is done in
 * responses_output.c.  A message stays open until something comes that is an
 * item of its own.
 */
#include "dialect/responses_writer.h"

struct chat_writer *
responses_writer_new(struct arena *life, const struct voice *v, struct buf *out)
{
	struct responses_writer *w = arena_new(life, struct responses_writer);

	w->base = (struct chat_writer){ .voice = v, .out = out };
	w->life = life;
	w->view = (struct responses_view){ .voice = v, .echo = responses_echo(life, v) };
	return &w->base;
}

void
responses_writer_free(struct chat_writer *base)
{
	struct responses_writer *w = (struct responses_writer *)(void *)base;

	if (base == NULL)
		return;
	responses_output_done(&w->output);
	buf_done(&w->payload);
	buf_done(&w->text);
	buf_done(&w->annotations);
	buf_done(&w->logprobs);
	buf_done(&w->plain);
}

/*
 * Events.
 */
struct json_out
responses_event_begin(struct responses_writer *w, const char *type)
{
	struct json_out o;

	buf_clear(&w->payload);
	json_start(&o, &w->payload, false);
	json_object(&o, NULL);
	json_cstr(&o, "type", type);
	json_unum(&o, "sequence_number", w->sequence++);
	return o;
}

void
responses_event_end(struct responses_writer *w, struct json_out *o, const char *type)
{
	json_object_end(o);
	writer_put(&w->base, str_of(type), buf_view(&w->payload));
}

/* One that speaks of the item, and of a part in it when `index` has a name. */
struct json_out
responses_event_in(struct responses_writer *w, const char *type, const char *index)
{
	struct json_out o = responses_event_begin(w, type);

	json_str(&o, "item_id", w->id);
	json_unum(&o, "output_index", w->output.n);
	if (index != NULL)
		json_unum(&o, index, w->kind == PART_REASONING ? 0 : w->output.contents);
	return o;
}

static void
put_response(struct responses_writer *w, const char *type)
{
	struct json_out o = responses_event_begin(w, type);

	responses_put_response(&o, "response", &w->view);
	responses_event_end(w, &o, type);
}

void
responses_tell_added(struct responses_writer *w, struct str item)
{
	struct json_out o = responses_event_begin(w, "response.output_item.added");

	json_unum(&o, "output_index", w->output.n);
	json_raw(&o, "item", item);
	responses_event_end(w, &o, "response.output_item.added");
}

/* The item was added to the output, so its place is the one before the next. */
void
responses_tell_done(struct responses_writer *w, struct str item)
{
	struct json_out o = responses_event_begin(w, "response.output_item.done");

	json_unum(&o, "output_index", w->output.n - 1);
	json_raw(&o, "item", item);
	responses_event_end(w, &o, "response.output_item.done");
}

static void
start(struct responses_writer *w, const struct chat_reply *r)
{
	const struct voice *v = w->base.voice;

	if (w->started)
		return;
	w->started = true;
	w->view.id = arena_str(w->life, responses_reply_id(w->life, r->id, v));
	w->view.model = arena_str(w->life, r->model.n > 0 ? r->model : v->model);
	w->view.created = r->created > 0 ? r->created : v->now;
	w->view.tier = arena_str(w->life, r->service_tier);
	responses_output_init(&w->output, w->life, v, w->view.id);
	w->view.running = true;
	put_response(w, "response.created");
	put_response(w, "response.in_progress");
	w->view.running = false;
}

/*
 * Texts and refusals.
 */
static const char content_index[] = "content_index";

static void
close_message(struct responses_writer *w, const char *status)
{
	if (w->output.open)
		responses_tell_done(w, responses_end_message(&w->output, status));
}

static void
put_content(struct responses_writer *w, const char *type, struct str part)
{
	struct json_out o = responses_event_in(w, type, content_index);

	json_raw(&o, "part", part);
	responses_event_end(w, &o, type);
}

static struct str
empty_content(struct responses_writer *w, struct buf *b)
{
	struct json_out o;

	json_start(&o, b, false);
	responses_put_content(&o, NULL, w->kind == PART_REFUSAL, STR(""), STR_NONE, STR_NONE);
	return buf_view(b);
}

static void
open_message(struct responses_writer *w)
{
	struct buf b = { 0 };

	if (w->output.open)
		return;
	w->id = responses_item_id(&w->output, "msg");
	buf_printf(&b, "{\"id\":\"" STR_FMT "\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],"
		       "\"role\":\"assistant\"}", STR_ARG(w->id));
	responses_tell_added(w, buf_view(&b));
	w->output.open = true;
	buf_done(&b);
}

/* It is in the message already, so its place is the one before the next. */
static void
content_done(struct responses_writer *w, struct str part)
{
	w->output.contents--;
	put_content(w, "response.content_part.done", part);
	w->output.contents++;
}

static void
begin_said(struct responses_writer *w)
{
	struct buf b = { 0 };

	open_message(w);
	put_content(w, "response.content_part.added", empty_content(w, &b));
	buf_done(&b);
}

static void
say(struct responses_writer *w, struct str more)
{
	bool		refusal = w->kind == PART_REFUSAL;
	const char     *type = refusal ? "response.refusal.delta" : "response.output_text.delta";
	struct json_out o = responses_event_in(w, type, content_index);

	json_str(&o, "delta", more);
	if (!refusal)
		json_raw(&o, "logprobs", STR("[]"));
	responses_event_end(w, &o, type);
}

static void
end_said(struct responses_writer *w)
{
	bool		refusal = w->kind == PART_REFUSAL;
	const char     *type = refusal ? "response.refusal.done" : "response.output_text.done";
	struct json_out o = responses_event_in(w, type, content_index);

	json_str(&o, refusal ? "refusal" : "text", buf_view(&w->text));
	if (!refusal) {
		json_array(&o, "logprobs");
		if (w->logprobs.n > 0)
			json_raw(&o, NULL, buf_view(&w->logprobs));
		json_array_end(&o);
	}
	responses_event_end(w, &o, type);
	content_done(w, responses_add_content(&w->output, refusal, buf_view(&w->text), buf_view(&w->annotations),
			    buf_view(&w->logprobs)));
	w->refused |= refusal;
}

static void
cite(struct responses_writer *w, const struct citation *c)
{
	struct json_out o, annotation;
	size_t		from;

	if (w->annotations.n > 0)
		buf_byte(&w->annotations, ',');
	from = w->annotations.n;
	json_start(&annotation, &w->annotations, false);
	responses_write_citation(&annotation, c);
	o = responses_event_in(w, "response.output_text.annotation.added", content_index);
	json_unum(&o, "annotation_index", w->cited++);
	json_raw(&o, "annotation", str_from(buf_view(&w->annotations), from));
	responses_event_end(w, &o, "response.output_text.annotation.added");
}

/* They are told with the whole text: what came before them cannot be told again. */
static void
log_probabilities(struct responses_writer *w, struct str raw)
{
	struct str elements = responses_inside_array(raw);

	if (elements.n == 0)
		return;
	if (w->logprobs.n > 0)
		buf_byte(&w->logprobs, ',');
	buf_str(&w->logprobs, elements);
}

/* What a voice said, as nothing else of it can be told. */
static void
end_audio(struct responses_writer *w, const struct part *p)
{
	buf_clear(&w->text);
	if (p->text.n == 0)
		return;
	begin_said(w);
	buf_str(&w->text, p->text);
	say(w, p->text);
	end_said(w);
}

/* Only what its type is could be told before it is whole, and of which members it is made nobody knows. */
static void
tell_own_content(struct responses_writer *w, struct str raw)
{
	open_message(w);
	put_content(w, "response.content_part.added", raw);
	content_done(w, responses_add_own_content(&w->output, raw));
}

/*
 * Blocks.
 */
static void
begin_block(struct responses_writer *w, const struct part *p)
{
	w->open = responses_is_sayable(p);
	if (!w->open)
		return;
	w->kind = p->kind;
	w->cited = 0;
	buf_clear(&w->text);
	buf_clear(&w->annotations);
	buf_clear(&w->logprobs);
	if (!responses_is_content(p))
		close_message(w, "completed");
	if (p->kind == PART_TEXT || p->kind == PART_REFUSAL)
		begin_said(w);
	else if (p->kind == PART_CALL)
		responses_call_begin(w, p);
	else if (p->kind == PART_REASONING)
		responses_thought_begin(w, p);
}

static void
more_of_block(struct responses_writer *w, struct str more)
{
	if (more.n == 0)
		return;
	if (w->kind == PART_CALL) {
		responses_call_more(w, more);
		return;
	}
	buf_str(&w->text, more);
	if (w->kind == PART_TEXT || w->kind == PART_REFUSAL)
		say(w, more);
	else if (w->kind == PART_REASONING)
		responses_thought_more(w, more);
}

static void
end_block(struct responses_writer *w, const struct part *p)
{
	w->open = false;
	switch (w->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		end_said(w);
		return;
	case PART_CALL:
		responses_call_end(w);
		return;
	case PART_REASONING:
		responses_thought_end(w, p);
		return;
	case PART_IMAGE:
		responses_image_end(w, p);
		return;
	case PART_AUDIO:
		end_audio(w, p);
		return;
	default:
		if (responses_is_own_content(p))
			tell_own_content(w, p->raw);
		else
			responses_native_end(w, p);
		return;
	}
}

/*
 * The end.
 */
static void
finish(struct responses_writer *w)
{
	const char *status = responses_status(&w->view);
	bool	    whole = str_is(str_of(status), "completed");

	close_message(w, whole ? "completed" : "incomplete");
	w->view.items = buf_view(&w->output.items);
	put_response(w, whole ? "response.completed" : "response.incomplete");
}

static void
tell_block(struct responses_writer *w, const struct chat_event *e)
{
	if (e->type == CHAT_BEGIN)
		begin_block(w, e->part);
	else if (!w->open)
		return;
	else if (e->type == CHAT_DELTA)
		more_of_block(w, e->text);
	else if (e->type == CHAT_CITE && w->kind == PART_TEXT)
		cite(w, e->part->citations);
	else if (e->type == CHAT_LOGPROBS && w->kind == PART_TEXT)
		log_probabilities(w, e->text);
	else if (e->type == CHAT_END)
		end_block(w, e->part);
}

void
responses_write_event(void *arg, const struct chat_event *e)
{
	struct responses_writer *w = arg;

	if (e->choice != 0 || e->type == CHAT_PING)	/* one answer is all that this dialect has */
		return;
	start(w, e->type == CHAT_START ? e->reply : &(struct chat_reply){ 0 });
	switch (e->type) {
	case CHAT_BEGIN:
	case CHAT_DELTA:
	case CHAT_CITE:
	case CHAT_LOGPROBS:
	case CHAT_END:
		tell_block(w, e);
		return;
	case CHAT_STOP:
		w->view.stop = responses_stop_of(e->reply->choices->stop, w->refused);
		return;
	case CHAT_USAGE:
		w->view.usage = e->reply->usage;
		if (e->reply->service_tier.n > 0)
			w->view.tier = arena_str(w->life, e->reply->service_tier);
		return;
	case CHAT_DONE:
		finish(w);
		return;
	case CHAT_START:
	case CHAT_PING:
		return;
	}
}

void
responses_write_error(struct chat_writer *base, enum fault fault, struct str message)
{
	struct responses_writer		*w = (struct responses_writer *)(void *)base;
	const struct fault_info *f = fault_info(fault);
	struct json_out		 o = responses_event_begin(w, "error");

	json_cstr(&o, "code", f->code != NULL ? f->code : f->type);
	json_str(&o, "message", message.n > 0 ? message : str_of(f->text));
	json_null(&o, "param");
	responses_event_end(w, &o, "error");
}
