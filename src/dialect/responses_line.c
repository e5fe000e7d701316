/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_line.c - blocks of a streamed reply, told one after the other.
 *
 * Runs in: worker.
 *
 * A block begins when it has something to say: a text or thought with its first
 * bytes, a call with its name, all else when it is whole.  One that is whole and
 * never had anything to say is passed over.
 */
#include "dialect/responses_line.h"

void
line_init(struct line *l, struct arena *life, chat_sink *sink, void *arg)
{
	*l = (struct line){ .life = life, .sink = sink, .arg = arg };
}

void
line_done(struct line *l)
{
	for (struct block *b = l->first; b != NULL; b = b->next) {
		buf_done(&b->held);
		buf_done(&b->logprobs);
	}
}

static void
tell(struct line *l, enum event_type type, const struct part *part, struct str text)
{
	struct chat_event e = { .type = type, .part = part, .text = text };

	l->output = true;
	l->sink(l->arg, &e);
}

/*
 * Telling.
 */
static bool
may_begin(const struct block *b)
{
	switch (b->part.kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		return b->seen > 0 || b->cited > 0;
	case PART_REASONING:
		return b->seen > 0 || (b->whole && b->part.sealed.n + b->part.signature.n > 0);
	case PART_CALL:
		return b->part.name.n > 0;
	case PART_NATIVE:
		return b->whole && b->part.raw.n > 0;
	default:
		return b->whole;
	}
}

static void
tell_cites(struct line *l, struct block *b)
{
	struct part part = b->part;

	for (struct citation *c = b->cites.citations; c != NULL; c = c->next) {
		struct citation one = *c;

		one.next = NULL;
		part.citations = &one;
		tell(l, CHAT_CITE, &part, STR_NONE);
	}
	b->cites.citations = NULL;
}

/* All that came for the block at the head. */
static void
tell_held(struct line *l, struct block *b)
{
	if (!b->begun && may_begin(b)) {
		b->begun = true;
		l->called |= b->part.kind == PART_CALL;
		tell(l, CHAT_BEGIN, &b->part, STR_NONE);
	}
	if (!b->begun)
		return;
	if (b->held.n > 0)
		tell(l, CHAT_DELTA, &b->part, buf_view(&b->held));
	buf_done(&b->held);
	tell_cites(l, b);
	if (b->logprobs.n > 0) {
		buf_byte(&b->logprobs, ']');
		tell(l, CHAT_LOGPROBS, &b->part, buf_view(&b->logprobs));
	}
	buf_done(&b->logprobs);
}

/* The head as far as it is known, and those behind it that are next. */
static void
advance(struct line *l)
{
	while (l->head != NULL) {
		struct block *b = l->head;

		tell_held(l, b);
		if (!b->whole)
			return;
		if (b->begun)
			tell(l, CHAT_END, &b->part, STR_NONE);
		l->head = b->next;
	}
}

/*
 * What comes.
 */
static struct str
keep(struct line *l, struct str s)
{
	return s.n > 0 ? arena_str(l->life, s) : STR_NONE;
}

static void
learn(struct line *l, struct part *to, const struct part *p)
{
	if (to->kind == PART_NATIVE && p->kind != PART_NATIVE)	/* its kind is known only now */
		*to = (struct part){ .kind = p->kind };
	if (to->id.n == 0)
		to->id = keep(l, p->id);
	if (to->name.n == 0)
		to->name = keep(l, p->name);
	if (to->media.mime.n == 0)
		to->media.mime = keep(l, p->media.mime);
	to->freeform |= p->freeform;
	to->origin = p->origin;
}

/* Servers that leave the indexes out do not mix kinds up, and what has no kind yet may become any. */
static bool
is_at(const struct block *b, uint64_t output, uint64_t index, enum part_kind kind)
{
	return b->output == output && b->index == index &&
	    (b->part.kind == kind || b->part.kind == PART_NATIVE || kind == PART_NATIVE);
}

static struct block *
find(const struct line *l, uint64_t output, uint64_t index, enum part_kind kind)
{
	if (l->last != NULL && is_at(l->last, output, index, kind))
		return l->last;
	for (struct block *b = l->first; b != NULL; b = b->next)
		if (is_at(b, output, index, kind))
			return b;
	return NULL;
}

struct block *
line_block(struct line *l, uint64_t output, uint64_t index, const struct part *p)
{
	struct block *b = find(l, output, index, p->kind);

	if (b == NULL && l->blocks == LINE_BLOCKS_MOST) {
		l->flooded = true;
		l->spill = (struct block){ .whole = true };
		return &l->spill;
	}
	if (b == NULL) {
		l->blocks++;
		b = arena_new(l->life, struct block);
		b->output = output;
		b->index = index;
		b->part.kind = p->kind;
		b->part.summary = p->kind == PART_REASONING;
		b->part.origin = DIALECT_RESPONSES;
		if (l->last != NULL)
			l->last->next = b;
		else
			l->first = b;
		l->last = b;
		if (l->head == NULL)
			l->head = b;
	}
	if (!b->whole)
		learn(l, &b->part, p);
	advance(l);
	return b;
}

struct block *
line_open(struct line *l, uint64_t output, uint64_t index, enum part_kind kind)
{
	return line_block(l, output, index, &(struct part){ .kind = kind, .origin = DIALECT_RESPONSES });
}

void
line_text(struct line *l, struct block *b, struct str more)
{
	if (b->whole || more.n == 0)
		return;
	b->seen += more.n;
	if (b != l->head || !b->begun) {
		buf_str(&b->held, more);
		advance(l);
		return;
	}
	tell(l, CHAT_DELTA, &b->part, more);
}

void
line_rest(struct line *l, struct block *b, struct str whole)
{
	line_text(l, b, str_from(whole, b->seen));
}

void
line_logprobs(struct line *l, struct block *b, struct str raw)
{
	struct str elements = responses_inside_array(raw);

	if (b->whole || elements.n == 0)
		return;
	b->logged = true;
	buf_byte(&b->logprobs, b->logprobs.n == 0 ? '[' : ',');
	buf_str(&b->logprobs, elements);
	advance(l);
}

void
line_cite(struct line *l, struct block *b, const struct citation *c)
{
	struct citation *mine;

	if (b->whole)
		return;
	mine = citation_add(l->life, &b->cites);
	*mine = (struct citation){ .url = keep(l, c->url), .title = keep(l, c->title), .quote = keep(l, c->quote),
		.begin = c->begin, .end = c->end, .raw = keep(l, c->raw), .origin = c->origin };
	b->cited++;
	advance(l);
}

void
line_paragraph(struct line *l, struct block *b, bool summary, uint64_t index)
{
	bool other = b->seen > 0 && (index != b->paragraph || summary != b->part.summary);

	if (other)
		line_text(l, b, STR("\n\n"));
	if (b->seen == 0)
		b->part.summary = summary;
	b->paragraph = index;
}

/*
 * What is known as a whole.
 */
static struct str
text_of(const struct part *p)
{
	switch (p->kind) {
	case PART_CALL:
		return p->input;
	case PART_IMAGE:
		return p->media.data;
	case PART_NATIVE:
		return STR_NONE;
	default:
		return p->text;
	}
}

static void
finish(struct line *l, struct block *b, const struct part *p)
{
	uint32_t n = 0;

	if (b->whole)
		return;
	if (p->kind == PART_REASONING && b->seen == 0)
		b->part.summary = p->summary;
	line_rest(l, b, text_of(p));
	for (const struct citation *c = p->citations; c != NULL; c = c->next)
		if (n++ >= b->cited)
			line_cite(l, b, c);
	if (p->logprobs.n > 0 && !b->logged)
		line_logprobs(l, b, p->logprobs);
	b->part.sealed = keep(l, p->sealed);
	b->part.signature = keep(l, p->signature);
	if (p->kind == PART_NATIVE) {
		b->part.raw = keep(l, p->raw);
		b->part.item = p->item;
	}
	b->whole = true;
	advance(l);
}

void
line_whole(struct line *l, uint64_t output, uint64_t index, const struct part *p)
{
	finish(l, line_block(l, output, index, p), p);
}

void
line_item(struct line *l, struct arena *a, uint64_t output, const struct json *item)
{
	struct part *list = NULL;
	uint64_t     i = 0;

	responses_read_item(a, item, &list);
	for (const struct part *p = list; p != NULL; p = p->next)
		line_whole(l, output, i++, p);
	for (struct block *b = l->head; b != NULL; b = b->next)
		if (b->output == output)
			b->whole = true;
	advance(l);
}

bool
line_is_told(const struct line *l, uint32_t items)
{
	uint32_t n = 0;

	for (const struct block *b = l->first; b != NULL; b = b->next) {
		if (!b->whole)
			return false;
		n += b->index == 0;
	}
	return n == items;
}

void
line_close(struct line *l)
{
	for (struct block *b = l->first; b != NULL; b = b->next)
		b->whole = true;
	advance(l);
}
