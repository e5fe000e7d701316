/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_embed.c - embeddings, one or many, asked and answered.
 *
 * Runs in: worker.
 *
 * embedContent is a batch of one here; an upstream is always asked for a batch.
 */
#include "dialect/gemini_inside.h"

static void
note(struct arena *a, struct embed *e, const char *name)
{
	struct name_list *n = arena_new(a, struct name_list);

	for (const struct name_list *l = e->notes; l != NULL; l = l->next)
		if (str_is(l->name, name))
			return;
	n->name = str_of(name);
	if (e->note_last != NULL)
		e->note_last->next = n;
	else
		e->notes = n;
	e->note_last = n;
}

/* The texts of a content, a line each; anything else is refused, since only Google embeds it. */
static int
content_text(struct arena *a, const struct json *content, const char *at, struct str *text, struct complaint *why)
{
	const struct json *parts = gemini_get(content, "parts");
	struct buf	   b = { 0 };
	uint32_t	   k = 0;
	int		   rc = 0;

	if (!json_is(parts, JSON_ARRAY) || parts->count == 0)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "%s.parts", at),
		    arena_printf(a, "'%s.parts' must be an array of parts", at));
	for (const struct json *p = parts->child; p != NULL && rc == 0; p = p->next, k++) {
		if (!json_is(gemini_get(p, "text"), JSON_STRING))
			rc = complain(why, FAULT_INEXPRESSIBLE, arena_printf(a, "%s.parts[%u]", at, k),
			    arena_printf(a, "'%s.parts[%u]' is no text, which alone this model's upstream embeds", at, k));
		if (k > 0)
			buf_byte(&b, '\n');
		buf_str(&b, json_text(a, gemini_get(p, "text")));
	}
	*text = arena_take(a, &b);
	return rc;
}

static const char *const tasks[] = { "TASK_TYPE_UNSPECIFIED", "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY",
	"CLASSIFICATION", "CLUSTERING", "QUESTION_ANSWERING", "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY" };

static struct str
task_of(struct arena *a, const struct json *v)
{
	uint64_t n;

	if (json_is(v, JSON_NUMBER))
		return json_u64(v, &n) == 0 && n < LENGTH(tasks) ? str_of(tasks[n]) : STR_NONE;
	return json_text(a, v);
}

/* What the neutral form says once for all inputs: the first wins, a different one is noted. */
static void
keep_once(struct arena *a, struct embed *e, struct str *kept, struct str said, const char *name)
{
	if (e->n == 1)
		*kept = said;
	else if (!str_eq(*kept, said))
		note(a, e, name);
}

static int
read_one(struct arena *a, const struct json *request, const char *at, struct embed *e, struct embed_input ***to,
    struct complaint *why)
{
	static const char *const known[] = { "model", "content", "taskType", "title", "outputDimensionality" };
	struct embed_input *in = arena_new(a, struct embed_input);

	if (content_text(a, gemini_get(request, "content"), at, &in->text, why) < 0)
		return -1;
	**to = in;
	*to = &in->next;
	e->n++;
	keep_once(a, e, &e->task, task_of(a, gemini_get(request, "taskType")), "taskType");
	keep_once(a, e, &e->title, json_text(a, gemini_get(request, "title")), "title");
	keep_once(a, e, &e->dimensions, gemini_number(a, gemini_get(request, "outputDimensionality")), "outputDimensionality");
	for (const struct json *m = request->child; m != NULL; m = m->next) {
		bool is_known = m->type == JSON_NULL;

		for (size_t i = 0; i < LENGTH(known); i++)
			is_known |= gemini_named(m->name, known[i]);
		if (!is_known)
			note(a, e, arena_cstr(a, str_upto(m->name, 64)));
	}
	return 0;
}

int
gemini_read_embed(struct arena *a, const struct ask *ask, struct embed *e, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	struct embed_input **to = &e->inputs;
	struct json_error  err;
	struct json	  *root;
	uint32_t	   i = 0;

	*e = (struct embed){ 0 };
	if (json_read(a, ask->body, limits, &root, &err) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE, STR("the body is not valid JSON"));
	if (ask->endpoint == ENDPOINT_EMBED_ONE)
		return read_one(a, root, "content", e, &to, why);
	for (const struct json *r = gemini_get(root, "requests")->child; r != NULL; r = r->next, i++)
		if (read_one(a, r, arena_printf(a, "requests[%u].content", i).p, e, &to, why) < 0)
			return -1;
	return 0;
}

static void
write_input(struct arena *a, struct json_out *o, const struct embed *e, const struct embed_input *in, struct str model)
{
	json_object(o, NULL);
	json_str(o, "model", arena_printf(a, "models/" STR_FMT, STR_ARG(model)));
	json_object(o, "content");
	json_array(o, "parts");
	json_object(o, NULL);
	json_str(o, "text", in->text);
	json_object_end(o);
	json_array_end(o);
	json_object_end(o);
	if (e->task.n > 0)
		json_str(o, "taskType", e->task);
	if (e->title.n > 0)
		json_str(o, "title", e->title);
	if (e->dimensions.n > 0)
		json_raw(o, "outputDimensionality", e->dimensions);
	json_object_end(o);
}

int
gemini_write_embed(struct arena *a, const struct embed *e, const struct target *target, struct report *report,
    struct str *body, struct complaint *why)
{
	struct json_out o;
	struct buf	b = { 0 };

	for (const struct embed_input *in = e->inputs; in != NULL; in = in->next)
		if (in->text.n == 0)
			return complain(why, in->tokens.n > 0 ? FAULT_INEXPRESSIBLE : FAULT_BAD_REQUEST, STR("input"),
			    in->tokens.n > 0 ? STR("Gemini embeds texts, not token ids") : STR("an input must not be empty"));
	if (e->user.n > 0)
		report_drop(report, "user");
	if (str_is(e->truncate, "false"))
		report_drop(report, "truncate");
	for (const struct name_list *n = e->notes; n != NULL; n = n->next)
		report_drop(report, STR_FMT, STR_ARG(n->name));
	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_array(&o, "requests");
	for (const struct embed_input *in = e->inputs; in != NULL; in = in->next)
		write_input(a, &o, e, in, gemini_model_name(target->model));
	json_array_end(&o);
	json_object_end(&o);
	*body = arena_take(a, &b);
	return 0;
}

/* ------------------------------------------------------------------- replies */

int
gemini_read_embed_reply(struct arena *a, struct str body, struct embed_reply *r)
{
	struct json_limits limits = { .tree_depth = 3 };	/* not the numbers: there are thousands */
	struct embed_vector **to = &r->vectors;
	struct json_error  e;
	struct json	  *root;
	const struct json *list, *one;

	*r = (struct embed_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0)
		return -1;
	list = gemini_get(root, "embeddings");
	one = gemini_get(root, "embedding");
	if (!json_is(list, JSON_ARRAY) && one == NULL)
		return -1;
	for (const struct json *v = one != NULL ? one : list->child; v != NULL; v = one != NULL ? NULL : v->next) {
		const struct json *values = gemini_get(v, "values");

		if (!json_is(values, JSON_ARRAY))
			return -1;
		*to = arena_new(a, struct embed_vector);
		(*to)->floats = values->raw;
		to = &(*to)->next;
		r->n++;
	}
	gemini_usage(gemini_get(root, "usageMetadata"), &r->usage);
	return 0;
}

static void
write_vector(struct arena *a, struct json_out *o, const char *name, const struct embed_vector *v)
{
	struct str floats = v->floats.n > 0 ? v->floats : floats_from_base64(a, v->base64);

	json_object(o, name);
	json_raw(o, "values", floats.n > 0 ? floats : STR("[]"));
	json_object_end(o);
}

void
gemini_write_embed_reply(struct arena *a, const struct embed *e, const struct embed_reply *r, const struct voice *voice,
    struct buf *to)
{
	struct json_out o;

	(void)e;
	json_start(&o, to, false);
	json_object(&o, NULL);
	if (voice->endpoint == ENDPOINT_EMBED_ONE) {
		if (r->vectors != NULL)
			write_vector(a, &o, "embedding", r->vectors);
	} else {
		json_array(&o, "embeddings");
		for (const struct embed_vector *v = r->vectors; v != NULL; v = v->next)
			write_vector(a, &o, NULL, v);
		json_array_end(&o);
	}
	if (r->usage.source != USAGE_UNKNOWN) {
		json_object(&o, "usageMetadata");
		json_unum(&o, "promptTokenCount", r->usage.tokens[USAGE_INPUT] + r->usage.tokens[USAGE_CACHE_READ]);
		json_object_end(&o);
	}
	json_object_end(&o);
}
