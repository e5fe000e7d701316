/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_write_config.c - generationConfig, for Google.
 *
 * Runs in: worker.
 *
 * A number out of Google's range would be refused: it is brought to the nearest
 * that is taken, and reported.
 */
#include <ctype.h>
#include <stdlib.h>

#include "dialect/gemini_inside.h"
#include "dialect/schema.h"

#define STOPS_MOST 5

struct config {
	struct arena	*arena;
	struct json_out *out;
	const struct chat *chat;
	const struct gemini_model *model;
	struct report	*report;
};

static const struct number {
	enum chat_field field;
	const char *name;
	double	    least, most;
	bool	    whole;
} numbers[] = {
	{ FIELD_TEMPERATURE, "temperature", 0, 2, false },
	{ FIELD_TOP_P, "topP", 0, 1, false },
	{ FIELD_TOP_K, "topK", 1, 64, true },
	{ FIELD_N, "candidateCount", 1, 8, true },
	{ FIELD_SEED, "seed", INT32_MIN, INT32_MAX, true },
	{ FIELD_PRESENCE_PENALTY, "presencePenalty", -2, 1.99, false },
	{ FIELD_FREQUENCY_PENALTY, "frequencyPenalty", -2, 1.99, false },
};

static void
write_number(struct config *c, const struct number *n)
{
	struct str raw = c->chat->field[n->field];
	double	   v, fit;

	if (raw.n == 0)
		return;
	v = strtod(arena_cstr(c->arena, raw), NULL);
	if (n->field == FIELD_TOP_K && v < 1)		/* 0 and -1 say "no such limit" */
		return;
	if (!c->model->penalties && (n->field == FIELD_PRESENCE_PENALTY || n->field == FIELD_FREQUENCY_PENALTY)) {
		if (v < 0 || v > 0)
			report_drop(c->report, "%s", chat_field_names[n->field]);
		return;
	}
	if (n->field == FIELD_SEED && (v < n->least || v > n->most))	/* any number serves, if it is the same one again */
		v = (double)((uint32_t)str_hash(raw) & INT32_MAX);
	fit = v < n->least ? n->least : v > n->most ? n->most : v;
	if (n->whole)
		fit = (double)(int64_t)fit;
	if (fit < v || fit > v)
		report_drop(c->report, "%s", chat_field_names[n->field]);
	else if (!n->whole) {
		json_raw(c->out, n->name, raw);
		return;
	}
	json_raw(c->out, n->name, n->whole ? arena_printf(c->arena, "%lld", (long long)fit) : arena_printf(c->arena, "%.3g", fit));
}

static void
write_limit(struct config *c, const struct target *target)
{
	uint64_t n = c->chat->max_output;

	if (n == 0)
		return;
	if (target->max_output > 0 && n > target->max_output) {
		report_drop(c->report, "max_tokens");
		n = target->max_output;
	}
	json_unum(c->out, "maxOutputTokens", n < INT32_MAX ? n : INT32_MAX);
}

static void
write_stops(struct config *c)
{
	unsigned n = 0;

	for (const struct name_list *s = c->chat->stops; s != NULL; s = s->next) {
		if (s->name.n == 0)
			continue;
		if (n == STOPS_MOST) {
			report_drop(c->report, "stop");
			break;
		}
		if (n++ == 0)
			json_array(c->out, "stopSequences");
		json_str(c->out, NULL, s->name);
	}
	if (n > 0)
		json_array_end(c->out);
}

static void
write_modalities(struct config *c)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct str	   raw = c->chat->field[FIELD_MODALITIES];
	struct json_error  e;
	struct json	  *list;

	if (raw.n == 0 || json_read(c->arena, raw, limits, &list, &e) < 0 || list->type != JSON_ARRAY)
		return;
	json_array(c->out, "responseModalities");
	for (const struct json *m = list->child; m != NULL; m = m->next) {
		struct str text = json_text(c->arena, m);
		char	  *upper = arena_cstr(c->arena, text);

		for (size_t i = 0; i < text.n; i++)
			upper[i] = (char)toupper((unsigned char)upper[i]);
		json_cstr(c->out, NULL, upper);
	}
	json_array_end(c->out);
}

static void
write_logprobs(struct config *c)
{
	struct str n = c->chat->field[FIELD_TOP_LOGPROBS], wanted = c->chat->field[FIELD_LOGPROBS];
	uint64_t   count = 0;
	bool	   counted = str_u64(n, &count) == 0;

	if (!str_is(wanted, "true") && (wanted.n > 0 || count == 0))
		return;
	json_bool(c->out, "responseLogprobs", true);
	if (counted)
		json_unum(c->out, "logprobs", count < 20 ? count : 20);
}

/* ------------------------------------------------------------------- format */

/* Some models refuse a response type beside functions, all refuse it beside a forced call. */
static bool
format_is_refused(const struct config *c)
{
	bool functions = false;

	for (const struct tool *t = c->chat->tools; t != NULL; t = t->next)
		functions |= t->kind != TOOL_NATIVE;
	if (!functions)
		return false;
	return !c->model->json_with_tools || c->chat->choice == TOOLS_REQUIRED || c->chat->choice == TOOLS_NAMED;
}

static void
write_format(struct config *c)
{
	struct str schema = STR_NONE;

	if (c->chat->format.kind != FORMAT_JSON && c->chat->format.kind != FORMAT_SCHEMA)
		return;
	if (format_is_refused(c)) {
		report_drop(c->report, "response_format");
		return;
	}
	json_cstr(c->out, "responseMimeType", "application/json");
	if (c->chat->format.kind == FORMAT_SCHEMA)
		schema = schema_for_google(c->arena, c->chat->format.schema, c->report, "response_format.schema");
	if (schema.n > 0)
		json_raw(c->out, "responseJsonSchema", schema);
}

/* ----------------------------------------------------------------- reasoning */

/* The client asked, or its dialect shows thoughts whenever there are some. */
static bool
is_shown(const struct chat *chat, bool wanted)
{
	if (chat->reasoning.shown != SAID_NOTHING || !wanted)
		return chat->reasoning.shown == SAID_YES;
	return chat->origin != DIALECT_RESPONSES && chat->origin != DIALECT_GEMINI;
}

static const char *
level_of(const struct config *c)
{
	struct str effort = c->chat->reasoning.effort;

	if (c->chat->reasoning.on == SAID_NO || str_is(effort, "minimal"))
		return c->model->minimal ? "MINIMAL" : "LOW";
	if (effort.n == 0 && c->chat->reasoning.budget > 0)
		effort = str_of(budget_effort(c->chat->reasoning.budget));
	if (str_is(effort, "low"))
		return "LOW";
	if (str_is(effort, "medium"))
		return c->model->medium ? "MEDIUM" : "HIGH";
	return effort.n > 0 ? "HIGH" : NULL;
}

/* -1 as much as it likes, 0 none; false: nothing was said of it. */
static bool
budget_of(const struct config *c, int64_t *budget)
{
	const struct gemini_model *m = c->model;
	uint64_t wanted = c->chat->reasoning.budget;

	if (c->chat->reasoning.on == SAID_NO) {
		*budget = m->always ? m->least : 0;
		return true;
	}
	if (wanted == 0)
		wanted = effort_budget(c->chat->reasoning.effort);
	if (wanted == 0) {
		*budget = -1;
		return c->chat->reasoning.dynamic || c->chat->reasoning.on == SAID_YES;
	}
	*budget = wanted > (uint64_t)m->most ? m->most : wanted < (uint64_t)m->least ? m->least : (int64_t)wanted;
	return true;
}

static void
write_reasoning(struct config *c)
{
	const struct chat *chat = c->chat;
	bool	    off = chat->reasoning.on == SAID_NO;
	bool	    wanted = !off && (chat->reasoning.on == SAID_YES || chat->reasoning.effort.n > 0 || chat->reasoning.budget > 0);
	bool	    shown = is_shown(chat, wanted) && !off, some;
	const char *level = c->model->budgets ? NULL : level_of(c);
	int64_t	    budget = 0;

	some = c->model->budgets ? budget_of(c, &budget) : level != NULL;
	if (!c->model->thinks) {
		if (wanted)
			report_drop(c->report, "reasoning");
		return;
	}
	if (off && c->model->always && !(level != NULL && c->model->minimal))
		report_drop(c->report, "reasoning");	/* it thinks a little, whatever one says */
	if (!some && !shown)
		return;
	json_object(c->out, "thinkingConfig");
	if (shown)
		json_bool(c->out, "includeThoughts", true);
	if (some && c->model->budgets)
		json_num(c->out, "thinkingBudget", budget);
	else if (some)
		json_cstr(c->out, "thinkingLevel", level);
	json_object_end(c->out);
}

/* ------------------------------------------------------------------- fields */

/* What is asked for anyway loses nothing. */
static bool
is_met(const struct chat *chat, enum chat_field f)
{
	struct str raw = chat->field[f];

	switch (f) {
	case FIELD_STORE:
		return str_is(raw, "false");
	case FIELD_SERVICE_TIER:
		return str_is(raw, "\"auto\"") || str_is(raw, "\"default\"") || str_is(raw, "\"standard\"");
	case FIELD_MIN_P:
		return str_is(raw, "0");
	case FIELD_REPEAT_PENALTY:
		return str_is(raw, "1") || str_is(raw, "1.0");
	default:
		return false;
	}
}

static void
report_rest(struct config *c)
{
	uint64_t can = CAN(LOGPROBS) | CAN(TOP_LOGPROBS) | CAN(MODALITIES);

	for (size_t i = 0; i < LENGTH(numbers); i++)
		can |= UINT64_C(1) << numbers[i].field;
	for (unsigned f = 0; f < CHAT_FIELDS; f++)
		if (is_met(c->chat, (enum chat_field)f))
			can |= UINT64_C(1) << f;
	report_fields(c->report, c->chat, can);
}

void
gemini_write_config(struct arena *a, struct json_out *o, const struct chat *chat, const struct target *target,
    const struct gemini_model *model, struct report *report)
{
	struct config c = { .arena = a, .out = o, .chat = chat, .model = model, .report = report };

	json_object(o, "generationConfig");
	for (size_t i = 0; i < LENGTH(numbers); i++)
		write_number(&c, &numbers[i]);
	write_limit(&c, target);
	write_stops(&c);
	write_modalities(&c);
	write_logprobs(&c);
	write_format(&c);
	write_reasoning(&c);
	json_object_end(o);
	report_rest(&c);
}
