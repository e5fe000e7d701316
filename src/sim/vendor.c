/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor.c - the built-in answers: an echo, in the words of the vendor that the path names.
 *
 * Runs in: weir-sim.
 */
#include "sim/vendor.h"

#define SAID_MOST 2000

static uint64_t fixed_input, fixed_output;

void
vendor_usage(uint64_t input, uint64_t output)
{
	fixed_input = input;
	fixed_output = output;
}

struct str
quoted(struct arena *a, struct str s)
{
	struct buf b = { 0 };
	struct str q;

	json_quote(&b, s);
	q = arena_str(a, buf_view(&b));
	buf_done(&b);
	return q;
}

bool
turn_word(struct str *rest, struct str *word)
{
	size_t n = str_find_byte(*rest, ' ');

	if (rest->n == 0)
		return false;
	*word = str_upto(*rest, n + 1);
	*rest = str_from(*rest, word->n);
	return true;
}

/* The text of a message's content: a string, or the last text among its parts. */
static struct str
content_text(struct arena *a, const struct json *content)
{
	struct str text = STR_NONE;

	if (json_is(content, JSON_STRING))
		return json_text(a, content);
	if (json_is(content, JSON_ARRAY))
		for (const struct json *p = content->child; p != NULL; p = p->next)
			if (json_get(p, "text") != NULL)
				text = json_text(a, json_get(p, "text"));
	return text;
}

static struct str
last_said(struct arena *a, const struct json *root)
{
	const struct json *list = json_get(root, "messages");
	struct str	   said = STR_NONE;

	if (list == NULL)
		list = json_get(root, "contents");
	if (json_is(list, JSON_ARRAY))
		for (const struct json *m = list->child; m != NULL; m = m->next)
			if (str_is(json_text(a, json_get(m, "role")), "user"))
				said = content_text(a, json_get(m, json_get(m, "parts") != NULL ? "parts" : "content"));
	if (said.n == 0)
		said = content_text(a, json_get(root, "prompt"));
	if (said.n == 0)
		said = content_text(a, json_get(root, "input"));
	return said;
}

/* "call NAME" in the last user text calls that tool, when tools are offered. */
static struct str
tool_called(const struct sim_request *q, struct str said)
{
	size_t	   at = str_find(said, STR("call "));
	struct str name = str_from(said, at + 5);

	if (at == said.n || json_get(q->json, "tools") == NULL)
		return STR_NONE;
	return str_upto(name, str_find_byte(name, ' '));
}

void
turn_make(struct arena *a, const struct sim_request *q, struct turn *t)
{
	*t = (struct turn){ .said = str_upto(last_said(a, q->json), SAID_MOST) };
	t->text = arena_printf(a, "You said: " STR_FMT, STR_ARG(t->said));
	t->tool = tool_called(q, t->said);
	t->input = fixed_input > 0 ? fixed_input : q->body.n / 4 + 1;
	t->output = fixed_output > 0 ? fixed_output : t->text.n / 4 + 1;
	t->wants_usage = json_true(json_path(q->json, "stream_options.include_usage"));
	sim_stats()->tokens_in += t->input;
	sim_stats()->tokens_out += t->output;
}

static void
stats_answer(const struct sim_request *q, struct sim_reply *r)
{
	struct sim_stats *s = sim_stats();
	char		  text[256];

	if (str_is(q->path, "/sim/reset")) {
		s->requests = s->gone = s->tokens_in = s->tokens_out = 0;
	}
	snprintf(text, sizeof(text),
	    "{\"requests\":%llu,\"open\":%llu,\"gone\":%llu,\"tokens_in\":%llu,\"tokens_out\":%llu}\n",
	    (unsigned long long)s->requests, (unsigned long long)s->open, (unsigned long long)s->gone,
	    (unsigned long long)s->tokens_in, (unsigned long long)s->tokens_out);
	sim_whole(r, 200, STR("application/json"), str_of(text));
}

static const struct {
	const char *path;	/* a glob */
	bool	  (*answer)(struct arena *, const struct sim_request *, struct sim_reply *);
} vendors[] = {
	{ "/v1/messages*", anthropic_answer },
	{ "/v1*/models/*:*", gemini_answer },
	{ "/api/*", ollama_answer },
	{ "*", openai_answer },
};

bool
vendor_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	if (str_starts(q->path, STR("/sim/"))) {
		stats_answer(q, r);
		return true;
	}
	for (size_t i = 0; i < LENGTH(vendors); i++)
		if (str_glob(str_of(vendors[i].path), q->path))
			return vendors[i].answer(a, q, r);
	return false;
}
