/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_reader.c - a streamed reply of chat completions or completions, told as events.
 *
 * Runs in: worker.
 *
 * What servers leave out is made up: the index of a choice or a call, an id, a
 * finish reason.  Some say a finish reason before all was said, or twice: a
 * choice is told to have stopped when something else comes, be it only the end.
 * Spoken output comes in pieces of two kinds at once and is told as a whole.
 */
#include "dialect/openai_inside.h"

#include <string.h>

#include "base/base64.h"
#include "dialect/blocks.h"

struct lane {
	struct lane   *next;
	uint32_t       choice;
	struct openai_calls calls;
	struct str     audio_id;
	struct buf     sound, transcript;
	bool	       speaks, cited;
	bool	       ending;	/* a finish reason came, and was not told yet */
	enum stop_reason stop;
	struct str     sequence;
};

struct openai_reader {
	struct chat_reader base;
	struct arena	  *life;
	struct blocks	  *blocks;
	struct lane	  *lanes;
	struct str	   id;	/* of the reply */
	struct usage	   usage;	/* as told last */
	uint32_t	   n_lanes;
	bool		   done, output;
};

struct chat_reader *
openai_reader_new(struct arena *life, chat_sink *sink, void *arg)
{
	struct openai_reader *r = arena_new(life, struct openai_reader);

	r->base = (struct chat_reader){ sink, arg };
	r->life = life;
	r->blocks = blocks_new(life, sink, arg);
	return &r->base;
}

void
openai_reader_free(struct chat_reader *base)
{
	struct openai_reader *r = (struct openai_reader *)base;

	if (r == NULL)
		return;
	for (struct lane *l = r->lanes; l != NULL; l = l->next) {
		buf_done(&l->sound);
		buf_done(&l->transcript);
	}
	blocks_free(r->blocks);
}

/* NULL: more choices than anybody asks for. */
static struct lane *
lane_of(struct openai_reader *r, uint64_t choice)
{
	struct lane **l = &r->lanes;

	while (*l != NULL && (*l)->choice != choice)
		l = &(*l)->next;
	if (*l != NULL || choice > UINT32_MAX || r->n_lanes == OPENAI_CHOICES_MOST)
		return *l;
	r->n_lanes++;
	*l = arena_new(r->life, struct lane);
	(*l)->choice = (uint32_t)choice;
	(*l)->calls = (struct openai_calls){ .reply_id = r->id, .choice = (uint32_t)choice };
	return *l;
}

/*
 * Reasoning.
 */
static void
tell_detail(struct openai_reader *r, const struct lane *l, const struct part *p)
{
	struct part proof = *p;

	blocks_text(r->blocks, l->choice, PART_REASONING, p->text);
	proof.text = STR_NONE;
	if (!openai_has_proof(p)) {
		return;
	} else if (p->origin == DIALECT_GEMINI || (p->origin == DIALECT_ANTHROPIC && p->sealed.n > 0)) {
		proof.id = STR_NONE;	/* the call's: it comes next */
		blocks_part(r->blocks, l->choice, &proof);
	} else {
		blocks_sign(r->blocks, l->choice, &proof);
	}
}

/* In details, or plain; the same text stands in both when there are both. */
static bool
read_reasoning(struct openai_reader *r, struct arena *a, const struct lane *l, const struct json *delta)
{
	static const char *const names[] = { "reasoning_content", "reasoning", "thinking" };
	const struct json *details = json_get(delta, "reasoning_details");
	struct str	   plain = STR_NONE;
	struct part	   p;
	bool		   told = false, any = false;

	for (size_t i = 0; i < LENGTH(names) && plain.n == 0; i++)
		plain = json_text(a, json_get(delta, names[i]));
	for (const struct json *d = json_is(details, JSON_ARRAY) ? details->child : NULL; d != NULL; d = d->next)
		told |= openai_read_detail(a, d, &p) && p.text.n > 0;
	if (!told)
		blocks_text(r->blocks, l->choice, PART_REASONING, plain);
	for (const struct json *d = json_is(details, JSON_ARRAY) ? details->child : NULL; d != NULL; d = d->next) {
		if (!openai_read_detail(a, d, &p))
			continue;
		tell_detail(r, l, &p);
		any = true;
	}
	return any || plain.n > 0;
}

/*
 * Text and media.
 */
static void
tell_part(struct openai_reader *r, struct lane *l, const struct part *p)
{
	if (p->kind == PART_TEXT || p->kind == PART_REFUSAL)
		blocks_text(r->blocks, l->choice, p->kind, p->text);
	else if (p->kind == PART_REASONING && openai_has_proof(p))
		blocks_sign(r->blocks, l->choice, p);
	else if (p->kind == PART_REASONING)
		blocks_text(r->blocks, l->choice, p->kind, p->text);
	else
		blocks_part(r->blocks, l->choice, p);
}

static bool
read_content(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *content)
{
	struct part *list = NULL;

	if (json_is(content, JSON_STRING)) {
		blocks_text(r->blocks, l->choice, PART_TEXT, json_text(a, content));
		return content->raw.n > 2;
	}
	(void)!openai_read_content(a, content, &list, NULL);
	for (const struct part *p = list; p != NULL; p = p->next)
		tell_part(r, l, p);
	return list != NULL;
}

static bool
read_refusal(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *delta)
{
	struct str text = json_text(a, json_get(delta, "refusal"));

	blocks_text(r->blocks, l->choice, PART_REFUSAL, text);
	return text.n > 0;
}

static bool
read_images(struct openai_reader *r, struct arena *a, const struct lane *l, const struct json *images)
{
	bool any = false;

	for (const struct json *j = json_is(images, JSON_ARRAY) ? images->child : NULL; j != NULL; j = j->next) {
		struct part p = { .kind = PART_IMAGE };

		openai_read_image(a, json_get(j, "image_url"), &p.media);
		if (p.media.data.n == 0 && p.media.url.n == 0)
			continue;
		blocks_part(r->blocks, l->choice, &p);
		any = true;
	}
	return any;
}

/* Each piece of the sound is base64 of its own. */
static bool
read_audio(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *audio)
{
	struct str bytes;

	if (!json_is(audio, JSON_OBJECT))
		return false;
	l->speaks = true;
	if (l->audio_id.n == 0)
		l->audio_id = arena_str(r->life, json_text(a, json_get(audio, "id")));
	if (base64_decode(a, json_text(a, json_get(audio, "data")), &bytes) == 0)
		buf_str(&l->sound, bytes);
	buf_str(&l->transcript, json_text(a, json_get(audio, "transcript")));
	return true;
}

static void
tell_audio(struct openai_reader *r, struct arena *a, struct lane *l)
{
	struct part p = { .kind = PART_AUDIO, .id = l->audio_id, .origin = DIALECT_OPENAI };

	if (!l->speaks)
		return;
	l->speaks = false;
	p.media.data = base64_encode(a, buf_view(&l->sound));
	p.text = buf_view(&l->transcript);
	blocks_part(r->blocks, l->choice, &p);
}

static void
read_citations(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *annotations)
{
	struct part cited = { .kind = PART_TEXT };

	openai_read_annotations(a, annotations, &cited);
	for (const struct citation *c = cited.citations; c != NULL; c = c->next) {
		blocks_cite(r->blocks, l->choice, c);
		l->cited = true;
	}
}

/* Perplexity tells its sources in each chunk: the last one counts. */
static void
read_sources(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *root)
{
	struct part cited = { .kind = PART_TEXT };

	if (l->cited)
		return;
	l->cited = true;
	openai_read_sources(a, root, &cited);
	for (const struct citation *c = cited.citations; c != NULL; c = c->next)
		blocks_cite(r->blocks, l->choice, c);
}

/*
 * Calls.
 */
static void
tell_signature(struct openai_reader *r, struct arena *a, const struct lane *l, const struct json *j)
{
	struct part p = { .kind = PART_REASONING, .origin = DIALECT_GEMINI, .signature = openai_thought_signature(a, j) };

	if (p.signature.n > 0)
		blocks_part(r->blocks, l->choice, &p);
}

static void
read_call(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *j)
{
	const struct json *custom = json_get(j, "custom");
	bool		   freeform = json_is(custom, JSON_OBJECT);
	struct part	   p = { .kind = PART_CALL };
	struct openai_called *c;
	int64_t		   wire = -1;

	(void)openai_read_called(a, freeform ? custom : json_get(j, "function"), &p);
	p.id = json_text(a, json_get(j, "id"));
	if (json_i64(json_get(j, "index"), &wire) < 0 || wire < 0)
		wire = -1;
	c = openai_called(r->life, &l->calls, wire, p.id, p.name.n > 0);
	tell_signature(r, a, l, j);
	blocks_call(r->blocks, l->choice, c->index, c->id, p.name, p.input, freeform);
}

static bool
read_calls(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *delta)
{
	const struct json *calls = json_get(delta, "tool_calls"), *legacy = json_get(delta, "function_call");
	bool		   any = false;

	for (const struct json *j = json_is(calls, JSON_ARRAY) ? calls->child : NULL; j != NULL; j = j->next) {
		if (j->type != JSON_OBJECT || blocks_flooded(r->blocks))
			continue;
		read_call(r, a, l, j);
		any = true;
	}
	if (json_is(legacy, JSON_OBJECT)) {
		struct part	      p = { .kind = PART_CALL };
		struct openai_called *c = openai_called(r->life, &l->calls, 0, STR_NONE, false);

		(void)openai_read_called(a, legacy, &p);
		blocks_call(r->blocks, l->choice, c->index, c->id, p.name, p.input, false);
		any = true;
	}
	return any;
}

/*
 * Choices.
 */
static void
tell_stop(struct openai_reader *r, struct arena *a, struct lane *l)
{
	if (!l->ending)
		return;
	l->ending = false;
	tell_audio(r, a, l);
	blocks_stop(r->blocks, l->choice, l->stop, l->sequence);
}

static bool
read_delta(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *delta)
{
	bool any = read_reasoning(r, a, l, delta);

	any |= read_content(r, a, l, json_get(delta, "content"));
	any |= read_refusal(r, a, l, delta);
	any |= read_audio(r, a, l, json_get(delta, "audio"));
	any |= read_images(r, a, l, json_get(delta, "images"));
	read_citations(r, a, l, json_get(delta, "annotations"));
	tell_signature(r, a, l, delta);
	any |= read_calls(r, a, l, delta);
	return any;
}

static bool
read_finish(struct openai_reader *r, struct arena *a, struct lane *l, const struct json *root, const struct json *choice)
{
	enum stop_reason stop;
	struct str	 sequence;

	openai_read_stop(a, choice, &stop, &sequence);
	if (stop == STOP_NONE)
		return false;
	read_sources(r, a, l, root);
	l->ending = true;
	l->stop = stop;
	l->sequence = arena_str(r->life, sequence);
	return true;
}

/* True when it had output. */
static bool
read_choice(struct openai_reader *r, struct arena *a, const struct json *root, const struct json *choice, uint64_t place,
    bool *stopped)
{
	const struct json *delta = json_get(choice, "delta");
	struct lane	  *l;
	bool		   any;

	(void)!json_u64(json_get(choice, "index"), &place);
	l = lane_of(r, place);
	if (l == NULL || blocks_stopped(r->blocks, l->choice))
		return false;
	if (delta == NULL)
		delta = json_get(choice, "message");
	any = read_delta(r, a, l, delta);
	any |= read_content(r, a, l, json_get(choice, "text"));
	blocks_logprobs(r->blocks, l->choice, openai_read_logprobs(a, json_get(choice, "logprobs")));
	*stopped |= read_finish(r, a, l, root, choice);
	return any;
}

/*
 * Events.
 */
static void
start(struct openai_reader *r, struct arena *a, const struct json *root)
{
	struct chat_reply head = { 0 };

	openai_read_head(a, root, &head);
	if (r->id.n == 0)
		r->id = arena_str(r->life, head.id);
	blocks_start(r->blocks, &head);
}

static void
finish(struct openai_reader *r, struct arena *a)
{
	if (r->done)
		return;
	r->done = true;
	for (struct lane *l = r->lanes; l != NULL; l = l->next) {
		tell_audio(r, a, l);
		tell_stop(r, a, l);
	}
	blocks_done(r->blocks);
}

/* Choices that this chunk says nothing of have really stopped, if they were about to. */
static void
tell_stops(struct openai_reader *r, struct arena *a, const struct json *choices)
{
	if (json_is(choices, JSON_ARRAY) && choices->count > 0)
		return;
	for (struct lane *l = r->lanes; l != NULL; l = l->next)
		tell_stop(r, a, l);
}

static void
read_usage(struct openai_reader *r, const struct json *root, struct tap *tap)
{
	struct usage u;

	if (!openai_read_usage(root, &u))
		return;
	tap->usage = u;
	if (memcmp(&u, &r->usage, sizeof(u)) == 0)
		return;
	r->usage = u;
	blocks_usage(r->blocks, &u);
}

static enum event_kind
read_chunk(struct openai_reader *r, struct arena *a, const struct json *root, struct tap *tap)
{
	const struct json *choices = json_get(root, "choices");
	uint64_t	   place = 0;
	bool		   any = false, stopped = false;

	if ((json_is(choices, JSON_ARRAY) && choices->count > 0) || openai_is_said(json_get(root, "usage")))
		start(r, a, root);
	tell_stops(r, a, choices);
	for (const struct json *c = json_is(choices, JSON_ARRAY) ? choices->child : NULL; c != NULL; c = c->next)
		any |= read_choice(r, a, root, c, place++, &stopped);
	if (blocks_flooded(r->blocks))
		return EVENT_GARBAGE;
	read_usage(r, root, tap);
	tap->pieces += any;
	tap->stopped |= stopped;
	r->output |= any || stopped;
	if (str_is(json_text(a, json_get(root, "object")), "chat.completion.done")) {
		finish(r, a);
		return EVENT_FINAL;
	}
	if (json_is(json_get(root, "usage"), JSON_OBJECT) && (choices == NULL || choices->count == 0))
		return EVENT_USAGE;
	return r->output ? EVENT_DATA : EVENT_PREFIX;
}

enum event_kind
openai_read_event(struct chat_reader *base, struct arena *a, struct str name, struct str payload, struct tap *tap)
{
	struct openai_reader *r = (struct openai_reader *)base;
	struct json_limits    limits = { .tree_depth = JSON_WHOLE };
	struct json_error     e;
	struct json	     *root;

	if (str_is(payload, "[DONE]")) {
		finish(r, a);
		return EVENT_FINAL;
	}
	if (json_read(a, payload, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return EVENT_GARBAGE;
	if (openai_says_error(json_get(root, "error")) || str_is(name, "error")) {
		tap->error = openai_error_message(a, root);
		return EVENT_ERROR;
	}
	if (json_get(root, "choices") == NULL && name.n > 0 && !str_is(name, "message"))
		return EVENT_SKIP;
	return read_chunk(r, a, root, tap);
}

bool
openai_read_end(struct chat_reader *base)
{
	return ((struct openai_reader *)base)->done;
}
