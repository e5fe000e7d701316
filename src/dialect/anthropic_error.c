/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_error.c - errors in Anthropic's shape, read and written.
 *
 * Runs in: worker, admin.
 */
#include "dialect/anthropic_read.h"

static const struct {
	int	    status;
	const char *type;
} types[] = {
	{ 401, "authentication_error" },
	{ 402, "billing_error" },
	{ 403, "permission_error" },
	{ 404, "not_found_error" },
	{ 409, "conflict_error" },
	{ 413, "request_too_large" },
	{ 429, "rate_limit_error" },
	{ 503, "overloaded_error" },
	{ 504, "timeout_error" },
	{ 529, "overloaded_error" },
};

static const char *
type_of(int status)
{
	for (size_t i = 0; i < LENGTH(types); i++)
		if (types[i].status == status)
			return types[i].type;
	return status >= 500 ? "api_error" : "invalid_request_error";
}

static void
write_members(struct json_out *o, enum fault fault, struct str message)
{
	const struct fault_info *f = fault_info(fault);

	json_cstr(o, "type", "error");
	json_object(o, "error");
	json_cstr(o, "type", type_of(f->status));
	json_str(o, "message", message.n > 0 ? message : str_of(f->text));
	json_object_end(o);
}

/* The message names the parameter. */
void
anthropic_error(struct buf *to, const struct complaint *why, struct str request_id)
{
	struct json_out o;

	json_start(&o, to, false);
	json_object(&o, NULL);
	write_members(&o, why->fault, why->message);
	if (request_id.n > 0)
		json_str(&o, "request_id", request_id);
	else
		json_null(&o, "request_id");
	json_object_end(&o);
}

void
anthropic_error_event(struct buf *to, enum framing framing, bool first, enum fault fault, struct str message)
{
	struct buf	payload = { 0 };
	struct json_out o;

	json_start(&o, &payload, false);
	json_object(&o, NULL);
	write_members(&o, fault, message);
	json_object_end(&o);
	frame_write(to, framing, first, STR("error"), buf_view(&payload));
	buf_done(&payload);
}

struct str
anthropic_error_message(struct arena *a, const struct json *error)
{
	struct json_error e;
	struct json	  copy;
	struct str	  message = STR_NONE;

	if (json_is(error, JSON_STRING)) {
		message = json_text(a, error);
	} else if (json_is(error, JSON_OBJECT)) {
		copy = *error;
		if (copy.child != NULL || json_open(a, &copy, &e) == 0)
			message = json_text(a, json_get(&copy, "message"));
	}
	return message.n > 0 ? message : STR("the upstream sent an error");
}

/* A member that is a string, or a number as its text. */
static struct str
word(struct arena *a, const struct json *v)
{
	return json_is(v, JSON_NUMBER) ? v->raw : json_text(a, v);
}

void
anthropic_read_error(struct arena *a, int status, struct str body, struct error_view *v)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .depth = 32 };
	struct json_error  e;
	struct json	  *root;
	const struct json *error;

	*v = (struct error_view){ .status = status };
	if (json_read(a, body, limits, &root, &e) < 0)
		return;
	error = json_get(root, "error");
	if (json_is(error, JSON_OBJECT)) {
		v->message = word(a, json_get(error, "message"));
		v->type = word(a, json_get(error, "type"));
		v->code = word(a, json_get(error, "code"));
		v->native = v->message.n > 0 && v->type.n > 0 && str_is(json_text(a, json_get(root, "type")), "error");
		return;
	}
	v->message = word(a, json_is(error, JSON_STRING) ? error : json_get(root, "message"));
	if (v->message.n == 0)
		v->message = word(a, json_get(root, "detail"));
	v->type = word(a, json_get(root, "type"));
	v->code = word(a, json_get(root, "code"));
}
