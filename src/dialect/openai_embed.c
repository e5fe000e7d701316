/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_embed.c - OpenAI's embeddings, read and written.
 *
 * Runs in: worker.
 *
 * OpenAI's own client always asks for base64 and, in one generation, takes
 * numbers for an empty vector: so the encoding asked for is always kept.
 */
#include "dialect/openai.h"

/*
 * Requests.
 */
static struct embed_input **
add_input(struct arena *a, struct embed *e, struct embed_input **at, const struct json *j)
{
	*at = arena_new(a, struct embed_input);
	if (j->type == JSON_STRING)
		(*at)->text = json_text(a, j);
	else
		(*at)->tokens = j->raw;
	e->n++;
	return &(*at)->next;
}

static int
wrong_input(struct arena *a, uint32_t i, struct complaint *why)
{
	return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "input[%u]", i),
	    arena_printf(a, "'input[%u]' must be a string or an array of tokens, as all others", i));
}

/* A string, an array of strings, of tokens (one input) or of arrays of tokens. */
static int
read_inputs(struct arena *a, struct embed *e, const struct json *input, struct complaint *why)
{
	struct embed_input **at = &e->inputs;
	uint32_t	     i = 0;

	if (input->type == JSON_STRING || (input->child != NULL && input->child->type == JSON_NUMBER)) {
		add_input(a, e, at, input);
		for (const struct json *j = input->child; j != NULL; j = j->next, i++)
			if (j->type != JSON_NUMBER)
				return wrong_input(a, i, why);
		return 0;
	}
	for (const struct json *j = input->child; j != NULL; j = j->next, i++) {
		if (j->type != JSON_STRING && j->type != JSON_ARRAY)
			return wrong_input(a, i, why);
		at = add_input(a, e, at, j);
	}
	if (e->n == 0)
		return complain(why, FAULT_BAD_REQUEST, STR("input"), STR("'input' must hold at least one text"));
	return 0;
}

static int
read_encoding(struct arena *a, struct embed *e, const struct json *v, struct complaint *why)
{
	struct str word = json_text(a, v);

	e->base64 = str_is(word, "base64");
	if (word.n > 0 && !e->base64 && !str_is(word, "float"))
		return complain(why, FAULT_BAD_REQUEST, STR("encoding_format"), STR("'encoding_format' must be float or base64"));
	return 0;
}

int
openai_read_embed(struct arena *a, const struct ask *ask, struct embed *e, struct complaint *why)
{
	static const char *const known[] = { "model", "input", "dimensions", "encoding_format", "user" };
	struct json_limits limits = { .depth = ask->depth, .tree_depth = 1, .deep = "input", .deep_depth = 2 };
	struct json_error  error;
	struct json	  *root;

	*e = (struct embed){ 0 };
	*why = (struct complaint){ 0 };
	if (json_read(a, ask->body, limits, &root, &error) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE, str_of(error.what));
	e->dimensions = raw_of(json_get(root, "dimensions"));
	e->user = json_text(a, json_get(root, "user"));
	for (const struct json *m = root->child; m != NULL; m = m->next) {
		bool is_known = m->type == JSON_NULL;

		for (size_t i = 0; i < LENGTH(known) && !is_known; i++)
			is_known = str_is(m->name, known[i]);
		if (!is_known)
			embed_note(a, e, str_upto(m->name, 64));
	}
	if (read_encoding(a, e, json_get(root, "encoding_format"), why) < 0)
		return -1;
	return read_inputs(a, e, json_get(root, "input"), why);
}

static void
write_input(struct json_out *o, const char *name, const struct embed_input *in)
{
	if (in->tokens.n > 0)
		json_raw(o, name, in->tokens);
	else
		json_str(o, name, in->text);
}

static void
report(struct report *r, const struct embed *e)
{
	if (e->task.n > 0)
		report_drop(r, "taskType");
	if (e->title.n > 0)
		report_drop(r, "title");
	if (e->truncate.n > 0)
		report_drop(r, "truncate");
	for (const struct name_list *n = e->notes; n != NULL; n = n->next)
		report_drop(r, STR_FMT, STR_ARG(n->name));
}

/* Numbers are what every server gives when nothing is said; a few refuse to be told. */
int
openai_write_embed(struct arena *a, const struct embed *e, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	struct buf	b = { 0 };
	struct json_out o;

	*why = (struct complaint){ 0 };
	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_str(&o, "model", t->model);
	if (e->n == 1) {
		write_input(&o, "input", e->inputs);
	} else {
		json_array(&o, "input");
		for (const struct embed_input *in = e->inputs; in != NULL; in = in->next)
			write_input(&o, NULL, in);
		json_array_end(&o);
	}
	if (e->dimensions.n > 0)
		json_raw(&o, "dimensions", e->dimensions);
	if (e->user.n > 0)
		json_str(&o, "user", e->user);
	json_object_end(&o);
	report(r, e);
	*body = arena_take(a, &b);
	return 0;
}

/*
 * Replies.
 */
static struct json *
read_root(struct arena *a, struct str body)
{
	struct json_limits limits = { .tree_depth = 2, .deep = "data", .deep_depth = 3 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, body, limits, &root, &e) < 0 || !json_is(json_get(root, "data"), JSON_ARRAY))
		return NULL;
	return root;
}

/* Where a vector belongs: its index when that is sound, else where it stood. */
static uint32_t
place_of(const struct json *one, uint32_t stood, struct embed_vector *const *taken, uint32_t n)
{
	uint64_t index;

	if (json_u64(json_get(one, "index"), &index) < 0 || index >= n || taken[index] != NULL)
		index = stood;
	while (taken[index] != NULL)
		index = (index + 1) % n;
	return (uint32_t)index;
}

int
openai_read_embed_reply(struct arena *a, struct str body, struct embed_reply *r)
{
	struct json	      *root = read_root(a, body);
	const struct json     *data = json_get(root, "data");
	struct embed_vector  **placed;
	uint32_t	       i = 0;

	*r = (struct embed_reply){ 0 };
	if (root == NULL)
		return -1;
	placed = arena_array(a, struct embed_vector *, data->count + 1);
	for (const struct json *j = data->child; j != NULL; j = j->next, i++) {
		const struct json   *v = json_get(j, "embedding");
		struct embed_vector *one = arena_new(a, struct embed_vector);

		one->base64 = json_text(a, v);
		one->floats = json_is(v, JSON_ARRAY) ? v->raw : floats_from_base64(a, one->base64);
		if (one->floats.p == NULL || (one->base64.n == 0 && !json_is(v, JSON_ARRAY)))
			return -1;
		placed[place_of(j, i, placed, data->count)] = one;
	}
	for (r->n = i; i > 0; i--) {
		placed[i - 1]->next = r->vectors;
		r->vectors = placed[i - 1];
	}
	r->model = json_text(a, json_get(root, "model"));
	openai_usage(json_get(root, "usage"), &r->usage);
	return 0;
}

static void
write_vector(struct arena *a, struct json_out *o, const struct embed_vector *v, bool base64)
{
	struct str floats = v->floats, text = v->base64;

	if (base64 && text.n == 0)
		text = floats_to_base64(a, floats);
	if (!base64 && floats.n == 0)
		floats = floats_from_base64(a, text);
	if (base64)
		json_str(o, "embedding", text);
	else
		json_raw(o, "embedding", floats.n > 0 ? floats : STR("[]"));
}

void
openai_write_embed_reply(struct arena *a, const struct embed *e, const struct embed_reply *r, const struct voice *v,
    struct buf *to)
{
	struct json_out o;
	uint64_t	input = 0;
	uint32_t	i = 0;

	for (int c = 0; c < USAGE_CLASSES; c++)
		input += r->usage.tokens[c];
	json_start(&o, to, false);
	json_object(&o, NULL);
	json_cstr(&o, "object", "list");
	json_array(&o, "data");
	for (const struct embed_vector *one = r->vectors; one != NULL; one = one->next) {
		json_object(&o, NULL);
		json_cstr(&o, "object", "embedding");
		json_unum(&o, "index", i++);
		write_vector(a, &o, one, e->base64);
		json_object_end(&o);
	}
	json_array_end(&o);
	json_str(&o, "model", r->model.n > 0 ? r->model : v->model);
	json_object(&o, "usage");
	json_unum(&o, "prompt_tokens", input);
	json_unum(&o, "total_tokens", input);
	json_object_end(&o);
	json_object_end(&o);
}

/*
 * The other encoding.
 */
static struct str
recode(struct arena *a, const struct json *v, bool base64)
{
	struct str text;

	if (base64 && json_is(v, JSON_ARRAY)) {
		text = floats_to_base64(a, v->raw);
		return text.p == NULL ? STR_NONE : arena_printf(a, "\"" STR_FMT "\"", STR_ARG(text));
	}
	return !base64 && json_is(v, JSON_STRING) ? floats_from_base64(a, json_text(a, v)) : STR_NONE;
}

struct str
openai_embed_encode(struct arena *a, struct str body, bool base64)
{
	struct json *root = read_root(a, body);
	struct buf   b = { 0 };
	struct str   whole = body;
	size_t	     from = 0;

	if (root == NULL)
		return body;
	for (const struct json *j = json_get(root, "data")->child; j != NULL; j = j->next) {
		const struct json *v = json_get(j, "embedding");
		struct str	   put = recode(a, v, base64);
		size_t		   at = put.p == NULL ? from : (size_t)(v->raw.p - body.p);

		if (put.p == NULL)
			continue;
		buf_add(&b, body.p + from, at - from);
		buf_str(&b, put);
		from = at + v->raw.n;
	}
	if (from > 0) {
		buf_str(&b, str_from(body, from));
		whole = arena_str(a, buf_view(&b));
	}
	buf_done(&b);
	return whole;
}
