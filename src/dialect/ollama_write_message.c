/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_write_message.c - messages for an Ollama upstream.
 *
 * Runs in: worker.
 *
 * A message is one text, images in base64, thinking and calls.  A tool's message
 * is text alone: images of results follow the last of them in a user's message.
 */
#include "base/base64.h"
#include "dialect/ollama_write.h"

#include <string.h>

/* What one message says, gathered from its parts. */
struct spoken {
	struct buf text, thinking;
	struct buf images;	/* a JSON array, not closed yet */
	unsigned   calls;
	const char *between;	/* texts that follow each other */
};

static void
spoken_done(struct spoken *s)
{
	buf_done(&s->text);
	buf_done(&s->thinking);
	buf_done(&s->images);
}

static void
say(struct spoken *s, struct str text)
{
	if (text.n > 0 && s->text.n > 0)
		buf_cstr(&s->text, s->between);
	buf_str(&s->text, text);
}

static int
cannot(struct ollama_writing *w, struct str at, const char *what)
{
	return complain(w->why, FAULT_INEXPRESSIBLE, at,
	    arena_printf(w->a, "'" STR_FMT "' is %s, which the upstream of this model has no way to take", STR_ARG(at), what));
}

/* Go's decoder wants the standard alphabet with its padding. */
static struct str
standard_base64(struct arena *a, struct str data)
{
	struct str bytes;
	bool	   is_standard = data.n % 4 == 0 && str_find_byte(data, '-') == data.n && str_find_byte(data, '_') == data.n;

	return is_standard || base64_decode(a, data, &bytes) < 0 ? data : base64_encode(a, bytes);
}

static int
add_image(struct ollama_writing *w, struct spoken *s, const struct part *p, struct str at)
{
	if (p->media.data.n == 0)
		return cannot(w, at, p->media.url.n > 0 ? "an image by URL" : "an image by file id");
	buf_byte(&s->images, s->images.n > 0 ? ',' : '[');
	json_quote(&s->images, standard_base64(w->a, p->media.data));
	if (p->media.detail.n > 0 && !str_is(p->media.detail, "auto"))
		report_drop(w->report, "detail");
	return 0;
}

static bool
is_text_type(struct str mime)
{
	static const char *const types[] = { "application/json", "application/xml", "application/yaml", "application/x-yaml",
		"application/javascript", "application/x-ndjson" };

	mime = str_trim(str_upto(mime, str_find_byte(mime, ';')));
	if (str_starts_nocase(mime, STR("text/")))
		return true;
	for (size_t i = 0; i < LENGTH(types); i++)
		if (str_eq_nocase(mime, str_of(types[i])))
			return true;
	return false;
}

/* A document that is text is said as text, under its name. */
static int
add_file(struct ollama_writing *w, struct spoken *s, const struct part *p, struct str at)
{
	struct str text;

	if (p->media.data.n == 0 || !is_text_type(p->media.mime))
		return cannot(w, at, "a file");
	if (base64_decode(w->a, p->media.data, &text) < 0 || !utf8_valid(text))
		return cannot(w, at, "a file that is no text");
	say(s, p->media.name.n == 0 ? text
		: ARENA_JOIN(w->a, p->media.name, STR(":\n"), text));
	return 0;
}

static void
add_reasoning(struct ollama_writing *w, struct spoken *s, const struct part *p)
{
	if (p->text.n == 0 && p->sealed.n > 0)
		report_drop(w->report, "reasoning");
	if (p->text.n > 0 && s->thinking.n > 0)
		buf_cstr(&s->thinking, "\n\n");
	buf_str(&s->thinking, p->text);
}

static int
add_part(struct ollama_writing *w, struct spoken *s, const struct part *p, struct str at)
{
	if (p->cache.n > 0)
		report_drop(w->report, "cache_control");
	if (p->citations != NULL)
		report_drop(w->report, "citations");
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		say(s, p->text);
		return 0;
	case PART_IMAGE:
		return add_image(w, s, p, at);
	case PART_FILE:
		return add_file(w, s, p, at);
	case PART_AUDIO:
		if (p->text.n == 0 || p->media.data.n > 0)
			return cannot(w, at, "audio");
		say(s, p->text);
		return 0;
	case PART_VIDEO:
		return cannot(w, at, "video");
	case PART_REASONING:
		add_reasoning(w, s, p);
		return 0;
	case PART_CALL:
		s->calls++;
		return 0;
	case PART_NATIVE:
		report_native(w->report, p);
		return 0;
	case PART_RESULT:	/* a message of its own */
		return 0;
	}
	return 0;
}

static int
gather(struct ollama_writing *w, struct spoken *s, const struct part *parts, struct str at)
{
	unsigned i = 0;

	for (const struct part *p = parts; p != NULL; p = p->next, i++)
		if (add_part(w, s, p, arena_printf(w->a, STR_FMT "[%u]", STR_ARG(at), i)) < 0)
			return -1;
	return 0;
}

static void
write_calls(struct ollama_writing *w, const struct part *parts)
{
	json_array(&w->o, "tool_calls");
	for (const struct part *p = parts; p != NULL; p = p->next) {
		if (p->kind != PART_CALL)
			continue;
		json_object(&w->o, NULL);
		json_str(&w->o, "id", p->id);
		json_object(&w->o, "function");
		json_str(&w->o, "name", p->name);
		json_raw(&w->o, "arguments", part_input_object(w->a, p));
		json_object_end(&w->o);
		json_object_end(&w->o);
	}
	json_array_end(&w->o);
}

static void
write_spoken(struct ollama_writing *w, const char *role, struct spoken *s, const struct part *parts)
{
	json_object(&w->o, NULL);
	json_cstr(&w->o, "role", role);
	json_str(&w->o, "content", buf_view(&s->text));
	if (s->thinking.n > 0)
		json_str(&w->o, "thinking", buf_view(&s->thinking));
	if (s->images.n > 0) {
		buf_byte(&s->images, ']');
		json_raw(&w->o, "images", buf_view(&s->images));
	}
	if (s->calls > 0)
		write_calls(w, parts);
	json_object_end(&w->o);
}

/* *images takes over those of the result. */
static int
write_result(struct ollama_writing *w, const struct part *p, struct str at, struct buf *images)
{
	struct spoken s = { .between = "\n\n", .images = *images };
	int	      rc = gather(w, &s, p->content, arena_printf(w->a, STR_FMT ".content", STR_ARG(at)));
	bool	      marked = str_starts(buf_view(&s.text), STR("Error: "));

	*images = s.images;
	s.images = (struct buf){ 0 };
	json_object(&w->o, NULL);
	json_cstr(&w->o, "role", "tool");
	json_str(&w->o, "content", !p->failed || marked ? buf_view(&s.text)
		: ARENA_JOIN(w->a, STR("Error: "), buf_view(&s.text)));
	json_str(&w->o, "tool_name", p->name);
	json_str(&w->o, "tool_call_id", p->id);
	json_object_end(&w->o);
	if (p->cache.n > 0)
		report_drop(w->report, "cache_control");
	spoken_done(&s);
	return rc;
}

static int
write_results(struct ollama_writing *w, const struct part *parts, struct str at, struct buf *images)
{
	unsigned i = 0;

	for (const struct part *p = parts; p != NULL; p = p->next, i++)
		if (p->kind == PART_RESULT &&
		    write_result(w, p, arena_printf(w->a, STR_FMT "[%u]", STR_ARG(at), i), images) < 0)
			return -1;
	return 0;
}

static void
write_images(struct ollama_writing *w, struct buf *images)
{
	struct spoken s = { .images = *images };

	if (images->n > 0)
		write_spoken(w, "user", &s, NULL);
	*images = s.images;
	buf_clear(images);
}

static const char *
role_of(enum chat_role role)
{
	switch (role) {
	case ROLE_SYSTEM:
	case ROLE_DEVELOPER:
		return "system";
	case ROLE_ASSISTANT:
		return "assistant";
	default:
		return "user";
	}
}

static int
write_message(struct ollama_writing *w, const struct message *m, struct str at, struct buf *images)
{
	/* Blocks of a reply are one text cut by its citations or calls; parts of a prompt stand for themselves. */
	struct spoken s = { .between = m->role == ROLE_ASSISTANT ? "" : "\n\n" };
	int	      rc;

	if (m->name.n > 0)
		report_drop(w->report, "messages.name");
	if (m->role == ROLE_TOOL)
		return write_results(w, m->parts, at, images);
	write_images(w, images);
	rc = gather(w, &s, m->parts, at);
	write_spoken(w, role_of(m->role), &s, m->parts);
	spoken_done(&s);
	return rc;
}

int
ollama_write_messages(struct ollama_writing *w)
{
	struct buf images = { 0 };
	unsigned   i = 0;
	int	   rc = 0;

	json_array(&w->o, "messages");
	for (const struct message *m = w->c->messages; m != NULL && rc == 0; m = m->next, i++)
		rc = write_message(w, m, arena_printf(w->a, "messages[%u].content", i), &images);
	write_images(w, &images);
	json_array_end(&w->o);
	buf_done(&images);
	return rc;
}
