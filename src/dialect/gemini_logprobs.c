/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_logprobs.c - log probabilities in Google's form and in OpenAI's.
 *
 * Runs in: worker.
 *
 * Google has two lists side by side, the chosen tokens and the best candidates
 * of each step; OpenAI hangs the candidates on the token.
 */
#include <stdlib.h>

#include "dialect/gemini_inside.h"

static void
write_token(struct arena *a, struct json_out *o, const struct json *candidate)
{
	const struct json *p = gemini_get(candidate, "logProbability");
	struct str	   token = json_text(a, gemini_get(candidate, "token"));

	json_str(o, "token", token);
	json_raw(o, "logprob", json_is(p, JSON_NUMBER) ? p->raw : STR("0"));
	json_array(o, "bytes");
	for (size_t i = 0; i < token.n; i++)
		json_unum(o, NULL, (unsigned char)token.p[i]);
	json_array_end(o);
}

struct str
gemini_read_logprobs(struct arena *a, const struct json *result)
{
	const struct json *chosen = gemini_get(result, "chosenCandidates"), *top = gemini_get(result, "topCandidates");
	const struct json *step = json_is(top, JSON_ARRAY) ? top->child : NULL;
	struct json_out	   o;
	struct buf	   b = { 0 };

	if (!json_is(chosen, JSON_ARRAY) || chosen->count == 0)
		return STR_NONE;
	json_start(&o, &b, false);
	json_array(&o, NULL);
	for (const struct json *c = chosen->child; c != NULL; c = c->next) {
		const struct json *best = gemini_get(step, "candidates");

		json_object(&o, NULL);
		write_token(a, &o, c);
		json_array(&o, "top_logprobs");
		for (const struct json *t = json_is(best, JSON_ARRAY) ? best->child : NULL; t != NULL; t = t->next) {
			json_object(&o, NULL);
			write_token(a, &o, t);
			json_object_end(&o);
		}
		json_array_end(&o);
		json_object_end(&o);
		step = step != NULL ? step->next : NULL;
	}
	json_array_end(&o);
	return arena_take(a, &b);
}

void
gemini_logprobs_add(struct buf *elements, struct str raw)
{
	struct str inside = str_trim(raw);

	if (inside.n < 3 || inside.p[0] != '[')
		return;
	inside = str_trim((struct str){ inside.p + 1, inside.n - 2 });
	if (elements->n > 0 && inside.n > 0)
		buf_byte(elements, ',');
	buf_str(elements, inside);
}

static void
write_candidate(struct arena *a, struct json_out *o, const struct json *token)
{
	const struct json *p = json_get(token, "logprob");

	json_object(o, NULL);
	json_str(o, "token", json_text(a, json_get(token, "token")));
	json_raw(o, "logProbability", json_is(p, JSON_NUMBER) ? p->raw : STR("0"));
	json_object_end(o);
}

static void
write_result(struct arena *a, struct json_out *o, const struct json *list)
{
	json_object(o, "logprobsResult");
	json_array(o, "topCandidates");
	for (const struct json *t = list->child; t != NULL; t = t->next) {
		const struct json *best = json_get(t, "top_logprobs");

		json_object(o, NULL);
		json_array(o, "candidates");
		for (const struct json *c = json_is(best, JSON_ARRAY) ? best->child : NULL; c != NULL; c = c->next)
			write_candidate(a, o, c);
		json_array_end(o);
		json_object_end(o);
	}
	json_array_end(o);
	json_array(o, "chosenCandidates");
	for (const struct json *t = list->child; t != NULL; t = t->next)
		write_candidate(a, o, t);
	json_array_end(o);
	json_object_end(o);
}

void
gemini_write_logprobs(struct arena *a, struct json_out *o, struct str raw)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .nodes = REPLY_NODES_MOST };
	struct json_error  e;
	struct json	  *list;
	double		   sum = 0;

	if (raw.n == 0 || json_read(a, raw, limits, &list, &e) < 0 || list->type != JSON_ARRAY || list->count == 0)
		return;
	for (const struct json *t = list->child; t != NULL; t = t->next) {
		const struct json *p = json_get(t, "logprob");

		sum += json_is(p, JSON_NUMBER) ? strtod(arena_cstr(a, p->raw), NULL) : 0;
	}
	json_raw(o, "avgLogprobs", arena_printf(a, "%.9g", sum / list->count));
	write_result(a, o, list);
}
