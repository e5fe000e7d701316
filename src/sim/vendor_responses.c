/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor_responses.c - OpenAI's Responses.
 *
 * Runs in: weir-sim.
 */
#include <inttypes.h>

#include "sim/vendor.h"

/* What an answer is made of while it is told: the one item of its output, and the number of the next event. */
struct telling {
	struct arena	       *a;
	const struct sim_request *q;
	const struct turn      *t;
	struct sim_reply       *r;
	unsigned		sequence;
};

static struct str
item(const struct telling *w, bool done)
{
	const char *status = done ? "completed" : "in_progress";
	struct str  text;

	if (w->t->tool.n > 0)
		return arena_printf(w->a,
		    "{\"id\":\"fc_sim\",\"type\":\"function_call\",\"status\":\"%s\",\"call_id\":\"call_sim\",\"name\":" STR_FMT
		    ",\"arguments\":\"%s\"}", status, STR_ARG(quoted(w->a, w->t->tool)), done ? "{}" : "");
	text = done ? arena_printf(w->a, "{\"type\":\"output_text\",\"text\":" STR_FMT ",\"annotations\":[],\"logprobs\":[]}",
	    STR_ARG(quoted(w->a, w->t->text))) : STR("");
	return arena_printf(w->a,
	    "{\"id\":\"msg_sim\",\"type\":\"message\",\"status\":\"%s\",\"role\":\"assistant\",\"content\":[" STR_FMT "]}", status,
	    STR_ARG(text));
}

static struct str
response(const struct telling *w, bool done)
{
	const struct turn *t = w->t;
	struct str usage = !done ? STR("null") : arena_printf(w->a,
	    "{\"input_tokens\":%" PRIu64 ",\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":%" PRIu64
	    ",\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":%" PRIu64 "}", t->input, t->output,
	    t->input + t->output);

	return arena_printf(w->a,
	    "{\"id\":\"resp_sim\",\"object\":\"response\",\"created_at\":1700000000,\"status\":\"%s\",\"error\":null,"
	    "\"incomplete_details\":null,\"instructions\":null,\"model\":" STR_FMT ",\"output\":[" STR_FMT "],"
	    "\"parallel_tool_calls\":true,\"tool_choice\":\"auto\",\"tools\":[],\"usage\":" STR_FMT "}",
	    done ? "completed" : "in_progress", STR_ARG(quoted(w->a, w->q->model)), STR_ARG(done ? item(w, true) : STR("")),
	    STR_ARG(usage));
}

/* `members` follow the event's type and number. */
static void
tell(struct telling *w, const char *type, struct str members)
{
	sim_chunk(w->r, arena_printf(w->a,
	    "event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%u," STR_FMT "}\n\n", type, type, w->sequence++,
	    STR_ARG(members)));
}

static void
tell_text(struct telling *w)
{
	static const char place[] = "\"item_id\":\"msg_sim\",\"output_index\":0,\"content_index\":0";
	struct str	  rest = w->t->text, word, all = quoted(w->a, w->t->text);

	tell(w, "response.content_part.added", arena_printf(w->a,
	    "%s,\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[],\"logprobs\":[]}", place));
	while (turn_word(&rest, &word))
		tell(w, "response.output_text.delta", arena_printf(w->a, "%s,\"delta\":" STR_FMT ",\"logprobs\":[]", place,
		    STR_ARG(quoted(w->a, word))));
	tell(w, "response.output_text.done", arena_printf(w->a, "%s,\"text\":" STR_FMT ",\"logprobs\":[]", place, STR_ARG(all)));
	tell(w, "response.content_part.done", arena_printf(w->a,
	    "%s,\"part\":{\"type\":\"output_text\",\"text\":" STR_FMT ",\"annotations\":[],\"logprobs\":[]}", place, STR_ARG(all)));
}

static void
tell_call(struct telling *w)
{
	tell(w, "response.function_call_arguments.delta", STR("\"item_id\":\"fc_sim\",\"output_index\":0,\"delta\":\"{}\""));
	tell(w, "response.function_call_arguments.done", STR("\"item_id\":\"fc_sim\",\"output_index\":0,\"arguments\":\"{}\""));
}

static void
stream(struct telling *w)
{
	struct str begun = arena_printf(w->a, "\"response\":" STR_FMT, STR_ARG(response(w, false)));

	sim_head_chunked(w->r, STR("text/event-stream"));
	tell(w, "response.created", begun);
	tell(w, "response.in_progress", begun);
	tell(w, "response.output_item.added", arena_printf(w->a, "\"output_index\":0,\"item\":" STR_FMT, STR_ARG(item(w, false))));
	if (w->t->tool.n > 0)
		tell_call(w);
	else
		tell_text(w);
	tell(w, "response.output_item.done", arena_printf(w->a, "\"output_index\":0,\"item\":" STR_FMT, STR_ARG(item(w, true))));
	tell(w, "response.completed", arena_printf(w->a, "\"response\":" STR_FMT, STR_ARG(response(w, true))));
	sim_chunks_end(w->r);
}

bool
responses_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct turn    t;
	struct telling w = { a, q, &t, r, 0 };

	if (!str_is(q->method, "POST"))
		return false;
	turn_make(a, q, &t);
	if (q->stream)
		stream(&w);
	else
		sim_json(r, response(&w, true));
	return true;
}
