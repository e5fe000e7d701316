/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_reply.c - whole Ollama replies, read and written, and what the lines of a stream share with them.
 *
 * Runs in: worker.
 *
 * A reply is one message: thinking, text and calls in that order, whatever the
 * order was in which another vendor's model said them.
 */
#include "base/base64.h"
#include "base/clock.h"
#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/ollama.h"

#include <inttypes.h>
#include <string.h>

/*
 * Reading.
 */
uint64_t
ollama_created(struct arena *a, const struct json *root)
{
	uint64_t us;

	return clock_parse(json_text(a, json_get(root, "created_at")), &us) == 0 ? us / 1000000 : 0;
}

enum stop_reason
ollama_stop(struct arena *a, const struct json *root)
{
	static const struct {
		const char	*word;
		enum stop_reason stop;
	} reasons[] = {
		{ "", STOP_END }, { "stop", STOP_END }, { "load", STOP_END }, { "unload", STOP_END }, { "tool_calls", STOP_TOOLS },
		{ "length", STOP_LENGTH }, { "content_filter", STOP_FILTER },
	};
	struct str word = json_text(a, json_get(root, "done_reason"));

	for (size_t i = 0; i < LENGTH(reasons); i++)
		if (str_is(word, reasons[i].word))
			return reasons[i].stop;
	return STOP_OTHER;
}

static const char *
sniff(struct str bytes)
{
	if (str_starts(bytes, STR("\x89PNG")))
		return "image/png";
	if (str_starts(bytes, STR("\xff\xd8\xff")))
		return "image/jpeg";
	if (str_starts(bytes, STR("GIF8")))
		return "image/gif";
	if (str_starts(bytes, STR("RIFF")) && str_starts(str_from(bytes, 8), STR("WEBP")))
		return "image/webp";
	return "image/png";
}

static struct str
without_line_ends(struct arena *a, struct str data)
{
	char  *out;
	size_t n = 0;

	if (str_find_byte(data, '\n') == data.n && str_find_byte(data, '\r') == data.n)
		return data;
	out = arena_alloc(a, data.n);
	for (size_t i = 0; i < data.n; i++)
		if (data.p[i] != '\n' && data.p[i] != '\r')
			out[n++] = data.p[i];
	return (struct str){ out, n };
}

bool
ollama_image(struct arena *a, const struct json *image, struct media *m)
{
	struct str text = json_text(a, image), bytes;

	*m = (struct media){ .data = text };
	if (str_starts_nocase(text, STR("data:"))) {
		*m = (struct media){ 0 };
		media_from_url(m, text);
	}
	m->data = without_line_ends(a, m->data);
	if (m->data.n == 0 || base64_decode(a, str_upto(m->data, 16), &bytes) < 0)
		return false;
	if (m->mime.n == 0)
		m->mime = str_of(sniff(bytes));
	return true;
}

/* Turns of one conversation differ in their time, calls of one reply in n. */
static struct str
made_up_id(struct arena *a, const struct json *root, unsigned n, const struct part *p)
{
	uint64_t h = str_hash(arena_printf(a, STR_FMT "%u", STR_ARG(json_text(a, json_get(root, "created_at"))), n));

	h = h * UINT64_C(0x100000001b3) ^ str_hash(p->name);
	h = h * UINT64_C(0x100000001b3) ^ str_hash(p->input);
	return arena_printf(a, "call_%016" PRIx64, h);
}

void
ollama_call(struct arena *a, const struct json *root, const struct json *call, unsigned n, struct part *p)
{
	const struct json *arguments = json_path(call, "function.arguments");

	*p = (struct part){ .kind = PART_CALL };
	p->name = json_text(a, json_path(call, "function.name"));
	p->input = json_is(arguments, JSON_STRING) ? json_text(a, arguments) : raw_of(arguments);
	if (p->input.n == 0)
		p->input = STR("{}");
	p->id = json_text(a, json_get(call, "id"));
	if (p->id.n == 0)
		p->id = made_up_id(a, root, n, p);
}

static void
add_text(struct arena *a, struct part **list, enum part_kind kind, struct str text)
{
	struct part *p;

	if (text.n == 0)
		return;
	p = part_add(a, list, kind);
	p->text = text;
	p->origin = DIALECT_OLLAMA;
}

static void
read_parts(struct arena *a, const struct json *root, struct chat_choice *c)
{
	const struct json *message = json_get(root, "message"), *logprobs = json_get(root, "logprobs");
	const struct json *said = message != NULL ? message : root, *images = json_get(said, "images"),
			  *calls = json_get(said, "tool_calls");
	struct part *p;
	unsigned     n = 0;

	add_text(a, &c->parts, PART_REASONING, json_text(a, json_get(said, "thinking")));
	add_text(a, &c->parts, PART_TEXT, json_text(a, json_get(said, message != NULL ? "content" : "response")));
	for (p = c->parts; p != NULL; p = p->next)
		if (p->kind == PART_TEXT && json_is(logprobs, JSON_ARRAY) && logprobs->count > 0)
			p->logprobs = logprobs->raw;
	if (json_is(images, JSON_ARRAY))
		for (const struct json *j = images->child; j != NULL; j = j->next) {
			struct media m;

			if (ollama_image(a, j, &m))
				part_add(a, &c->parts, PART_IMAGE)->media = m;
		}
	if (json_is(calls, JSON_ARRAY))
		for (const struct json *j = calls->child; j != NULL; j = j->next) {
			struct part call;

			ollama_call(a, root, j, n, &call);
			if (call.name.n == 0)
				continue;
			p = part_add(a, &c->parts, PART_CALL);
			*p = call;
			n++;
		}
	c->stop = ollama_stop(a, root);
	if (c->stop == STOP_END && n > 0)
		c->stop = STOP_TOOLS;
}

int
ollama_read_reply(struct arena *a, struct str body, struct chat_reply *r)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .nodes = REPLY_NODES_MOST };
	struct json_error  e;
	struct json	  *root;

	*r = (struct chat_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return -1;
	if (ollama_says_error(a, root, &r->error))
		return 0;
	if (!json_is(json_get(root, "message"), JSON_OBJECT) && !json_is(json_get(root, "response"), JSON_STRING))
		return -1;
	if (json_is(json_get(root, "done"), JSON_FALSE))	/* a line of a stream, not the reply */
		return -1;
	r->model = json_text(a, json_get(root, "model"));
	r->created = ollama_created(a, root);
	ollama_usage(root, &r->usage);
	r->choices = arena_new(a, struct chat_choice);
	read_parts(a, root, r->choices);
	return 0;
}

/*
 * Writing.
 */
void
ollama_write_head(struct json_out *o, struct str model, uint64_t created, const struct voice *v)
{
	char at[25];

	clock_format(at, (created > 0 ? created : v->now) * 1000000);
	json_object(o, NULL);
	json_str(o, "model", model.n > 0 ? model : v->model);
	json_cstr(o, "created_at", at);
}

static const char *
reason_of(enum stop_reason stop, const struct voice *v)
{
	if (v->load)
		return v->unload ? "unload" : "load";
	switch (stop) {
	case STOP_LENGTH:
	case STOP_CONTEXT:
		return "length";
	case STOP_FILTER:
	case STOP_REFUSAL:
		return "content_filter";
	case STOP_PAUSE:
	case STOP_MALFORMED:
	case STOP_OTHER:
		return "other";
	default:
		return "stop";
	}
}

/* Clients' types demand the durations; nobody knows them. */
void
ollama_write_end(struct json_out *o, enum stop_reason stop, const struct usage *u, const struct voice *v)
{
	const uint64_t *t = u->tokens;

	json_bool(o, "done", true);
	json_cstr(o, "done_reason", reason_of(stop, v));
	if (v->load)
		return;
	json_unum(o, "total_duration", 0);
	json_unum(o, "load_duration", 0);
	if (u->source != USAGE_UNKNOWN)
		json_unum(o, "prompt_eval_count",
		    t[USAGE_INPUT] + t[USAGE_CACHE_READ] + t[USAGE_CACHE_WRITE] + t[USAGE_AUDIO_INPUT] + t[USAGE_IMAGE]);
	json_unum(o, "prompt_eval_duration", 0);
	if (u->source != USAGE_UNKNOWN)
		json_unum(o, "eval_count", t[USAGE_OUTPUT] + t[USAGE_REASONING] + t[USAGE_AUDIO_OUTPUT]);
	json_unum(o, "eval_duration", 0);
}

void
ollama_write_call(struct arena *a, struct json_out *o, const struct part *call, struct str id, unsigned n, const struct chat *chat)
{
	json_object(o, NULL);
	if (id.n > 0)
		json_str(o, "id", id);
	json_object(o, "function");
	json_unum(o, "index", n);
	json_str(o, "name", fit_back(chat, call->name));
	json_raw(o, "arguments", part_input_object(a, call));
	json_object_end(o);
	json_object_end(o);
}

/* An image that is not here in bytes is named; what a voice said is written down. */
static void
say(struct buf *text, const struct part *p)
{
	if (p->kind == PART_TEXT || p->kind == PART_REFUSAL || p->kind == PART_AUDIO)
		buf_str(text, p->text);
	else if (p->kind == PART_IMAGE && p->media.data.n == 0 && p->media.url.n > 0)
		buf_printf(text, "![](" STR_FMT ")", STR_ARG(p->media.url));
}

static void
write_texts(struct json_out *o, const struct part *parts, bool chat)
{
	struct buf text = { 0 }, thinking = { 0 };

	for (const struct part *p = parts; p != NULL; p = p->next) {
		say(&text, p);
		if (p->kind == PART_REASONING)
			buf_str(&thinking, p->text);
	}
	json_str(o, chat ? "content" : "response", buf_view(&text));
	if (thinking.n > 0)
		json_str(o, "thinking", buf_view(&thinking));
	buf_done(&text);
	buf_done(&thinking);
}

static void
write_images(struct json_out *o, const struct part *parts)
{
	bool begun = false;

	for (const struct part *p = parts; p != NULL; p = p->next) {
		if (p->kind != PART_IMAGE || p->media.data.n == 0)
			continue;
		if (!begun)
			json_array(o, "images");
		begun = true;
		json_str(o, NULL, p->media.data);
	}
	if (begun)
		json_array_end(o);
}

static void
write_calls(struct arena *a, struct json_out *o, const struct part *parts, const struct chat *chat)
{
	const struct part *before = parts;
	unsigned	   n = 0;

	for (const struct part *p = parts; p != NULL; p = p->next) {
		if (p->kind != PART_CALL)
			continue;
		if (n == 0)
			json_array(o, "tool_calls");
		ollama_write_call(a, o, p, carry_id(a, p->id, before, p), n++, chat);
		before = p->next;
	}
	if (n > 0)
		json_array_end(o);
}

static void
write_logprobs(struct json_out *o, const struct part *parts)
{
	bool begun = false;

	for (const struct part *p = parts; p != NULL; p = p->next) {
		struct str inside = str_trim(p->logprobs);

		if (p->kind != PART_TEXT || inside.n <= 2)
			continue;
		if (!begun)
			json_array(o, "logprobs");
		begun = true;
		json_raw(o, NULL, (struct str){ inside.p + 1, inside.n - 2 });
	}
	if (begun)
		json_array_end(o);
}

void
ollama_write_reply(struct arena *a, const struct chat_reply *r, const struct voice *v, struct buf *to)
{
	const struct chat_choice *c = r->choices;
	const struct part *parts = c != NULL ? c->parts : NULL;
	bool		   chat = v->endpoint != ENDPOINT_COMPLETIONS;
	struct json_out	   o;

	json_start(&o, to, false);
	ollama_write_head(&o, r->model, r->created, v);
	if (chat) {
		json_object(&o, "message");
		json_cstr(&o, "role", "assistant");
	}
	write_texts(&o, parts, chat);
	write_images(&o, parts);
	write_calls(a, &o, parts, v->chat);
	if (chat)
		json_object_end(&o);
	ollama_write_end(&o, c != NULL ? c->stop : STOP_NONE, &r->usage, v);
	write_logprobs(&o, parts);
	json_object_end(&o);
}
