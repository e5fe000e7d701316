/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_RESPONSES_GRAMMAR_H
#define WEIR_TESTS_RESPONSES_GRAMMAR_H

/*
 * The grammar of a Responses stream: what may follow what, that each thing
 * that is added is done with all that was told of it, and that the end repeats
 * the whole.
 */

#include "base/json.h"
#include "dialect/sse.h"

struct grammar {
	struct arena *arena;
	const char   *why;	/* the first fault; NULL: none */
	uint64_t      sequence, items;
	unsigned      begun;	/* of created, in_progress */
	struct str    item, part;	/* ids and types of what is open, or "" */
	uint64_t      parts;	/* of the open item */
	struct buf    text;	/* told of what is open */
	struct buf    output;	/* the items that are done */
	bool	      told;	/* the text was repeated */
	bool	      over;
	struct str    response;	/* the final one */
};

static inline void
grammar_fault(struct grammar *g, const char *why)
{
	if (g->why == NULL)
		g->why = why;
}

static inline bool
grammar_is(struct grammar *g, const struct json *j, const char *name, struct str want)
{
	return str_eq(json_text(g->arena, json_get(j, name)), want);
}

static inline uint64_t
grammar_number(const struct json *j, const char *name)
{
	uint64_t n;

	return json_u64(json_get(j, name), &n) < 0 ? UINT64_MAX : n;
}

static inline void
grammar_item(struct grammar *g, const struct json *j, bool done)
{
	const struct json *item = json_get(j, "item");
	struct str	   id = json_text(g->arena, json_get(item, "id"));

	if (grammar_number(j, "output_index") != g->items)
		grammar_fault(g, "an item is out of its place");
	if (id.n == 0)
		grammar_fault(g, "an item without id");
	if (g->part.n > 0)
		grammar_fault(g, "an item around an open part");
	if (done != (g->item.n > 0) || (done && !str_eq(g->item, id)))
		grammar_fault(g, "items are not added and done one after the other");
	if (!done) {
		g->item = id;
		g->parts = 0;
		g->told = true;
		buf_clear(&g->text);
		return;
	}
	if (!g->told)
		grammar_fault(g, "a text that was not repeated");
	g->item = STR("");
	g->items++;
	buf_str(&g->output, g->output.n > 0 ? STR(",") : STR(""));
	buf_str(&g->output, item->raw);
}

/* The events of a part or a call must name the item, and each part its place. */
static inline void
grammar_place(struct grammar *g, const struct json *j, const char *index)
{
	if (g->item.n == 0 || !grammar_is(g, j, "item_id", g->item) || grammar_number(j, "output_index") != g->items)
		grammar_fault(g, "an event of an item that is not open");
	if (index != NULL && grammar_number(j, index) != g->parts)
		grammar_fault(g, "an event of a part that is out of its place");
}

static inline void
grammar_part(struct grammar *g, const struct json *j, bool done, const char *index)
{
	const struct json *part = json_get(j, "part");
	struct str	   type = json_text(g->arena, json_get(part, "type"));
	const char	  *member = str_is(type, "refusal") ? "refusal" : "text";
	bool		   known = str_is(type, "output_text") || str_is(type, "refusal") || str_is(type, "summary_text") ||
	    str_is(type, "reasoning_text");

	grammar_place(g, j, index);
	if (done != (g->part.n > 0) || (done && !str_eq(type, g->part)))
		grammar_fault(g, "parts are not added and done one after the other");
	if (known && !grammar_is(g, part, member, done ? buf_view(&g->text) : STR("")))
		grammar_fault(g, done ? "a part that is done with another text" : "a part that begins with a text");
	g->part = done ? STR("") : type;
	g->parts += done;
	if (!done)
		buf_clear(&g->text);
	else if (!g->told)
		grammar_fault(g, "a part's text was not repeated");
	g->told = done || !known;	/* what only the upstream knows has no text that could be */
}

static inline void
grammar_text(struct grammar *g, const struct json *j, const char *part, const char *index, const char *member, bool done)
{
	grammar_place(g, j, index);
	if (part != NULL && !str_is(g->part, part))
		grammar_fault(g, "a text of no open part");
	if (!done) {
		if (json_text(g->arena, json_get(j, "delta")).n == 0)
			grammar_fault(g, "an empty delta");
		buf_str(&g->text, json_text(g->arena, json_get(j, "delta")));
		g->told = false;
		return;
	}
	if (!grammar_is(g, j, member, buf_view(&g->text)))
		grammar_fault(g, "a text that is repeated otherwise");
	g->told = true;
}

static inline void
grammar_end(struct grammar *g, const struct json *j, struct str type)
{
	const struct json *response = json_get(j, "response"), *output = json_get(response, "output");
	struct str	   status = json_text(g->arena, json_get(response, "status"));

	if (g->item.n > 0 || g->part.n > 0)
		grammar_fault(g, "an end with something open");
	if (!str_eq(str_from(type, 9), status))
		grammar_fault(g, "an end of another status");
	if (output == NULL || !str_eq((struct str){ output->raw.p + 1, output->raw.n - 2 }, buf_view(&g->output)))
		grammar_fault(g, "an end whose output is another");
	if (!json_is(json_get(response, "usage"), JSON_OBJECT))
		grammar_fault(g, "an end without usage");
	g->over = true;
	g->response = response != NULL ? response->raw : STR("");
}

static const struct {
	const char *type, *part, *index, *member;
	char	    what;	/* a: item, p: part, d: delta, w: its whole, c: annotation, e: end, b: begin */
	bool	    done;
} grammar_events[] = {
	{ "response.created", NULL, NULL, NULL, 'b', false },
	{ "response.in_progress", NULL, NULL, NULL, 'b', true },
	{ "response.output_item.added", NULL, NULL, NULL, 'a', false },
	{ "response.output_item.done", NULL, NULL, NULL, 'a', true },
	{ "response.content_part.added", NULL, "content_index", NULL, 'p', false },
	{ "response.content_part.done", NULL, "content_index", NULL, 'p', true },
	{ "response.reasoning_summary_part.added", NULL, "summary_index", NULL, 'p', false },
	{ "response.reasoning_summary_part.done", NULL, "summary_index", NULL, 'p', true },
	{ "response.output_text.delta", "output_text", "content_index", NULL, 'd', false },
	{ "response.output_text.done", "output_text", "content_index", "text", 'd', true },
	{ "response.refusal.delta", "refusal", "content_index", NULL, 'd', false },
	{ "response.refusal.done", "refusal", "content_index", "refusal", 'd', true },
	{ "response.reasoning_text.delta", "reasoning_text", "content_index", NULL, 'd', false },
	{ "response.reasoning_text.done", "reasoning_text", "content_index", "text", 'd', true },
	{ "response.reasoning_summary_text.delta", "summary_text", "summary_index", NULL, 'd', false },
	{ "response.reasoning_summary_text.done", "summary_text", "summary_index", "text", 'd', true },
	{ "response.function_call_arguments.delta", NULL, NULL, NULL, 'd', false },
	{ "response.function_call_arguments.done", NULL, NULL, "arguments", 'd', true },
	{ "response.custom_tool_call_input.delta", NULL, NULL, NULL, 'd', false },
	{ "response.custom_tool_call_input.done", NULL, NULL, "input", 'd', true },
	{ "response.output_text.annotation.added", "output_text", "content_index", NULL, 'c', false },
	{ "response.completed", NULL, NULL, NULL, 'e', false },
	{ "response.incomplete", NULL, NULL, NULL, 'e', false },
	{ "error", NULL, NULL, NULL, 'x', false },
};

static inline void
grammar_event(struct grammar *g, struct str name, struct str payload)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *j;
	struct str	   type;
	size_t		   i = 0;

	if (json_read(g->arena, payload, limits, &j, &e) < 0) {
		grammar_fault(g, "no JSON");
		return;
	}
	type = json_text(g->arena, json_get(j, "type"));
	if (!str_eq(type, name))
		grammar_fault(g, "an event with another name");
	if (g->over)
		grammar_fault(g, "something behind the end");
	if (grammar_number(j, "sequence_number") != g->sequence++)
		grammar_fault(g, "a number out of sequence");
	while (i < LENGTH(grammar_events) && !str_is(type, grammar_events[i].type))
		i++;
	if (i == LENGTH(grammar_events)) {
		grammar_fault(g, "an event that nobody knows");
		return;
	}
	if (grammar_events[i].what == 'b' ? g->begun++ != grammar_events[i].done : g->begun != 2 && grammar_events[i].what != 'x')
		grammar_fault(g, "a begin out of its place");
	switch (grammar_events[i].what) {
	case 'a':
		grammar_item(g, j, grammar_events[i].done);
		return;
	case 'p':
		grammar_part(g, j, grammar_events[i].done, grammar_events[i].index);
		return;
	case 'd':
		grammar_text(g, j, grammar_events[i].part, grammar_events[i].index, grammar_events[i].member, grammar_events[i].done);
		return;
	case 'c':
		grammar_place(g, j, grammar_events[i].index);
		return;
	case 'e':
		grammar_end(g, j, type);
		return;
	case 'x':
		g->over = true;
		return;
	}
}

/* The first fault of a whole stream, or NULL. */
static inline const char *
grammar_check(struct grammar *g, struct arena *a, struct str stream)
{
	struct sse	 sse;
	struct sse_event e;

	*g = (struct grammar){ .arena = a, .item = STR(""), .part = STR(""), .told = true };
	sse_init(&sse, 1 << 20);
	while (sse_next(&sse, &stream, &e) == 1)
		grammar_event(g, arena_str(a, e.name), arena_str(a, e.data));
	sse_done(&sse);
	if (!g->over)
		grammar_fault(g, "a stream that does not end");
	buf_done(&g->text);
	buf_done(&g->output);
	return g->why;
}

#endif
