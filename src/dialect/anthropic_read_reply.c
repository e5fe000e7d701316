/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_read_reply.c - a whole message, read.
 *
 * Runs in: worker.
 *
 * Compatible servers leave much out: a message is what has an array of content,
 * and a block that cannot be read is passed over.
 */
#include "dialect/anthropic_read.h"

static const struct {
	const char	*word;
	enum stop_reason stop;
} stops[] = {
	{ "end_turn", STOP_END },
	{ "max_tokens", STOP_LENGTH },
	{ "stop_sequence", STOP_SEQUENCE },
	{ "tool_use", STOP_TOOLS },
	{ "pause_turn", STOP_PAUSE },
	{ "compaction", STOP_PAUSE },
	{ "refusal", STOP_REFUSAL },
	{ "model_context_window_exceeded", STOP_CONTEXT },
};

enum stop_reason
anthropic_read_stop(struct str word)
{
	for (size_t i = 0; i < LENGTH(stops); i++)
		if (str_is(word, stops[i].word))
			return stops[i].stop;
	return word.n > 0 ? STOP_OTHER : STOP_NONE;
}

struct str
anthropic_read_tier(struct str tier)
{
	return str_is(tier, "standard") ? STR("default") : tier;
}

/* What a refusal explains, as a part of its own; nothing when it explains nothing. */
void
anthropic_read_refusal(struct arena *a, const struct json *details, struct part **list)
{
	struct str   text = json_text(a, json_get(details, "explanation"));
	struct part *p;

	if (text.n == 0)
		return;
	p = part_add(a, list, PART_REFUSAL);
	p->text = text;
	p->origin = DIALECT_ANTHROPIC;
}

static void
read_choice(struct arena *a, const struct json *root, struct chat_choice *c)
{
	struct complaint why;
	struct reading	 r = { .arena = a, .why = &why };
	struct place	 at = { .name = "content" };

	for (const struct json *b = json_get(root, "content")->child; b != NULL; b = b->next)
		if (anthropic_read_block(&r, b, IN_ASSISTANT, &at, &c->parts) < 0)
			continue;
	anthropic_read_refusal(a, json_get(root, "stop_details"), &c->parts);
	c->stop = anthropic_read_stop(json_text(a, json_get(root, "stop_reason")));
	c->stop_sequence = json_text(a, json_get(root, "stop_sequence"));
}

int
anthropic_read_reply(struct arena *a, struct str body, struct chat_reply *reply)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .nodes = REPLY_NODES_MOST };
	struct json_error  e;
	struct json	  *root;

	*reply = (struct chat_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return -1;
	if (!json_is(json_get(root, "content"), JSON_ARRAY)) {
		if (json_get(root, "error") == NULL && !str_is(json_text(a, json_get(root, "type")), "error"))
			return -1;
		reply->error = anthropic_error_message(a, json_get(root, "error"));
		return 0;
	}
	reply->id = json_text(a, json_get(root, "id"));
	reply->model = json_text(a, json_get(root, "model"));
	reply->service_tier = anthropic_read_tier(json_text(a, json_path(root, "usage.service_tier")));
	reply->choices = arena_new(a, struct chat_choice);
	read_choice(a, root, reply->choices);
	anthropic_usage(json_get(root, "usage"), &reply->usage);
	return 0;
}
