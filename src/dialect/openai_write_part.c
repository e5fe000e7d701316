/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_write_part.c - the parts of a content array, for an upstream.
 *
 * Runs in: worker.
 *
 * OpenAI itself takes images by URL or as data, WAV and MP3, and PDFs; others
 * take more.  What would be refused is refused here, by name, so that another
 * candidate can be asked.
 */
#include "dialect/openai_inside.h"

#include "base/base64.h"

static const char *const kind_names[] = {
	[PART_TEXT] = "a text",	[PART_IMAGE] = "this image", [PART_AUDIO] = "this audio", [PART_VIDEO] = "a video",
	[PART_FILE] = "this file", [PART_CALL] = "a tool call", [PART_RESULT] = "a tool result", [PART_REASONING] = "reasoning",
	[PART_REFUSAL] = "a refusal", [PART_NATIVE] = "this part",
};

int
openai_cannot(struct openai_writing *w, const struct part *p, struct str where)
{
	return complain(w->why, FAULT_INEXPRESSIBLE, where,
	    arena_printf(w->arena, "'" STR_FMT "': the upstream of this model has no way to take %s", STR_ARG(where),
		kind_names[p->kind]));
}

void
openai_write_cache(struct openai_writing *w, struct str cache)
{
	if (cache.n == 0)
		return;
	if (w->target->flavour == FLAVOUR_OPENROUTER)
		json_raw(w->out, "cache_control", cache);
	else
		report_drop(w->report, "cache_control");
}

static void
write_text(struct openai_writing *w, struct str text, struct str cache)
{
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "text");
	json_str(w->out, "text", text);
	openai_write_cache(w, cache);
	json_object_end(w->out);
}

/* {"type": name, name: {"url": url, ...}} */
static void
write_url(struct openai_writing *w, const char *name, struct str url, struct str detail, struct str cache)
{
	json_object(w->out, NULL);
	json_cstr(w->out, "type", name);
	json_object(w->out, name);
	json_str(w->out, "url", url);
	if (detail.n > 0)
		json_str(w->out, "detail", detail);
	json_object_end(w->out);
	openai_write_cache(w, cache);
	json_object_end(w->out);
}

static bool
is_web(struct str url)
{
	return str_starts_nocase(url, STR("https://")) || str_starts_nocase(url, STR("http://"));
}

/* Clients of Ollama send images without saying what they are. */
static struct str
image_mime(struct str base64)
{
	static const struct {
		const char *begin, *mime;
	} signs[] = { { "iVBOR", "image/png" }, { "/9j/", "image/jpeg" }, { "R0lGOD", "image/gif" }, { "UklGR", "image/webp" } };

	for (size_t i = 0; i < LENGTH(signs); i++)
		if (str_starts(base64, str_of(signs[i].begin)))
			return str_of(signs[i].mime);
	return STR("image/png");
}

static int
write_image(struct openai_writing *w, const struct part *p, struct str where)
{
	struct media m = p->media;

	if (m.data.n == 0 && !is_web(m.url))
		return openai_cannot(w, p, where);
	if (m.mime.n == 0)
		m.mime = image_mime(m.data);
	write_url(w, "image_url", media_to_url(w->arena, &m), m.detail, p->cache);
	return 0;
}

static int
write_audio(struct openai_writing *w, const struct part *p, struct str where)
{
	struct str format = openai_audio_format(p->media.mime);

	if (p->media.data.n == 0) {
		if (w->target->flavour != FLAVOUR_PLAIN || !is_web(p->media.url))
			return openai_cannot(w, p, where);
		write_url(w, "audio_url", p->media.url, STR_NONE, p->cache);
		return 0;
	}
	if (w->target->flavour == FLAVOUR_OFFICIAL && !str_is(format, "wav") && !str_is(format, "mp3"))
		return openai_cannot(w, p, where);
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "input_audio");
	json_object(w->out, "input_audio");
	json_str(w->out, "data", p->media.data);
	json_str(w->out, "format", format);
	json_object_end(w->out);
	openai_write_cache(w, p->cache);
	json_object_end(w->out);
	return 0;
}

static int
write_video(struct openai_writing *w, const struct part *p, struct str where)
{
	struct media m = p->media;

	if (w->target->flavour == FLAVOUR_OFFICIAL || (m.data.n == 0 && !is_web(m.url)))
		return openai_cannot(w, p, where);
	if (m.mime.n == 0)
		m.mime = STR("video/mp4");
	write_url(w, "video_url", media_to_url(w->arena, &m), STR_NONE, p->cache);
	return 0;
}

/*
 * Files.
 */
static bool
is_text(struct str mime)
{
	return str_starts_nocase(mime, STR("text/")) || str_starts_nocase(mime, STR("application/json")) ||
	    str_starts_nocase(mime, STR("application/xml"));
}

/* A document that is text needs no file: its words are what counts. */
static bool
write_document(struct openai_writing *w, const struct part *p)
{
	struct str bytes;
	struct buf b = { 0 };

	if (!is_text(p->media.mime) || base64_decode(w->arena, p->media.data, &bytes) < 0 || !utf8_valid(bytes) || bytes.n == 0)
		return false;
	if (p->media.name.n > 0) {
		buf_str(&b, p->media.name);
		buf_cstr(&b, "\n\n");
	}
	buf_str(&b, bytes);
	write_text(w, buf_view(&b), p->cache);
	buf_done(&b);
	return true;
}

static void
write_file_members(struct openai_writing *w, const struct media *m)
{
	if (m->file_id.n > 0) {
		json_str(w->out, "file_id", m->file_id);
		return;
	}
	json_str(w->out, "filename", m->name.n > 0 ? m->name : str_is(m->mime, "application/pdf") ? STR("document.pdf") : STR("file"));
	json_str(w->out, "file_data", media_to_url(w->arena, m));
}

static bool
takes_file(const struct openai_writing *w, const struct media *m)
{
	enum flavour f = w->target->flavour;

	if (m->data.n > 0)
		return f != FLAVOUR_OFFICIAL || m->mime.n == 0 || str_is(m->mime, "application/pdf");
	if (m->file_id.n > 0)	/* of another vendor's store it would mean nothing */
		return f != FLAVOUR_OPENROUTER && (w->chat->origin == DIALECT_OPENAI || w->chat->origin == DIALECT_RESPONSES);
	return f == FLAVOUR_OPENROUTER && is_web(m->url);
}

static int
write_file(struct openai_writing *w, const struct part *p, struct str where)
{
	struct media m = p->media;

	if (m.data.n > 0 && write_document(w, p))
		return 0;
	if (!takes_file(w, &m))
		return openai_cannot(w, p, where);
	if (m.mime.n == 0)
		m.mime = openai_file_mime(m.name);
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "file");
	json_object(w->out, "file");
	write_file_members(w, &m);
	json_object_end(w->out);
	openai_write_cache(w, p->cache);
	json_object_end(w->out);
	return 0;
}

int
openai_write_part(struct openai_writing *w, const struct part *p, struct str where)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		if (p->text.n > 0)
			write_text(w, p->text, p->cache);
		return 0;
	case PART_IMAGE:
		return write_image(w, p, where);
	case PART_AUDIO:
		return write_audio(w, p, where);
	case PART_VIDEO:
		return write_video(w, p, where);
	case PART_FILE:
		return write_file(w, p, where);
	case PART_NATIVE:
		if (p->origin != DIALECT_OPENAI)
			return openai_cannot(w, p, where);
		json_raw(w->out, NULL, p->raw);
		return 0;
	default:
		return 0;
	}
}
