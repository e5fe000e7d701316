/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_forward.c - a Responses request for a Responses upstream.
 *
 * Runs in: worker.
 *
 * The bytes stay as the client sent them, but for the model's name and for what
 * weir itself put into the history: an earlier answer may have come from an
 * upstream of another dialect, and its reasoning stands there as an item whose
 * encrypted_content is a carrier.  No vendor can read that: the item is left
 * out.
 */
#include <assert.h>
#include <string.h>

#include "dialect/carry.h"
#include "dialect/responses.h"
#include "dialect/splice.h"

static const char carried[] = "\"w1.";	/* how a string that is a carrier begins */

static size_t
offset_of(const struct ask *ask, struct str span)
{
	assert(span.p >= ask->body.p && span.p + span.n <= ask->body.p + ask->body.n);
	return (size_t)(span.p - ask->body.p);
}

static bool
is_carrier(struct arena *a, const struct json *item)
{
	struct part part = { 0 };

	return str_is(json_text(a, json_get(item, "type")), "reasoning") &&
	    carry_unwrap(a, json_text(a, json_get(item, "encrypted_content")), &part);
}

/* The input without carriers; its own bytes when it has none. */
static struct str
input_without(struct arena *a, const struct json *input)
{
	struct buf b = { 0 };
	struct str text;
	uint32_t   n = 0, kept = 0;

	buf_byte(&b, '[');
	for (const struct json *item = input->child; item != NULL; item = item->next, n++) {
		if (is_carrier(a, item))
			continue;
		if (kept++ > 0)
			buf_byte(&b, ',');
		buf_str(&b, item->raw);
	}
	buf_byte(&b, ']');
	text = kept == n ? input->raw : arena_take(a, &b);
	buf_done(&b);
	return text;
}

static bool
input_splice(struct arena *a, const struct ask *ask, struct splice *s)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = 1, .deep = "input", .deep_depth = 3 };
	const struct json *input;
	struct json_error  e;
	struct json	  *root;
	struct str	   text;

	if (!str_has_rare(ask->body, str_of(carried), 2) ||
	    json_read(a, ask->body, limits, &root, &e) < 0)
		return false;
	input = json_get(root, "input");
	if (!json_is(input, JSON_ARRAY))
		return false;
	text = input_without(a, input);
	*s = (struct splice){ offset_of(ask, input->raw), input->raw.n, text };
	return text.p != input->raw.p;
}

struct str
responses_forward(struct arena *a, const struct ask *ask, struct str model, bool inject_usage)
{
	struct splice s[2];
	size_t	      n = 0;
	struct buf    quoted = { 0 };
	struct str    body = ask->body;

	(void)inject_usage;
	if (!str_eq(model, ask->model)) {
		json_quote(&quoted, model);
		s[n++] = (struct splice){ offset_of(ask, ask->model_span), ask->model_span.n,
			arena_str(a, buf_view(&quoted)) };
		buf_done(&quoted);
	}
	if (input_splice(a, ask, &s[n]))
		n++;
	if (n == 2 && s[0].at > s[1].at) {
		struct splice first = s[1];

		s[1] = s[0];
		s[0] = first;
	}
	if (n > 0)
		body = splice_apply(a, body, s, n);
	return carry_is_inside(body) ? carry_cut(a, body) : body;
}
