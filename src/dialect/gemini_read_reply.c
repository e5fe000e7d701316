/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_read_reply.c - a whole reply of Gemini in the neutral form.
 *
 * Runs in: worker.
 *
 * Some servers send the chunks of a stream as one array where a whole reply was
 * asked for, so a reply is read as one or more chunks.  A prompt that was blocked
 * has no candidates: it is one empty answer that the filter stopped.
 */
#include "dialect/gemini_inside.h"

/* One answer being read. */
struct answer {
	struct answer	  *next;
	struct chat_choice choice;
	struct gemini_turn turn;
	struct buf	   logprobs;
};

struct reading {
	struct arena  *arena;
	struct answer *answers;
	struct str     seed;	/* of call ids */
	uint32_t       calls;
};

static struct answer *
answer_of(struct reading *r, uint32_t index)
{
	struct answer **a = &r->answers;

	while (*a != NULL && (*a)->choice.index != index)
		a = &(*a)->next;
	if (*a == NULL) {
		*a = arena_new(r->arena, struct answer);
		(*a)->choice.index = index;
		(*a)->turn = (struct gemini_turn){ .arena = r->arena, .list = &(*a)->choice.parts, .seed = r->seed };
	}
	return *a;
}

static struct answer *
answer_to(struct reading *r, const struct json *candidate, uint32_t n)
{
	int64_t index;

	if (gemini_i64(gemini_get(candidate, "index"), &index) == 0 && index >= 0 && index < GEMINI_CANDIDATES)
		n = (uint32_t)index;
	return answer_of(r, n);
}

static int
read_candidate(struct reading *r, const struct json *candidate, struct answer *a)
{
	const struct json *parts = gemini_get(gemini_get(candidate, "content"), "parts");
	const struct json *reason = gemini_get(candidate, "finishReason");

	a->turn.calls = r->calls;
	for (const struct json *p = json_is(parts, JSON_ARRAY) ? parts->child : NULL; p != NULL; p = p->next)
		if ((p->type != JSON_OBJECT || p->count > 0) && gemini_turn_add(&a->turn, p) < 0)
			return -1;
	r->calls = a->turn.calls;
	if (reason != NULL)
		a->choice.stop = gemini_stop(reason);
	gemini_logprobs_add(&a->logprobs, gemini_read_logprobs(r->arena, gemini_get(candidate, "logprobsResult")));
	return 0;
}

static int
read_candidates(struct reading *r, const struct json *first)
{
	for (const struct json *root = first; root != NULL; root = root->next) {
		const struct json *list = gemini_get(root, "candidates");
		uint32_t	   n = 0;

		for (const struct json *c = json_is(list, JSON_ARRAY) ? list->child : NULL; c != NULL; c = c->next)
			if (n >= GEMINI_CANDIDATES || read_candidate(r, c, answer_to(r, c, n++)) < 0)
				return -1;
	}
	return 0;
}

/* ------------------------------------------------------------ once all texts are whole */

static void
keep_citation(void *arg, struct part *text, const struct citation *c)
{
	struct citation *mine = citation_add(arg, text);

	*mine = *c;
	mine->next = NULL;
}

static void
read_citations(struct reading *r, const struct json *first)
{
	for (const struct json *root = first; root != NULL; root = root->next) {
		const struct json *list = gemini_get(root, "candidates");
		uint32_t	   n = 0;

		for (const struct json *c = json_is(list, JSON_ARRAY) ? list->child : NULL; c != NULL; c = c->next)
			gemini_read_citations(r->arena, c, answer_to(r, c, n++)->choice.parts, keep_citation, r->arena);
	}
}

static struct part *
first_of(struct part *p, enum part_kind kind)
{
	while (p != NULL && p->kind != kind)
		p = p->next;
	return p;
}

static void
finish(struct reading *r, struct answer *a)
{
	struct part *text;

	gemini_turn_end(&a->turn);
	text = first_of(a->choice.parts, PART_TEXT);
	if (a->logprobs.n > 0 && text != NULL)
		text->logprobs = arena_printf(r->arena, "[" STR_FMT "]", STR_ARG(buf_view(&a->logprobs)));
	buf_done(&a->logprobs);
	if (a->choice.stop == STOP_END && first_of(a->choice.parts, PART_CALL) != NULL)
		a->choice.stop = STOP_TOOLS;
}

static int
read_answers(struct arena *a, const struct json *first, struct chat_reply *reply)
{
	struct reading	     r = { .arena = a, .seed = gemini_id_seed(a, first) };
	struct chat_choice **to = &reply->choices;
	int		     rc = read_candidates(&r, first);

	for (struct answer *w = r.answers; w != NULL; w = w->next) {
		finish(&r, w);
		*to = &w->choice;
		to = &w->choice.next;
	}
	if (rc < 0)
		return -1;
	read_citations(&r, first);
	if (r.answers == NULL) {
		*to = arena_new(a, struct chat_choice);
		(*to)->stop = gemini_get(gemini_get(first, "promptFeedback"), "blockReason") != NULL ? STOP_FILTER : STOP_OTHER;
	}
	return 0;
}

static void
read_names(struct arena *a, const struct json *root, struct chat_reply *r)
{
	struct str id = json_text(a, gemini_get(root, "responseId")), model = json_text(a, gemini_get(root, "modelVersion"));
	struct str tier = gemini_read_tier(a, gemini_get(gemini_get(root, "usageMetadata"), "serviceTier"));

	if (r->id.n == 0)
		r->id = id;
	if (r->model.n == 0)
		r->model = model;
	if (tier.n > 0)
		r->service_tier = tier;
}

int
gemini_read_reply(struct arena *a, struct str body, struct chat_reply *r)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;
	const struct json *first;
	struct tap	   tap = { 0 };

	*r = (struct chat_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0)
		return -1;
	first = root->type == JSON_ARRAY ? root->child : root;
	if (first == NULL)
		return -1;
	for (const struct json *c = first; c != NULL; c = c->next) {
		if (c->type != JSON_OBJECT || gemini_look_reply(a, ENDPOINT_CHAT, c, &tap) < 0)
			return -1;
		if (tap.error.n > 0) {
			r->error = tap.error;
			return 0;
		}
		read_names(a, c, r);
	}
	r->usage = tap.usage;
	return read_answers(a, first, r);
}
