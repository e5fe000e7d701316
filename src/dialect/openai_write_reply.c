/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_write_reply.c - a whole reply, for a client of chat completions or completions.
 *
 * Runs in: worker.
 *
 * A message has one text, so texts are joined; a citation's place is counted in
 * the whole.  Reasoning that its upstream wants back rides in the id of the
 * call behind it: clients give that back unread.
 */
#include "dialect/openai_inside.h"

#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/freeform.h"

#define AUDIO_LIVES_S 3600	/* nobody keeps it: OpenAI's own time */

struct openai_call
openai_call_form(const struct chat *c, const struct part *p)
{
	struct part	   named = *p;
	struct openai_call form = { .kind = "function", .input = "arguments" };

	named.name = form.name = fit_back(c, p->name);
	form.hidden = freeform_is_hidden(c, &named);
	if (p->freeform || form.hidden) {
		form.kind = "custom";
		form.input = "input";
	}
	return form;
}

const char *
openai_finish_of(const struct chat *c, enum stop_reason stop, bool called, bool refused)
{
	if (called && (stop == STOP_NONE || stop == STOP_END || stop == STOP_TOOLS))
		return openai_is_legacy(c) ? "function_call" : "tool_calls";
	return openai_finish(stop, refused);
}

void
openai_write_audio(struct json_out *o, struct arena *a, const struct part *p, struct str data, const struct voice *v)
{
	json_object(o, "audio");
	json_str(o, "id", p->id.n > 0 ? p->id : arena_printf(a, "audio_" STR_FMT, STR_ARG(v->id)));
	json_unum(o, "expires_at", v->now + AUDIO_LIVES_S);
	json_str(o, "data", data);
	json_str(o, "transcript", p->text);
	json_object_end(o);
}

void
openai_write_image(struct json_out *o, struct str url, unsigned index)
{
	json_object(o, NULL);
	json_cstr(o, "type", "image_url");
	json_object(o, "image_url");
	json_str(o, "url", url);
	json_object_end(o);
	json_unum(o, "index", index);
	json_object_end(o);
}

/*
 * Members of a message.
 */
static unsigned
count_parts(const struct part *list, enum part_kind kind)
{
	unsigned n = 0;

	for (; list != NULL; list = list->next)
		n += list->kind == kind;
	return n;
}

static struct str
joined(struct arena *a, const struct part *list, enum part_kind kind)
{
	struct buf b = { 0 };
	struct str text;

	for (; list != NULL; list = list->next)
		if (list->kind == kind)
			buf_str(&b, list->text);
	text = arena_take(a, &b);
	return text;
}

static void
write_content(struct json_out *o, struct arena *a, const struct part *list)
{
	struct str refusal = joined(a, list, PART_REFUSAL), thought = joined(a, list, PART_REASONING);

	if (count_parts(list, PART_TEXT) > 0 || (refusal.n == 0 && count_parts(list, PART_CALL) + count_parts(list, PART_AUDIO) == 0))
		json_str(o, "content", joined(a, list, PART_TEXT));
	else
		json_null(o, "content");
	if (refusal.n > 0)
		json_str(o, "refusal", refusal);
	else
		json_null(o, "refusal");
	if (thought.n > 0)
		json_str(o, "reasoning_content", thought);
}

static void
write_annotations(struct json_out *o, const struct part *list)
{
	uint64_t shift = 0;
	bool	 any = false;

	for (; list != NULL; list = list->next) {
		if (list->kind != PART_TEXT)
			continue;
		for (const struct citation *c = list->citations; c != NULL; c = c->next) {
			if (!any)
				json_array(o, "annotations");
			any = true;
			openai_write_annotation(o, c, shift);
		}
		shift += openai_characters(list->text);
	}
	if (any)
		json_array_end(o);
}

static void
write_media(struct json_out *o, struct arena *a, const struct part *list, const struct voice *v)
{
	unsigned n = 0;

	for (const struct part *p = list; p != NULL; p = p->next)
		if (p->kind == PART_AUDIO) {
			openai_write_audio(o, a, p, p->media.data, v);
			break;
		}
	if (count_parts(list, PART_IMAGE) == 0)
		return;
	json_array(o, "images");
	for (const struct part *p = list; p != NULL; p = p->next)
		if (p->kind == PART_IMAGE)
			openai_write_image(o, media_to_url(a, &p->media), n++);
	json_array_end(o);
}

static struct str
input_of(struct arena *a, const struct part *p, const struct openai_call *form)
{
	if (form->hidden)
		return freeform_text(a, p->input);
	return p->input.n > 0 || p->freeform ? p->input : STR("{}");
}

static void
write_call(struct json_out *o, struct arena *a, const struct part *p, const struct part *since, const struct voice *v)
{
	struct openai_call form = openai_call_form(v->chat, p);

	json_object(o, NULL);
	json_str(o, "id", carry_id(a, p->id, since, p));
	json_cstr(o, "type", form.kind);
	json_object(o, form.kind);
	json_str(o, "name", form.name);
	json_str(o, form.input, input_of(a, p, &form));
	json_object_end(o);
	json_object_end(o);
}

static void
write_calls(struct json_out *o, struct arena *a, const struct part *list, const struct voice *v)
{
	const struct part *since = list;

	json_array(o, "tool_calls");
	for (const struct part *p = list; p != NULL; p = p->next) {
		if (p->kind != PART_CALL)
			continue;
		write_call(o, a, p, since, v);
		since = p->next;
	}
	json_array_end(o);
}

/* The old form has one call and no id. */
static void
write_function_call(struct json_out *o, const struct part *list, const struct chat *chat)
{
	while (list->kind != PART_CALL)
		list = list->next;
	json_object(o, "function_call");
	json_str(o, "name", fit_back(chat, list->name));
	json_str(o, "arguments", list->input.n > 0 ? list->input : STR("{}"));
	json_object_end(o);
}

static void
write_message(struct json_out *o, struct arena *a, const struct chat_choice *c, const struct voice *v)
{
	json_object(o, "message");
	json_cstr(o, "role", "assistant");
	write_content(o, a, c->parts);
	write_annotations(o, c->parts);
	write_media(o, a, c->parts, v);
	if (count_parts(c->parts, PART_CALL) > 0) {
		if (openai_is_legacy(v->chat))
			write_function_call(o, c->parts, v->chat);
		else
			write_calls(o, a, c->parts, v);
	}
	json_object_end(o);
}

/*
 * Choices.
 */
static struct str
all_logprobs(struct arena *a, const struct part *list)
{
	struct buf b = { 0 };
	struct str raw = STR_NONE;

	for (; list != NULL; list = list->next) {
		struct str inside = str_trim(list->logprobs);

		if (list->kind != PART_TEXT || inside.n <= 2)
			continue;
		buf_byte(&b, b.n > 0 ? ',' : '[');
		buf_str(&b, (struct str){ inside.p + 1, inside.n - 2 });
	}
	if (b.n > 0) {
		buf_byte(&b, ']');
		raw = arena_str(a, buf_view(&b));
	}
	buf_done(&b);
	return raw;
}

static void
write_choice(struct json_out *o, struct arena *a, const struct chat_choice *c, const struct voice *v)
{
	bool	 text = v->endpoint == ENDPOINT_COMPLETIONS;
	uint64_t offset = 0;

	json_object(o, NULL);
	json_unum(o, "index", c->index);
	if (text)
		json_str(o, "text", joined(a, c->parts, count_parts(c->parts, PART_TEXT) > 0 ? PART_TEXT : PART_REFUSAL));
	else
		write_message(o, a, c, v);
	openai_write_logprobs(o, a, all_logprobs(a, c->parts), text, &offset);
	json_cstr(o, "finish_reason", openai_finish_of(v->chat, c->stop, !text && count_parts(c->parts, PART_CALL) > 0,
	    count_parts(c->parts, PART_REFUSAL) > 0));
	json_object_end(o);
}

void
openai_write_reply(struct arena *a, const struct chat_reply *r, const struct voice *v, struct buf *to)
{
	static const struct chat_choice nothing = { 0 };
	struct json_out o;

	json_start(&o, to, false);
	json_object(&o, NULL);
	json_str(&o, "id", openai_reply_id(a, r->id, v));
	json_cstr(&o, "object", v->endpoint == ENDPOINT_COMPLETIONS ? "text_completion" : "chat.completion");
	json_unum(&o, "created", r->created > 0 ? r->created : v->now);
	json_str(&o, "model", r->model.n > 0 ? r->model : v->model);
	json_array(&o, "choices");
	for (const struct chat_choice *c = r->choices != NULL ? r->choices : &nothing; c != NULL; c = c->next)
		write_choice(&o, a, c, v);
	json_array_end(&o);
	if (r->usage.source != USAGE_UNKNOWN)
		openai_write_usage(&o, "usage", &r->usage);
	if (openai_tier(r->service_tier) != NULL)
		json_cstr(&o, "service_tier", openai_tier(r->service_tier));
	if (r->fingerprint.n > 0)
		json_str(&o, "system_fingerprint", r->fingerprint);
	json_object_end(&o);
}
