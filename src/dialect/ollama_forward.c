/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_forward.c - an Ollama request for an Ollama upstream.
 *
 * Runs in: worker.
 *
 * The bytes stay as the client sent them, save the model's name when the channel
 * knows it by another, and carriers of reasoning in call ids.
 */
#include <assert.h>

#include "dialect/carry.h"
#include "dialect/ollama.h"
#include "dialect/splice.h"

struct str
ollama_forward(struct arena *a, const struct ask *ask, struct str model, bool inject_usage)
{
	struct splice s = { .cut = ask->model_span.n };
	struct str    body = ask->body;
	struct buf    quoted = { 0 };

	(void)inject_usage;
	if (!str_eq(model, ask->model)) {
		assert(ask->model_span.p >= body.p && ask->model_span.p + ask->model_span.n <= body.p + body.n);
		json_quote(&quoted, model);
		s.at = (size_t)(ask->model_span.p - body.p);
		s.put = buf_view(&quoted);
		body = splice_apply(a, body, &s, 1);
		buf_done(&quoted);
	}
	return carry_is_inside(body) ? carry_cut(a, body) : body;
}
