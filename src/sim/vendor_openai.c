/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_openai.c - chat completions, completions, embeddings and models.
 *
 * Runs in: weir-sim.
 */
#include <inttypes.h>

#include "sim/vendor.h"

#define CREATED 1700000000

static struct str
usage_json(struct arena *a, const struct turn *t)
{
	return arena_printf(a, "{\"prompt_tokens\":%" PRIu64 ",\"completion_tokens\":%" PRIu64 ",\"total_tokens\":%" PRIu64 "}",
	    t->input, t->output, t->input + t->output);
}

static struct str
chunk(struct arena *a, struct str model, const char *delta, const char *finish)
{
	return arena_printf(a,
	    "{\"id\":\"chatcmpl-sim\",\"object\":\"chat.completion.chunk\",\"created\":%d,\"model\":" STR_FMT
	    ",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}",
	    CREATED, STR_ARG(quoted(a, model)), delta, finish);
}

void
vendor_piece(struct sim_reply *r, struct str model, struct str text)
{
	struct arena a;

	arena_init(&a);
	sim_event(r, chunk(&a, model, arena_printf(&a, "{\"content\":" STR_FMT "}", STR_ARG(quoted(&a, text))).p, "null"));
	arena_done(&a);
}

static void
finish(struct arena *a, struct sim_reply *r, struct str model, const struct turn *t, const char *why)
{
	sim_event(r, chunk(a, model, "{}", why));
	if (t->wants_usage)
		sim_event(r, arena_printf(a, "{\"id\":\"chatcmpl-sim\",\"object\":\"chat.completion.chunk\",\"created\":%d,"
		    "\"model\":" STR_FMT ",\"choices\":[],\"usage\":" STR_FMT "}", CREATED, STR_ARG(quoted(a, model)),
		    STR_ARG(usage_json(a, t))));
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
stream_chat(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str rest = t->text, word;

	sim_head_chunked(r, STR("text/event-stream"));
	sim_event(r, chunk(a, q->model, "{\"role\":\"assistant\",\"content\":\"\"}", "null"));
	if (t->tool.n > 0) {
		sim_event(r, chunk(a, q->model, arena_printf(a, "{\"tool_calls\":[{\"index\":0,\"id\":\"call_sim\",\"type\":"
		    "\"function\",\"function\":{\"name\":" STR_FMT ",\"arguments\":\"\"}}]}", STR_ARG(quoted(a, t->tool))).p, "null"));
		sim_event(r, chunk(a, q->model, "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}", "null"));
		finish(a, r, q->model, t, "\"tool_calls\"");
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
	    ? arena_printf(a, "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_sim\",\"type\":\"function\","
		"\"function\":{\"name\":" STR_FMT ",\"arguments\":\"{}\"}}]}", STR_ARG(quoted(a, t->tool)))
	    : arena_printf(a, "{\"role\":\"assistant\",\"content\":" STR_FMT "}", STR_ARG(quoted(a, t->text)));

	sim_whole(r, 200, STR("application/json"), arena_printf(a,
	    "{\"id\":\"chatcmpl-sim\",\"object\":\"chat.completion\",\"created\":%d,\"model\":" STR_FMT ",\"choices\":"
	    "[{\"index\":0,\"message\":" STR_FMT ",\"finish_reason\":\"%s\"}],\"usage\":" STR_FMT "}", CREATED,
	    STR_ARG(quoted(a, q->model)), STR_ARG(message), t->tool.n > 0 ? "tool_calls" : "stop",
	    STR_ARG(usage_json(a, t))));
}

static void
completion(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str rest = t->text, word, model = quoted(a, q->model);

	if (!q->stream) {
		sim_whole(r, 200, STR("application/json"), arena_printf(a,
		    "{\"id\":\"cmpl-sim\",\"object\":\"text_completion\",\"created\":%d,\"model\":" STR_FMT ",\"choices\":"
		    "[{\"text\":" STR_FMT ",\"index\":0,\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" STR_FMT "}",
		    CREATED, STR_ARG(model), STR_ARG(quoted(a, t->text)), STR_ARG(usage_json(a, t))));
		return;
	}
	sim_head_chunked(r, STR("text/event-stream"));
	while (turn_word(&rest, &word))
		sim_event(r, arena_printf(a, "{\"id\":\"cmpl-sim\",\"object\":\"text_completion\",\"created\":%d,\"model\":" STR_FMT
		    ",\"choices\":[{\"text\":" STR_FMT ",\"index\":0,\"logprobs\":null,\"finish_reason\":%s}]}", CREATED,
		    STR_ARG(model), STR_ARG(quoted(a, word)), rest.n == 0 ? "\"stop\"" : "null"));
	if (t->wants_usage)
		sim_event(r, arena_printf(a, "{\"id\":\"cmpl-sim\",\"object\":\"text_completion\",\"created\":%d,\"model\":" STR_FMT
		    ",\"choices\":[],\"usage\":" STR_FMT "}", CREATED, STR_ARG(model), STR_ARG(usage_json(a, t))));
	sim_event(r, STR("[DONE]"));
	sim_chunks_end(r);
}

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
		buf_printf(&b, "%s{\"object\":\"embedding\",\"index\":%u,\"embedding\":%s}", i > 0 ? "," : "", i,
		    base64 ? "\"AACAPwAAAAAAAAAA\"" : "[1,0,0]");
	buf_printf(&b, "],\"model\":" STR_FMT ",\"usage\":{\"prompt_tokens\":%" PRIu64 ",\"total_tokens\":%" PRIu64 "}}",
	    STR_ARG(quoted(a, q->model)), t->input, t->input);
	sim_whole(r, 200, STR("application/json"), arena_str(a, buf_view(&b)));
	buf_done(&b);
}

static const char models[] =
    "{\"object\":\"list\",\"data\":["
    "{\"id\":\"sim-small\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"weir-sim\",\"context_length\":32768},"
    "{\"id\":\"sim-large\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"weir-sim\",\"context_length\":131072},"
    "{\"id\":\"sim-embed\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"weir-sim\"}]}";

bool
openai_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct turn t;

	if (str_ends(q->path, STR("/models")) && str_is(q->method, "GET")) {
		sim_whole(r, 200, STR("application/json"), str_of(models));
		return true;
	}
	if (!str_is(q->method, "POST"))
		return false;
	turn_make(a, q, &t);
	if (str_ends(q->path, STR("/chat/completions")))
		(q->stream ? stream_chat : whole_chat)(a, q, &t, r);
	else if (str_ends(q->path, STR("/completions")))
		completion(a, q, &t, r);
	else if (str_ends(q->path, STR("/embeddings")))
		embeddings(a, q, &t, r);
	else
		return false;
	return true;
}
