/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_error.c - errors in OpenAI's shape, read and written.
 *
 * Runs in: worker, admin.
 */
#include "dialect/openai.h"

#include <string.h>

#define DELAY_MOST_MS UINT64_C(86400000)

static void
write_members(struct json_out *o, const struct complaint *why)
{
	const struct fault_info *f = fault_info(why->fault);

	json_object(o, "error");
	json_str(o, "message", why->message.n > 0 ? why->message : str_of(f->text));
	json_cstr(o, "type", f->type);
	if (why->param.n > 0)
		json_str(o, "param", why->param);
	else
		json_null(o, "param");
	json_cstr(o, "code", f->code);
	json_object_end(o);
}

void
openai_error(struct buf *to, const struct complaint *why, struct str request_id)
{
	struct json_out o;

	(void)request_id;	/* a header names it */
	json_start(&o, to, false);
	json_object(&o, NULL);
	write_members(&o, why);
	json_object_end(&o);
}

void
openai_error_event(struct buf *to, enum framing framing, bool first, enum fault fault, struct str message)
{
	struct buf payload = { 0 };

	openai_error(&payload, &(struct complaint){ .fault = fault, .message = message }, STR_NONE);
	frame_write(to, framing, first, STR_NONE, buf_view(&payload));
	buf_done(&payload);
}

static uint64_t
unit_ms(struct str *s)
{
	static const struct {
		const char *name;
		uint64_t    ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };

	for (size_t i = 0; i < LENGTH(units); i++)
		if (str_starts(*s, str_of(units[i].name))) {
			*s = str_from(*s, strlen(units[i].name));
			return units[i].ms;
		}
	return 0;
}

/* "1.3s", "6m0.5s", "250ms" in front of anything; 0 for what is none, or is longer than a day. */
static uint64_t
delay_ms(struct str s)
{
	uint64_t sum = 0, unit;

	for (;;) {
		uint64_t whole = 0, thousandths = 0, place = 100;
		size_t	 n = 0;

		for (; n < s.n && n < 9 && s.p[n] >= '0' && s.p[n] <= '9'; n++)
			whole = whole * 10 + (uint64_t)(s.p[n] - '0');
		if (n == 0)
			break;
		s = str_from(s, n);
		if (s.n > 1 && s.p[0] == '.' && s.p[1] >= '0' && s.p[1] <= '9')
			for (s = str_from(s, 1); s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9'; s = str_from(s, 1), place /= 10)
				thousandths += (uint64_t)(s.p[0] - '0') * place;
		unit = unit_ms(&s);
		if (unit == 0)
			break;
		sum += whole * unit + thousandths * unit / 1000;
	}
	return sum <= DELAY_MOST_MS ? sum : 0;
}

/* Gemini's and Google-compatible hosts' RetryInfo, some others' plain number of seconds. */
static uint64_t
retry_inside(struct arena *a, const struct json *error)
{
	const struct json *details = json_get(error, "details");
	uint64_t	   ms = 0;

	if (!json_is(details, JSON_ARRAY))
		return 0;
	for (const struct json *d = details->child; d != NULL && ms == 0; d = d->next)
		ms = delay_ms(json_text(a, json_get(d, "retryDelay")));
	return ms;
}

/* "Please try again in 1.3s." */
static uint64_t
retry_said(struct str message)
{
	struct str before = STR("try again in ");

	return delay_ms(str_from(message, str_find(message, before) + before.n));
}

/* A member that is a string, or a number as its text (OpenRouter's code). */
static struct str
word(struct arena *a, const struct json *v)
{
	if (json_is(v, JSON_NUMBER))
		return v->raw;
	return json_text(a, v);
}

void
openai_read_error(struct arena *a, int status, struct str body, struct error_view *v)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .depth = 32 };
	struct json_error  e;
	struct json	  *root;
	const struct json *error;

	*v = (struct error_view){ .status = status };
	if (json_read(a, body, limits, &root, &e) < 0)
		return;
	if (json_is(root, JSON_ARRAY))	/* Google's compatible endpoint wraps it */
		root = root->child != NULL ? root->child : root;
	error = json_get(root, "error");
	if (json_is(error, JSON_OBJECT)) {
		v->message = word(a, json_get(error, "message"));
		v->type = word(a, json_get(error, "type"));
		v->code = word(a, json_get(error, "code"));
		v->retry_ms = retry_inside(a, error);
		if (v->retry_ms == 0)
			v->retry_ms = retry_said(v->message);
		v->native = v->message.n > 0 && json_is(json_get(root, "error"), JSON_OBJECT) && body.p[0] == '{';
	} else {
		v->message = json_is(error, JSON_STRING) ? json_text(a, error) : word(a, json_get(root, "message"));
		v->type = word(a, json_get(root, "type"));
		v->code = word(a, json_get(root, "code"));
		if (v->message.n == 0)
			v->message = word(a, json_get(root, "detail"));
	}
}
