/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_forward.c - an OpenAI request for an OpenAI upstream.
 *
 * Runs in: worker.
 *
 * The bytes stay as the client sent them.  Three places may change: the model's
 * name, when the channel knows it by another; stream_options.include_usage,
 * which is asked of every streaming upstream so that usage is known; and ids of
 * calls that carry another vendor's reasoning, which are cut back.
 */
#include <assert.h>

#include "dialect/carry.h"
#include "dialect/openai.h"
#include "dialect/splice.h"

static size_t
offset_of(const struct ask *ask, struct str span)
{
	assert(span.p >= ask->body.p && span.p + span.n <= ask->body.p + ask->body.n);
	return (size_t)(span.p - ask->body.p);
}

/* Where something goes in before the closing brace of an object span. */
static size_t
before_brace(struct str text, size_t end)
{
	do
		end--;
	while (text.p[end] != '}');
	return end;
}

/* Nothing but blanks between the braces. */
static bool
object_empty(struct str object)
{
	struct str inside = { object.p + 1, object.n - 2 };

	while (inside.n > 0 && (inside.p[0] == ' ' || inside.p[0] == '\t' || inside.p[0] == '\n' || inside.p[0] == '\r'))
		inside = str_from(inside, 1);
	return inside.n == 0;
}

static struct splice
usage_splice(const struct ask *ask)
{
	struct str options = ask->stream_options;

	if (options.p == NULL)		/* the body holds a model, so a comma is right */
		return (struct splice){ before_brace(ask->body, ask->body.n), 0,
			STR(",\"stream_options\":{\"include_usage\":true}") };
	if (ask->include_usage.p != NULL)
		return (struct splice){ offset_of(ask, ask->include_usage), ask->include_usage.n, STR("true") };
	if (options.p[0] != '{')	/* null */
		return (struct splice){ offset_of(ask, options), options.n, STR("{\"include_usage\":true}") };
	return (struct splice){ before_brace(ask->body, offset_of(ask, options) + options.n), 0,
		object_empty(options) ? STR("\"include_usage\":true") : STR(",\"include_usage\":true") };
}

struct str
openai_forward(struct arena *a, const struct ask *ask, struct str model, bool inject_usage)
{
	struct splice s[2];
	size_t	      n = 0;
	struct buf    quoted = { 0 };
	struct str    body;

	if (!str_eq(model, ask->model)) {
		json_quote(&quoted, model);
		s[n++] = (struct splice){ offset_of(ask, ask->model_span), ask->model_span.n,
			arena_str(a, buf_view(&quoted)) };
		buf_done(&quoted);
	}
	if (inject_usage && ask->stream && !ask->wants_usage)
		s[n++] = usage_splice(ask);
	if (n == 2 && s[0].at > s[1].at) {
		struct splice first = s[1];

		s[1] = s[0];
		s[0] = first;
	}
	body = n > 0 ? splice_apply(a, ask->body, s, n) : ask->body;
	return carry_is_inside(body) ? carry_cut(a, body) : body;
}
