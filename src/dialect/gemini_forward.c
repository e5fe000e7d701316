/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_forward.c - a Gemini request for a Gemini upstream.
 *
 * Runs in: worker.
 *
 * The bytes stay as the client sent them: the model is in the path, which is not
 * ours.  Three things may change.  A model's name that stands in the body as
 * well must be the path's.  A signature that is a carrier holds what another
 * vendor thought, in a conversation that began there: Google would refuse it, so
 * it becomes empty, which is absent, or the word that Google documents for calls
 * of other origin.  And what was carried in ids is cut off.
 */
#include <assert.h>
#include <string.h>

#include "base/base64.h"
#include "dialect/carry.h"
#include "dialect/gemini_inside.h"
#include "dialect/splice.h"

/* How a carrier begins in base64: its "w1." is exactly four digits. */
#define CARRIER "\"dzEu"

struct changes {
	struct arena  *arena;
	struct str     body;
	struct splice *list;
	size_t	       n, cap;
};

static void
change(struct changes *c, struct str span, struct str put)
{
	assert(span.p >= c->body.p && span.p + span.n <= c->body.p + c->body.n);
	if (c->n == c->cap) {
		struct splice *more = arena_array(c->arena, struct splice, c->cap * 2 + 4);

		if (c->n > 0)
			memcpy(more, c->list, c->n * sizeof(*more));
		c->list = more;
		c->cap = c->cap * 2 + 4;
	}
	c->list[c->n++] = (struct splice){ (size_t)(span.p - c->body.p), span.n, put };
}

static struct str
apply(struct changes *c)
{
	return c->n == 0 ? c->body : splice_apply(c->arena, c->body, c->list, c->n);
}

static void
rename_model(struct changes *c, const struct json *object, struct str quoted)
{
	const struct json *model = gemini_get(object, "model");

	if (json_is(model, JSON_STRING))
		change(c, model->raw, quoted);
}

static struct str
rename_models(struct arena *a, const struct ask *ask, struct str body, struct str name)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = 1, .deep = "requests", .deep_depth = 3 };
	struct changes	   c = { .arena = a, .body = body };
	struct buf	   b = { 0 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, body, limits, &root, &e) < 0)
		return body;
	json_quote(&b, arena_printf(a, "models/" STR_FMT, STR_ARG(name)));
	for (struct json *m = root->child; m != NULL; m = m->next) {	/* in the order of the body */
		if (str_is(m->name, "model") && m->type == JSON_STRING)
			change(&c, m->raw, arena_str(a, buf_view(&b)));
		if (gemini_named(m->name, "generateContentRequest") && m->type == JSON_OBJECT && json_open(a, m, &e) == 0)
			rename_model(&c, m, arena_str(a, buf_view(&b)));
		for (const struct json *r = str_is(m->name, "requests") ? m->child : NULL; r != NULL; r = r->next)
			rename_model(&c, r, arena_str(a, buf_view(&b)));
	}
	buf_done(&b);
	return apply(&c);
}

/* What Google shall see of a signature: a JSON string, or STR_NONE when it is Google's own. */
static struct str
native_signature(struct arena *a, const struct json *part, const struct json *signature, bool checked)
{
	struct str  text = json_text(a, signature), bytes;
	struct part held = { 0 };

	if (base64_decode(a, text, &bytes) < 0 || !carry_unwrap(a, bytes, &held))
		return STR_NONE;
	if (held.origin == DIALECT_GEMINI)
		return arena_printf(a, "\"" STR_FMT "\"", STR_ARG(held.signature));
	if (checked && gemini_get(part, "functionCall") != NULL)
		return STR("\"" GEMINI_UNSIGNED "\"");
	return STR("\"\"");
}

static struct str
restore_signatures(struct arena *a, const struct ask *ask, struct str body, struct str model)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = JSON_WHOLE };
	struct changes	   c = { .arena = a, .body = body };
	bool		   checked = gemini_model_of(model).third;
	struct json_error  e;
	struct json	  *root;
	const struct json *contents;

	if (json_read(a, body, limits, &root, &e) < 0)
		return body;
	contents = gemini_get(root, "contents");
	if (contents == NULL)
		contents = gemini_get(gemini_get(root, "generateContentRequest"), "contents");
	for (const struct json *t = json_is(contents, JSON_ARRAY) ? contents->child : NULL; t != NULL; t = t->next) {
		const struct json *parts = gemini_get(t, "parts");

		for (const struct json *p = json_is(parts, JSON_ARRAY) ? parts->child : NULL; p != NULL; p = p->next) {
			const struct json *signature = gemini_get(p, "thoughtSignature");
			struct str	   native = STR_NONE;

			if (json_is(signature, JSON_STRING))
				native = native_signature(a, p, signature, checked);
			if (native.p != NULL)
				change(&c, signature->raw, native);
		}
	}
	return apply(&c);
}

struct str
gemini_forward(struct arena *a, const struct ask *ask, struct str model, bool inject_usage)
{
	struct str body = ask->body;

	(void)inject_usage;	/* it always comes */
	if (!str_eq(model, ask->model))
		body = rename_models(a, ask, body, model);
	if (str_has_rare(body, STR(CARRIER), 2))
		body = restore_signatures(a, ask, body, model);
	if (carry_is_inside(body))
		body = carry_cut(a, body);
	return body;
}
