/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_logprobs.c - log probabilities, in the forms of chat and of completions.
 *
 * Runs in: worker.
 *
 * The neutral form has those of chat: an array of {token, logprob, bytes,
 * top_logprobs}.  Completions have four arrays side by side, whose offsets
 * count characters of the text.
 */
#include "dialect/openai_inside.h"

static void
write_bytes(struct json_out *o, struct str token)
{
	json_array(o, "bytes");
	for (size_t i = 0; i < token.n; i++)
		json_unum(o, NULL, (unsigned char)token.p[i]);
	json_array_end(o);
}

static void
write_number(struct json_out *o, const char *name, const struct json *v)
{
	if (json_is(v, JSON_NUMBER))
		json_raw(o, name, v->raw);
	else
		json_raw(o, name, STR("0"));	/* the first token of an echo has none */
}

/* {"token": -0.1, ...} as an array of tokens. */
static void
write_tops(struct json_out *o, const struct json *tops)
{
	json_array(o, "top_logprobs");
	for (const struct json *t = json_is(tops, JSON_OBJECT) ? tops->child : NULL; t != NULL; t = t->next) {
		json_object(o, NULL);
		json_str(o, "token", t->name);
		write_number(o, "logprob", t);
		write_bytes(o, t->name);
		json_object_end(o);
	}
	json_array_end(o);
}

static struct str
from_columns(struct arena *a, const struct json *l)
{
	const struct json *tokens = json_get(l, "tokens"), *values = json_get(l, "token_logprobs");
	const struct json *tops = json_get(l, "top_logprobs"), *v, *top;
	struct buf	   b = { 0 };
	struct json_out	   o;

	v = json_is(values, JSON_ARRAY) ? values->child : NULL;
	top = json_is(tops, JSON_ARRAY) ? tops->child : NULL;
	json_start(&o, &b, false);
	json_array(&o, NULL);
	for (const struct json *t = tokens->child; t != NULL; t = t->next) {
		struct str token = json_text(a, t);

		json_object(&o, NULL);
		json_str(&o, "token", token);
		write_number(&o, "logprob", v);
		write_bytes(&o, token);
		write_tops(&o, top);
		json_object_end(&o);
		v = v != NULL ? v->next : NULL;
		top = top != NULL ? top->next : NULL;
	}
	json_array_end(&o);
	return arena_take(a, &b);
}

struct str
openai_read_logprobs(struct arena *a, const struct json *l)
{
	const struct json *content = json_get(l, "content"), *tokens = json_get(l, "tokens");

	if (json_is(content, JSON_ARRAY))
		return content->count > 0 ? content->raw : STR_NONE;
	if (json_is(tokens, JSON_ARRAY) && tokens->count > 0)
		return from_columns(a, l);
	return STR_NONE;
}

/*
 * Writing.
 */
static void
write_columns(struct json_out *o, struct arena *a, const struct json *list, uint64_t *offset)
{
	json_array(o, "tokens");
	for (const struct json *t = list->child; t != NULL; t = t->next)
		json_str(o, NULL, json_text(a, json_get(t, "token")));
	json_array_end(o);
	json_array(o, "token_logprobs");
	for (const struct json *t = list->child; t != NULL; t = t->next)
		write_number(o, NULL, json_get(t, "logprob"));
	json_array_end(o);
	json_array(o, "top_logprobs");
	for (const struct json *t = list->child; t != NULL; t = t->next) {
		const struct json *tops = json_get(t, "top_logprobs");

		json_object(o, NULL);
		for (const struct json *top = json_is(tops, JSON_ARRAY) ? tops->child : NULL; top != NULL; top = top->next) {
			json_named(o, json_text(a, json_get(top, "token")));
			write_number(o, NULL, json_get(top, "logprob"));
		}
		json_object_end(o);
	}
	json_array_end(o);
	json_array(o, "text_offset");
	for (const struct json *t = list->child; t != NULL; t = t->next) {
		json_unum(o, NULL, *offset);
		*offset += openai_characters(json_text(a, json_get(t, "token")));
	}
	json_array_end(o);
}

void
openai_write_logprobs(struct json_out *o, struct arena *a, struct str raw, bool text, uint64_t *offset)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .depth = 32, .nodes = REPLY_NODES_MOST };
	struct json_error  e;
	struct json	  *list;

	if (raw.n == 0 || json_read(a, raw, limits, &list, &e) < 0 || list->type != JSON_ARRAY) {
		json_null(o, "logprobs");
		return;
	}
	json_object(o, "logprobs");
	if (text) {
		write_columns(o, a, list, offset);
	} else {
		json_raw(o, "content", raw);
		json_null(o, "refusal");
	}
	json_object_end(o);
}
