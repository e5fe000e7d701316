/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_write.c - the neutral form as a Messages request.
 *
 * Runs in: worker.
 *
 * The API is strict: what it would refuse is left out or changed here, and
 * reported.  System and developer texts, wherever they stood, are the one
 * system prompt.
 */
#include "dialect/anthropic_write.h"

#include <stdlib.h>

#define USER_MOST 512	/* bytes of metadata.user_id */
#define JSON_ONLY "Answer with one valid JSON value and nothing else: no words around it, no code fence."
#define SCHEMA_ONLY "Answer with one JSON value that is valid against this JSON Schema, and nothing else: no words around it, no code fence.\n"

/*
 * System.
 */
struct prompt {
	const struct part *one;	/* the only text, when there is one */
	unsigned	   n;
	bool		   marked;
};

static bool
is_system(const struct message *m)
{
	return m->role == ROLE_SYSTEM || m->role == ROLE_DEVELOPER;
}

static bool
is_text(const struct part *p)
{
	return (p->kind == PART_TEXT || p->kind == PART_REFUSAL) && !anthropic_is_blank(p->text);
}

static int
survey(struct writing *w, struct prompt *s)
{
	for (const struct message *m = w->chat->messages; m != NULL; m = m->next)
		for (const struct part *p = m->parts; is_system(m) && p != NULL; p = p->next) {
			if (p->kind == PART_IMAGE || p->kind == PART_AUDIO || p->kind == PART_VIDEO || p->kind == PART_FILE)
				return complain(w->why, FAULT_INEXPRESSIBLE, STR("messages"),
				    STR("the upstream of this model takes text only in system messages"));
			if (!is_text(p))
				continue;
			s->n++;
			s->one = p;
			s->marked |= p->cache.n > 0;
		}
	return 0;
}

static void
write_block(struct writing *w, struct str text, struct str cache)
{
	json_object(&w->out, NULL);
	json_cstr(&w->out, "type", "text");
	json_str(&w->out, "text", text);
	anthropic_write_cache(w, cache, false);
	json_object_end(&w->out);
}

static void
write_blocks(struct writing *w, struct str last)
{
	json_array(&w->out, "system");
	for (const struct message *m = w->chat->messages; m != NULL; m = m->next)
		for (const struct part *p = m->parts; is_system(m) && p != NULL; p = p->next)
			if (is_text(p))
				write_block(w, p->text, p->cache);
	if (last.n > 0)
		write_block(w, last, STR_NONE);
	json_array_end(&w->out);
}

static void
write_joined(struct writing *w, struct str last)
{
	struct buf b = { 0 };

	for (const struct message *m = w->chat->messages; m != NULL; m = m->next)
		for (const struct part *p = m->parts; is_system(m) && p != NULL; p = p->next)
			if (is_text(p)) {
				buf_cstr(&b, b.n > 0 ? "\n\n" : "");
				buf_str(&b, p->text);
			}
	if (last.n > 0) {
		buf_cstr(&b, b.n > 0 ? "\n\n" : "");
		buf_str(&b, last);
	}
	json_str(&w->out, "system", buf_view(&b));
	buf_done(&b);
}

/* `last` is a sentence of our own, or empty. */
static int
write_system(struct writing *w, struct str last)
{
	struct prompt s = { 0 };

	if (survey(w, &s) < 0)
		return -1;
	if (s.marked)
		write_blocks(w, last);
	else if (s.n == 1 && last.n == 0)
		json_str(&w->out, "system", s.one->text);
	else if (s.n > 0 || last.n > 0)
		write_joined(w, last);
	return 0;
}

/*
 * Format and effort.
 */
struct wanted {
	struct str schema;	/* for output_config.format, or STR_NONE */
	struct str sentence;	/* for the system prompt, or STR_NONE */
};

static struct wanted
choose_format(struct writing *w)
{
	const struct chat *c = w->chat;
	struct wanted	   f = { 0 };
	bool		   changed = false;

	if (c->format.kind == FORMAT_JSON) {
		f.sentence = STR(JSON_ONLY);
		report_drop(w->report, "response_format");
	} else if (c->format.kind == FORMAT_SCHEMA && anthropic_able(w, ABLE_SCHEMA) &&
	    anthropic_schema_lower(w->arena, c->format.schema, &f.schema, &changed)) {
		if (changed)
			report_drop(w->report, "response_format.schema");
	} else if (c->format.kind == FORMAT_SCHEMA) {
		f.schema = STR_NONE;
		f.sentence = arena_printf(w->arena, SCHEMA_ONLY STR_FMT, STR_ARG(c->format.schema));
		report_drop(w->report, "response_format");
	}
	return f;
}

static void
write_output_config(struct writing *w, const struct wanted *f)
{
	if (f->schema.n == 0 && w->mind.effort == NULL)
		return;
	json_object(&w->out, "output_config");
	if (w->mind.effort != NULL)
		json_cstr(&w->out, "effort", w->mind.effort);
	if (f->schema.n > 0) {
		json_object(&w->out, "format");
		json_cstr(&w->out, "type", "json_schema");
		json_raw(&w->out, "schema", f->schema);
		json_object_end(&w->out);
	}
	json_object_end(&w->out);
}

/*
 * Scalars.
 */
static void
write_stops(struct writing *w)
{
	unsigned n = 0;

	for (const struct name_list *s = w->chat->stops; s != NULL; s = s->next) {
		if (anthropic_is_blank(s->name)) {
			report_drop(w->report, "stop");
			continue;
		}
		if (n++ == 0)
			json_array(&w->out, "stop_sequences");
		json_str(&w->out, NULL, s->name);
	}
	if (n > 0)
		json_array_end(&w->out);
}

static void
write_user(struct writing *w)
{
	enum chat_field f = w->chat->field[FIELD_USER].n > 2 ? FIELD_USER : FIELD_SAFETY_IDENTIFIER;
	struct str	user = w->chat->field[f];

	if (user.n <= 2)
		return;
	if (f == FIELD_USER && w->chat->field[FIELD_SAFETY_IDENTIFIER].n > 2 && !str_eq(user, w->chat->field[FIELD_SAFETY_IDENTIFIER]))
		report_drop(w->report, "safety_identifier");
	if (user.p[0] != '"' || user.n > USER_MOST + 2) {
		report_drop(w->report, "%s", chat_field_names[f]);
		return;
	}
	json_object(&w->out, "metadata");
	json_raw(&w->out, "user_id", user);
	json_object_end(&w->out);
}

static void
write_tier(struct writing *w)
{
	struct str tier = w->chat->field[FIELD_SERVICE_TIER];

	if (tier.n == 0)
		return;
	if (str_is(tier, "\"auto\""))
		json_cstr(&w->out, "service_tier", "auto");
	else if (str_is(tier, "\"default\"") || str_is(tier, "\"standard_only\""))
		json_cstr(&w->out, "service_tier", "standard_only");
	else
		report_drop(w->report, "service_tier");
}

/* Values that mean what happens anyway. */
static const struct {
	enum chat_field field;
	const char     *value;
} usual[] = {
	{ FIELD_N, "1" }, { FIELD_LOGPROBS, "false" }, { FIELD_TOP_LOGPROBS, "0" }, { FIELD_STORE, "false" }, { FIELD_LOGIT_BIAS, "{}" },
	{ FIELD_MODALITIES, "[\"text\"]" }, { FIELD_METADATA, "{}" },
};

static bool
is_number(struct arena *a, struct str raw, double value)
{
	char *text = arena_cstr(a, raw), *end;
	double d = strtod(text, &end);

	return end > text && *end == '\0' && d >= value && d <= value;
}

static void
report_rest(struct writing *w)
{
	const struct str *field = w->chat->field;
	uint64_t	  can = CAN(TEMPERATURE) | CAN(TOP_P) | CAN(TOP_K) | CAN(USER) | CAN(SAFETY_IDENTIFIER) | CAN(SERVICE_TIER);

	for (size_t i = 0; i < LENGTH(usual); i++)
		if (str_is(field[usual[i].field], usual[i].value))
			can |= UINT64_C(1) << usual[i].field;
	if (is_number(w->arena, field[FIELD_PRESENCE_PENALTY], 0))
		can |= CAN(PRESENCE_PENALTY);
	if (is_number(w->arena, field[FIELD_FREQUENCY_PENALTY], 0))
		can |= CAN(FREQUENCY_PENALTY);
	if (is_number(w->arena, field[FIELD_REPEAT_PENALTY], 1))
		can |= CAN(REPEAT_PENALTY);
	report_fields(w->report, w->chat, can);
	report_notes(w->report, w->chat);
}

static int
write_all(struct writing *w)
{
	struct wanted format = choose_format(w);

	anthropic_plan_turns(w);
	anthropic_choose_mind(w);
	anthropic_end_turns(w);
	json_object(&w->out, NULL);
	json_str(&w->out, "model", w->target->model);
	if (!w->counting)
		json_unum(&w->out, "max_tokens", w->mind.max_tokens);
	if (w->target->stream && !w->counting)
		json_bool(&w->out, "stream", true);
	if (write_system(w, format.sentence) < 0 || anthropic_write_turns(w) < 0)
		return -1;
	anthropic_write_tools(w);
	anthropic_write_mind(w);
	write_output_config(w, &format);
	if (!w->counting) {
		anthropic_write_sampling(w);
		write_stops(w);
		write_user(w);
		write_tier(w);
		report_rest(w);
	}
	json_object_end(&w->out);
	return 0;
}

static int
write_body(struct writing *w, struct str *body)
{
	struct buf b = { 0 };
	int	   rc;

	w->model = anthropic_model_of(w->arena, w->target->model);
	buf_reserve(&b, w->target->room);
	json_start(&w->out, &b, false);
	rc = write_all(w);
	if (rc == 0)
		*body = arena_take(w->arena, &b);
	buf_done(&b);
	return rc;
}

int
anthropic_write_request(struct arena *a, const struct chat *c, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	struct writing w = { .arena = a, .chat = c, .target = t, .report = r, .why = why };

	return write_body(&w, body);
}

int
anthropic_write_count(struct arena *a, const struct chat *c, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	struct writing w = { .arena = a, .chat = c, .target = t, .report = r, .why = why, .counting = true };

	return write_body(&w, body);
}
