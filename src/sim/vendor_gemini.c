/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_gemini.c - generateContent, streamGenerateContent, countTokens, embeddings and the model list.
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
		buf_cstr(&b, ",\"supportedGenerationMethods\":[\"generateContent\",\"countTokens\",\"embedContent\"]}");
	}
	buf_cstr(&b, "]}");
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

static void
embed(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	const struct json *requests = json_get(q->json, "requests");
	struct buf	   b = { 0 };

	(void)a;
	if (str_ends(q->path, STR(":embedContent"))) {
		sim_json(r, STR("{\"embedding\":{\"values\":[1,0,0]}}"));
		return;
	}
	buf_cstr(&b, "{\"embeddings\":[");
	for (uint32_t i = 0; json_is(requests, JSON_ARRAY) && i < requests->count; i++)
		buf_printf(&b, "%s{\"values\":[1,0,0]}", i > 0 ? "," : "");
	buf_cstr(&b, "]}");
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

/* As events, or as the elements of an array. */
static void
stream(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str  rest = t->text, word;
	const char *before = "[";
	bool	    more = true;

	sim_head_chunked(r, q->array ? STR("application/json") : STR("text/event-stream"));
	while (more) {
		struct str piece;

		word = STR_NONE;
		more = t->tool.n == 0 && turn_word(&rest, &word) && rest.n > 0;
		piece = candidate(a, q, t, word, !more);
		if (q->array)
			sim_chunk(r, arena_printf(a, "%s" STR_FMT, before, STR_ARG(piece)));
		else
			sim_event(r, piece);
		before = ",\n";
	}
	if (q->array)
		sim_chunk(r, STR("]"));
	sim_chunks_end(r);
}

bool
gemini_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct turn t;

	if (asks_get(q)) {
		list_models(a, q->models, r);
		return true;
	}
	turn_make(a, q, &t);
	if (str_ends(q->path, STR(":countTokens")))
		sim_json(r, arena_printf(a, "{\"totalTokens\":%" PRIu64 "}", t.input));
	else if (str_find(q->path, STR("mbedContent")) < q->path.n)
		embed(a, q, r);
	else if (q->stream)
		stream(a, q, &t, r);
	else
		sim_json(r, candidate(a, q, &t, t.text, true));
	return true;
}
