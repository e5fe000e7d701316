/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_read_reply.c - a whole reply of chat completions or completions.
 *
 * Runs in: worker.
 *
 * Only an array of choices is demanded; what cannot be read inside is passed
 * over, as this dialect's own clients do.
 */
#include "dialect/openai_inside.h"

/* vLLM and SGLang tell which of the stops it was. */
static struct str
matched_stop(struct arena *a, const struct json *choice)
{
	struct str text = json_text(a, json_get(choice, "stop_reason"));

	return text.n > 0 ? text : json_text(a, json_get(choice, "matched_stop"));
}

static bool
has(const struct part *list, enum part_kind kind)
{
	for (; list != NULL; list = list->next)
		if (list->kind == kind)
			return true;
	return false;
}

void
openai_read_stop(struct arena *a, const struct json *choice, enum stop_reason *stop, struct str *sequence)
{
	*stop = openai_stop(json_text(a, json_get(choice, "finish_reason")));
	*sequence = *stop == STOP_END || *stop == STOP_SEQUENCE ? matched_stop(a, choice) : STR_NONE;
	if (sequence->n > 0)
		*stop = STOP_SEQUENCE;
}

static void
read_stop(struct arena *a, const struct json *choice, struct chat_choice *c)
{
	openai_read_stop(a, choice, &c->stop, &c->stop_sequence);
	if (c->stop == STOP_END && has(c->parts, PART_CALL))
		c->stop = STOP_TOOLS;
}

static void
name_calls(struct arena *a, const struct chat_reply *r, struct chat_choice *c)
{
	uint32_t n = 0;

	for (struct part *p = c->parts; p != NULL; p = p->next)
		if (p->kind == PART_CALL && p->id.n == 0)
			p->id = openai_call_id(a, r->id, c->index, n++);
}

static void
adorn_text(struct arena *a, const struct json *root, const struct json *choice, struct chat_choice *c)
{
	for (struct part *p = c->parts; p != NULL; p = p->next) {
		if (p->kind != PART_TEXT)
			continue;
		p->logprobs = openai_read_logprobs(a, json_get(choice, "logprobs"));
		if (p->citations == NULL)
			openai_read_sources(a, root, p);
		return;
	}
}

static void
read_choice(struct arena *a, const struct json *root, const struct json *choice, const struct chat_reply *r,
    struct chat_choice *c)
{
	const struct json *message = json_get(choice, "message"), *text = json_get(choice, "text");
	uint64_t	   index;

	if (json_u64(json_get(choice, "index"), &index) == 0 && index < UINT32_MAX)
		c->index = (uint32_t)index;
	if (!json_is(message, JSON_OBJECT))
		message = json_get(choice, "delta");
	(void)!openai_read_turn(a, message != NULL ? message : choice, &c->parts, NULL);
	if (json_text(a, text).n > 0)
		part_add(a, &c->parts, PART_TEXT)->text = json_text(a, text);
	adorn_text(a, root, choice, c);
	name_calls(a, r, c);
	read_stop(a, choice, c);
}

void
openai_read_head(struct arena *a, const struct json *root, struct chat_reply *r)
{
	r->id = json_text(a, json_get(root, "id"));
	r->model = json_text(a, json_get(root, "model"));
	r->service_tier = json_text(a, json_get(root, "service_tier"));
	r->fingerprint = json_text(a, json_get(root, "system_fingerprint"));
	if (json_u64(json_get(root, "created"), &r->created) < 0)
		r->created = 0;
}

bool
openai_read_usage(const struct json *root, struct usage *u)
{
	return openai_usage(json_get(root, "usage"), u) || openai_usage(json_path(root, "x_groq.usage"), u);
}

int
openai_read_reply(struct arena *a, struct str body, struct chat_reply *r)
{
	struct json_limits   limits = { .tree_depth = JSON_WHOLE, .nodes = REPLY_NODES_MOST };
	struct json_error    e;
	struct json	    *root;
	const struct json   *choices;
	struct chat_choice **to = &r->choices;
	uint32_t	     n = 0;

	*r = (struct chat_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return -1;
	if (openai_says_error(json_get(root, "error"))) {
		r->error = openai_error_message(a, root);
		return 0;
	}
	choices = json_get(root, "choices");
	if (!json_is(choices, JSON_ARRAY) || choices->count > OPENAI_CHOICES_MOST)
		return -1;
	openai_read_head(a, root, r);
	for (const struct json *c = choices->child; c != NULL; c = c->next) {
		if (openai_says_error(json_get(c, "error")))
			r->error = openai_error_message(a, c);
		*to = arena_new(a, struct chat_choice);
		(*to)->index = n++;
		read_choice(a, root, c, r, *to);
		to = &(*to)->next;
	}
	openai_read_usage(root, &r->usage);
	return 0;
}
