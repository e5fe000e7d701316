/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_error.c - errors in Google's shape, read and written.
 *
 * Runs in: worker, admin.
 */
#include "dialect/gemini_inside.h"

/* google.rpc.Code by HTTP status, as Google's own gateways map them. */
static const struct {
	int	    http;
	const char *status;
} statuses[] = {
	{ 400, "INVALID_ARGUMENT" }, { 401, "UNAUTHENTICATED" }, { 403, "PERMISSION_DENIED" }, { 404, "NOT_FOUND" },
	{ 408, "DEADLINE_EXCEEDED" }, { 409, "ABORTED" }, { 429, "RESOURCE_EXHAUSTED" }, { 499, "CANCELLED" },
	{ 500, "INTERNAL" }, { 501, "UNIMPLEMENTED" }, { 502, "UNAVAILABLE" }, { 503, "UNAVAILABLE" },
	{ 504, "DEADLINE_EXCEEDED" },
};

static const char *
status_of(int http)
{
	for (size_t i = 0; i < LENGTH(statuses); i++)
		if (statuses[i].http == http)
			return statuses[i].status;
	return http < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
}

/* The field that is at fault, as Google tells it. */
static void
write_details(struct json_out *o, struct str param, struct str message)
{
	json_array(o, "details");
	json_object(o, NULL);
	json_cstr(o, "@type", "type.googleapis.com/google.rpc.BadRequest");
	json_array(o, "fieldViolations");
	json_object(o, NULL);
	json_str(o, "field", param);
	json_str(o, "description", message);
	json_object_end(o);
	json_array_end(o);
	json_object_end(o);
	json_array_end(o);
}

void
gemini_error(struct buf *to, const struct complaint *why, struct str request_id)
{
	const struct fault_info *f = fault_info(why->fault);
	struct str		 message = why->message.n > 0 ? why->message : str_of(f->text);
	struct json_out		 o;

	(void)request_id;	/* a header names it */
	json_start(&o, to, false);
	json_object(&o, NULL);
	json_object(&o, "error");
	json_num(&o, "code", f->status);
	json_str(&o, "message", message);
	json_cstr(&o, "status", status_of(f->status));
	if (why->param.n > 0)
		write_details(&o, why->param, message);
	json_object_end(&o);
	json_object_end(&o);
}

void
gemini_error_event(struct buf *to, enum framing framing, bool first, enum fault fault, struct str message)
{
	struct buf payload = { 0 };

	gemini_error(&payload, &(struct complaint){ .fault = fault, .message = message }, STR_NONE);
	frame_write(to, framing, first, STR_NONE, buf_view(&payload));
	buf_done(&payload);
}

void
gemini_write_error(struct chat_writer *w, enum fault fault, struct str message)
{
	gemini_error_event(w->out, w->voice->framing, !w->begun, fault, message);
	w->begun = true;
}

/* RetryInfo's delay; "36s", "1.5s" or "0.000123s". */
static uint64_t
retry_ms(struct arena *a, const struct json *error)
{
	const struct json *details = gemini_get(error, "details");

	for (const struct json *d = json_is(details, JSON_ARRAY) ? details->child : NULL; d != NULL; d = d->next) {
		struct str delay = json_text(a, gemini_get(d, "retryDelay"));
		int64_t	   nano;

		if (str_ends(delay, STR("s")) && str_decimal(str_upto(delay, delay.n - 1), 9, &nano) == 0 && nano > 0)
			return (uint64_t)(nano + 999999) / 1000000;
	}
	return 0;
}

/* ErrorInfo's reason ("API_KEY_INVALID") says more than the number does. */
static struct str
reason_of(struct arena *a, const struct json *error)
{
	const struct json *details = gemini_get(error, "details"), *code = gemini_get(error, "code");

	for (const struct json *d = json_is(details, JSON_ARRAY) ? details->child : NULL; d != NULL; d = d->next)
		if (json_is(gemini_get(d, "reason"), JSON_STRING))
			return json_text(a, gemini_get(d, "reason"));
	return json_is(code, JSON_NUMBER) ? code->raw : json_text(a, code);
}

void
gemini_read_error(struct arena *a, int status, struct str body, struct error_view *v)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .depth = 32 };
	struct json_error  e;
	struct json	  *root;
	const struct json *error;

	*v = (struct error_view){ .status = status };
	if (json_read(a, body, limits, &root, &e) < 0)
		return;
	if (root->type == JSON_ARRAY && root->child != NULL)	/* an error where an array of chunks was asked for */
		root = root->child;
	error = gemini_get(root, "error");
	if (json_is(error, JSON_STRING)) {
		v->message = json_text(a, error);
		return;
	}
	v->message = json_text(a, gemini_get(error, "message"));
	v->type = json_text(a, gemini_get(error, "status"));
	v->code = reason_of(a, error);
	v->retry_ms = retry_ms(a, error);
	v->native = v->message.n > 0 && json_is(gemini_get(error, "code"), JSON_NUMBER) && v->type.n > 0 &&
	    str_starts(body, STR("{"));
}
