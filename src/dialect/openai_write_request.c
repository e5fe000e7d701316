/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_write_request.c - a chat, as a chat completions request for an upstream.
 *
 * Runs in: worker.
 *
 * Three flavours: OpenAI itself refuses members that it does not know, most
 * compatible servers ignore them, OpenRouter has some of its own.
 */
#include "dialect/openai_inside.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STOPS_MOST 4	/* OpenAI and OpenRouter refuse more */

/* What every flavour has. */
#define COMMON (CAN(TEMPERATURE) | CAN(TOP_P) | CAN(SEED) | CAN(PRESENCE_PENALTY) | CAN(FREQUENCY_PENALTY) | CAN(LOGPROBS) | \
	CAN(TOP_LOGPROBS) | CAN(LOGIT_BIAS) | CAN(USER) | CAN(METADATA) | CAN(SERVICE_TIER) | CAN(PROMPT_CACHE_KEY) | \
	CAN(VERBOSITY) | CAN(MODALITIES) | CAN(AUDIO))
#define SAMPLING (CAN(TEMPERATURE) | CAN(TOP_P) | CAN(PRESENCE_PENALTY) | CAN(FREQUENCY_PENALTY) | CAN(LOGPROBS) | \
	CAN(TOP_LOGPROBS) | CAN(LOGIT_BIAS))

static const uint64_t can[] = {
	[FLAVOUR_PLAIN] = COMMON | CAN(N) | CAN(TOP_K) | CAN(MIN_P) | CAN(REPEAT_PENALTY),
	[FLAVOUR_OFFICIAL] = COMMON | CAN(N) | CAN(SAFETY_IDENTIFIER) | CAN(STORE) | CAN(PROMPT_CACHE_RETENTION),
	[FLAVOUR_OPENROUTER] = COMMON | CAN(TOP_K) | CAN(MIN_P) | CAN(REPEAT_PENALTY),
};

static bool
is_official(const struct openai_writing *w)
{
	return w->target->flavour == FLAVOUR_OFFICIAL;
}

/*
 * Reasoning.
 */
static const char *
asked_effort(struct openai_writing *w)
{
	const struct chat *c = w->chat;

	if (c->reasoning.on == SAID_NO)
		return "none";
	if (c->reasoning.effort.n > 0)
		return arena_cstr(w->arena, c->reasoning.effort);
	return c->reasoning.budget > 0 ? budget_effort(c->reasoning.budget) : NULL;
}

/* What is really said as reasoning_effort; NULL: nothing. */
static const char *
said_effort(struct openai_writing *w, const struct openai_model *m)
{
	const char *asked = asked_effort(w), *said = asked != NULL ? openai_model_effort(m, asked) : NULL;

	if (asked != NULL && said != asked && !(said == NULL && str_is(str_of(asked), "none")))
		report_drop(w->report, "reasoning_effort");
	if (is_official(w) && (w->chat->reasoning.shown == SAID_YES || w->chat->reasoning.summary.n > 0))
		report_drop(w->report, "reasoning.summary");
	return said;
}

static void
write_reasoning(struct openai_writing *w)
{
	const struct chat *c = w->chat;
	struct json_out	  *o = w->out;
	const char	  *effort = asked_effort(w);

	if (effort == NULL && c->reasoning.on == SAID_NOTHING && c->reasoning.shown == SAID_NOTHING && c->reasoning.summary.n == 0)
		return;
	json_object(o, "reasoning");
	if (c->reasoning.budget > 0 && c->reasoning.on != SAID_NO)
		json_unum(o, "max_tokens", c->reasoning.budget);
	else if (effort != NULL)
		json_cstr(o, "effort", effort);
	else if (c->reasoning.on == SAID_YES)
		json_bool(o, "enabled", true);
	if (c->reasoning.shown != SAID_NOTHING)
		json_bool(o, "exclude", c->reasoning.shown == SAID_NO);
	if (c->reasoning.summary.n > 0)
		json_str(o, "summary", c->reasoning.summary);
	json_object_end(o);
}

/*
 * Fields.
 */
static double
number_of(struct openai_writing *w, enum chat_field f)
{
	return strtod(arena_cstr(w->arena, w->chat->field[f]), NULL);
}

/* A field whose value would be refused gets the nearest that is not. */
static struct str
bounded(struct openai_writing *w, enum chat_field f, double least, const char *least_text, double most, const char *most_text)
{
	double v = number_of(w, f);

	if (v >= least && v <= most)
		return w->chat->field[f];
	report_drop(w->report, "%s", chat_field_names[f]);
	return str_of(v < least ? least_text : most_text);
}

static bool
holds(struct str raw, const char *word)
{
	return raw.n > 0 && memmem(raw.p, raw.n, word, strlen(word)) != NULL;
}

/* The value to be sent; STR_NONE leaves it out, which was reported when it says something. */
static struct str
value_of(struct openai_writing *w, enum chat_field f)
{
	struct str raw = w->chat->field[f];

	switch (f) {
	case FIELD_TEMPERATURE:
		return bounded(w, f, 0, "0", 2, "2");
	case FIELD_TOP_P:
		return bounded(w, f, 0, "0", 1, "1");
	case FIELD_PRESENCE_PENALTY:
	case FIELD_FREQUENCY_PENALTY:
		return bounded(w, f, -2, "-2", 2, "2");
	case FIELD_TOP_LOGPROBS:
		return bounded(w, f, 0, "0", 20, "20");
	case FIELD_N:
		return number_of(w, f) == 1 ? STR_NONE : raw;
	case FIELD_SERVICE_TIER:
		return holds(raw, "standard") ? STR("\"default\"") : raw;
	case FIELD_METADATA:
		if (!is_official(w) || str_is(w->chat->field[FIELD_STORE], "true"))
			return raw;
		break;
	case FIELD_MODALITIES:
		if (!holds(raw, "image") && !holds(raw, "audio"))	/* that is so anyway */
			return STR_NONE;
		if (!is_official(w) || !holds(raw, "image"))
			return raw;
		break;
	default:
		return raw;
	}
	report_drop(w->report, "%s", chat_field_names[f]);
	return STR_NONE;
}

static uint64_t
sayable(struct openai_writing *w, const struct openai_model *m, const char *effort)
{
	uint64_t set = can[w->target->flavour];

	if (m != NULL && (m->samples == SAMPLES_NEVER ||
	    (m->samples == SAMPLES_UNREASONED && effort != NULL && !str_is(str_of(effort), "none"))))
		set &= ~(uint64_t)SAMPLING;
	if (number_of(w, FIELD_N) == 1)
		set |= CAN(N);
	return set;
}

static void
write_fields(struct openai_writing *w, uint64_t set)
{
	const struct chat *c = w->chat;

	report_fields(w->report, c, set);
	for (unsigned i = 0; i < CHAT_FIELDS; i++) {
		struct str value;

		if (c->field[i].n == 0 || (set >> i & 1) == 0)
			continue;
		value = value_of(w, (enum chat_field)i);
		if (value.n > 0)
			json_raw(w->out, chat_field_names[i], value);
	}
	if (c->field[FIELD_TOP_LOGPROBS].n > 0 && c->field[FIELD_LOGPROBS].n == 0 && (set & CAN(LOGPROBS)) != 0)
		json_bool(w->out, "logprobs", true);
}

static void
write_most(struct openai_writing *w)
{
	const struct target *t = w->target;
	uint64_t	     most = w->chat->max_output;

	if (most == 0)
		return;
	if (t->max_output > 0 && most > t->max_output) {
		report_drop(w->report, "max_tokens");
		most = t->max_output;
	}
	json_unum(w->out, is_official(w) || t->max_completion_tokens ? "max_completion_tokens" : "max_tokens", most);
}

static void
write_stops(struct openai_writing *w, const struct openai_model *m)
{
	unsigned n = 0;

	if (w->chat->stops == NULL)
		return;
	if (m != NULL && m->samples == SAMPLES_NEVER) {
		report_drop(w->report, "stop");
		return;
	}
	json_array(w->out, "stop");
	for (const struct name_list *s = w->chat->stops; s != NULL; s = s->next) {
		if (n++ < STOPS_MOST || w->target->flavour == FLAVOUR_PLAIN)
			json_str(w->out, NULL, s->name);
		else
			report_drop(w->report, "stop");
	}
	json_array_end(w->out);
}

/*
 * The form of the answer.
 */
static struct str
schema_name(struct openai_writing *w)
{
	struct str name = str_upto(w->chat->format.name, 64);
	char	  *copy = arena_cstr(w->arena, name);

	for (char *p = copy; *p != '\0'; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *p) == NULL)
			*p = '_';
	return name.n > 0 ? str_of(copy) : STR("response");
}

static void
write_format(struct openai_writing *w)
{
	const struct chat *c = w->chat;
	struct json_out	  *o = w->out;

	if (c->format.kind != FORMAT_JSON && c->format.kind != FORMAT_SCHEMA)
		return;
	json_object(o, "response_format");
	json_cstr(o, "type", c->format.kind == FORMAT_JSON ? "json_object" : "json_schema");
	if (c->format.kind == FORMAT_SCHEMA) {
		json_object(o, "json_schema");
		json_str(o, "name", schema_name(w));
		if (c->format.description.n > 0)
			json_str(o, "description", c->format.description);
		json_raw(o, "schema", c->format.schema.n > 0 ? c->format.schema : STR("{\"type\":\"object\"}"));
		if (c->format.strict != SAID_NOTHING)
			json_bool(o, "strict", c->format.strict == SAID_YES);
		json_object_end(o);
	}
	json_object_end(o);
}

static bool
mentions_json(const struct chat *c)
{
	for (const struct message *m = c->messages; m != NULL; m = m->next)
		for (const struct part *p = m->parts; p != NULL; p = p->next)
			for (size_t i = 0; p->kind == PART_TEXT && i + 4 <= p->text.n; i++)
				if ((p->text.p[i] | 0x20) == 'j' && strncasecmp(p->text.p + i, "json", 4) == 0)
					return true;
	return false;
}

/* json_object is refused when no message speaks of JSON, which other dialects do not ask for. */
static void
write_json_hint(struct openai_writing *w)
{
	if (w->chat->format.kind != FORMAT_JSON || mentions_json(w->chat))
		return;
	json_object(w->out, NULL);
	json_cstr(w->out, "role", "system");
	json_cstr(w->out, "content", "Answer with a JSON object.");
	json_object_end(w->out);
}

/*
 * All of it.
 */
static void
write_stream(struct openai_writing *w)
{
	if (!w->target->stream)
		return;
	json_bool(w->out, "stream", true);
	if (!w->target->usage_option)
		return;
	json_object(w->out, "stream_options");
	json_bool(w->out, "include_usage", true);
	json_object_end(w->out);
}

static int
write_body(struct openai_writing *w)
{
	const struct openai_model *m = is_official(w) ? openai_model_find(w->target->model) : NULL;
	const char		  *effort = NULL;

	json_object(w->out, NULL);
	json_str(w->out, "model", w->target->model);
	json_array(w->out, "messages");
	write_json_hint(w);
	if (openai_write_messages(w) < 0)
		return -1;
	json_array_end(w->out);
	openai_write_tools(w);
	write_most(w);
	write_stops(w, m);
	write_format(w);
	if (w->target->flavour == FLAVOUR_OPENROUTER) {
		write_reasoning(w);
	} else if ((effort = said_effort(w, m)) != NULL) {
		json_cstr(w->out, "reasoning_effort", effort);
	}
	write_fields(w, sayable(w, m, effort));
	write_stream(w);
	json_object_end(w->out);
	return 0;
}

int
openai_write_request(struct arena *a, const struct chat *c, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	struct buf	      b = { 0 };
	struct json_out	      o;
	struct openai_writing w = { .arena = a, .chat = c, .target = t, .report = r, .why = why, .out = &o };
	int		      rc;

	buf_reserve(&b, t->room);
	json_start(&o, &b, false);
	report_notes(r, c);
	rc = write_body(&w);
	if (rc == 0)
		*body = arena_take(a, &b);
	buf_done(&b);
	return rc;
}
