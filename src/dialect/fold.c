/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.c - a streamed reply gathered into a whole one, and the other way round.
 *
 * Runs in: worker.
 *
 * What grows (texts, arguments, media, log probabilities) is on the heap until
 * fold_free(); all else that events lend is copied into the arena.
 */
#include "dialect/fold.h"

struct folded {
	struct folded *next;
	struct part    part;
	struct buf     text;	/* what DELTAs brought */
	struct buf     logprobs;	/* elements, without the brackets */
};

struct lane {
	struct lane	  *next;
	struct chat_choice choice;
	struct folded	  *parts, *last;
};

struct fold {
	struct arena	 *arena;
	struct chat_reply reply;
	struct lane	 *lanes, *last;
	bool		  complete;
};

struct fold *
fold_new(struct arena *a)
{
	struct fold *f = arena_new(a, struct fold);

	f->arena = a;
	return f;
}

void
fold_free(struct fold *f)
{
	if (f == NULL)
		return;
	for (struct lane *l = f->lanes; l != NULL; l = l->next)
		for (struct folded *p = l->parts; p != NULL; p = p->next) {
			buf_done(&p->text);
			buf_done(&p->logprobs);
		}
}

bool
fold_complete(const struct fold *f)
{
	return f->complete;
}

/*
 * Copies of what is lent.
 */
static struct str
keep(struct arena *a, struct str s)
{
	return s.n > 0 ? arena_str(a, s) : STR_NONE;
}

static struct media
keep_media(struct arena *a, const struct media *m)
{
	return (struct media){ .mime = keep(a, m->mime), .url = keep(a, m->url), .file_id = keep(a, m->file_id),
		.name = keep(a, m->name), .detail = keep(a, m->detail) };
}

/* All but what DELTA, CITE and LOGPROBS bring. */
static void
keep_part(struct arena *a, struct part *to, const struct part *p)
{
	struct citation *citations = to->citations;

	*to = (struct part){ .kind = p->kind, .media = keep_media(a, &p->media), .id = keep(a, p->id), .name = keep(a, p->name),
		.cache = keep(a, p->cache), .signature = keep(a, p->signature), .sealed = keep(a, p->sealed),
		.raw = keep(a, p->raw), .origin = p->origin, .freeform = p->freeform, .failed = p->failed,
		.summary = p->summary, .item = p->item, .citations = citations };
	if (p->kind == PART_AUDIO)
		to->text = keep(a, p->text);
}

static void
keep_citation(struct arena *a, struct part *to, const struct citation *c)
{
	struct citation *mine = citation_add(a, to);

	*mine = (struct citation){ .url = keep(a, c->url), .title = keep(a, c->title), .quote = keep(a, c->quote),
		.begin = c->begin, .end = c->end, .raw = keep(a, c->raw), .origin = c->origin };
}

/*
 * Events.
 */
static struct lane *
lane_of(struct fold *f, uint32_t choice)
{
	struct lane *l = f->lanes;

	while (l != NULL && l->choice.index != choice)
		l = l->next;
	if (l != NULL)
		return l;
	l = arena_new(f->arena, struct lane);
	l->choice.index = choice;
	if (f->last != NULL)
		f->last->next = l;
	else
		f->lanes = l;
	return f->last = l;
}

static void
begin_part(struct fold *f, struct lane *l, const struct part *p)
{
	struct folded *n = arena_new(f->arena, struct folded);

	keep_part(f->arena, &n->part, p);
	if (l->last != NULL)
		l->last->next = n;
	else
		l->parts = n;
	l->last = n;
}

static void
add_logprobs(struct folded *p, struct str raw)
{
	struct str inside = str_trim(raw);

	if (inside.n < 2 || inside.p[0] != '[')
		return;
	inside = str_trim((struct str){ inside.p + 1, inside.n - 2 });
	if (p->logprobs.n > 0 && inside.n > 0)
		buf_byte(&p->logprobs, ',');
	buf_str(&p->logprobs, inside);
}

static void
stop(struct fold *f, struct lane *l, const struct chat_reply *r)
{
	l->choice.stop = r->choices->stop;
	l->choice.stop_sequence = keep(f->arena, r->choices->stop_sequence);
}

static void
start(struct fold *f, const struct chat_reply *r)
{
	f->reply.id = keep(f->arena, r->id);
	f->reply.model = keep(f->arena, r->model);
	f->reply.created = r->created;
	f->reply.service_tier = keep(f->arena, r->service_tier);
	f->reply.fingerprint = keep(f->arena, r->fingerprint);
}

static void
of_block(struct fold *f, struct lane *l, const struct chat_event *e)
{
	if (e->type == CHAT_BEGIN) {
		begin_part(f, l, e->part);
		return;
	}
	if (l->last == NULL)
		return;
	if (e->type == CHAT_DELTA)
		buf_str(&l->last->text, e->text);
	else if (e->type == CHAT_CITE)
		keep_citation(f->arena, &l->last->part, e->part->citations);
	else if (e->type == CHAT_LOGPROBS)
		add_logprobs(l->last, e->text);
	else
		keep_part(f->arena, &l->last->part, e->part);
}

void
fold_event(void *arg, const struct chat_event *e)
{
	struct fold *f = arg;

	switch (e->type) {
	case CHAT_START:
		start(f, e->reply);
		return;
	case CHAT_BEGIN:
	case CHAT_DELTA:
	case CHAT_CITE:
	case CHAT_LOGPROBS:
	case CHAT_END:
		of_block(f, lane_of(f, e->choice), e);
		return;
	case CHAT_STOP:
		stop(f, lane_of(f, e->choice), e->reply);
		return;
	case CHAT_USAGE:
		f->reply.usage = e->reply->usage;
		if (e->reply->service_tier.n > 0)
			f->reply.service_tier = keep(f->arena, e->reply->service_tier);
		return;
	case CHAT_DONE:
		f->complete = true;
		return;
	case CHAT_PING:
		return;
	}
}

/*
 * The whole.
 */
static struct str *
grows(struct part *p)
{
	switch (p->kind) {
	case PART_CALL:
		return &p->input;
	case PART_IMAGE:
	case PART_AUDIO:
	case PART_VIDEO:
	case PART_FILE:
		return &p->media.data;
	case PART_NATIVE:
	case PART_RESULT:
		return NULL;
	default:
		return &p->text;
	}
}

static void
add_whole(struct fold *f, struct chat_choice *c, struct folded *n)
{
	struct part *p = part_add(f->arena, &c->parts, n->part.kind);

	*p = n->part;
	if (grows(p) != NULL)
		*grows(p) = buf_view(&n->text);
	if (n->logprobs.n > 0)
		p->logprobs = arena_printf(f->arena, "[" STR_FMT "]", STR_ARG(buf_view(&n->logprobs)));
}

const struct chat_reply *
fold_reply(struct fold *f)
{
	struct chat_choice **to = &f->reply.choices;

	for (struct lane *l = f->lanes; l != NULL; l = l->next) {
		*to = arena_new(f->arena, struct chat_choice);
		**to = l->choice;
		for (struct folded *n = l->parts; n != NULL; n = n->next)
			add_whole(f, *to, n);
		to = &(*to)->next;
	}
	*to = NULL;
	return &f->reply;
}

/*
 * And back.
 */
static void
tell(chat_sink *sink, void *arg, enum event_type type, uint32_t choice, const struct part *p, struct str text)
{
	struct chat_event e = { .type = type, .choice = choice, .part = p, .text = text };

	sink(arg, &e);
}

static void
unfold_part(const struct part *p, uint32_t choice, chat_sink *sink, void *arg)
{
	struct part  copy = *p;
	struct str  *text = grows(&copy);

	tell(sink, arg, CHAT_BEGIN, choice, p, STR_NONE);
	if (text != NULL && text->n > 0)
		tell(sink, arg, CHAT_DELTA, choice, p, *text);
	for (const struct citation *c = p->citations; c != NULL; c = c->next) {
		struct citation one = *c;

		one.next = NULL;
		copy.citations = &one;
		tell(sink, arg, CHAT_CITE, choice, &copy, STR_NONE);
	}
	if (p->logprobs.n > 0)
		tell(sink, arg, CHAT_LOGPROBS, choice, p, p->logprobs);
	tell(sink, arg, CHAT_END, choice, p, STR_NONE);
}

void
unfold(const struct chat_reply *r, chat_sink *sink, void *arg)
{
	struct chat_event e = { .type = CHAT_START, .reply = r };

	sink(arg, &e);
	for (const struct chat_choice *c = r->choices; c != NULL; c = c->next) {
		struct chat_choice one = *c;
		struct chat_reply  stopped = { .choices = &one };

		one.next = NULL;
		for (const struct part *p = c->parts; p != NULL; p = p->next)
			unfold_part(p, c->index, sink, arg);
		e = (struct chat_event){ .type = CHAT_STOP, .choice = c->index, .reply = &stopped };
		sink(arg, &e);
	}
	e = (struct chat_event){ .type = CHAT_USAGE, .reply = r };
	sink(arg, &e);
	e = (struct chat_event){ .type = CHAT_DONE };
	sink(arg, &e);
}
