/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_openai.c - chat completions, completions, embeddings and models.
 *
 * Runs in: weir-sim.
 */
#include <inttypes.h>

#include "sim/vendor.h"

#define CREATED "1700000000"

static struct str
usage_json(struct arena *a, const struct turn *t)
{
	return arena_printf(a,
	    "{\"prompt_tokens\":%" PRIu64 ",\"completion_tokens\":%" PRIu64 ",\"total_tokens\":%" PRIu64 "}",
	    t->input, t->output, t->input + t->output);
}

/* ---------------------------------------------------------------- chat completions */

static struct str
chunk(struct arena *a, struct str model, struct str delta, const char *finish)
{
	return arena_printf(a,
	    "{\"id\":\"chatcmpl-sim\",\"object\":\"chat.completion.chunk\",\"created\":" CREATED
	    ",\"model\":" STR_FMT ",\"choices\":[{\"index\":0,\"delta\":" STR_FMT ",\"finish_reason\":%s}]}",
	    STR_ARG(quoted(a, model)), STR_ARG(delta), finish);
}

void
vendor_piece(struct sim_reply *r, struct str model, struct str text)
{
	struct arena a;
	struct str   delta;

	arena_init(&a);
	delta = arena_printf(&a, "{\"content\":" STR_FMT "}", STR_ARG(quoted(&a, text)));
	sim_event(r, chunk(&a, model, delta, "null"));
	arena_done(&a);
}

static void
finish(struct arena *a, struct sim_reply *r, struct str model, const struct turn *t, const char *why)
{
	sim_event(r, chunk(a, model, STR("{}"), why));
	if (t->wants_usage)
		sim_event(r, arena_printf(a,
		    "{\"id\":\"chatcmpl-sim\",\"object\":\"chat.completion.chunk\",\"created\":" CREATED
		    ",\"model\":" STR_FMT ",\"choices\":[],\"usage\":" STR_FMT "}",
		    STR_ARG(quoted(a, model)), STR_ARG(usage_json(a, t))));
	sim_event(r, STR("[DONE]"));
	sim_chunks_end(r);
}

void
vendor_finish(struct sim_reply *r, const struct sim_request *q)
{
	struct arena a;
	struct turn  t;

	arena_init(&a);
	turn_make(&a, q, &t);
	finish(&a, r, q->model, &t, "\"stop\"");
	arena_done(&a);
}

static void
stream_call(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str begin = arena_printf(a,
	    "{\"tool_calls\":[{\"index\":0,\"id\":\"call_sim\",\"type\":\"function\","
	    "\"function\":{\"name\":" STR_FMT ",\"arguments\":\"\"}}]}", STR_ARG(quoted(a, t->tool)));

	sim_event(r, chunk(a, q->model, begin, "null"));
	sim_event(r, chunk(a, q->model,
	    STR("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}"), "null"));
	finish(a, r, q->model, t, "\"tool_calls\"");
}

static void
stream_chat(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str rest = t->text, word;

	sim_head_chunked(r, STR("text/event-stream"));
	sim_event(r, chunk(a, q->model, STR("{\"role\":\"assistant\",\"content\":\"\"}"), "null"));
	if (t->tool.n > 0) {
		stream_call(a, q, t, r);
		return;
	}
	while (turn_word(&rest, &word))
		vendor_piece(r, q->model, word);
	finish(a, r, q->model, t, "\"stop\"");
}

static void
whole_chat(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str message = t->tool.n > 0
	    ? arena_printf(a,
		"\"content\":null,\"tool_calls\":[{\"id\":\"call_sim\",\"type\":\"function\","
		"\"function\":{\"name\":" STR_FMT ",\"arguments\":\"{}\"}}]", STR_ARG(quoted(a, t->tool)))
	    : arena_printf(a, "\"content\":" STR_FMT, STR_ARG(quoted(a, t->text)));

	sim_json(r, arena_printf(a,
	    "{\"id\":\"chatcmpl-sim\",\"object\":\"chat.completion\",\"created\":" CREATED
	    ",\"model\":" STR_FMT ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
	    STR_FMT "},\"finish_reason\":\"%s\"}],"
	    "\"usage\":" STR_FMT "}",
	    STR_ARG(quoted(a, q->model)), STR_ARG(message), t->tool.n > 0 ? "tool_calls" : "stop",
	    STR_ARG(usage_json(a, t))));
}

static void
chat(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	if (q->stream)
		stream_chat(a, q, t, r);
	else
		whole_chat(a, q, t, r);
}

/* ---------------------------------------------------------------- completions */

/* `rest`: what stands behind the model, without the last brace. */
static struct str
text_completion(struct arena *a, const struct sim_request *q, struct str rest)
{
	return arena_printf(a,
	    "{\"id\":\"cmpl-sim\",\"object\":\"text_completion\",\"created\":" CREATED
	    ",\"model\":" STR_FMT STR_FMT "}",
	    STR_ARG(quoted(a, q->model)), STR_ARG(rest));
}

static struct str
text_choice(struct arena *a, struct str text, bool last)
{
	return arena_printf(a,
	    ",\"choices\":[{\"text\":" STR_FMT ",\"index\":0,\"logprobs\":null,\"finish_reason\":%s}]",
	    STR_ARG(quoted(a, text)), last ? "\"stop\"" : "null");
}

static void
stream_completion(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str rest = t->text, word;

	sim_head_chunked(r, STR("text/event-stream"));
	while (turn_word(&rest, &word))
		sim_event(r, text_completion(a, q, text_choice(a, word, rest.n == 0)));
	if (t->wants_usage)
		sim_event(r, text_completion(a, q, arena_printf(a, ",\"choices\":[],\"usage\":" STR_FMT,
		    STR_ARG(usage_json(a, t)))));
	sim_event(r, STR("[DONE]"));
	sim_chunks_end(r);
}

static void
completion(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	if (q->stream)
		stream_completion(a, q, t, r);
	else
		sim_json(r, text_completion(a, q, arena_printf(a, STR_FMT ",\"usage\":" STR_FMT,
		    STR_ARG(text_choice(a, t->text, true)), STR_ARG(usage_json(a, t)))));
}

/* ---------------------------------------------------------------- embeddings and models */

/* One vector for each input: [1,0,0], or the same as base64 of float32. */
static void
embeddings(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	const struct json *input = json_get(q->json, "input");
	bool		   base64 = str_is(json_text(a, json_get(q->json, "encoding_format")), "base64");
	uint32_t	   n = json_is(input, JSON_ARRAY) ? input->count : 1;
	struct buf	   b = { 0 };

	buf_cstr(&b, "{\"object\":\"list\",\"data\":[");
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&b, "%s{\"object\":\"embedding\",\"index\":%u,\"embedding\":%s}",
		    i > 0 ? "," : "", i, base64 ? "\"AACAPwAAAAAAAAAA\"" : "[1,0,0]");
	buf_printf(&b,
	    "],\"model\":" STR_FMT ",\"usage\":{\"prompt_tokens\":%" PRIu64 ",\"total_tokens\":%" PRIu64 "}}",
	    STR_ARG(quoted(a, q->model)), t->input, t->input);
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

static void
list_models(struct arena *a, struct str rest, struct sim_reply *r)
{
	struct buf b = { 0 };
	struct str name;
	unsigned   context;

	buf_cstr(&b, "{\"object\":\"list\",\"data\":[");
	while (model_next(&rest, &name, &context)) {
		buf_printf(&b, "%s{\"id\":" STR_FMT ",\"object\":\"model\",\"created\":" CREATED
		    ",\"owned_by\":\"weir-sim\"", b.p[b.n - 1] == '}' ? "," : "", STR_ARG(quoted(a, name)));
		if (context > 0)
			buf_printf(&b, ",\"context_length\":%u", context);
		buf_byte(&b, '}');
	}
	buf_cstr(&b, "]}");
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

/* ---------------------------------------------------------------- endpoints */

static const struct {
	const char *ending;	/* of the path; the first that fits */
	void	  (*answer)(struct arena *, const struct sim_request *, const struct turn *,
		      struct sim_reply *);
} endpoints[] = {
	{ "/chat/completions", chat },
	{ "/completions", completion },
	{ "/embeddings", embeddings },
};

bool
openai_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct turn t;

	if (str_ends(q->path, STR("/models")) && asks_get(q)) {
		list_models(a, q->models, r);
		return true;
	}
	for (size_t i = 0; i < LENGTH(endpoints) && str_is(q->method, "POST"); i++) {
		if (!str_ends(q->path, str_of(endpoints[i].ending)))
			continue;
		turn_make(a, q, &t);
		endpoints[i].answer(a, q, &t, r);
		return true;
	}
	return false;
}
