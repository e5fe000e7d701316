/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blocks.c - pieces of a stream put in order.
 *
 * Runs in: worker.
 *
 * Each choice is a lane of its own with at most one open block.  Calls of a lane
 * are told in the order in which they began; who comes while another is not
 * complete waits in its own buffer.
 */
#include "dialect/blocks.h"

#include <string.h>

/* Follows JSON text as far as to know when a value is whole. */
struct nesting {
	uint32_t depth;
	bool	 begun, in_string, escaped;
};

struct call {
	struct call   *next;
	uint32_t       index;
	struct part    part;	/* id, name, freeform */
	struct buf     input;	/* that came and was not told */
	struct nesting nesting;
	bool	       told;	/* its BEGIN */
	bool	       over;	/* its END */
};

struct lane {
	struct lane *next;
	uint32_t     choice;
	bool	     open;
	struct part  part;	/* the open block, when it is no call */
	struct call *calls, *last, *telling;
	bool	     called, stopped;
};

struct blocks {
	struct arena *arena;
	chat_sink    *sink;
	void	     *arg;
	struct lane  *lanes;
	unsigned      calls;	/* of all lanes */
	bool	      started, done, flooded;
};

struct blocks *
blocks_new(struct arena *life, chat_sink *sink, void *arg)
{
	struct blocks *b = arena_new(life, struct blocks);

	*b = (struct blocks){ .arena = life, .sink = sink, .arg = arg };
	return b;
}

void
blocks_free(struct blocks *b)
{
	if (b == NULL)
		return;
	for (struct lane *l = b->lanes; l != NULL; l = l->next)
		for (struct call *c = l->calls; c != NULL; c = c->next)
			buf_done(&c->input);
}

static void
tell(struct blocks *b, enum event_type type, const struct lane *l, const struct part *part, struct str text)
{
	struct chat_event e = { .type = type, .choice = l->choice, .part = part, .text = text };

	b->sink(b->arg, &e);
}

static struct lane *
lane_of(struct blocks *b, uint32_t choice)
{
	struct lane **l = &b->lanes;

	while (*l != NULL && (*l)->choice != choice)
		l = &(*l)->next;
	if (*l == NULL) {
		*l = arena_new(b->arena, struct lane);
		(*l)->choice = choice;
	}
	blocks_start(b, &(struct chat_reply){ 0 });
	return *l;
}

void
blocks_start(struct blocks *b, const struct chat_reply *r)
{
	struct chat_event e = { .type = CHAT_START, .reply = r };

	if (b->started)
		return;
	b->started = true;
	b->sink(b->arg, &e);
}

/*
 * Calls.
 */
static void
follow(struct nesting *n, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (n->in_string) {
			if (n->escaped)
				n->escaped = false;
			else if (c == '\\')
				n->escaped = true;
			else if (c == '"')
				n->in_string = false;
		} else if (c == '"') {
			n->in_string = true;
		} else if (c == '{' || c == '[') {
			n->depth++;
			n->begun = true;
		} else if ((c == '}' || c == ']') && n->depth > 0) {
			n->depth--;
		}
	}
}

static bool
is_whole(const struct call *c)
{
	return c->nesting.begun && c->nesting.depth == 0;
}

static void
tell_call(struct blocks *b, struct lane *l, struct call *c)
{
	if (!c->told)
		tell(b, CHAT_BEGIN, l, &c->part, STR_NONE);
	c->told = l->called = true;
	l->telling = c;
	if (c->input.n > 0)
		tell(b, CHAT_DELTA, l, &c->part, buf_view(&c->input));
	buf_done(&c->input);
}

static void
end_call(struct blocks *b, struct lane *l)
{
	if (l->telling == NULL)
		return;
	tell(b, CHAT_END, l, &l->telling->part, STR_NONE);
	l->telling->over = true;
	l->telling = NULL;
}

/* Waiting calls, as long as each is whole; with `all` whether it is or not. */
static void
tell_waiting(struct blocks *b, struct lane *l, bool all)
{
	for (struct call *c = l->calls; c != NULL; c = c->next) {
		if (c->over || (!all && c->part.name.n == 0))
			continue;
		if (l->telling != NULL && l->telling != c) {
			if (!all && !is_whole(l->telling))
				return;
			end_call(b, l);
		}
		tell_call(b, l, c);
	}
	if (all)
		end_call(b, l);
}

/* Ends the open block and all calls: what comes next is of another kind. */
static void
end_open(struct blocks *b, struct lane *l)
{
	if (l->open)
		tell(b, CHAT_END, l, &l->part, STR_NONE);
	l->open = false;
	tell_waiting(b, l, true);
}

static void
open_block(struct blocks *b, struct lane *l, enum part_kind kind)
{
	if (l->open && l->part.kind == kind)
		return;
	end_open(b, l);
	l->part = (struct part){ .kind = kind };
	l->open = true;
	tell(b, CHAT_BEGIN, l, &l->part, STR_NONE);
}

/* Servers without an index, or with the same one for all, tell calls apart by id. */
static bool
is_call(const struct call *c, uint32_t index, struct str id, struct str name)
{
	if (c->index != index)
		return false;
	return id.n == 0 || name.n == 0 || c->part.id.n == 0 || str_eq(c->part.id, id);
}

/* NULL: it is one too many. */
static struct call *
call_of(struct blocks *b, struct lane *l, uint32_t index, struct str id, struct str name)
{
	struct call *found = NULL;

	if (l->last != NULL && is_call(l->last, index, id, name))
		return l->last;
	for (struct call *c = l->calls; c != NULL; c = c->next)
		if (is_call(c, index, id, name))
			found = c;
	if (found != NULL)
		return found;
	b->flooded |= b->calls == BLOCKS_CALLS_MOST;
	if (b->flooded)
		return NULL;
	b->calls++;
	found = arena_new(b->arena, struct call);
	found->index = index;
	found->part.kind = PART_CALL;
	if (l->last != NULL)
		l->last->next = found;
	else
		l->calls = found;
	return l->last = found;
}

bool
blocks_flooded(const struct blocks *b)
{
	return b->flooded;
}

void
blocks_call(struct blocks *b, uint32_t choice, uint32_t index, struct str id, struct str name, struct str input, bool freeform)
{
	struct lane *l = lane_of(b, choice);
	struct call *c = call_of(b, l, index, id, name);

	if (c == NULL || c->over)
		return;
	if (c->part.id.n == 0)
		c->part.id = arena_str(b->arena, id);
	if (c->part.name.n == 0)
		c->part.name = arena_str(b->arena, name);
	c->part.freeform |= freeform;
	if (l->open) {
		tell(b, CHAT_END, l, &l->part, STR_NONE);
		l->open = false;
	}
	follow(&c->nesting, input);
	if (l->telling == c) {
		if (input.n > 0)
			tell(b, CHAT_DELTA, l, &c->part, input);
		return;
	}
	buf_str(&c->input, input);
	tell_waiting(b, l, false);
}

/*
 * The others.
 */
void
blocks_text(struct blocks *b, uint32_t choice, enum part_kind kind, struct str text)
{
	struct lane *l = lane_of(b, choice);

	if (text.n == 0)
		return;
	open_block(b, l, kind);
	tell(b, CHAT_DELTA, l, &l->part, text);
}

void
blocks_sign(struct blocks *b, uint32_t choice, const struct part *p)
{
	struct lane *l = lane_of(b, choice);
	struct part  signed_part = *p;

	signed_part.kind = PART_REASONING;
	open_block(b, l, PART_REASONING);
	if (p->text.n > 0)
		tell(b, CHAT_DELTA, l, &l->part, p->text);
	l->open = false;
	tell(b, CHAT_END, l, &signed_part, STR_NONE);
}

static struct str
piece_of(const struct part *p)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REASONING:
	case PART_REFUSAL:
		return p->text;
	case PART_CALL:
		return p->input;
	case PART_IMAGE:
	case PART_AUDIO:
	case PART_VIDEO:
	case PART_FILE:
		return p->media.data;
	default:
		return STR_NONE;
	}
}

void
blocks_part(struct blocks *b, uint32_t choice, const struct part *p)
{
	struct lane *l = lane_of(b, choice);
	struct part  cited = *p;

	end_open(b, l);
	l->called |= p->kind == PART_CALL;
	tell(b, CHAT_BEGIN, l, p, STR_NONE);
	if (piece_of(p).n > 0)
		tell(b, CHAT_DELTA, l, p, piece_of(p));
	for (struct citation *c = p->citations; c != NULL; c = c->next) {
		struct citation one = *c;

		one.next = NULL;
		cited.citations = &one;
		tell(b, CHAT_CITE, l, &cited, STR_NONE);
	}
	if (p->logprobs.n > 0)
		tell(b, CHAT_LOGPROBS, l, p, p->logprobs);
	tell(b, CHAT_END, l, p, STR_NONE);
}

void
blocks_cite(struct blocks *b, uint32_t choice, const struct citation *c)
{
	struct lane    *l = lane_of(b, choice);
	struct citation one = *c;
	struct part	cited;

	open_block(b, l, PART_TEXT);
	cited = l->part;
	one.next = NULL;
	cited.citations = &one;
	tell(b, CHAT_CITE, l, &cited, STR_NONE);
}

void
blocks_logprobs(struct blocks *b, uint32_t choice, struct str raw)
{
	struct lane *l = lane_of(b, choice);

	if (raw.n == 0)
		return;
	open_block(b, l, PART_TEXT);
	tell(b, CHAT_LOGPROBS, l, &l->part, raw);
}

/*
 * The end.
 */
void
blocks_stop(struct blocks *b, uint32_t choice, enum stop_reason stop, struct str sequence)
{
	struct lane	  *l = lane_of(b, choice);
	struct chat_choice c = { .index = choice, .stop = stop, .stop_sequence = sequence };
	struct chat_reply  r = { .choices = &c };
	struct chat_event  e = { .type = CHAT_STOP, .choice = choice, .reply = &r };

	if (l->stopped)
		return;
	end_open(b, l);
	if (stop == STOP_END && l->called)
		c.stop = STOP_TOOLS;
	l->stopped = true;
	b->sink(b->arg, &e);
}

bool
blocks_stopped(const struct blocks *b, uint32_t choice)
{
	for (const struct lane *l = b->lanes; l != NULL; l = l->next)
		if (l->choice == choice)
			return l->stopped;
	return false;
}

void
blocks_usage(struct blocks *b, const struct usage *u)
{
	struct chat_reply r = { .usage = *u };
	struct chat_event e = { .type = CHAT_USAGE, .reply = &r };

	blocks_start(b, &(struct chat_reply){ 0 });
	b->sink(b->arg, &e);
}

void
blocks_done(struct blocks *b)
{
	struct chat_event e = { .type = CHAT_DONE };

	if (b->done)
		return;
	b->done = true;
	(void)lane_of(b, 0);
	for (struct lane *l = b->lanes; l != NULL; l = l->next)
		blocks_stop(b, l->choice, STOP_NONE, STR_NONE);
	b->sink(b->arg, &e);
}
