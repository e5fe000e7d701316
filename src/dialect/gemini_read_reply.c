/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_read_reply.c - a whole reply of Gemini in the neutral form.
 *
 * Runs in: worker.
 *
 * A prompt that was blocked has no candidates: it is one empty answer that the
 * filter stopped.
 */
#include "dialect/gemini_inside.h"

static void
keep_citation(void *arg, struct part *text, const struct citation *c)
{
	struct citation *mine = citation_add(arg, text);

	*mine = *c;
	mine->next = NULL;
}

static struct part *
first_of(struct part *p, enum part_kind kind)
{
	while (p != NULL && p->kind != kind)
		p = p->next;
	return p;
}

static int
read_parts(struct arena *a, const struct json *candidate, struct str seed, uint32_t *calls, struct chat_choice *c)
{
	const struct json *parts = gemini_get(gemini_get(candidate, "content"), "parts");
	struct gemini_turn t = { .arena = a, .list = &c->parts, .seed = seed, .calls = *calls };
	int		   rc = 0;

	for (const struct json *p = json_is(parts, JSON_ARRAY) ? parts->child : NULL; p != NULL && rc == 0; p = p->next)
		if (p->type != JSON_OBJECT || p->count > 0)
			rc = gemini_turn_add(&t, p);
	gemini_turn_end(&t);
	*calls = t.calls;
	return rc;
}

static int
read_candidate(struct arena *a, const struct json *candidate, struct str seed, uint32_t *calls, struct chat_choice *c)
{
	struct str   logprobs = gemini_read_logprobs(a, gemini_get(candidate, "logprobsResult"));
	struct part *text;
	int64_t	     index;

	if (gemini_i64(gemini_get(candidate, "index"), &index) == 0 && index >= 0 && index < GEMINI_CANDIDATES)
		c->index = (uint32_t)index;
	if (read_parts(a, candidate, seed, calls, c) < 0)
		return -1;
	c->stop = gemini_stop(gemini_get(candidate, "finishReason"));
	if (c->stop == STOP_END && first_of(c->parts, PART_CALL) != NULL)
		c->stop = STOP_TOOLS;
	gemini_read_citations(a, candidate, c->parts, keep_citation, a);
	text = first_of(c->parts, PART_TEXT);
	if (text != NULL)
		text->logprobs = logprobs;
	return 0;
}

static int
read_candidates(struct arena *a, const struct json *root, struct chat_reply *r)
{
	const struct json   *list = gemini_get(root, "candidates");
	struct str	     seed = gemini_id_seed(a, root);
	struct chat_choice **to = &r->choices;
	uint32_t	     n = 0, calls = 0;

	for (const struct json *c = json_is(list, JSON_ARRAY) ? list->child : NULL; c != NULL; c = c->next) {
		*to = arena_new(a, struct chat_choice);
		(*to)->index = n++;
		if (n > GEMINI_CANDIDATES || read_candidate(a, c, seed, &calls, *to) < 0)
			return -1;
		to = &(*to)->next;
	}
	if (n == 0) {
		*to = arena_new(a, struct chat_choice);
		(*to)->stop = gemini_get(gemini_get(root, "promptFeedback"), "blockReason") != NULL ? STOP_FILTER : STOP_OTHER;
	}
	return 0;
}

int
gemini_read_reply(struct arena *a, struct str body, struct chat_reply *r)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .nodes = REPLY_NODES_MOST };
	struct json_error  e;
	struct json	  *root;
	struct tap	   tap = { 0 };

	*r = (struct chat_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0 || root->type != JSON_OBJECT ||
	    gemini_look_reply(a, ENDPOINT_CHAT, root, &tap) < 0)
		return -1;
	if (tap.error.n > 0) {
		r->error = tap.error;
		return 0;
	}
	r->id = json_text(a, gemini_get(root, "responseId"));
	r->model = json_text(a, gemini_get(root, "modelVersion"));
	r->usage = tap.usage;
	r->service_tier = gemini_read_tier(a, gemini_get(gemini_get(root, "usageMetadata"), "serviceTier"));
	return read_candidates(a, root, r);
}
