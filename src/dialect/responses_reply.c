/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_reply.c - usage and errors tapped from passing Responses replies.
 *
 * Runs in: worker.
 *
 * An event is known by the `type` inside it: some servers leave the name of the
 * event out (OpenRouter), or send [DONE] behind the end.  A stream is whole with
 * response.completed or response.incomplete.
 */
#include "dialect/openai.h"
#include "dialect/responses.h"

static bool
is_said(const struct json *v)
{
	return v != NULL && v->type != JSON_NULL && v->type != JSON_FALSE;
}

struct str
responses_error_text(struct arena *a, const struct json *error)
{
	struct json_error e;
	struct json	  copy;

	if (json_is(error, JSON_STRING))
		return json_text(a, error);
	if (!json_is(error, JSON_OBJECT))
		return STR("");
	copy = *error;
	if (copy.child == NULL && json_open(a, &copy, &e) < 0)
		return STR("");
	return json_text(a, json_get(&copy, "message"));
}

/* Always an answer that is not empty: an empty tap->error is no error. */
static void
tap_error(struct tap *tap, struct str message)
{
	tap->error = message.n > 0 ? message : STR("the upstream sent an error");
}

static void
tap_usage(struct arena *a, const struct json *response, struct tap *tap)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE, .depth = 8 };
	const struct json *usage = json_get(response, "usage");
	struct json_error  e;
	struct json	  *whole;

	if (json_is(usage, JSON_OBJECT) && json_read(a, usage->raw, limits, &whole, &e) == 0)
		openai_usage(whole, &tap->usage);
}

int
responses_reply(struct arena *a, enum endpoint endpoint, struct str body, struct tap *tap)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;

	(void)endpoint;
	if (json_read(a, body, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return -1;
	if (is_said(json_get(root, "error"))) {
		tap_error(tap, responses_error_text(a, json_get(root, "error")));
		return 0;
	}
	if (!json_is(json_get(root, "output"), JSON_ARRAY))
		return -1;
	tap_usage(a, root, tap);
	return 0;
}

/* The response inside a final event: its usage, and whether it is one after all. */
static enum event_kind
final(struct arena *a, const struct json *root, struct tap *tap)
{
	const struct json *response = json_get(root, "response");

	tap_usage(a, response, tap);
	if (is_said(json_get(response, "error"))) {
		tap_error(tap, responses_error_text(a, json_get(response, "error")));
		return EVENT_ERROR;
	}
	tap->stopped = true;
	return EVENT_FINAL;
}

static enum event_kind
failed(struct arena *a, const struct json *root, struct tap *tap)
{
	const struct json *response = json_get(root, "response");

	tap_usage(a, response, tap);
	tap_error(tap, responses_error_text(a, json_get(response, "error")));
	return EVENT_ERROR;
}

static enum event_kind
error(struct arena *a, const struct json *root, struct tap *tap)
{
	struct str message = json_text(a, json_get(root, "message"));

	tap_error(tap, message.n > 0 ? message : responses_error_text(a, json_get(root, "error")));
	return EVENT_ERROR;
}

/* What tells of a call is output at once, as its name is in it; a message or a thought that begins is not. */
static enum event_kind
added(struct arena *a, const struct json *root, struct tap *tap)
{
	const struct json *item = json_get(root, "item");
	struct json_error  e;
	struct json	   copy;
	struct str	   type;

	if (tap->pieces > 0)
		return EVENT_DATA;
	if (!json_is(item, JSON_OBJECT))
		return EVENT_PREFIX;
	copy = *item;
	if (copy.child == NULL && json_open(a, &copy, &e) < 0)
		return EVENT_PREFIX;
	type = json_text(a, json_get(&copy, "type"));
	return str_is(type, "message") || str_is(type, "reasoning") ? EVENT_PREFIX : EVENT_DATA;
}

static enum event_kind
prefix(struct arena *a, const struct json *root, struct tap *tap)
{
	(void)a;
	(void)root;
	return tap->pieces > 0 ? EVENT_DATA : EVENT_PREFIX;
}

/* The others are output. */
static const struct told {
	const char *type;
	enum event_kind (*tell)(struct arena *, const struct json *, struct tap *);
} told[] = {
	{ "response.created", prefix },
	{ "response.in_progress", prefix },
	{ "response.queued", prefix },
	{ "response.output_item.added", added },
	{ "response.content_part.added", prefix },
	{ "response.reasoning_summary_part.added", prefix },
	{ "response.completed", final },
	{ "response.incomplete", final },
	{ "response.failed", failed },
	{ "response.cancelled", failed },
	{ "error", error },
	{ "response.error", error },
	{ "keepalive", prefix },
	{ "ping", prefix },
};

enum event_kind
responses_event(struct arena *a, enum endpoint endpoint, struct str name, struct str payload, struct tap *tap)
{
	/* Of the response inside only its own members get nodes. */
	struct json_limits limits = { .tree_depth = 1, .deep = "response", .deep_depth = 2 };
	struct json_error  e;
	struct json	  *root;
	struct str	   type;

	(void)endpoint;
	if (str_is(payload, "[DONE]"))
		return EVENT_SKIP;
	if (json_read(a, payload, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return EVENT_GARBAGE;
	type = json_text(a, json_get(root, "type"));
	if ((str_is(name, "error") && !str_starts(type, STR("response."))) ||
	    (type.n == 0 && is_said(json_get(root, "error"))))
		return error(a, root, tap);
	if (type.n == 0)
		return EVENT_GARBAGE;
	if (name.n == 0)
		tap->name = type;
	if (str_ends(type, STR(".delta"))) {
		tap->pieces++;
		return EVENT_DATA;
	}
	for (size_t i = 0; i < LENGTH(told); i++)
		if (str_is(type, told[i].type))
			return told[i].tell(a, root, tap);
	return EVENT_DATA;
}
