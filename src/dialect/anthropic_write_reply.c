/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_write_reply.c - a whole message, written.
 *
 * Runs in: worker.
 *
 * A message has one answer; of several the first is given.  Reasoning of others
 * is thinking whose signature is a carrier: the client gives it back unread.
 */
#include "dialect/anthropic_write.h"

#include "dialect/carry.h"
#include "dialect/fit.h"

static const struct {
	enum stop_reason stop;
	const char	*word;
} stops[] = {
	{ STOP_LENGTH, "max_tokens" },
	{ STOP_SEQUENCE, "stop_sequence" },
	{ STOP_TOOLS, "tool_use" },
	{ STOP_FILTER, "refusal" },
	{ STOP_REFUSAL, "refusal" },
	{ STOP_PAUSE, "pause_turn" },
	{ STOP_CONTEXT, "model_context_window_exceeded" },
};

const char *
anthropic_stop_word(enum stop_reason stop, bool called)
{
	for (size_t i = 0; i < LENGTH(stops); i++)
		if (stops[i].stop == stop)
			return stops[i].word;
	return called ? "tool_use" : "end_turn";
}

struct str
anthropic_message_id(struct arena *a, struct str id, const struct voice *v)
{
	if (id.n == 0)
		id = v->id;
	return str_starts(id, STR("msg_")) ? id : arena_printf(a, "msg_" STR_FMT, STR_ARG(id));
}

/* Claude Code gives thoughts back only to a model of the name that it asked for; an alias of another vendor's must be it. */
struct str
anthropic_model_told(const struct chat_reply *r, const struct voice *v)
{
	return v->renamed || r->model.n == 0 ? v->model : r->model;
}

struct str
anthropic_call_id(struct arena *a, struct str id, const struct voice *v, unsigned n)
{
	return id.n > 0 ? id : fit_word(a, arena_printf(a, "toolu_" STR_FMT "_%u", STR_ARG(v->id), n), CALL_ID_MOST);
}

/* Classes that the API does not have are in those that hold them elsewhere. */
void
anthropic_write_usage(struct json_out *o, const struct usage *u, struct str tier)
{
	const uint64_t *t = u->tokens;

	json_object(o, "usage");
	json_unum(o, "input_tokens", t[USAGE_INPUT] + t[USAGE_AUDIO_INPUT] + t[USAGE_IMAGE]);
	json_unum(o, "cache_creation_input_tokens", t[USAGE_CACHE_WRITE]);
	json_unum(o, "cache_read_input_tokens", t[USAGE_CACHE_READ]);
	json_unum(o, "output_tokens", t[USAGE_OUTPUT] + t[USAGE_REASONING] + t[USAGE_AUDIO_OUTPUT]);
	if (t[USAGE_REASONING] > 0) {
		json_object(o, "output_tokens_details");
		json_unum(o, "thinking_tokens", t[USAGE_REASONING]);
		json_object_end(o);
	}
	if (str_is(tier, "default"))
		json_cstr(o, "service_tier", "standard");
	else if (str_is(tier, "standard") || str_is(tier, "priority") || str_is(tier, "batch"))
		json_str(o, "service_tier", tier);
	json_object_end(o);
}

void
anthropic_write_citation(struct json_out *o, const char *name, const struct citation *c)
{
	if (c->origin == DIALECT_ANTHROPIC && c->raw.n > 0) {
		json_raw(o, name, c->raw);
		return;
	}
	json_object(o, name);
	json_cstr(o, "type", c->url.n > 0 ? "web_search_result_location" : "char_location");
	json_str(o, "cited_text", c->quote);
	if (c->url.n > 0) {
		json_str(o, "url", c->url);
		json_str(o, "title", c->title);
		json_cstr(o, "encrypted_index", "");
	} else {
		json_num(o, "document_index", 0);
		json_str(o, "document_title", c->title);
		json_unum(o, "start_char_index", c->begin);
		json_unum(o, "end_char_index", c->end);
		json_null(o, "file_id");
	}
	json_object_end(o);
}

/* In front of a media part's data, which is told as text: the API has no block for it. */
struct str
anthropic_media_lead(struct arena *a, const struct part *p)
{
	struct str mime = p->media.mime.n > 0 ? p->media.mime : STR("application/octet-stream");

	return arena_printf(a, "%s[" STR_FMT "](data:" STR_FMT ";base64,", p->kind == PART_IMAGE ? "!" : "", STR_ARG(p->media.name), STR_ARG(mime));
}

struct str
anthropic_media_text(struct arena *a, const struct part *p)
{
	if (p->text.n > 0)
		return p->text;
	if (p->media.data.n > 0)
		return arena_printf(a, STR_FMT STR_FMT ")", STR_ARG(anthropic_media_lead(a, p)), STR_ARG(p->media.data));
	return p->media.url.n == 0 ? STR("")
				   : arena_printf(a, "%s[" STR_FMT "](" STR_FMT ")", p->kind == PART_IMAGE ? "!" : "",
					 STR_ARG(p->media.name), STR_ARG(p->media.url));
}

/* What the client gives back: the proof itself, or a carrier of it (without the text, which stands beside). */
struct str
anthropic_proof(struct arena *a, const struct part *p, struct str text)
{
	struct part carried = *p;

	if (anthropic_is_own(p))
		return p->sealed.n > 0 ? p->sealed : p->signature;
	carried.text = text.n > 0 ? STR("") : p->text;
	return carry_wrap(a, &carried);
}

static void
write_reasoning(struct json_out *o, struct arena *a, const struct part *p)
{
	if (p->text.n + p->signature.n + p->sealed.n == 0)
		return;
	if (anthropic_is_own(p) ? p->sealed.n > 0 : p->text.n == 0)
		anthropic_write_redacted(o, NULL, anthropic_proof(a, p, STR("")));
	else
		anthropic_write_thinking(o, NULL, p->text, anthropic_proof(a, p, p->text));
}

static void
write_text(struct json_out *o, struct str text, const struct citation *cited)
{
	if (text.n == 0)
		return;
	json_object(o, NULL);
	json_cstr(o, "type", "text");
	json_str(o, "text", text);
	if (cited != NULL) {
		json_array(o, "citations");
		for (const struct citation *c = cited; c != NULL; c = c->next)
			anthropic_write_citation(o, NULL, c);
		json_array_end(o);
	}
	json_object_end(o);
}

static void
write_call(struct json_out *o, struct arena *a, const struct part *p, const struct voice *v, unsigned n)
{
	json_object(o, NULL);
	json_cstr(o, "type", "tool_use");
	json_str(o, "id", anthropic_call_id(a, p->id, v, n));
	json_str(o, "name", fit_back(v->chat, p->name));
	json_raw(o, "input", part_input_object(a, p));
	json_object_end(o);
}

static unsigned
write_content(struct json_out *o, struct arena *a, const struct part *list, const struct voice *v)
{
	unsigned calls = 0;

	json_array(o, "content");
	for (const struct part *p = list; p != NULL; p = p->next) {
		if (p->kind == PART_TEXT)
			write_text(o, p->text, p->citations);
		else if (p->kind == PART_REFUSAL && p->origin != DIALECT_ANTHROPIC)
			write_text(o, p->text, NULL);
		else if (p->kind == PART_REASONING)
			write_reasoning(o, a, p);
		else if (p->kind == PART_CALL)
			write_call(o, a, p, v, calls++);
		else if (p->kind == PART_NATIVE && p->origin == DIALECT_ANTHROPIC)
			json_raw(o, NULL, p->raw);
		else if (p->kind == PART_IMAGE || p->kind == PART_AUDIO || p->kind == PART_VIDEO || p->kind == PART_FILE)
			write_text(o, anthropic_media_text(a, p), NULL);
	}
	json_array_end(o);
	return calls;
}

/* A model that refuses in words of its own has said its part; "refusal" is said of an answer that was taken away. */
static enum stop_reason
effective_stop(enum stop_reason stop, bool called, bool refused)
{
	if (stop == STOP_REFUSAL && refused)
		stop = STOP_END;
	return stop == STOP_END && called ? STOP_TOOLS : stop;
}

/* stop_reason, stop_sequence and, when the vendor explained a refusal, stop_details. */
void
anthropic_write_stop(struct json_out *o, const struct chat_choice *c, bool called, bool refused, struct str explanation)
{
	json_cstr(o, "stop_reason", anthropic_stop_word(effective_stop(c->stop, called, refused), called));
	if (c->stop == STOP_SEQUENCE && c->stop_sequence.n > 0)
		json_str(o, "stop_sequence", c->stop_sequence);
	else
		json_null(o, "stop_sequence");
	if (explanation.n == 0)
		return;
	json_object(o, "stop_details");
	json_cstr(o, "type", "refusal");
	json_null(o, "category");
	json_str(o, "explanation", explanation);
	json_object_end(o);
}

static bool
refuses(const struct part *list)
{
	for (const struct part *p = list; p != NULL; p = p->next)
		if (p->kind == PART_REFUSAL && p->origin != DIALECT_ANTHROPIC && p->text.n > 0)
			return true;
	return false;
}

static struct str
explanation_in(const struct part *list)
{
	for (const struct part *p = list; p != NULL; p = p->next)
		if (p->kind == PART_REFUSAL && p->origin == DIALECT_ANTHROPIC)
			return p->text;
	return STR_NONE;
}

void
anthropic_write_reply(struct arena *a, const struct chat_reply *r, const struct voice *v, struct buf *to)
{
	static const struct chat_choice nothing = { 0 };
	const struct chat_choice       *c = r->choices != NULL ? r->choices : &nothing;
	struct json_out			o;
	unsigned			calls;

	json_start(&o, to, false);
	json_object(&o, NULL);
	json_str(&o, "id", anthropic_message_id(a, r->id, v));
	json_cstr(&o, "type", "message");
	json_cstr(&o, "role", "assistant");
	json_str(&o, "model", anthropic_model_told(r, v));
	calls = write_content(&o, a, c->parts, v);
	anthropic_write_stop(&o, c, calls > 0, refuses(c->parts), explanation_in(c->parts));
	anthropic_write_usage(&o, &r->usage, r->service_tier);
	json_object_end(&o);
}
