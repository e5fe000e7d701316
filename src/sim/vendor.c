/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendor.c - the built-in answers: an echo, in the words of the vendor that the path names.
 *
 * Runs in: weir-sim.
 */
#include "sim/vendor.h"

#define SAID_MOST 2000

#define MODELS "sim-small sim-large sim-embed"

struct str
quoted(struct arena *a, struct str s)
{
	struct buf b = { 0 };

	json_quote(&b, s);
	return arena_take(a, &b);
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

bool
model_next(struct str *rest, struct str *name, unsigned *context)
{
	if (!str_split(rest, ' ', name))
		return false;
	*context = str_is(*name, "sim-small") ? 32768 : str_is(*name, "sim-large") ? 131072 : 0;
	return true;
}

bool
asks_get(const struct sim_request *q)
{
	return str_is(q->method, "GET") || str_is(q->method, "HEAD");
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
	const struct json *list = json_get(root, "messages"), *content;
	struct str	   said = STR_NONE;

	if (list == NULL)
		list = json_get(root, "contents");
	if (list == NULL && json_is(json_get(root, "input"), JSON_ARRAY))
		list = json_get(root, "input");
	for (const struct json *m = json_is(list, JSON_ARRAY) ? list->child : NULL; m != NULL; m = m->next) {
		content = json_get(m, json_get(m, "parts") != NULL ? "parts" : "content");
		if (json_get(m, "role") == NULL || str_is(json_text(a, json_get(m, "role")), "user"))
			said = content_text(a, content);
	}
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
	t->input = q->usage_told ? q->usage_input : q->body.n / 4 + 1;
	t->output = q->usage_told ? q->usage_output : t->text.n / 4 + 1;
	t->wants_usage = json_true(json_path(q->json, "stream_options.include_usage"));
	sim_stats()->tokens_in += t->input;
	sim_stats()->tokens_out += t->output;
}

static const struct {
	const char *path;	/* a glob */
	bool	  (*answer)(struct arena *, const struct sim_request *, struct sim_reply *);
} vendors[] = {
	{ "/v1/messages*", anthropic_answer },
	{ "*/responses", responses_answer },
	{ "/v1*/models/*:*", gemini_answer },
	{ "/v1beta/models", gemini_answer },
	{ "/api/*", ollama_answer },
	{ "*", openai_answer },
};

static bool
has_header(const struct sim_request *q, struct str name)
{
	struct str rest = q->head, line;

	while (str_split(&rest, '\n', &line))
		if (str_starts_nocase(line, name))
			return true;
	return false;
}

/* OpenAI and Anthropic have their model list at one place. */
static bool
anthropic_lists(const struct sim_request *q)
{
	return str_is(q->path, "/v1/models") && has_header(q, STR("anthropic-version:"));
}

/* What the built-in answers know of a path ends where its query begins. */
bool
vendor_answer(struct arena *a, const struct sim_request *q, struct sim_reply *r)
{
	struct sim_request plain = *q;

	plain.path = str_upto(q->path, str_find_byte(q->path, '?'));
	if (plain.models.n == 0)
		plain.models = STR(MODELS);
	if (anthropic_lists(&plain))
		return anthropic_answer(a, &plain, r);
	for (size_t i = 0; i < LENGTH(vendors); i++)
		if (str_glob(str_of(vendors[i].path), plain.path))
			return vendors[i].answer(a, &plain, r);
	return false;
}
