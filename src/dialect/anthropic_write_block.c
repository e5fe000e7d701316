/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_write_block.c - turns as messages of content blocks.
 *
 * Runs in: worker.
 *
 * What Anthropic has no block for is refused by name: the model would answer a
 * question that it did not see.
 */
#include "dialect/anthropic_write.h"

#include <string.h>

#include "base/base64.h"
#include "dialect/fit.h"

#define MARKS_MOST 4	/* cache marks that a request may have */

static bool
is_in(const struct part *list, const struct part *p, unsigned *index)
{
	*index = 0;
	for (const struct part *q = list; q != NULL; q = q->next, ++*index) {
		unsigned inside;

		if (q == p || is_in(q->content, p, &inside))
			return true;
	}
	return false;
}

/* Refuses a part: "messages[2].content[0]". */
static int
cannot(struct writing *w, const struct part *p, const char *what, struct str which)
{
	unsigned   i = 0, k = 0;
	struct str param;

	for (const struct message *m = w->chat->messages; m != NULL && !is_in(m->parts, p, &k); m = m->next)
		i++;
	param = arena_printf(w->arena, "messages[%u].content[%u]", i, k);
	return complain(w->why, FAULT_INEXPRESSIBLE, param,
	    arena_printf(w->arena, "%s: the upstream of this model takes no %s" STR_FMT, param.p, what, STR_ARG(which)));
}

void
anthropic_write_cache(struct writing *w, struct str cache, bool of_message)
{
	if (cache.n == 0)
		return;
	if (of_message && w->unmarked > 0) {
		w->unmarked--;
		report_drop(w->report, "cache_control");
		return;
	}
	json_raw(&w->out, "cache_control", cache);
}

void
anthropic_write_thinking(struct json_out *o, const char *name, struct str text, struct str signature)
{
	json_object(o, name);
	json_cstr(o, "type", "thinking");
	json_str(o, "thinking", text);
	json_str(o, "signature", signature);
	json_object_end(o);
}

void
anthropic_write_redacted(struct json_out *o, const char *name, struct str data)
{
	json_object(o, name);
	json_cstr(o, "type", "redacted_thinking");
	json_str(o, "data", data);
	json_object_end(o);
}

/*
 * Text.
 */
static void
write_citations(struct writing *w, const struct part *p)
{
	bool any = false;

	for (const struct citation *c = p->citations; c != NULL; c = c->next) {
		if (c->origin != DIALECT_ANTHROPIC || c->raw.n == 0) {
			report_drop(w->report, "citations");
			continue;
		}
		if (!any)
			json_array(&w->out, "citations");
		any = true;
		json_raw(&w->out, NULL, c->raw);
	}
	if (any)
		json_array_end(&w->out);
}

static void
write_text(struct writing *w, struct str text, const struct part *p)
{
	json_object(&w->out, NULL);
	json_cstr(&w->out, "type", "text");
	json_str(&w->out, "text", text);
	if (p != NULL) {
		write_citations(w, p);
		anthropic_write_cache(w, p->cache, true);
	}
	json_object_end(&w->out);
}

/*
 * Media.  What it is, where the client did not say, is told by its first bytes.
 */
static const struct {
	const char *begin, *mime;	/* of the base64 */
} magics[] = {
	{ "iVBORw0KGgo", "image/png" },
	{ "/9j/", "image/jpeg" },
	{ "R0lGOD", "image/gif" },
	{ "UklGR", "image/webp" },
	{ "JVBERi", "application/pdf" },
};

static struct str
mime_of(const struct media *m)
{
	struct str mime = str_trim(str_upto(m->mime, str_find_byte(m->mime, ';')));

	if (str_eq_nocase(mime, STR("image/jpg")))
		return STR("image/jpeg");
	for (size_t i = 0; i < LENGTH(magics); i++)
		if (str_eq_nocase(mime, str_of(magics[i].mime)) ||
		    ((mime.n == 0 || str_is(mime, "application/octet-stream") || str_is(mime, "image/*")) &&
			str_starts(m->data, str_of(magics[i].begin))))
			return str_of(magics[i].mime);
	return mime;
}

static bool
is_web(struct str url)
{
	return str_starts_nocase(url, STR("https://")) || str_starts_nocase(url, STR("http://"));
}

/* The source of a url or an own file; false when it is neither. */
static bool
write_reference(struct writing *w, const struct media *m)
{
	bool url = is_web(m->url);

	if (!url && (m->file_id.n == 0 || w->chat->origin != DIALECT_ANTHROPIC))
		return false;
	json_object(&w->out, "source");
	json_cstr(&w->out, "type", url ? "url" : "file");
	json_str(&w->out, url ? "url" : "file_id", url ? m->url : m->file_id);
	json_object_end(&w->out);
	return true;
}

static void
write_data(struct writing *w, const char *type, struct str mime, struct str data)
{
	json_object(&w->out, "source");
	json_cstr(&w->out, "type", type);
	json_str(&w->out, "media_type", mime);
	json_str(&w->out, "data", data);
	json_object_end(&w->out);
}

static int
write_image(struct writing *w, const struct part *p)
{
	struct str mime = mime_of(&p->media);

	json_object(&w->out, NULL);
	json_cstr(&w->out, "type", "image");
	if (p->media.data.n > 0) {
		if (!str_is(mime, "image/png") && !str_is(mime, "image/jpeg") && !str_is(mime, "image/gif") && !str_is(mime, "image/webp"))
			return cannot(w, p, "image of the type ", mime);
		write_data(w, "base64", mime, p->media.data);
	} else if (!write_reference(w, &p->media)) {
		return cannot(w, p, p->media.file_id.n > 0 ? "image that another vendor keeps" : "image of that address", STR(""));
	}
	if (p->media.detail.n > 0 && !str_is(p->media.detail, "auto"))
		report_drop(w->report, "detail");
	anthropic_write_cache(w, p->cache, true);
	json_object_end(&w->out);
	return 0;
}

static bool
as_text(struct arena *a, struct str data, struct str *text)
{
	return base64_decode(a, data, text) == 0 && utf8_valid(*text) && str_find_byte(*text, '\0') == text->n &&
	    !anthropic_is_blank(*text);
}

static int
write_file(struct writing *w, const struct part *p)
{
	const struct media *m = &p->media;
	struct str	    mime = mime_of(m), text;

	if (str_starts(mime, STR("image/")))
		return write_image(w, p);
	json_object(&w->out, NULL);
	json_cstr(&w->out, "type", "document");
	if (m->data.n == 0 && !write_reference(w, m))
		return cannot(w, p, m->file_id.n > 0 ? "file that another vendor keeps" : "file of that address", STR(""));
	if (m->data.n > 0) {
		if (str_is(mime, "application/pdf"))
			write_data(w, "base64", mime, m->data);
		else if (as_text(w->arena, m->data, &text))
			write_data(w, "text", STR("text/plain"), text);
		else
			return cannot(w, p, "file of the type ", mime);
	}
	if (m->name.n > 0)
		json_str(&w->out, "title", str_upto(m->name, 255));
	anthropic_write_cache(w, p->cache, true);
	json_object_end(&w->out);
	return 0;
}

/*
 * Calls and results.
 */
static void
write_call(struct writing *w, const struct part *p)
{
	json_object(&w->out, NULL);
	json_cstr(&w->out, "type", "tool_use");
	json_str(&w->out, "id", fit_word(w->arena, p->id, CALL_ID_MOST));
	json_str(&w->out, "name", fit_word(w->arena, p->name, TOOL_NAME_MOST));
	json_raw(&w->out, "input", part_input_object(w->arena, p));
	anthropic_write_cache(w, p->cache, true);
	json_object_end(&w->out);
}

static int write_part(struct writing *, const struct part *);

static int
write_result_content(struct writing *w, const struct part *list)
{
	if (list == NULL)
		return 0;
	if (list->next == NULL && list->kind == PART_TEXT && list->cache.n == 0) {
		json_str(&w->out, "content", list->text);
		return 0;
	}
	json_array(&w->out, "content");
	for (const struct part *p = list; p != NULL; p = p->next) {
		if ((p->kind == PART_TEXT || p->kind == PART_REFUSAL) && anthropic_is_blank(p->text))
			continue;
		if (write_part(w, p) < 0)
			return -1;
	}
	json_array_end(&w->out);
	return 0;
}

static int
write_result(struct writing *w, const struct part *p)
{
	json_object(&w->out, NULL);
	json_cstr(&w->out, "type", "tool_result");
	json_str(&w->out, "tool_use_id", fit_word(w->arena, p->id, CALL_ID_MOST));
	if (write_result_content(w, p->content) < 0)
		return -1;
	if (p->failed)
		json_bool(&w->out, "is_error", true);
	anthropic_write_cache(w, p->cache, true);
	json_object_end(&w->out);
	return 0;
}

static void
write_unanswered(struct writing *w, const struct part *call)
{
	json_object(&w->out, NULL);
	json_cstr(&w->out, "type", "tool_result");
	json_str(&w->out, "tool_use_id", fit_word(w->arena, call->id, CALL_ID_MOST));
	json_cstr(&w->out, "content", "The call was not answered.");
	json_bool(&w->out, "is_error", true);
	json_object_end(&w->out);
}

static int
write_orphan(struct writing *w, const struct part *p)
{
	struct str text = parts_text(w->arena, p->content);

	write_text(w, ARENA_JOIN(w->arena, STR("Result of the tool "), p->name, STR(":\n"), text), NULL);
	for (const struct part *q = p->content; q != NULL; q = q->next)
		if (q->kind != PART_TEXT && write_part(w, q) < 0)
			return -1;
	return 0;
}

static int
write_part(struct writing *w, const struct part *p)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		write_text(w, p->text, p);
		return 0;
	case PART_IMAGE:
		return write_image(w, p);
	case PART_FILE:
		return write_file(w, p);
	case PART_AUDIO:
		if (p->text.n == 0)
			return cannot(w, p, "audio", STR(""));
		write_text(w, p->text, NULL);
		return 0;
	case PART_VIDEO:
		return cannot(w, p, "video", STR(""));
	case PART_CALL:
		write_call(w, p);
		return 0;
	case PART_RESULT:
		return write_result(w, p);
	case PART_REASONING:
		if (p->sealed.n > 0)
			anthropic_write_redacted(&w->out, NULL, p->sealed);
		else
			anthropic_write_thinking(&w->out, NULL, p->text, p->signature);
		return 0;
	case PART_NATIVE:
		if (p->origin == DIALECT_ANTHROPIC)
			json_raw(&w->out, NULL, p->raw);
		else
			report_native(w->report, p);
		return 0;
	}
	return 0;
}

/*
 * Turns.
 */
static int
write_item(struct writing *w, const struct item *i, bool ends)
{
	switch (i->kind) {
	case ITEM_PART:
		if (!ends || i->part->kind != PART_TEXT)
			return write_part(w, i->part);
		write_text(w, anthropic_trim_end(i->part->text), i->part);
		return 0;
	case ITEM_UNANSWERED:
		write_unanswered(w, i->part);
		return 0;
	case ITEM_ORPHAN:
		return write_orphan(w, i->part);
	case ITEM_TEXT:
		write_text(w, i->text, NULL);
		return 0;
	}
	return 0;
}

static unsigned
marks_of(const struct part *list)
{
	unsigned n = 0;

	for (const struct part *p = list; p != NULL; p = p->next)
		n += (p->cache.n > 0) + marks_of(p->content);
	return n;
}

static void
count_marks(struct writing *w)
{
	unsigned n = 0;

	for (const struct message *m = w->chat->messages; m != NULL; m = m->next)
		n += marks_of(m->parts);
	for (const struct tool *t = w->chat->tools; t != NULL; t = t->next)
		n += t->cache.n > 0;
	w->unmarked = n > MARKS_MOST ? n - MARKS_MOST : 0;
}

int
anthropic_write_turns(struct writing *w)
{
	count_marks(w);
	json_array(&w->out, "messages");
	for (const struct turn *t = w->turns; t != NULL; t = t->next) {
		json_object(&w->out, NULL);
		json_cstr(&w->out, "role", t->assistant ? "assistant" : "user");
		json_array(&w->out, "content");
		for (const struct item *i = t->items; i != NULL; i = i->next)
			if (write_item(w, i, t->assistant && t->next == NULL && i->next == NULL) < 0)
				return -1;
		json_array_end(&w->out);
		json_object_end(&w->out);
	}
	json_array_end(&w->out);
	return 0;
}
