/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_anthropic.c - messages, count_tokens and the model list.
 *
 * Runs in: weir-sim.
 */
#include <inttypes.h>

#include "sim/vendor.h"

static void
event(struct sim_reply *r, struct arena *a, const char *name, struct str data)
{
	sim_chunk(r, arena_printf(a, "event: %s\ndata: " STR_FMT "\n\n", name, STR_ARG(data)));
}

static struct str
message(struct arena *a, const struct sim_request *q, const struct turn *t, struct str content,
    const char *stop, uint64_t output)
{
	return arena_printf(a,
	    "{\"id\":\"msg_sim\",\"type\":\"message\",\"role\":\"assistant\",\"model\":" STR_FMT
	    ",\"content\":[" STR_FMT "],\"stop_reason\":%s,\"stop_sequence\":null,"
	    "\"usage\":{\"input_tokens\":%" PRIu64 ",\"output_tokens\":%" PRIu64 "}}",
	    STR_ARG(quoted(a, q->model)), STR_ARG(content), stop, t->input, output);
}

static struct str
text_block(struct arena *a, struct str text)
{
	return arena_printf(a, "{\"type\":\"text\",\"text\":" STR_FMT "}", STR_ARG(quoted(a, text)));
}

static struct str
tool_block(struct arena *a, struct str name)
{
	return arena_printf(a,
	    "{\"type\":\"tool_use\",\"id\":\"toolu_sim\",\"name\":" STR_FMT ",\"input\":{}}",
	    STR_ARG(quoted(a, name)));
}

static void
delta(struct sim_reply *r, struct arena *a, const char *type, const char *member, struct str text)
{
	event(r, a, "content_block_delta", arena_printf(a,
	    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"%s\",\"%s\":" STR_FMT "}}",
	    type, member, STR_ARG(quoted(a, text))));
}

static void
stream(struct arena *a, const struct sim_request *q, const struct turn *t, struct sim_reply *r)
{
	struct str rest = t->text, word;
	bool	   tool = t->tool.n > 0;

	sim_head_chunked(r, STR("text/event-stream"));
	event(r, a, "message_start", arena_printf(a, "{\"type\":\"message_start\",\"message\":" STR_FMT "}",
	    STR_ARG(message(a, q, t, STR(""), "null", 1))));
	event(r, a, "content_block_start", arena_printf(a,
	    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" STR_FMT "}",
	    STR_ARG(tool ? tool_block(a, t->tool) : text_block(a, STR("")))));
	if (tool)
		delta(r, a, "input_json_delta", "partial_json", STR("{}"));
	while (!tool && turn_word(&rest, &word))
		delta(r, a, "text_delta", "text", word);
	event(r, a, "content_block_stop", STR("{\"type\":\"content_block_stop\",\"index\":0}"));
	event(r, a, "message_delta", arena_printf(a,
	    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},"
	    "\"usage\":{\"output_tokens\":%" PRIu64 "}}", tool ? "tool_use" : "end_turn", t->output));
	event(r, a, "message_stop", STR("{\"type\":\"message_stop\"}"));
	sim_chunks_end(r);
}

static void
list_models(struct arena *a, struct str rest, struct sim_reply *r)
{
	struct buf b = { 0 };
	struct str name;
	unsigned   context;

	buf_cstr(&b, "{\"data\":[");
	while (model_next(&rest, &name, &context)) {
		struct str id = quoted(a, name);

		buf_printf(&b, "%s{\"type\":\"model\",\"id\":" STR_FMT ",\"display_name\":" STR_FMT
		    ",\"created_at\":\"2023-11-14T22:13:20Z\"", b.p[b.n - 1] == '}' ? "," : "", STR_ARG(id), STR_ARG(id));
		if (context > 0)
			buf_printf(&b, ",\"max_input_tokens\":%u", context);
		buf_byte(&b, '}');
	}
	buf_cstr(&b, "],\"has_more\":false}");
	sim_json(r, buf_view(&b));
	buf_done(&b);
}

bool
anthropic_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct turn t;

	if (asks_get(q)) {
		list_models(a, q->models, r);
		return true;
	}
	turn_make(a, q, &t);
	if (str_ends(q->path, STR("/count_tokens")))
		sim_json(r, arena_printf(a, "{\"input_tokens\":%" PRIu64 "}", t.input));
	else if (q->stream)
		stream(a, q, &t, r);
	else if (t.tool.n > 0)
		sim_json(r, message(a, q, &t, tool_block(a, t.tool), "\"tool_use\"", t.output));
	else
		sim_json(r, message(a, q, &t, text_block(a, t.text), "\"end_turn\"", t.output));
	return true;
}
