/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_TRANSCRIPT_H
#define WEIR_TESTS_TRANSCRIPT_H

/* Events and replies as one line of text, so that a table can say what is expected. */

#include "dialect/chat.h"

static const char *const kind_words[] = { "text", "image", "audio", "video", "file", "call", "result", "reasoning", "refusal", "native" };
static const char *const stop_words[] = { "none", "end", "length", "sequence", "tools", "filter", "refusal", "pause", "context",
	"malformed", "other" };

static inline void
transcript_part(struct buf *b, const struct part *p)
{
	buf_cstr(b, kind_words[p->kind]);
	if (p->id.n > 0)
		buf_printf(b, " id=" STR_FMT, STR_ARG(p->id));
	if (p->name.n > 0)
		buf_printf(b, " name=" STR_FMT, STR_ARG(p->name));
	if (p->media.mime.n > 0)
		buf_printf(b, " mime=" STR_FMT, STR_ARG(p->media.mime));
	if (p->media.url.n > 0)
		buf_printf(b, " url=" STR_FMT, STR_ARG(p->media.url));
	if (p->signature.n > 0)
		buf_printf(b, " signature=" STR_FMT, STR_ARG(p->signature));
	if (p->sealed.n > 0)
		buf_printf(b, " sealed=" STR_FMT, STR_ARG(p->sealed));
	if (p->freeform)
		buf_cstr(b, " freeform");
}

/* A chat_sink whose arg is a struct buf: "<begin 0 text><0 +hello><end 0>..." */
static inline void
transcript_event(void *arg, const struct chat_event *e)
{
	struct buf *b = arg;

	switch (e->type) {
	case CHAT_START:
		buf_printf(b, "<start%s" STR_FMT ">", e->reply->id.n > 0 ? " " : "", STR_ARG(e->reply->id));
		return;
	case CHAT_BEGIN:
		buf_printf(b, "<%u begin ", e->choice);
		transcript_part(b, e->part);
		buf_byte(b, '>');
		return;
	case CHAT_DELTA:
		buf_printf(b, "<%u +" STR_FMT ">", e->choice, STR_ARG(e->text));
		return;
	case CHAT_CITE:
		buf_printf(b, "<%u cite " STR_FMT ">", e->choice, STR_ARG(e->part->citations->url));
		return;
	case CHAT_LOGPROBS:
		buf_printf(b, "<%u logprobs " STR_FMT ">", e->choice, STR_ARG(e->text));
		return;
	case CHAT_END:
		buf_printf(b, "<%u end ", e->choice);
		transcript_part(b, e->part);
		buf_byte(b, '>');
		return;
	case CHAT_STOP:
		buf_printf(b, "<%u stop %s" STR_FMT ">", e->choice, stop_words[e->reply->choices->stop],
		    STR_ARG(e->reply->choices->stop_sequence));
		return;
	case CHAT_USAGE:
		buf_printf(b, "<usage");
		for (int i = 0; i < USAGE_CLASSES; i++)
			buf_printf(b, " %" PRIu64, e->reply->usage.tokens[i]);
		buf_byte(b, '>');
		return;
	case CHAT_DONE:
		buf_cstr(b, "<done>");
		return;
	case CHAT_PING:
		buf_cstr(b, "<ping>");
		return;
	}
}

#endif
