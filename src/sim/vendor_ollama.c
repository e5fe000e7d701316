/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_ollama.c - chats, prompts, embeddings and what there is to know of models.
 *
 * Runs in: weir-sim.
 *
 * A request streams unless it says "stream": false; a stream is one JSON
 * object a line.
 */
#include <inttypes.h>

#include "sim/vendor.h"

#define CREATED "2023-11-14T22:13:20Z"

static struct str
message(struct arena *a, const struct turn *t, struct str text)
{
	struct str calls = t->tool.n == 0 ? STR("")
	    : arena_printf(a, ",\"tool_calls\":[{\"function\":{\"name\":" STR_FMT ",\"arguments\":{}}}]",
		STR_ARG(quoted(a, t->tool)));

	return arena_printf(a, "\"message\":{\"role\":\"assistant\",\"content\":" STR_FMT STR_FMT "}",
	    STR_ARG(quoted(a, text)), STR_ARG(calls));
}

static struct str
line(struct arena *a, const struct sim_request *q, const struct turn *t, struct str text, bool chat,
    bool done)
{
	struct str content = chat ? message(a, t, text)
	    : arena_printf(a, "\"response\":" STR_FMT, STR_ARG(quoted(a, text)));
	struct str end = !done ? STR("")
	    : arena_printf(a,
		",\"done_reason\":\"stop\",\"prompt_eval_count\":%" PRIu64 ",\"eval_count\":%" PRIu64,
		t->input, t->output);

	return arena_printf(a,
	    "{\"model\":" STR_FMT ",\"created_at\":\"" CREATED "\"," STR_FMT ",\"done\":%s" STR_FMT "}\n",
	    STR_ARG(quoted(a, q->model)), STR_ARG(content), done ? "true" : "false", STR_ARG(end));
}

static void
list_models(struct arena *a, struct str rest, struct sim_reply *r)
{
	struct buf b = { 0 };
	struct str name;
	unsigned   context;

	buf_cstr(&b, "{\"models\":[");
	while (model_next(&rest, &name, &context)) {
		struct str q = quoted(a, name);

		buf_printf(&b, "%s{\"name\":" STR_FMT ",\"model\":" STR_FMT ",\"size\":1}",
		    b.p[b.n - 1] == '}' ? "," : "", STR_ARG(q), STR_ARG(q));
	}
	buf_cstr(&b, "]}");
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

static void
generate(struct arena *a, const struct sim_request *q, bool chat, struct sim_reply *r)
{
	struct turn t;
	struct str  rest, word;

	turn_make(a, q, &t);
	if (json_is(json_get(q->json, "stream"), JSON_FALSE)) {
		sim_json(r, line(a, q, &t, t.text, chat, true));
		return;
	}
	sim_head_chunked(r, STR("application/x-ndjson"));
	for (rest = t.text; t.tool.n == 0 && turn_word(&rest, &word);)
		sim_chunk(r, line(a, q, &t, word, chat, false));
	sim_chunk(r, line(a, q, &t, STR(""), chat, true));
	sim_chunks_end(r);
}

static void
embed(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	const struct json *input = json_get(q->json, "input");
	uint32_t	   n = json_is(input, JSON_ARRAY) ? input->count : 1;
	struct turn	   t;
	struct buf	   b = { 0 };

	turn_make(a, q, &t);
	buf_printf(&b, "{\"model\":" STR_FMT ",\"embeddings\":[", STR_ARG(quoted(a, q->model)));
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&b, "%s[1,0,0]", i > 0 ? "," : "");
	buf_printf(&b, "],\"prompt_eval_count\":%" PRIu64 "}", t.input);
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

bool
ollama_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	bool chat = str_is(q->path, "/api/chat");

	if (str_is(q->path, "/api/tags"))
		list_models(a, q->models, r);
	else if (str_is(q->path, "/api/version"))
		sim_json(r, STR("{\"version\":\"0.0.0\"}"));
	else if (str_is(q->path, "/api/ps"))
		sim_json(r, STR("{\"models\":[]}"));
	else if (str_is(q->path, "/api/show"))
		sim_json(r, STR("{\"details\":{\"family\":\"sim\"},\"model_info\":{},\"capabilities\":[\"completion\",\"tools\"]}"));
	else if (str_is(q->path, "/api/embed"))
		embed(a, q, r);
	else if (str_is(q->path, "/api/embeddings"))
		sim_json(r, STR("{\"embedding\":[1,0,0]}"));
	else if (chat || str_is(q->path, "/api/generate"))
		generate(a, q, chat, r);
	else
		return false;
	return true;
}
