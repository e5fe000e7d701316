/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_ollama.c - /api/chat, /api/generate, /api/embed, /api/tags, /api/version.
 *
 * Runs in: weir-sim.
 *
 * A request streams unless it says "stream": false; a stream is one JSON
 * object a line.
 */
#include <inttypes.h>

#include "sim/vendor.h"

static struct str
line(struct arena *a, const struct sim_request *q, const struct turn *t, struct str text, bool chat, bool done)
{
	struct str content = chat
	    ? arena_printf(a, "\"message\":{\"role\":\"assistant\",\"content\":" STR_FMT "%s}", STR_ARG(quoted(a, text)),
		t->tool.n > 0 ? arena_printf(a, ",\"tool_calls\":[{\"function\":{\"name\":" STR_FMT ",\"arguments\":{}}}]",
		    STR_ARG(quoted(a, t->tool))).p : "")
	    : arena_printf(a, "\"response\":" STR_FMT, STR_ARG(quoted(a, text)));
	struct str end = done
	    ? arena_printf(a, ",\"done_reason\":\"stop\",\"prompt_eval_count\":%" PRIu64 ",\"eval_count\":%" PRIu64, t->input, t->output)
	    : STR("");

	return arena_printf(a, "{\"model\":" STR_FMT ",\"created_at\":\"2023-11-14T22:13:20Z\"," STR_FMT ",\"done\":%s" STR_FMT "}\n",
	    STR_ARG(quoted(a, q->model)), STR_ARG(content), done ? "true" : "false", STR_ARG(end));
}

static const char tags[] = "{\"models\":[{\"name\":\"sim-small\",\"model\":\"sim-small\",\"size\":1},"
    "{\"name\":\"sim-large\",\"model\":\"sim-large\",\"size\":1}]}";

bool
ollama_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct turn t;
	struct str  rest, word;
	bool	    chat = str_is(q->path, "/api/chat");
	const struct json *stream = json_get(q->json, "stream");

	if (str_is(q->path, "/api/tags") || str_is(q->path, "/api/version")) {
		sim_whole(r, 200, STR("application/json"), str_is(q->path, "/api/tags") ? str_of(tags) : STR("{\"version\":\"0.0.0\"}"));
		return true;
	}
	turn_make(a, q, &t);
	if (str_is(q->path, "/api/embed")) {
		sim_whole(r, 200, STR("application/json"), STR("{\"embeddings\":[[1,0,0]]}"));
		return true;
	}
	if (!chat && !str_is(q->path, "/api/generate"))
		return false;
	if (json_is(stream, JSON_FALSE)) {
		sim_whole(r, 200, STR("application/json"), line(a, q, &t, t.text, chat, true));
		return true;
	}
	sim_head_chunked(r, STR("application/x-ndjson"));
	for (rest = t.text; t.tool.n == 0 && turn_word(&rest, &word);)
		sim_chunk(r, line(a, q, &t, word, chat, false));
	sim_chunk(r, line(a, q, &t, STR(""), chat, true));
	sim_chunks_end(r);
	return true;
}
