/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_reader.c - a streamed reply of Gemini, as events.
 *
 * Runs in: worker.
 *
 * Calls come whole, texts in pieces, and a finish reason does not prove that
 * nothing follows (old models put one on each chunk): stops are told when the
 * stream closes, which is what ends it.
 *
 * The text of the open block is kept for the offsets of its citations.
 */
#include "dialect/blocks.h"
#include "dialect/gemini_inside.h"

#define TEXT_MOST (4u << 20)	/* bytes: what is cited behind them has no place */

struct lane {
	struct lane *next;
	uint32_t     choice;
	enum stop_reason stop;	/* STOP_NONE until a reason came */
	struct buf   text;	/* of the open TEXT */
	bool	     texting;
	uint64_t     told[16];	/* hashes of citations told, chunk after chunk repeats them */
	unsigned     told_n;
};

struct gemini_reader {
	struct chat_reader reader;
	struct arena	  *life;
	struct blocks	  *blocks;
	struct lane	  *lanes;
	struct str	   seed;	/* of call ids */
	uint32_t	   calls;
	struct arena	  *scratch;	/* of the event at hand */
	struct lane	  *citing;
	bool		   blocked, done;
};

struct chat_reader *
gemini_reader_new(struct arena *life, chat_sink *sink, void *arg)
{
	struct gemini_reader *r = arena_new(life, struct gemini_reader);

	r->reader = (struct chat_reader){ .sink = sink, .arg = arg };
	r->life = life;
	r->blocks = blocks_new(life, sink, arg);
	return &r->reader;
}

void
gemini_reader_free(struct chat_reader *reader)
{
	struct gemini_reader *r = (struct gemini_reader *)reader;

	if (r == NULL)
		return;
	blocks_free(r->blocks);
	for (struct lane *l = r->lanes; l != NULL; l = l->next)
		buf_done(&l->text);
}

static struct lane *
lane_of(struct gemini_reader *r, uint32_t choice)
{
	struct lane **l = &r->lanes;

	while (*l != NULL && (*l)->choice != choice)
		l = &(*l)->next;
	if (*l == NULL) {
		*l = arena_new(r->life, struct lane);
		(*l)->choice = choice;
	}
	return *l;
}

/* -------------------------------------------------------------------- parts */

static void
tell_text(struct gemini_reader *r, struct lane *l, struct str text)
{
	if (text.n == 0)
		return;
	if (!l->texting)
		buf_clear(&l->text);
	l->texting = true;
	if (l->text.n < TEXT_MOST)
		buf_str(&l->text, text);
	blocks_text(r->blocks, l->choice, PART_TEXT, text);
}

static void
tell_part(struct gemini_reader *r, struct lane *l, const struct part *p)
{
	if (p->kind == PART_TEXT) {
		tell_text(r, l, p->text);
		return;
	}
	l->texting = false;
	if (p->kind != PART_REASONING)
		blocks_part(r->blocks, l->choice, p);
	else if (p->signature.n == 0)
		blocks_text(r->blocks, l->choice, PART_REASONING, p->text);
	else if (p->text.n > 0)
		blocks_sign(r->blocks, l->choice, p);
	else
		blocks_part(r->blocks, l->choice, p);	/* of what follows, not of the thought that is open */
}

/* The end of a thought's signature without more of its text. */
static bool
ends_thought(struct gemini_reader *r, struct lane *l, const struct json *part)
{
	struct part p = { .kind = PART_REASONING, .origin = DIALECT_GEMINI };

	if (!json_true(gemini_get(part, "thought")) || gemini_get(part, "text") == NULL || gemini_get(part, "text")->raw.n > 2)
		return false;
	p.signature = json_text(r->scratch, gemini_get(part, "thoughtSignature"));
	if (p.signature.n == 0)
		return false;
	l->texting = false;
	blocks_sign(r->blocks, l->choice, &p);
	return true;
}

static int
read_part(struct gemini_reader *r, struct lane *l, const struct json *part)
{
	struct part	  *list = NULL;
	struct gemini_turn t = { .arena = r->scratch, .list = &list, .seed = r->seed, .calls = r->calls };
	int		   rc;

	if (ends_thought(r, l, part))
		return 0;
	rc = gemini_turn_add(&t, part);
	gemini_turn_end(&t);
	r->calls = t.calls;
	for (const struct part *p = list; p != NULL; p = p->next)
		tell_part(r, l, p);
	return rc;
}

/* A piece of a call whose arguments are streamed (only who asks for that gets it), or nothing at all. */
static bool
is_void(const struct json *part)
{
	const struct json *call = gemini_get(part, "functionCall");

	return part->type == JSON_OBJECT && (part->count == 0 || (call != NULL && gemini_get(call, "name") == NULL));
}

/* A text of no length with a signature, as the last part: citations are of the text before it. */
static bool
is_bare_signature(const struct json *part)
{
	const struct json *text = gemini_get(part, "text");

	return part->next == NULL && json_is(text, JSON_STRING) && text->raw.n <= 2 &&
	    gemini_get(part, "thoughtSignature") != NULL;
}

/* ----------------------------------------------------------------- candidates */

static void
tell_citation(void *arg, struct part *text, const struct citation *c)
{
	struct gemini_reader *r = arg;
	struct lane	     *l = r->citing;
	uint64_t	      hash = str_hash(c->url) * 31 + str_hash(c->title) * 7 + c->begin * 65537 + c->end;

	struct citation one = *c;

	(void)text;
	if (!l->texting)	/* the text that it speaks of is closed */
		one.begin = one.end = 0;
	for (unsigned i = 0; i < l->told_n && i < LENGTH(l->told); i++)
		if (l->told[i] == hash)
			return;
	l->told[l->told_n++ % LENGTH(l->told)] = hash;
	blocks_cite(r->blocks, l->choice, &one);
}

static void
read_citations(struct gemini_reader *r, struct lane *l, const struct json *candidate)
{
	struct part text = { .kind = PART_TEXT, .text = buf_view(&l->text) };

	r->citing = l;
	if (l->text.n > 0)	/* else there is no text that they could hang on */
		gemini_read_citations(r->scratch, candidate, &text, tell_citation, r);
	blocks_logprobs(r->blocks, l->choice, gemini_read_logprobs(r->scratch, gemini_get(candidate, "logprobsResult")));
}

static int
read_candidate(struct gemini_reader *r, const struct json *candidate, uint32_t n)
{
	const struct json *parts = gemini_get(gemini_get(candidate, "content"), "parts"), *last = NULL;
	int64_t		   index;
	struct lane	  *l;

	if (gemini_i64(gemini_get(candidate, "index"), &index) == 0 && index >= 0 && index < GEMINI_CANDIDATES)
		n = (uint32_t)index;
	l = lane_of(r, n);
	for (const struct json *p = json_is(parts, JSON_ARRAY) ? parts->child : NULL; p != NULL; p = p->next) {
		if (is_bare_signature(p))
			last = p;
		else if (!is_void(p) && read_part(r, l, p) < 0)
			return -1;
	}
	read_citations(r, l, candidate);
	if (last != NULL && read_part(r, l, last) < 0)
		return -1;
	if (gemini_get(candidate, "finishReason") != NULL)
		l->stop = gemini_stop(gemini_get(candidate, "finishReason"));
	return 0;
}

static void
start(struct gemini_reader *r, const struct json *root)
{
	struct chat_reply reply = { .id = json_text(r->scratch, gemini_get(root, "responseId")),
		.model = json_text(r->scratch, gemini_get(root, "modelVersion")),
		.service_tier = gemini_read_tier(r->scratch, gemini_get(gemini_get(root, "usageMetadata"), "serviceTier")) };

	if (r->seed.n == 0)
		r->seed = arena_str(r->life, gemini_id_seed(r->scratch, root));
	blocks_start(r->blocks, &reply);
}

enum event_kind
gemini_read_event(struct chat_reader *reader, struct arena *scratch, struct str name, struct str payload, struct tap *tap)
{
	struct gemini_reader *r = (struct gemini_reader *)reader;
	struct json_limits    limits = { .tree_depth = JSON_WHOLE };
	enum event_kind	      kind;
	struct json_error     e;
	struct json	     *root;
	const struct json    *list;
	uint32_t	      n = 0;

	if (gemini_skips(name, payload))
		return EVENT_SKIP;
	if (json_read(scratch, payload, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return EVENT_GARBAGE;
	kind = gemini_look_event(scratch, name, root, tap);
	if (kind != EVENT_DATA && kind != EVENT_PREFIX)
		return kind;
	r->scratch = scratch;
	start(r, root);
	list = gemini_get(root, "candidates");
	for (const struct json *c = json_is(list, JSON_ARRAY) ? list->child : NULL; c != NULL; c = c->next)
		if (n >= GEMINI_CANDIDATES || read_candidate(r, c, n++) < 0)
			return EVENT_GARBAGE;
	r->blocked |= gemini_get(gemini_get(root, "promptFeedback"), "blockReason") != NULL;
	if (tap->usage.source == USAGE_REPORTED && gemini_get(root, "usageMetadata") != NULL)
		blocks_usage(r->blocks, &tap->usage);
	return kind;
}

bool
gemini_read_end(struct chat_reader *reader)
{
	struct gemini_reader *r = (struct gemini_reader *)reader;
	bool		      whole = r->blocked;

	if (r->done)
		return true;
	for (const struct lane *l = r->lanes; l != NULL; l = l->next)
		whole |= l->stop != STOP_NONE;
	for (const struct lane *l = r->lanes; l != NULL && !r->blocked; l = l->next)
		whole &= l->stop != STOP_NONE;
	if (!whole)
		return false;
	for (const struct lane *l = r->lanes; l != NULL; l = l->next)
		blocks_stop(r->blocks, l->choice, l->stop == STOP_NONE ? STOP_FILTER : l->stop, STR_NONE);
	if (r->blocked && r->lanes == NULL)
		blocks_stop(r->blocks, 0, STOP_FILTER, STR_NONE);
	blocks_done(r->blocks);
	return r->done = true;
}
