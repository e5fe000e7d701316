/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_gemini.c - generateContent, streamGenerateContent, countTokens and the model list.
 *
 * Runs in: weir-sim.
 */
#include <inttypes.h>

#include "sim/vendor.h"

static struct str
candidate(struct arena *a, const struct sim_request *q, const struct turn *t, struct str text, bool last)
{
	struct str part = t->tool.n > 0
	    ? arena_printf(a, "{\"functionCall\":{\"name\":" STR_FMT ",\"args\":{}}}",
		STR_ARG(quoted(a, t->tool)))
	    : arena_printf(a, "{\"text\":" STR_FMT "}", STR_ARG(quoted(a, text)));

	return arena_printf(a,
	    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" STR_FMT "]},%s\"index\":0}],"
	    "\"modelVersion\":" STR_FMT ",\"usageMetadata\":{\"promptTokenCount\":%" PRIu64
	    ",\"candidatesTokenCount\":%" PRIu64 ",\"totalTokenCount\":%" PRIu64 "}}",
	    STR_ARG(part), last ? "\"finishReason\":\"STOP\"," : "", STR_ARG(quoted(a, q->model)), t->input,
	    t->output, t->input + t->output);
}

static void
list_models(struct arena *a, struct str rest, struct sim_reply *r)
{
	struct buf b = { 0 };
	struct str name;
	unsigned   context;

	buf_cstr(&b, "{\"models\":[");
	while (model_next(&rest, &name, &context)) {
		buf_printf(&b, "%s{\"name\":" STR_FMT, b.p[b.n - 1] == '}' ? "," : "",
		    STR_ARG(quoted(a, arena_printf(a, "models/" STR_FMT, STR_ARG(name)))));
		if (context > 0)
			buf_printf(&b, ",\"inputTokenLimit\":%u", context);
		buf_cstr(&b, ",\"supportedGenerationMethods\":[\"generateContent\",\"countTokens\"]}");
	}
	buf_cstr(&b, "]}");
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

bool
gemini_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct turn t;
	struct str  rest, word;

	if (asks_get(q)) {
		list_models(a, q->models, r);
		return true;
	}
	turn_make(a, q, &t);
	rest = t.text;
	if (str_ends(q->path, STR(":countTokens"))) {
		sim_json(r, arena_printf(a, "{\"totalTokens\":%" PRIu64 "}", t.input));
		return true;
	}
	if (!q->stream) {
		sim_json(r, candidate(a, q, &t, t.text, true));
		return true;
	}
	sim_head_chunked(r, STR("text/event-stream"));
	if (t.tool.n > 0)
		sim_event(r, candidate(a, q, &t, STR_NONE, true));
	while (t.tool.n == 0 && turn_word(&rest, &word))
		sim_event(r, candidate(a, q, &t, word, rest.n == 0));
	sim_chunks_end(r);
	return true;
}
