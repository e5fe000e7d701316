/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_embed.c - Ollama's embeddings: /api/embed, and /api/embeddings of old for one text.
 *
 * Runs in: worker.
 */
#include "dialect/ollama.h"

static void
note_options(struct arena *a, struct embed *e, const struct json *options)
{
	if (!json_is(options, JSON_OBJECT))
		return;
	for (const struct json *o = options->child; o != NULL; o = o->next)
		if (o->type != JSON_NULL)
			embed_note(a, e, arena_printf(a, "options." STR_FMT, STR_ARG(str_upto(o->name, 64))));
}

static struct embed_input **
add_input(struct arena *a, struct embed *e, struct embed_input **at, struct str text)
{
	*at = arena_new(a, struct embed_input);
	(*at)->text = text;
	e->n++;
	return &(*at)->next;
}

static int
read_inputs(struct arena *a, struct embed *e, const struct json *input, struct complaint *why)
{
	struct embed_input **at = &e->inputs;
	uint32_t	     i = 0;

	if (!json_is(input, JSON_ARRAY)) {
		add_input(a, e, at, json_text(a, input));
		return 0;
	}
	for (const struct json *j = input->child; j != NULL; j = j->next, i++) {
		if (j->type != JSON_STRING)
			return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "input[%u]", i),
			    arena_printf(a, "'input[%u]' must be a string", i));
		at = add_input(a, e, at, json_text(a, j));
	}
	return 0;
}

int
ollama_read_embed(struct arena *a, const struct ask *ask, struct embed *e, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	struct json_error  error;
	struct json	  *root;
	const struct json *v;

	*e = (struct embed){ 0 };
	*why = (struct complaint){ 0 };
	if (json_read(a, ask->body, limits, &root, &error) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE, str_of(error.what));
	v = json_get(root, "truncate");
	e->truncate = raw_of(v);
	e->dimensions = raw_of(json_get(root, "dimensions"));
	note_options(a, e, json_get(root, "options"));
	v = json_get(root, "keep_alive");
	if (v != NULL && v->type != JSON_NULL)
		embed_note(a, e, STR("keep_alive"));
	return read_inputs(a, e, json_get(root, ask->endpoint == ENDPOINT_EMBED_ONE ? "prompt" : "input"), why);
}

static int
write_inputs(struct arena *a, struct json_out *o, const struct embed *e, struct complaint *why)
{
	uint32_t i = 0;

	json_array(o, "input");
	for (const struct embed_input *in = e->inputs; in != NULL; in = in->next, i++) {
		if (in->text.p == NULL && in->tokens.n > 0)
			return complain(why, FAULT_INEXPRESSIBLE, arena_printf(a, "input[%u]", i),
			    STR("the upstream of this model takes texts, not tokens"));
		json_str(o, NULL, in->text);
	}
	json_array_end(o);
	return 0;
}

int
ollama_write_embed(struct arena *a, const struct embed *e, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	struct buf	b = { 0 };
	struct json_out o;
	int		rc;

	*why = (struct complaint){ 0 };
	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_str(&o, "model", t->model);
	rc = write_inputs(a, &o, e, why);
	if (e->truncate.n > 0)
		json_raw(&o, "truncate", e->truncate);
	if (e->dimensions.n > 0)
		json_raw(&o, "dimensions", e->dimensions);
	json_object_end(&o);
	if (e->user.n > 0)
		report_drop(r, "user");
	if (e->task.n > 0)
		report_drop(r, "taskType");
	if (e->title.n > 0)
		report_drop(r, "title");
	for (const struct name_list *n = e->notes; n != NULL; n = n->next)
		report_drop(r, STR_FMT, STR_ARG(n->name));
	*body = arena_take(a, &b);
	return rc;
}

int
ollama_read_embed_reply(struct arena *a, struct str body, struct embed_reply *r)
{
	struct json_limits limits = { .tree_depth = 2 };
	const struct json *all, *one;
	struct embed_vector **at = &r->vectors;
	struct json_error  e;
	struct json	  *root;

	*r = (struct embed_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0)
		return -1;
	all = json_get(root, "embeddings");
	one = json_get(root, "embedding");
	if (!json_is(all, JSON_ARRAY) && !json_is(one, JSON_ARRAY))
		return -1;
	for (const struct json *v = json_is(all, JSON_ARRAY) ? all->child : one; v != NULL; v = v->next) {
		if (v->type != JSON_ARRAY)
			return -1;
		*at = arena_new(a, struct embed_vector);
		(*at)->floats = v->raw;
		at = &(*at)->next;
		r->n++;
		if (v == one)
			break;
	}
	r->model = json_text(a, json_get(root, "model"));
	ollama_usage(root, &r->usage);
	return 0;
}

static void
write_vector(struct arena *a, struct json_out *o, const char *name, const struct embed_vector *v)
{
	struct str floats = v->floats.n > 0 ? v->floats : floats_from_base64(a, v->base64);

	json_raw(o, name, floats.n > 0 ? floats : STR("[]"));
}

void
ollama_write_embed_reply(struct arena *a, const struct embed *e, const struct embed_reply *r, const struct voice *v,
    struct buf *to)
{
	struct json_out o;

	(void)e;
	json_start(&o, to, false);
	json_object(&o, NULL);
	if (v->endpoint == ENDPOINT_EMBED_ONE) {
		if (r->vectors != NULL)
			write_vector(a, &o, "embedding", r->vectors);
		else
			json_raw(&o, "embedding", STR("[]"));
		json_object_end(&o);
		return;
	}
	json_str(&o, "model", r->model.n > 0 ? r->model : v->model);
	json_array(&o, "embeddings");
	for (const struct embed_vector *one = r->vectors; one != NULL; one = one->next)
		write_vector(a, &o, NULL, one);
	json_array_end(&o);
	json_unum(&o, "total_duration", 0);
	json_unum(&o, "load_duration", 0);
	if (r->usage.source != USAGE_UNKNOWN)
		json_unum(&o, "prompt_eval_count", r->usage.tokens[USAGE_INPUT] + r->usage.tokens[USAGE_CACHE_READ] +
			r->usage.tokens[USAGE_CACHE_WRITE] + r->usage.tokens[USAGE_AUDIO_INPUT] + r->usage.tokens[USAGE_IMAGE]);
	json_object_end(&o);
}
