/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_write_reply.c - a reply as a response object.
 *
 * Runs in: worker.
 *
 * The object repeats the request: clients read their own tools, format and
 * limits there.  What the request left out stands there with the value that the
 * vendor would have used.
 */
#include "dialect/freeform.h"
#include "dialect/responses_inside.h"

/*
 * The request, repeated.
 */
static void
put_field(struct json_out *o, const char *name, struct str raw, struct str otherwise)
{
	json_raw(o, name, raw.n > 0 ? raw : otherwise);
}

static void
put_instructions(struct json_out *o, const struct chat *c)
{
	const struct message *m = c->messages;

	if (m != NULL && m->role == ROLE_SYSTEM && m->parts != NULL && m->parts->next == NULL && m->parts->kind == PART_TEXT)
		json_str(o, "instructions", m->parts->text);
	else
		json_null(o, "instructions");
}

static void
put_reasoning(struct json_out *o, const struct chat *c)
{
	json_object(o, "reasoning");
	if (c->reasoning.on == SAID_NO)
		json_cstr(o, "effort", "none");
	else if (c->reasoning.effort.n > 0)
		json_str(o, "effort", c->reasoning.effort);
	else
		json_null(o, "effort");
	if (c->reasoning.summary.n > 0)
		json_str(o, "summary", c->reasoning.summary);
	else
		json_null(o, "summary");
	json_object_end(o);
}

static void
put_echo(struct json_out *o, const struct chat *c)
{
	const struct str *f = c->field;

	json_bool(o, "background", false);
	put_instructions(o, c);
	if (c->max_output > 0)
		json_unum(o, "max_output_tokens", c->max_output);
	else
		json_null(o, "max_output_tokens");
	json_null(o, "max_tool_calls");
	put_field(o, "metadata", f[FIELD_METADATA], STR("{}"));
	json_bool(o, "parallel_tool_calls", c->parallel != SAID_NO);
	json_null(o, "previous_response_id");
	put_field(o, "prompt_cache_key", f[FIELD_PROMPT_CACHE_KEY], STR("null"));
	put_reasoning(o, c);
	put_field(o, "safety_identifier", f[FIELD_SAFETY_IDENTIFIER], STR("null"));
	put_field(o, "store", f[FIELD_STORE], STR("true"));
	put_field(o, "temperature", f[FIELD_TEMPERATURE], STR("1.0"));
	responses_put_text(o, c, NULL);
	responses_put_choice(o, c, NULL);
	responses_put_tools(o, c, NULL);
	put_field(o, "top_logprobs", f[FIELD_TOP_LOGPROBS], STR("0"));
	put_field(o, "top_p", f[FIELD_TOP_P], STR("1.0"));
	json_cstr(o, "truncation", "disabled");
	if (f[FIELD_USER].n > 0)
		json_raw(o, "user", f[FIELD_USER]);
}

struct str
responses_echo(struct arena *a, const struct voice *v)
{
	struct buf	b = { 0 };
	struct json_out o;
	struct str	text;

	json_start(&o, &b, false);
	json_object(&o, NULL);
	put_echo(&o, v->chat);
	json_object_end(&o);
	text = arena_str(a, (struct str){ b.p + 1, b.n - 2 });
	buf_done(&b);
	return text;
}

/*
 * The answer.
 */
static const char *
reason_of(enum stop_reason stop)
{
	switch (stop) {
	case STOP_LENGTH:
	case STOP_CONTEXT:
		return "max_output_tokens";
	case STOP_FILTER:
	case STOP_REFUSAL:
		return "content_filter";
	default:
		return NULL;
	}
}

/* A call that cannot be read makes the answer less than whole, for no reason that there is a word for. */
const char *
responses_status(const struct responses_view *v)
{
	if (v->running)
		return "in_progress";
	if (v->error.n > 0)
		return "failed";
	return reason_of(v->stop) != NULL || v->stop == STOP_MALFORMED ? "incomplete" : "completed";
}

static void
put_end(struct json_out *o, const struct responses_view *v)
{
	const char *reason = v->running || v->error.n > 0 ? NULL : reason_of(v->stop);

	json_cstr(o, "status", responses_status(v));
	if (v->running)
		json_null(o, "completed_at");
	else
		json_unum(o, "completed_at", v->voice->now > v->created ? v->voice->now : v->created);
	if (v->error.n > 0) {
		json_object(o, "error");
		json_cstr(o, "code", "server_error");
		json_str(o, "message", v->error);
		json_object_end(o);
	} else {
		json_null(o, "error");
	}
	if (reason != NULL) {
		json_object(o, "incomplete_details");
		json_cstr(o, "reason", reason);
		json_object_end(o);
	} else {
		json_null(o, "incomplete_details");
	}
}

static void
put_usage(struct json_out *o, const struct usage *u)
{
	const uint64_t *t = u->tokens;
	uint64_t input = t[USAGE_INPUT] + t[USAGE_CACHE_READ] + t[USAGE_CACHE_WRITE] + t[USAGE_AUDIO_INPUT] + t[USAGE_IMAGE];
	uint64_t output = t[USAGE_OUTPUT] + t[USAGE_REASONING] + t[USAGE_AUDIO_OUTPUT];

	json_object(o, "usage");
	json_unum(o, "input_tokens", input);
	json_object(o, "input_tokens_details");
	json_unum(o, "cached_tokens", t[USAGE_CACHE_READ]);
	json_unum(o, "cache_write_tokens", t[USAGE_CACHE_WRITE]);
	if (t[USAGE_AUDIO_INPUT] > 0)
		json_unum(o, "audio_tokens", t[USAGE_AUDIO_INPUT]);
	json_object_end(o);
	json_unum(o, "output_tokens", output);
	json_object(o, "output_tokens_details");
	json_unum(o, "reasoning_tokens", t[USAGE_REASONING]);
	if (t[USAGE_AUDIO_OUTPUT] > 0)
		json_unum(o, "audio_tokens", t[USAGE_AUDIO_OUTPUT]);
	json_object_end(o);
	json_unum(o, "total_tokens", input + output);
	json_object_end(o);
}

/* Words of other vendors are what is ordinary there. */
static struct str
tier_of(struct str tier)
{
	static const char *const words[] = { "auto", "default", "flex", "scale", "priority", "fast", "ultrafast" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (str_is(tier, words[i]))
			return tier;
	return STR("default");
}

static void
put_members(struct json_out *o, struct str members)
{
	if (members.n == 0)
		return;
	if (o->comma)
		buf_byte(o->to, ',');
	buf_str(o->to, members);
	o->comma = true;
}

void
responses_put_response(struct json_out *o, const char *name, const struct responses_view *v)
{
	json_object(o, name);
	json_str(o, "id", v->id);
	json_cstr(o, "object", "response");
	json_unum(o, "created_at", v->created);
	put_end(o, v);
	json_str(o, "model", v->model);
	json_array(o, "output");
	if (v->items.n > 0)
		json_raw(o, NULL, v->items);
	json_array_end(o);
	put_members(o, v->echo);
	json_str(o, "service_tier", tier_of(v->tier));
	if (!v->running)
		put_usage(o, &v->usage);
	json_object_end(o);
}

/*
 * A whole reply.
 */
static struct str
annotations(struct arena *a, const struct part *p)
{
	struct buf	b = { 0 };
	struct json_out o;

	if (p->citations == NULL)
		return STR_NONE;
	json_start(&o, &b, false);
	for (const struct citation *c = p->citations; c != NULL; c = c->next)
		responses_write_citation(&o, c);
	return arena_take(a, &b);
}

struct str
responses_inside_array(struct str raw)
{
	raw = str_trim(raw);
	return raw.n < 2 || raw.p[0] != '[' ? STR_NONE : str_trim((struct str){ raw.p + 1, raw.n - 2 });
}

static void
add_call(struct responses_output *out, const struct part *p)
{
	struct responses_call c = responses_call_of(out, p);

	c.input = c.hidden ? freeform_text(out->arena, p->input) : p->input;
	if (!c.freeform && str_trim(c.input).n == 0)
		c.input = STR("{}");
	responses_add_call(out, &c);
}

static void
add_content(struct responses_output *out, const struct part *p)
{
	if (p->kind == PART_NATIVE)
		responses_add_own_content(out, p->raw);
	else
		responses_add_content(out, p->kind == PART_REFUSAL, p->text, annotations(out->arena, p),
		    responses_inside_array(p->logprobs));
}

static void
add_part(struct responses_output *out, const struct part *p)
{
	if (!responses_is_sayable(p) || (p->kind == PART_REASONING && p->text.n + p->sealed.n + p->signature.n == 0))
		return;
	if (responses_is_content(p)) {
		add_content(out, p);
		return;
	}
	if (out->open)
		responses_end_message(out, "completed");
	if (p->kind == PART_CALL)
		add_call(out, p);
	else if (p->kind == PART_REASONING)
		responses_add_thought(out, p, responses_thought_id(out, p));
	else if (p->kind == PART_IMAGE)
		responses_add_image(out, p);
	else
		responses_add_native(out, p);
}

/* A refusal that is told in the text is a whole answer. */
enum stop_reason
responses_stop_of(enum stop_reason stop, bool refused)
{
	return stop == STOP_REFUSAL && refused ? STOP_END : stop;
}

void
responses_write_reply(struct arena *a, const struct chat_reply *r, const struct voice *voice, struct buf *to)
{
	const struct chat_choice *c = r->choices;
	struct responses_view	  v = { .voice = voice, .usage = r->usage, .tier = r->service_tier, .error = r->error };
	struct responses_output	  out;
	struct json_out		  o;
	bool			  refused = false;

	v.id = responses_reply_id(a, r->id, voice);
	v.model = r->model.n > 0 ? r->model : voice->model;
	v.created = r->created > 0 ? r->created : voice->now;
	v.echo = responses_echo(a, voice);
	responses_output_init(&out, a, voice, v.id);
	for (const struct part *p = c != NULL ? c->parts : NULL; p != NULL; p = p->next) {
		add_part(&out, p);
		refused |= p->kind == PART_REFUSAL;
	}
	v.stop = c != NULL ? responses_stop_of(c->stop, refused) : STOP_END;
	if (out.open)
		responses_end_message(&out, str_is(str_of(responses_status(&v)), "incomplete") ? "incomplete" : "completed");
	v.items = buf_view(&out.items);
	json_start(&o, to, false);
	responses_put_response(&o, NULL, &v);
	responses_output_done(&out);
}
