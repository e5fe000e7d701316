/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_forward.c - a Messages request for an Anthropic upstream.
 *
 * Runs in: worker.
 *
 * The bytes stay as the client sent them, save the model's name.  Only when the
 * history holds reasoning of another upstream, which this client was given as a
 * carrier, those blocks are taken out: Anthropic refuses a signature that is not
 * its own.  Manual thinking is switched off then, because it wants the thinking
 * in front of the calls that are being answered.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/anthropic.h"
#include "dialect/carry.h"
#include "dialect/splice.h"

#define CARRIER "\"w1."

struct edits {
	struct arena  *arena;
	struct str     body;
	struct splice *s;
	size_t	       n, cap;
	bool	       calling;	/* the calls of an assistant turn are being answered */
	bool	       bare;	/* they had only thinking that was taken out */
};

static size_t
offset_of(struct str body, struct str span)
{
	assert(span.p >= body.p && span.p + span.n <= body.p + body.n);
	return (size_t)(span.p - body.p);
}

static void
replace(struct edits *e, struct str span, struct str put)
{
	if (e->n == e->cap) {
		struct splice *more = arena_array(e->arena, struct splice, e->cap * 2 + 8);

		if (e->n > 0)
			memcpy(more, e->s, e->n * sizeof(*more));
		e->s = more;
		e->cap = e->cap * 2 + 8;
	}
	e->s[e->n++] = (struct splice){ offset_of(e->body, span), span.n, put };
}

static struct str
quoted(struct arena *a, struct str text)
{
	struct buf b = { 0 };

	json_quote(&b, text);
	return arena_take(a, &b);
}

/* The carrier that stands in a block, or NULL. */
static const struct json *
carrier_of(struct arena *a, const struct json *block, struct part *inside)
{
	const struct json *v = json_get(block, "signature");

	if (!str_is(json_text(a, json_get(block, "type")), "thinking"))
		v = str_is(json_text(a, json_get(block, "type")), "redacted_thinking") ? json_get(block, "data") : NULL;
	return v != NULL && carry_unwrap(a, json_text(a, v), inside) ? v : NULL;
}

/* The blocks that stay, as a new array; what was Anthropic's own gets its own proof back. */
static struct str
kept_blocks(struct edits *e, const struct json *content, bool *lost)
{
	struct buf	b = { 0 };
	struct json_out o;
	struct str	text;

	json_start(&o, &b, false);
	json_array(&o, NULL);
	for (const struct json *block = content->child; block != NULL; block = block->next) {
		struct part	   inside = { 0 };
		const struct json *v = carrier_of(e->arena, block, &inside);
		struct splice	   own;

		if (v != NULL && inside.origin != DIALECT_ANTHROPIC) {
			*lost = true;
		} else if (v != NULL) {
			own = (struct splice){ offset_of(block->raw, v->raw), v->raw.n,
				quoted(e->arena, inside.sealed.n > 0 ? inside.sealed : inside.signature) };
			json_raw(&o, NULL, splice_apply(e->arena, block->raw, &own, 1));
		} else {
			json_raw(&o, NULL, block->raw);
		}
	}
	if (!o.comma)	/* the API takes no message without content */
		json_raw(&o, NULL, STR("{\"type\":\"text\",\"text\":\"(no answer)\"}"));
	json_array_end(&o);
	text = arena_take(e->arena, &b);
	return text;
}

static bool
has_block(struct arena *a, const struct json *content, const char *type)
{
	for (const struct json *b = content == NULL ? NULL : content->child; b != NULL; b = b->next)
		if (str_is(json_text(a, json_get(b, "type")), type))
			return true;
	return false;
}

static bool
has_carrier(struct arena *a, const struct json *content)
{
	struct part inside;

	for (const struct json *b = content->child; b != NULL; b = b->next)
		if (carrier_of(a, b, &inside) != NULL)
			return true;
	return false;
}

static void
follow(struct edits *e, const struct json *content, bool lost)
{
	struct part inside;
	bool	    own = false;

	for (const struct json *b = json_is(content, JSON_ARRAY) ? content->child : NULL; b != NULL; b = b->next)
		own |= str_is(json_text(e->arena, json_get(b, "type")), "thinking") && carrier_of(e->arena, b, &inside) == NULL;
	e->bare = (e->calling ? e->bare : lost) && !own;
	e->calling = has_block(e->arena, content, "tool_use");
	e->bare &= e->calling;
}

static void
edit_messages(struct edits *e, const struct json *messages)
{
	for (const struct json *m = messages->child; m != NULL; m = m->next) {
		const struct json *content = json_get(m, "content");
		bool		   assistant = str_is(json_text(e->arena, json_get(m, "role")), "assistant"), lost = false;

		if (json_is(content, JSON_ARRAY) && assistant && has_carrier(e->arena, content))
			replace(e, content->raw, kept_blocks(e, content, &lost));
		if (assistant)
			follow(e, content, lost);
		else if (!has_block(e->arena, content, "tool_result"))
			e->calling = e->bare = false;
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct splice *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static struct str
without_foreign_thoughts(struct arena *a, struct str body, uint32_t depth)
{
	struct json_limits limits = { .depth = depth, .tree_depth = JSON_WHOLE };
	struct edits	   e = { .arena = a, .body = body };
	struct json_error  err;
	struct json	  *root;
	const struct json *thinking;

	if (json_read(a, body, limits, &root, &err) < 0 || !json_is(json_get(root, "messages"), JSON_ARRAY))
		return body;
	edit_messages(&e, json_get(root, "messages"));
	thinking = json_get(root, "thinking");
	if (e.bare && str_is(json_text(a, json_get(thinking, "type")), "enabled"))
		replace(&e, thinking->raw, STR("{\"type\":\"disabled\"}"));
	if (e.n == 0)
		return body;
	qsort(e.s, e.n, sizeof(*e.s), by_place);
	return splice_apply(a, body, e.s, e.n);
}

struct str
anthropic_forward(struct arena *a, const struct ask *ask, struct str model, bool inject_usage)
{
	struct str body = ask->body;

	(void)inject_usage;	/* it is always told */
	if (!str_eq(model, ask->model)) {
		struct splice s = { offset_of(body, ask->model_span), ask->model_span.n, quoted(a, model) };

		body = splice_apply(a, body, &s, 1);
	}
	if (carry_is_inside(body))
		body = carry_cut(a, body);
	if (str_has_rare(body, STR(CARRIER), 2))
		body = without_foreign_thoughts(a, body, ask->depth);
	return body;
}
