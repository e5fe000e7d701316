/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_CHAT_TEXT_H
#define WEIR_TESTS_CHAT_TEXT_H

/* A request in the neutral form as one line of text, so that a table can say what is expected. */

#include <inttypes.h>

#include "dialect/chat.h"

static const char *const dialect_words[] = { "openai", "responses", "anthropic", "gemini", "ollama" };

static inline void
chat_text_media(struct buf *b, const char *kind, const struct media *m)
{
	buf_printf(b, "%s:" STR_FMT "%s" STR_FMT STR_FMT, kind, STR_ARG(m->mime), m->mime.n > 0 && m->data.n + m->url.n > 0 ? "," : "",
	    STR_ARG(m->data), STR_ARG(m->url));
	if (m->file_id.n > 0)
		buf_printf(b, "#" STR_FMT, STR_ARG(m->file_id));
	if (m->name.n > 0)
		buf_printf(b, "(" STR_FMT ")", STR_ARG(m->name));
	if (m->detail.n > 0)
		buf_printf(b, " detail=" STR_FMT, STR_ARG(m->detail));
}

static inline void chat_text_part(struct buf *, const struct part *);

static inline void
chat_text_parts(struct buf *b, const struct part *list)
{
	for (const struct part *p = list; p != NULL; p = p->next) {
		chat_text_part(b, p);
		if (p->next != NULL)
			buf_byte(b, ' ');
	}
}

static inline void
chat_text_reasoning(struct buf *b, const struct part *p)
{
	buf_printf(b, "reasoning:" STR_FMT, STR_ARG(p->text));
	if (p->signature.n > 0)
		buf_printf(b, " sig=" STR_FMT "@%s", STR_ARG(p->signature), dialect_words[p->origin]);
	if (p->sealed.n > 0)
		buf_printf(b, " sealed=" STR_FMT "@%s", STR_ARG(p->sealed), dialect_words[p->origin]);
	if (p->id.n > 0)
		buf_printf(b, " id=" STR_FMT, STR_ARG(p->id));
	if (p->summary)
		buf_cstr(b, " summary");
}

static inline void
chat_text_part(struct buf *b, const struct part *p)
{
	switch (p->kind) {
	case PART_TEXT:
		buf_printf(b, "text:" STR_FMT, STR_ARG(p->text));
		break;
	case PART_REFUSAL:
		buf_printf(b, "refusal:" STR_FMT, STR_ARG(p->text));
		break;
	case PART_REASONING:
		chat_text_reasoning(b, p);
		break;
	case PART_IMAGE:
		chat_text_media(b, "image", &p->media);
		break;
	case PART_AUDIO:
		chat_text_media(b, "audio", &p->media);
		break;
	case PART_VIDEO:
		chat_text_media(b, "video", &p->media);
		break;
	case PART_FILE:
		chat_text_media(b, "file", &p->media);
		break;
	case PART_NATIVE:
		buf_printf(b, "native:" STR_FMT, STR_ARG(p->raw));
		break;
	case PART_CALL:
		buf_printf(b, "call:" STR_FMT " " STR_FMT " " STR_FMT "%s", STR_ARG(p->id), STR_ARG(p->name), STR_ARG(p->input),
		    p->freeform ? " freeform" : "");
		break;
	case PART_RESULT:
		buf_printf(b, "result:" STR_FMT " " STR_FMT "%s (", STR_ARG(p->id), STR_ARG(p->name), p->failed ? " failed" : "");
		chat_text_parts(b, p->content);
		buf_byte(b, ')');
		break;
	}
	for (const struct citation *c = p->citations; c != NULL; c = c->next)
		buf_printf(b, "{cite " STR_FMT " " STR_FMT " " STR_FMT "}", STR_ARG(c->url), STR_ARG(c->title), STR_ARG(c->quote));
	if (p->cache.n > 0)
		buf_cstr(b, "{cache}");
}

static inline void
chat_text_tool(struct buf *b, const struct tool *t)
{
	if (t->kind == TOOL_NATIVE) {
		buf_printf(b, " native-tool:" STR_FMT, STR_ARG(t->raw));
		return;
	}
	buf_printf(b, " %s:" STR_FMT " \"" STR_FMT "\" " STR_FMT, t->kind == TOOL_FREEFORM ? "freeform-tool" : "tool", STR_ARG(t->name),
	    STR_ARG(t->description), STR_ARG(t->kind == TOOL_FREEFORM ? t->format : t->schema));
	if (t->strict != SAID_NOTHING)
		buf_cstr(b, t->strict == SAID_YES ? " strict" : " lax");
	if (t->cache.n > 0)
		buf_cstr(b, "{cache}");
}

static inline void
chat_text_names(struct buf *b, const char *what, const struct name_list *list)
{
	for (const struct name_list *n = list; n != NULL; n = n->next)
		buf_printf(b, "%s%s" STR_FMT, n == list ? " " : ",", n == list ? what : "", STR_ARG(n->name));
}

static inline void
chat_text_reasoning_wanted(struct buf *b, const struct chat *c)
{
	static const char *const on[] = { "", "off", "on" };

	if (c->reasoning.on == SAID_NOTHING && c->reasoning.effort.n == 0 && c->reasoning.budget == 0 && !c->reasoning.dynamic &&
	    c->reasoning.shown == SAID_NOTHING && c->reasoning.summary.n == 0)
		return;
	buf_printf(b, " reasoning=%s", on[c->reasoning.on]);
	if (c->reasoning.effort.n > 0)
		buf_printf(b, " effort=" STR_FMT, STR_ARG(c->reasoning.effort));
	if (c->reasoning.budget > 0)
		buf_printf(b, " budget=%" PRIu64, c->reasoning.budget);
	if (c->reasoning.dynamic)
		buf_cstr(b, " dynamic");
	if (c->reasoning.shown != SAID_NOTHING)
		buf_cstr(b, c->reasoning.shown == SAID_YES ? " shown" : " hidden");
	if (c->reasoning.summary.n > 0)
		buf_printf(b, " summary=" STR_FMT, STR_ARG(c->reasoning.summary));
}

static inline void
chat_text_choice(struct buf *b, const struct chat *c)
{
	static const char *const words[] = { "", "auto", "none", "required" };

	if (c->choice == TOOLS_NAMED)
		buf_printf(b, " choice=" STR_FMT, STR_ARG(c->choice_name));
	else if (c->choice != TOOLS_UNSAID)
		buf_printf(b, " choice=%s", words[c->choice]);
	chat_text_names(b, "allowed=", c->allowed);
	if (c->parallel != SAID_NOTHING)
		buf_printf(b, " parallel=%s", c->parallel == SAID_YES ? "yes" : "no");
}

static inline void
chat_text_format(struct buf *b, const struct chat *c)
{
	static const char *const kinds[] = { "", "text", "json", "schema" };

	if (c->format.kind == FORMAT_UNSAID)
		return;
	buf_printf(b, " format=%s", kinds[c->format.kind]);
	if (c->format.name.n > 0)
		buf_printf(b, " " STR_FMT, STR_ARG(c->format.name));
	if (c->format.schema.n > 0)
		buf_printf(b, " " STR_FMT, STR_ARG(c->format.schema));
	if (c->format.strict != SAID_NOTHING)
		buf_cstr(b, c->format.strict == SAID_YES ? " strict" : " lax");
}

static inline struct str
chat_text(struct arena *a, const struct chat *c)
{
	static const char *const roles[] = { "system", "developer", "user", "assistant", "tool" };
	struct buf		 b = { 0 };
	struct str		 text;

	for (const struct message *m = c->messages; m != NULL; m = m->next) {
		buf_printf(&b, "%s%s", m == c->messages ? "" : " ", roles[m->role]);
		if (m->name.n > 0)
			buf_printf(&b, "(" STR_FMT ")", STR_ARG(m->name));
		buf_byte(&b, '[');
		chat_text_parts(&b, m->parts);
		buf_byte(&b, ']');
	}
	for (const struct tool *t = c->tools; t != NULL; t = t->next)
		chat_text_tool(&b, t);
	chat_text_choice(&b, c);
	if (c->max_output > 0)
		buf_printf(&b, " max=%" PRIu64, c->max_output);
	chat_text_names(&b, "stop=", c->stops);
	chat_text_format(&b, c);
	chat_text_reasoning_wanted(&b, c);
	for (unsigned i = 0; i < CHAT_FIELDS; i++)
		if (c->field[i].n > 0)
			buf_printf(&b, " %s=" STR_FMT, chat_field_names[i], STR_ARG(c->field[i]));
	chat_text_names(&b, "notes=", c->notes);
	text = arena_str(a, buf_view(&b));
	buf_done(&b);
	return text;
}

#endif
