/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_error.c - errors in Ollama's shape, read and written: {"error":"text"}, as a body and as a line of a stream.
 *
 * Runs in: worker.
 */
#include "dialect/ollama.h"

void
ollama_error(struct buf *to, const struct complaint *why, struct str request_id)
{
	struct json_out o;

	(void)request_id;	/* a header names it, and the message the parameter */
	json_start(&o, to, false);
	json_object(&o, NULL);
	json_str(&o, "error", why->message.n > 0 ? why->message : str_of(fault_info(why->fault)->text));
	json_object_end(&o);
}

void
ollama_error_event(struct buf *to, enum framing framing, bool first, enum fault fault, struct str message)
{
	struct buf payload = { 0 };

	ollama_error(&payload, &(struct complaint){ .fault = fault, .message = message }, STR_NONE);
	frame_write(to, framing, first, STR_NONE, buf_view(&payload));
	buf_done(&payload);
}

void
ollama_write_error(struct chat_writer *w, enum fault fault, struct str message)
{
	struct buf payload = { 0 };

	ollama_error(&payload, &(struct complaint){ .fault = fault, .message = message }, STR_NONE);
	writer_put(w, STR_NONE, buf_view(&payload));
	buf_done(&payload);
}

/* A member that is a string, or a number as its text. */
static struct str
word(struct arena *a, const struct json *v)
{
	return json_is(v, JSON_NUMBER) ? v->raw : json_text(a, v);
}

/* Its own errors are a text; a proxy before it may send OpenAI's object. */
void
ollama_read_error(struct arena *a, int status, struct str body, struct error_view *v)
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
		return;
	}
	v->message = json_text(a, error);
	v->native = v->message.n > 0;
	if (v->message.n == 0)
		v->message = word(a, json_get(root, "message"));
	v->code = word(a, json_get(root, "code"));
}

bool
ollama_says_error(struct arena *a, const struct json *root, struct str *message)
{
	const struct json *error = json_get(root, "error");
	struct json_error  e;
	struct json	   copy;

	if (error == NULL || error->type == JSON_NULL || error->type == JSON_FALSE)
		return false;
	*message = json_text(a, error);
	if (error->type == JSON_OBJECT) {
		copy = *error;
		if (copy.child != NULL || json_open(a, &copy, &e) == 0)
			*message = json_text(a, json_get(&copy, "message"));
	}
	if (message->n == 0)
		*message = STR("the upstream sent an error");
	return true;
}
