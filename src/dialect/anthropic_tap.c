/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_tap.c - usage and errors tapped from passing Messages replies.
 *
 * Runs in: worker.
 *
 * input_tokens excludes what the cache gave and took, so the classes are
 * disjoint as they come.  In a stream message_start tells the input and a first
 * guess of the output, message_delta the sums; compatible servers tell zeros
 * first, or the input only last.
 */
#include "dialect/anthropic_read.h"

#define TOKENS_MOST (UINT64_C(1) << 48)	/* more is nobody's usage; sums of it must fit */

static uint64_t
count(const struct json *object, const char *path)
{
	uint64_t n;

	if (json_u64(json_path(object, path), &n) < 0)
		return 0;
	return n < TOKENS_MOST ? n : TOKENS_MOST;
}

void
anthropic_usage(const struct json *u, struct usage *usage)
{
	uint64_t input = count(u, "input_tokens"), read = count(u, "cache_read_input_tokens");
	uint64_t write = count(u, "cache_creation_input_tokens"), output = count(u, "output_tokens");
	uint64_t thought = count(u, "output_tokens_details.thinking_tokens");
	uint64_t *t = usage->tokens;

	if (!json_is(u, JSON_OBJECT) || input + read + write + output == 0)
		return;
	usage->source = USAGE_REPORTED;
	if (input + read + write > 0) {
		t[USAGE_INPUT] = input;
		t[USAGE_CACHE_READ] = read;
		t[USAGE_CACHE_WRITE] = write;
	}
	if (output > 0) {
		t[USAGE_REASONING] = thought < output ? thought : output;
		t[USAGE_OUTPUT] = output - t[USAGE_REASONING];
	}
}

static struct json *
read_root(struct arena *a, struct str text)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;

	return json_read(a, text, limits, &root, &e) == 0 && root->type == JSON_OBJECT ? root : NULL;
}

/* A member's members; NULL when it has none. */
static struct json *
open_member(struct arena *a, struct json *object, const char *name)
{
	struct json_error e;

	for (struct json *m = object == NULL ? NULL : object->child; m != NULL; m = m->next)
		if (str_is(m->name, name))
			return m->type == JSON_OBJECT && (m->child != NULL || json_open(a, m, &e) == 0) ? m : NULL;
	return NULL;
}

static void
tap_usage(struct arena *a, struct json *object, struct tap *tap)
{
	struct json *usage = open_member(a, object, "usage");

	if (usage == NULL)
		return;
	open_member(a, usage, "output_tokens_details");
	anthropic_usage(usage, &tap->usage);
}

static bool
is_type(struct arena *a, const struct json *object, const char *type)
{
	return str_is(json_text(a, json_get(object, "type")), type);
}

int
anthropic_reply(struct arena *a, enum endpoint endpoint, struct str body, struct tap *tap)
{
	struct json *root = read_root(a, body);

	if (root == NULL)
		return -1;
	if (is_type(a, root, "error") || (json_get(root, "error") != NULL && json_get(root, "content") == NULL)) {
		tap->error = anthropic_error_message(a, json_get(root, "error"));
		return 0;
	}
	if (endpoint == ENDPOINT_COUNT)	/* counting is free: no usage */
		return json_is(json_get(root, "input_tokens"), JSON_NUMBER) ? 0 : -1;
	if (!json_is(json_get(root, "content"), JSON_ARRAY))
		return -1;
	tap_usage(a, root, tap);
	return 0;
}

/* A block that begins is output when something of it is already there, or when it is no text at all. */
static enum event_kind
begin_kind(struct arena *a, struct json *root)
{
	struct json *block = open_member(a, root, "content_block");

	if (is_type(a, block, "text"))
		return json_text(a, json_get(block, "text")).n > 0 ? EVENT_DATA : EVENT_PREFIX;
	if (is_type(a, block, "thinking"))
		return json_text(a, json_get(block, "thinking")).n > 0 ? EVENT_DATA : EVENT_PREFIX;
	return EVENT_DATA;
}

static enum event_kind
tap_start(struct arena *a, struct json *root, struct tap *tap)
{
	tap_usage(a, open_member(a, root, "message"), tap);
	return EVENT_PREFIX;
}

static enum event_kind
tap_delta(struct arena *a, struct json *root, struct tap *tap)
{
	const struct json *delta = open_member(a, root, "delta");

	tap_usage(a, root, tap);
	if (json_is(json_get(delta, "stop_reason"), JSON_STRING))
		tap->stopped = true;
	return EVENT_DATA;
}

static enum event_kind
tap_piece(struct arena *a, struct json *root, struct tap *tap)
{
	(void)a;
	(void)root;
	tap->pieces++;
	return EVENT_DATA;
}

static enum event_kind
tap_error(struct arena *a, struct json *root, struct tap *tap)
{
	tap->error = anthropic_error_message(a, json_get(root, "error"));
	return EVENT_ERROR;
}

static enum event_kind
tap_block(struct arena *a, struct json *root, struct tap *tap)
{
	(void)tap;
	return begin_kind(a, root);
}

static const struct {
	const char     *type;
	enum event_kind kind;	/* when there is no function */
	enum event_kind (*tap)(struct arena *, struct json *, struct tap *);
} events[] = {
	{ "content_block_delta", EVENT_DATA, tap_piece },
	{ "content_block_start", EVENT_DATA, tap_block },
	{ "content_block_stop", EVENT_PREFIX, NULL },
	{ "message_start", EVENT_PREFIX, tap_start },
	{ "message_delta", EVENT_DATA, tap_delta },
	{ "message_stop", EVENT_FINAL, NULL },
	{ "ping", EVENT_PREFIX, NULL },
	{ "error", EVENT_ERROR, tap_error },
};

enum event_kind
anthropic_tap_event(struct arena *a, struct json *root, struct str *type, struct tap *tap)
{
	struct str told = json_text(a, json_get(root, "type"));

	if (told.n > 0)
		*type = told;
	else if (json_get(root, "error") != NULL)
		*type = STR("error");
	for (size_t i = 0; i < LENGTH(events); i++)
		if (str_is(*type, events[i].type))
			return events[i].tap != NULL ? events[i].tap(a, root, tap) : events[i].kind;
	return type->n > 0 ? EVENT_PREFIX : EVENT_GARBAGE;
}

enum event_kind
anthropic_event(struct arena *a, enum endpoint endpoint, struct str name, struct str payload, struct tap *tap)
{
	struct json    *root;
	struct str	type = name;
	enum event_kind kind;

	(void)endpoint;
	tap->name = STR_NONE;
	if (str_is(payload, "[DONE]"))	/* of gateways that speak OpenAI's besides */
		return EVENT_SKIP;
	root = read_root(a, payload);
	if (root == NULL)
		return EVENT_GARBAGE;
	kind = anthropic_tap_event(a, root, &type, tap);
	if (name.n == 0)
		tap->name = type;
	return kind;
}
