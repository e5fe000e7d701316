/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_write_part.c - content parts for an upstream, and links to sources.
 *
 * Runs in: worker.
 *
 * Sound and video have no place in the vendor's input; OpenRouter takes both.
 */
#include <strings.h>

#include "dialect/responses_inside.h"

static int
cannot(struct responses_writing *w, unsigned i, const char *what)
{
	struct str where = arena_printf(w->arena, "messages[%u].content", i);

	return complain(w->why, FAULT_INEXPRESSIBLE, where,
	    arena_printf(w->arena, "'" STR_FMT "' holds %s, which the upstream of this model has no way to take", STR_ARG(where), what));
}

static bool
is_web(struct str url)
{
	return str_starts_nocase(url, STR("http://")) || str_starts_nocase(url, STR("https://"));
}

/* A file that another vendor keeps is nothing to this one. */
static bool
knows_file(const struct responses_writing *w)
{
	return w->chat->origin == DIALECT_RESPONSES || w->chat->origin == DIALECT_OPENAI;
}

/*
 * prompt_cache_breakpoint is refused by models before gpt-5.6.
 */
static bool
takes_marks(struct str model)
{
	struct str version = str_upto(str_from(model, 6), str_find_byte(str_from(model, 6), '-'));
	uint64_t   n;

	return str_starts(model, STR("gpt-5.")) && str_u64(version, &n) == 0 && n >= 6;
}

static void
write_cache(struct responses_writing *w, struct str cache)
{
	if (cache.n == 0)
		return;
	if (w->target->flavour == FLAVOUR_OPENROUTER || takes_marks(w->target->model))
		json_raw(w->out, "prompt_cache_breakpoint", STR("{\"mode\":\"explicit\"}"));
	else
		report_drop(w->report, "cache_control");
}

static void
write_text(struct responses_writing *w, const struct part *p)
{
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "input_text");
	json_str(w->out, "text", p->text);
	write_cache(w, p->cache);
	json_object_end(w->out);
	if (p->citations != NULL)
		report_drop(w->report, "citations");
}

static struct str
detail_of(const struct media *m)
{
	static const char *const details[] = { "low", "high", "auto", "original" };

	for (size_t i = 0; i < LENGTH(details); i++)
		if (str_is(m->detail, details[i]))
			return m->detail;
	return STR("auto");
}

static int
write_image(struct responses_writing *w, const struct part *p, unsigned i)
{
	const struct media *m = &p->media;

	if (m->url.n > 0 && !is_web(m->url))
		return cannot(w, i, "an image whose address is not http");
	if (m->file_id.n > 0 && !knows_file(w))
		return cannot(w, i, "an image by the id of another vendor's file");
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "input_image");
	if (m->file_id.n > 0)
		json_str(w->out, "file_id", m->file_id);
	else
		json_str(w->out, "image_url", media_to_url(w->arena, m));
	json_str(w->out, "detail", detail_of(m));
	write_cache(w, p->cache);
	json_object_end(w->out);
	return 0;
}

/* Data must have a file name, whose ending tells what it is. */
static struct str
file_name(const struct media *m)
{
	static const struct {
		const char *mime, *name;
	} names[] = {
		{ "text/plain", "document.txt" }, { "text/markdown", "document.md" }, { "text/csv", "document.csv" },
		{ "text/html", "document.html" }, { "text/xml", "document.xml" }, { "application/json", "document.json" },
	};

	if (m->name.n > 0)
		return m->name;
	for (size_t i = 0; i < LENGTH(names); i++)
		if (str_is(m->mime, names[i].mime))
			return str_of(names[i].name);
	return STR("document.pdf");
}

static int
write_file(struct responses_writing *w, const struct part *p, unsigned i)
{
	const struct media *m = &p->media;

	if (m->url.n > 0 && !is_web(m->url))
		return cannot(w, i, "a file whose address is not http");
	if (m->file_id.n > 0 && !knows_file(w))
		return cannot(w, i, "the id of another vendor's file");
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "input_file");
	if (m->file_id.n > 0) {
		json_str(w->out, "file_id", m->file_id);
	} else if (m->url.n > 0) {
		json_str(w->out, "file_url", m->url);
	} else {
		json_str(w->out, "filename", file_name(m));
		json_str(w->out, "file_data", media_to_url(w->arena, m));
	}
	write_cache(w, p->cache);
	json_object_end(w->out);
	return 0;
}

static const char *
audio_format(struct str mime)
{
	struct str type = str_upto(mime, str_find_byte(mime, ';'));

	if (str_is(type, "audio/mpeg") || str_is(type, "audio/mp3"))
		return "mp3";
	return str_is(type, "audio/wav") || str_is(type, "audio/x-wav") || str_is(type, "audio/wave") ? "wav" : NULL;
}

static int
write_audio(struct responses_writing *w, const struct part *p, unsigned i)
{
	const char *format = audio_format(p->media.mime);

	if (w->target->flavour != FLAVOUR_OPENROUTER || p->media.data.n == 0)
		return cannot(w, i, "sound");
	if (format == NULL)
		return cannot(w, i, "sound that is neither mp3 nor wav");
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "input_audio");
	json_object(w->out, "input_audio");
	json_str(w->out, "data", p->media.data);
	json_cstr(w->out, "format", format);
	json_object_end(w->out);
	json_object_end(w->out);
	return 0;
}

static int
write_video(struct responses_writing *w, const struct part *p, unsigned i)
{
	if (w->target->flavour != FLAVOUR_OPENROUTER || p->media.file_id.n > 0)
		return cannot(w, i, "a video");
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "input_video");
	json_str(w->out, "video_url", media_to_url(w->arena, &p->media));
	json_object_end(w->out);
	return 0;
}

static int
write_part(struct responses_writing *w, const struct part *p, unsigned i)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		write_text(w, p);
		return 0;
	case PART_IMAGE:
		return write_image(w, p, i);
	case PART_FILE:
		return write_file(w, p, i);
	case PART_AUDIO:
		return write_audio(w, p, i);
	case PART_VIDEO:
		return write_video(w, p, i);
	case PART_NATIVE:
		if (p->origin == DIALECT_RESPONSES)
			json_raw(w->out, NULL, p->raw);
		else
			report_native(w->report, p);
		return 0;
	case PART_REASONING:
	case PART_CALL:
	case PART_RESULT:
		return cannot(w, i, "what only an assistant may say");
	}
	return 0;
}

int
responses_write_parts(struct responses_writing *w, const struct part *p, unsigned i)
{
	for (; p != NULL; p = p->next)
		if (write_part(w, p, i) < 0)
			return -1;
	return 0;
}

/*
 * Links.
 */
void
responses_write_citation(struct json_out *o, const struct citation *c)
{
	if (c->origin == DIALECT_RESPONSES && c->raw.n > 0) {
		json_raw(o, NULL, c->raw);
		return;
	}
	json_object(o, NULL);
	if (c->url.n > 0) {
		json_cstr(o, "type", "url_citation");
		json_unum(o, "start_index", c->begin);
		json_unum(o, "end_index", c->end);
		json_str(o, "url", c->url);
		json_str(o, "title", c->title);
	} else {	/* a document that was sent along has no id */
		json_cstr(o, "type", "file_citation");
		json_str(o, "file_id", STR(""));
		json_str(o, "filename", c->title);
		json_unum(o, "index", c->end);
	}
	json_object_end(o);
}
