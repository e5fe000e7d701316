/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_write_request.c - a request for an Ollama upstream, always as /api/chat.
 *
 * Runs in: worker.
 *
 * Ollama ignores what it does not know but refuses values of a wrong kind: a
 * word in "think" is taken by gpt-oss of old and by others only since 2026, so
 * they get true.
 */
#include "dialect/ollama_write.h"

#include "base/map.h"

#define TOP_LOGPROBS_MOST 20

static const struct option {
	enum chat_field field;
	const char     *name;
} options[] = {
	{ FIELD_TEMPERATURE, "temperature" },
	{ FIELD_TOP_P, "top_p" },
	{ FIELD_TOP_K, "top_k" },
	{ FIELD_MIN_P, "min_p" },
	{ FIELD_SEED, "seed" },
	{ FIELD_PRESENCE_PENALTY, "presence_penalty" },
	{ FIELD_FREQUENCY_PENALTY, "frequency_penalty" },
	{ FIELD_REPEAT_PENALTY, "repeat_penalty" },
};

static void
write_options(struct ollama_writing *w)
{
	const struct chat *c = w->c;

	json_object(&w->o, "options");
	for (size_t i = 0; i < LENGTH(options); i++)
		if (c->field[options[i].field].n > 0)
			json_raw(&w->o, options[i].name, c->field[options[i].field]);
	if (c->max_output > 0)
		json_unum(&w->o, "num_predict", c->max_output);
	if (c->stops != NULL) {
		json_array(&w->o, "stop");
		for (const struct name_list *s = c->stops; s != NULL; s = s->next)
			json_str(&w->o, NULL, s->name);
		json_array_end(&w->o);
	}
	json_object_end(&w->o);
}

static void
write_format(struct ollama_writing *w)
{
	const struct chat *c = w->c;

	if (c->format.kind == FORMAT_JSON)
		json_cstr(&w->o, "format", "json");
	if (c->format.kind != FORMAT_SCHEMA)
		return;
	if (raw_is_object(c->format.schema))
		json_raw(&w->o, "format", c->format.schema);
	else
		json_cstr(&w->o, "format", "json");
	if (c->format.description.n > 0)
		report_drop(w->report, "response_format.description");
}

/* Any case: names are "gpt-oss:120b", "hf.co/unsloth/GPT-OSS-20b-GGUF". */
static bool
takes_words(struct str model)
{
	for (size_t i = 0; i < model.n; i++)
		if (str_starts_nocase(str_from(model, i), STR("gpt-oss")))
			return true;
	return false;
}

static void
write_effort(struct ollama_writing *w)
{
	static const char *const own[] = { "low", "medium", "high" };
	struct str  effort = w->c->reasoning.effort;
	const char *word = NULL;

	for (size_t i = 0; i < LENGTH(own); i++)
		if (str_is(effort, own[i]))
			word = own[i];
	if (word == NULL && effort.n > 0) {
		word = budget_effort(effort_budget(effort));
		report_drop(w->report, "reasoning_effort");
	}
	if (word == NULL && w->c->reasoning.budget > 0)
		word = budget_effort(w->c->reasoning.budget);
	if (word != NULL)
		json_cstr(&w->o, "think", word);
	else
		json_bool(&w->o, "think", true);
}

static void
write_think(struct ollama_writing *w)
{
	const struct chat *c = w->c;
	bool off = c->reasoning.on == SAID_NO || str_is(c->reasoning.effort, "none");

	if (off) {
		json_bool(&w->o, "think", false);
		return;
	}
	if (c->reasoning.on == SAID_NOTHING && c->reasoning.effort.n == 0 && c->reasoning.budget == 0 && !c->reasoning.dynamic)
		return;
	if (c->reasoning.budget > 0)
		report_drop(w->report, "reasoning");
	if (takes_words(w->t->model)) {
		write_effort(w);
		return;
	}
	json_bool(&w->o, "think", true);
	if (c->reasoning.effort.n > 0 && !str_is(c->reasoning.effort, "medium"))	/* which true means */
		report_drop(w->report, "reasoning_effort");
}

/*
 * Tools.
 */
static void
write_tool(struct ollama_writing *w, const struct tool *t)
{
	json_object(&w->o, NULL);
	json_cstr(&w->o, "type", "function");
	json_object(&w->o, "function");
	json_str(&w->o, "name", t->name);
	if (t->description.n > 0)
		json_str(&w->o, "description", t->description);
	if (t->kind == TOOL_FREEFORM)
		json_raw(&w->o, "parameters",
		    STR("{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}"));
	else
		json_raw(&w->o, "parameters", raw_is_object(t->schema) ? t->schema : STR("{\"type\":\"object\",\"properties\":{}}"));
	json_object_end(&w->o);
	json_object_end(&w->o);
	if (t->format.n > 0)
		report_drop(w->report, "tools.format");
	if (t->strict == SAID_YES)
		report_drop(w->report, "tools.strict");
	if (t->cache.n > 0)
		report_drop(w->report, "cache_control");
}

static void
write_tools(struct ollama_writing *w)
{
	const struct chat *c = w->c;
	struct map allowed;
	bool begun = false;

	if (c->choice == TOOLS_REQUIRED || c->choice == TOOLS_NAMED)
		report_drop(w->report, "tool_choice");
	if (c->parallel == SAID_NO)
		report_drop(w->report, "parallel_tool_calls");
	if (c->choice == TOOLS_NONE)
		return;
	chat_map_allowed(c, &allowed);
	for (const struct tool *t = c->tools; t != NULL; t = t->next) {
		if (t->kind == TOOL_NATIVE) {
			report_drop(w->report, "tools." STR_FMT, STR_ARG(t->name.n > 0 ? str_upto(t->name, 64) : STR("type")));
			continue;
		}
		if (c->allowed != NULL && map_get(&allowed, t->name) == NULL)
			continue;
		if (!begun)
			json_array(&w->o, "tools");
		begun = true;
		write_tool(w, t);
	}
	map_done(&allowed);
	if (begun)
		json_array_end(&w->o);
}

/*
 * All of it.
 */
static void
write_logprobs(struct ollama_writing *w)
{
	struct json top = { .type = JSON_NUMBER, .raw = w->c->field[FIELD_TOP_LOGPROBS] };
	uint64_t    n;

	if (str_is(w->c->field[FIELD_LOGPROBS], "true"))
		json_bool(&w->o, "logprobs", true);
	if (top.raw.n > 0 && json_u64(&top, &n) == 0)
		json_unum(&w->o, "top_logprobs", n < TOP_LOGPROBS_MOST ? n : TOP_LOGPROBS_MOST);
}

static void
report(struct ollama_writing *w)
{
	const struct chat *c = w->c;
	uint64_t can = CAN(LOGPROBS) | CAN(TOP_LOGPROBS);

	for (size_t i = 0; i < LENGTH(options); i++)
		can |= UINT64_C(1) << options[i].field;
	if (str_is(c->field[FIELD_N], "1"))
		can |= CAN(N);
	if (str_is(c->field[FIELD_MODALITIES], "[\"text\"]"))
		can |= CAN(MODALITIES);
	report_fields(w->report, c, can);
	report_notes(w->report, c);
}

int
ollama_write_request(struct arena *a, const struct chat *c, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	struct buf	      b = { 0 };
	struct ollama_writing w = { .a = a, .c = c, .t = t, .report = r, .why = why };
	int		      rc;

	*why = (struct complaint){ 0 };
	buf_reserve(&b, t->room);
	json_start(&w.o, &b, false);
	json_object(&w.o, NULL);
	json_str(&w.o, "model", t->model);
	rc = ollama_write_messages(&w);
	write_tools(&w);
	write_format(&w);
	write_think(&w);
	write_logprobs(&w);
	write_options(&w);
	json_bool(&w.o, "stream", t->stream);
	json_object_end(&w.o);
	report(&w);
	*body = arena_take(a, &b);
	return rc;
}
