/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_write_request.c - a chat, as a Responses request for an upstream.
 *
 * Runs in: worker.
 *
 * Nothing is kept by the vendor unless the client asked for that: a client of
 * another dialect sends its history each time, so thoughts are wanted sealed
 * and come back that way.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dialect/openai_inside.h"
#include "dialect/responses_inside.h"

#define OUTPUT_LEAST 16	/* the vendor refuses less */

/* What this dialect can say; OpenRouter takes more of what its other dialect has. */
#define COMMON (CAN(TEMPERATURE) | CAN(TOP_P) | CAN(LOGPROBS) | CAN(TOP_LOGPROBS) | CAN(USER) | CAN(SAFETY_IDENTIFIER) | \
	CAN(METADATA) | CAN(SERVICE_TIER) | CAN(STORE) | CAN(PROMPT_CACHE_KEY) | CAN(PROMPT_CACHE_RETENTION) | CAN(VERBOSITY))
#define SAMPLING (CAN(TEMPERATURE) | CAN(TOP_P) | CAN(LOGPROBS) | CAN(TOP_LOGPROBS))

static const uint64_t can[] = {
	[FLAVOUR_PLAIN] = COMMON,
	[FLAVOUR_OFFICIAL] = COMMON,
	[FLAVOUR_OPENROUTER] = COMMON | CAN(TOP_K) | CAN(PRESENCE_PENALTY) | CAN(FREQUENCY_PENALTY) | CAN(MODALITIES),
};

/*
 * Reasoning.
 */
static bool
reasons(const struct responses_writing *w)
{
	return w->model == NULL || w->model->least != NULL;
}

static const char *
asked_effort(const struct responses_writing *w)
{
	const struct chat *c = w->chat;

	if (c->reasoning.on == SAID_NO)
		return "none";
	if (c->reasoning.effort.n > 0)
		return arena_cstr(w->arena, c->reasoning.effort);
	return c->reasoning.budget > 0 ? budget_effort(c->reasoning.budget) : NULL;
}

/* What is really said; NULL: nothing. */
static const char *
said_effort(struct responses_writing *w)
{
	const char *asked = asked_effort(w), *said = asked != NULL ? openai_model_effort(w->model, asked) : NULL;

	if (asked != NULL && said != asked && !(said == NULL && strcmp(asked, "none") == 0))
		report_drop(w->report, "reasoning_effort");
	if (asked == NULL && w->chat->reasoning.on == SAID_YES && !reasons(w))
		report_drop(w->report, "reasoning");
	return said;
}

static void
write_reasoning(struct responses_writing *w, const char *effort)
{
	const struct chat *c = w->chat;
	struct str	   summary = c->reasoning.summary;

	if (summary.n == 0 && c->reasoning.shown == SAID_YES && c->origin != DIALECT_RESPONSES && c->reasoning.on != SAID_NO)
		summary = STR("auto");
	if (summary.n > 0 && !reasons(w)) {
		report_drop(w->report, "reasoning.summary");
		summary = STR_NONE;
	}
	if (effort == NULL && summary.n == 0)
		return;
	json_object(w->out, "reasoning");
	if (effort != NULL)
		json_cstr(w->out, "effort", effort);
	if (summary.n > 0)
		json_str(w->out, "summary", summary);
	json_object_end(w->out);
}

/* Models that do not reason refuse to be asked for sealed thoughts. */
static bool
wants_sealed(const struct responses_writing *w)
{
	const struct chat *c = w->chat;

	if (c->origin == DIALECT_RESPONSES)
		return c->reasoning.shown == SAID_YES && c->reasoning.on != SAID_NO;
	return reasons(w) && c->reasoning.on != SAID_NO;
}

static void
write_include(struct responses_writing *w, uint64_t set)
{
	const struct str *f = w->chat->field;
	bool logprobs = (set & CAN(LOGPROBS)) != 0 && (str_is(f[FIELD_LOGPROBS], "true") || f[FIELD_TOP_LOGPROBS].n > 0);

	if (!wants_sealed(w) && !logprobs)
		return;
	json_array(w->out, "include");
	if (wants_sealed(w))
		json_cstr(w->out, NULL, "reasoning.encrypted_content");
	if (logprobs)
		json_cstr(w->out, NULL, "message.output_text.logprobs");
	json_array_end(w->out);
}

/*
 * Fields.
 */
static bool
is_quoted(struct str raw)
{
	return raw.n >= 2 && raw.p[0] == '"';
}

static double
number(const struct chat *c, enum chat_field f)
{
	return strtod(arena_cstr(c->arena, c->field[f]), NULL);
}

/* A number whose value would be refused becomes the nearest that is not. */
static struct str
bounded(struct responses_writing *w, enum chat_field f, double most, const char *most_text)
{
	double v = number(w->chat, f);

	if (v >= 0 && v <= most)
		return w->chat->field[f];
	report_drop(w->report, "%s", chat_field_names[f]);
	return str_of(v < 0 ? "0" : most_text);
}

/* Its words differ among vendors; what is no word of this one is the default. */
static struct str
tier(struct responses_writing *w, struct str raw)
{
	static const char *const words[] = { "\"auto\"", "\"default\"", "\"flex\"", "\"scale\"", "\"priority\"", "\"fast\"",
		"\"ultrafast\"" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (str_is(raw, words[i]))
			return raw;
	if (!str_is(raw, "\"standard\"") && !str_is(raw, "\"standard_only\""))
		report_drop(w->report, "service_tier");
	return STR("\"default\"");
}

/* Values that are no texts would be refused: they are written as texts. */
static struct str
metadata(struct responses_writing *w, struct str raw)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;
	struct json_out	   o;
	struct buf	   b = { 0 };

	if (json_read(w->arena, raw, limits, &root, &e) < 0 || root->type != JSON_OBJECT) {
		report_drop(w->report, "metadata");
		return STR_NONE;
	}
	json_start(&o, &b, false);
	json_object(&o, NULL);
	for (const struct json *m = root->child; m != NULL; m = m->next) {
		json_named(&o, m->name);
		json_str(&o, NULL, m->type == JSON_STRING ? json_text(w->arena, m) : m->raw);
	}
	json_object_end(&o);
	raw = arena_take(w->arena, &b);
	return raw;
}

static struct str
retention(struct responses_writing *w, struct str raw)
{
	if (str_is(raw, "\"24h\"") || str_is(raw, "\"in_memory\""))
		return raw;
	if (str_is(raw, "\"in-memory\""))
		return STR("\"in_memory\"");
	report_drop(w->report, "prompt_cache_retention");
	return STR_NONE;
}

/* The value to be sent; STR_NONE leaves it out. */
static struct str
value_of(struct responses_writing *w, enum chat_field f)
{
	struct str raw = w->chat->field[f];

	switch (f) {
	case FIELD_TEMPERATURE:
		return bounded(w, f, 2, "2");
	case FIELD_TOP_P:
		return bounded(w, f, 1, "1");
	case FIELD_TOP_LOGPROBS:
		return bounded(w, f, 20, "20");
	case FIELD_SERVICE_TIER:
		return tier(w, raw);
	case FIELD_METADATA:
		return metadata(w, raw);
	case FIELD_PROMPT_CACHE_RETENTION:
		return retention(w, raw);
	case FIELD_LOGPROBS:	/* an include */
	case FIELD_VERBOSITY:	/* in `text` */
		return STR_NONE;
	case FIELD_USER:
	case FIELD_SAFETY_IDENTIFIER:
	case FIELD_PROMPT_CACHE_KEY:
		if (is_quoted(raw))
			return raw;
		report_drop(w->report, "%s", chat_field_names[f]);
		return STR_NONE;
	default:
		return raw;
	}
}

/* OpenAI's reasoning models refuse to be told how to sample. */
static uint64_t
sayable(const struct responses_writing *w, const char *effort)
{
	const struct openai_model *m = w->model;
	uint64_t		   set = can[w->target->flavour];
	bool			   reasoned = effort != NULL && strcmp(effort, "none") != 0;

	if (m != NULL && (m->samples == SAMPLES_NEVER || (m->samples == SAMPLES_UNREASONED && reasoned)))
		set &= ~(uint64_t)SAMPLING;
	return set;
}

static void
write_fields(struct responses_writing *w, uint64_t set)
{
	const struct chat *c = w->chat;

	for (unsigned i = 0; i < CHAT_FIELDS; i++) {
		struct str value;

		if (c->field[i].n > 0 && (set >> i & 1) != 0 && (value = value_of(w, (enum chat_field)i)).n > 0)
			json_raw(w->out, chat_field_names[i], value);
	}
	report_fields(w->report, c, set);
	if (c->field[FIELD_STORE].n == 0 && c->origin != DIALECT_RESPONSES)
		json_bool(w->out, "store", false);
}

static void
write_most(struct responses_writing *w)
{
	uint64_t asked = w->chat->max_output, most = asked, known = w->target->max_output;

	if (most == 0)
		return;
	if (most < OUTPUT_LEAST)
		most = OUTPUT_LEAST;
	if (known > 0 && most > known)
		most = known;
	if (most != asked)
		report_drop(w->report, "max_tokens");
	json_unum(w->out, "max_output_tokens", most);
}

/*
 * The messages.
 */
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

/*
 * json_object is refused when no item speaks of JSON.  The instructions do not
 * count, so there are none then.
 */
static const struct message *
write_instructions(struct responses_writing *w)
{
	const struct message *m = w->chat->messages;
	const struct part    *p = m != NULL ? m->parts : NULL;

	if (m == NULL || m->next == NULL || m->role != ROLE_SYSTEM || w->chat->format.kind == FORMAT_JSON)
		return m;
	if (p == NULL || p->next != NULL || p->kind != PART_TEXT || p->cache.n > 0)
		return m;
	json_str(w->out, "instructions", p->text);
	return m->next;
}

static const struct message *
json_hint(struct responses_writing *w)
{
	struct message *hint = arena_new(w->arena, struct message);

	hint->role = ROLE_DEVELOPER;
	part_add(w->arena, &hint->parts, PART_TEXT)->text = STR("Answer with a JSON object.");
	hint->next = w->chat->messages;
	return hint;
}

static int
write_messages(struct responses_writing *w)
{
	const struct message *first = write_instructions(w);

	if (w->chat->format.kind == FORMAT_JSON && !mentions_json(w->chat))
		first = json_hint(w);
	return responses_write_input(w, first);
}

static int
write_body(struct responses_writing *w)
{
	const struct chat *c = w->chat;
	const char	  *effort = said_effort(w);
	uint64_t	   set = sayable(w, effort);

	json_object(w->out, NULL);
	json_str(w->out, "model", w->target->model);
	if (write_messages(w) < 0)
		return -1;
	responses_write_tools(w);
	responses_put_text(w->out, c, w);
	write_reasoning(w, effort);
	write_include(w, set);
	write_most(w);
	write_fields(w, set);
	if (c->stops != NULL)
		report_drop(w->report, "stop");
	if (w->target->stream)
		json_bool(w->out, "stream", true);
	json_object_end(w->out);
	return 0;
}

int
responses_write_request(struct arena *a, const struct chat *c, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	struct buf		 b = { 0 };
	struct json_out		 o;
	struct responses_writing w = { .arena = a, .chat = c, .target = t, .report = r, .why = why, .out = &o,
		.calls.foreign = true, .results.foreign = true };
	int			 rc;

	if (t->flavour == FLAVOUR_OFFICIAL)
		w.model = openai_model_find(t->model);
	buf_reserve(&b, t->room);
	json_start(&o, &b, false);
	rc = write_body(&w);
	report_notes(r, c);
	if (rc == 0)
		*body = arena_take(a, &b);
	buf_done(&b);
	map_done(&w.calls);
	map_done(&w.results);
	return rc;
}
