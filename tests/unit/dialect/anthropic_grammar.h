/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_ANTHROPIC_GRAMMAR_H
#define WEIR_TESTS_ANTHROPIC_GRAMMAR_H

/* A streamed message by its grammar: what a strict client would object to, or "". */

#include "base/json.h"
#include "dialect/chat.h"
#include "dialect/sse.h"

struct grammar {
	struct arena *arena;
	bool	      started, open, stopped, final, signed_;
	uint64_t      next;
	struct str    type;	/* of the open block */
};

static inline struct str
grammar_text(struct grammar *g, const struct json *root, const char *path)
{
	return json_text(g->arena, json_path(root, path));
}

static inline const char *
grammar_begin(struct grammar *g, const struct json *root)
{
	uint64_t index;

	if (g->open || json_u64(json_get(root, "index"), &index) < 0 || index != g->next)
		return "a block begins out of turn";
	g->open = true;
	g->signed_ = false;
	g->type = grammar_text(g, root, "content_block.type");
	if (g->type.n == 0)
		return "a block without a type";
	if (str_is(g->type, "text") && grammar_text(g, root, "content_block.text").n > 0)
		return "a text that does not begin empty";
	if (str_is(g->type, "tool_use") && !str_is(raw_of(json_path(root, "content_block.input")), "{}"))
		return "an input that does not begin empty";
	if (str_is(g->type, "tool_use") && (grammar_text(g, root, "content_block.id").n == 0 || grammar_text(g, root, "content_block.name").n == 0))
		return "a call without id or name";
	if (str_is(g->type, "thinking") && (!json_is(json_path(root, "content_block.thinking"), JSON_STRING) ||
	    !json_is(json_path(root, "content_block.signature"), JSON_STRING)))
		return "thinking without its members";
	return "";
}

static inline const char *
grammar_delta(struct grammar *g, const struct json *root)
{
	static const char *const pairs[][2] = { { "text", "text_delta" }, { "text", "citations_delta" }, { "thinking", "thinking_delta" },
		{ "thinking", "signature_delta" }, { "tool_use", "input_json_delta" } };
	struct str		 type = grammar_text(g, root, "delta.type");
	uint64_t		 index;

	if (!g->open || json_u64(json_get(root, "index"), &index) < 0 || index != g->next)
		return "a delta outside its block";
	if (g->signed_)
		return "something behind a signature";
	g->signed_ = str_is(type, "signature_delta");
	for (size_t i = 0; i < LENGTH(pairs); i++)
		if (str_is(g->type, pairs[i][0]) && str_is(type, pairs[i][1]))
			return "";
	return "a delta of another kind than its block";
}

static inline const char *
grammar_event(struct grammar *g, struct str type, const struct json *root)
{
	uint64_t n;

	if (g->final)
		return "something behind message_stop";
	if (str_is(type, "ping") || str_is(type, "error"))
		return "";
	if (str_is(type, "message_start")) {
		if (g->started)
			return "message_start twice";
		g->started = true;
		return grammar_text(g, root, "message.id").n > 0 && grammar_text(g, root, "message.model").n > 0 &&
		    json_is(json_path(root, "message.content"), JSON_ARRAY) && json_u64(json_path(root, "message.usage.input_tokens"), &n) == 0
		    ? "" : "message_start lacks a member";
	}
	if (!g->started)
		return "something before message_start";
	if (str_is(type, "content_block_start"))
		return grammar_begin(g, root);
	if (str_is(type, "content_block_delta"))
		return grammar_delta(g, root);
	if (str_is(type, "content_block_stop")) {
		if (!g->open || json_u64(json_get(root, "index"), &n) < 0 || n != g->next)
			return "a stop outside its block";
		g->open = false;
		g->next++;
		return "";
	}
	if (g->open)
		return "a block is not closed";
	if (str_is(type, "message_delta")) {
		g->stopped = grammar_text(g, root, "delta.stop_reason").n > 0;
		return g->stopped && json_u64(json_path(root, "usage.output_tokens"), &n) == 0 ? "" : "message_delta lacks a member";
	}
	if (!str_is(type, "message_stop"))
		return "an unknown event";
	g->final = true;
	return g->stopped ? "" : "message_stop without a stop reason";
}

/* What is wrong with a whole stream. */
static inline const char *
anthropic_grammar(struct arena *a, struct str wire)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct grammar	   g = { .arena = a };
	struct sse_event   e;
	struct sse	   sse;
	struct json_error  err;
	struct json	  *root;
	const char	  *wrong = "";

	sse_init(&sse, 1 << 20);
	while (wrong[0] == '\0' && sse_next(&sse, &wire, &e) > 0) {
		if (json_read(a, e.data, limits, &root, &err) < 0)
			wrong = "no JSON";
		else if (!str_eq(e.name, json_text(a, json_get(root, "type"))))
			wrong = "an event of another name than its type";
		else
			wrong = grammar_event(&g, e.name, root);
	}
	sse_done(&sse);
	return wrong[0] == '\0' && !g.final ? "it does not end" : wrong;
}

#endif
