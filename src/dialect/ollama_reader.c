/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_reader.c - a streamed Ollama reply, line by line, as events.
 *
 * Runs in: worker.
 *
 * A line brings a piece of thinking, a piece of text or whole calls; the last
 * one has "done": true, and only with it the stream is whole.
 */
#include "dialect/blocks.h"
#include "dialect/ollama.h"

struct reader {
	struct chat_reader base;
	struct blocks	  *blocks;
	unsigned	   calls;	/* so far */
	bool		   texted;	/* the last piece was text, so log probabilities are its */
	bool		   begun, done;
};

struct chat_reader *
ollama_reader_new(struct arena *life, chat_sink *sink, void *arg)
{
	struct reader *r = arena_new(life, struct reader);

	r->base = (struct chat_reader){ .sink = sink, .arg = arg };
	r->blocks = blocks_new(life, sink, arg);
	return &r->base;
}

void
ollama_reader_free(struct chat_reader *base)
{
	if (base != NULL)
		blocks_free(((struct reader *)base)->blocks);
}

bool
ollama_read_end(struct chat_reader *base)
{
	return ((struct reader *)base)->done;
}

static bool
read_text(struct reader *r, enum part_kind kind, struct str text)
{
	if (text.n == 0)
		return false;
	blocks_text(r->blocks, 0, kind, text);
	r->texted = kind == PART_TEXT;
	return true;
}

static bool
read_images(struct reader *r, struct arena *a, const struct json *images)
{
	struct part p = { .kind = PART_IMAGE };
	bool	    any = false;

	if (!json_is(images, JSON_ARRAY))
		return false;
	for (const struct json *j = images->child; j != NULL; j = j->next) {
		if (!ollama_image(a, j, &p.media))
			continue;
		blocks_part(r->blocks, 0, &p);
		r->texted = false;
		any = true;
	}
	return any;
}

static bool
read_calls(struct reader *r, struct arena *a, const struct json *root, const struct json *calls)
{
	struct part p;
	bool	    any = false;

	if (!json_is(calls, JSON_ARRAY))
		return false;
	for (const struct json *j = calls->child; j != NULL; j = j->next) {
		ollama_call(a, root, j, r->calls, &p);
		if (p.name.n == 0 || blocks_flooded(r->blocks))
			continue;
		blocks_call(r->blocks, 0, r->calls++, p.id, p.name, p.input, false);
		r->texted = false;
		any = true;
	}
	return any;
}

/* True when the line has output. */
static bool
read_line(struct reader *r, struct arena *a, const struct json *root)
{
	const struct json *message = json_get(root, "message"), *logprobs = json_get(root, "logprobs");
	const struct json *said = json_is(message, JSON_OBJECT) ? message : root;
	bool any = read_text(r, PART_REASONING, json_text(a, json_get(said, "thinking")));

	any |= read_text(r, PART_TEXT, json_text(a, json_get(said, said == message ? "content" : "response")));
	if (r->texted && json_is(logprobs, JSON_ARRAY) && logprobs->count > 0)
		blocks_logprobs(r->blocks, 0, logprobs->raw);
	any |= read_images(r, a, json_get(said, "images"));
	any |= read_calls(r, a, root, json_get(said, "tool_calls"));
	return any;
}

static void
finish(struct reader *r, struct arena *a, const struct json *root, struct tap *tap)
{
	blocks_stop(r->blocks, 0, ollama_stop(a, root), STR_NONE);
	if (ollama_usage(root, &tap->usage))
		blocks_usage(r->blocks, &tap->usage);
	blocks_done(r->blocks);
	r->done = tap->stopped = true;
}

static bool
is_line(const struct json *root)
{
	return json_is(root, JSON_OBJECT) && (json_is(json_get(root, "message"), JSON_OBJECT) ||
		json_is(json_get(root, "response"), JSON_STRING) || json_true(json_get(root, "done")));
}

enum event_kind
ollama_read_event(struct chat_reader *base, struct arena *a, struct str name, struct str payload, struct tap *tap)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct reader	  *r = (struct reader *)base;
	struct json_error  e;
	struct json	  *root;

	(void)name;
	if (json_read(a, payload, limits, &root, &e) < 0)
		return EVENT_GARBAGE;
	if (ollama_says_error(a, root, &tap->error))
		return EVENT_ERROR;
	if (!is_line(root))
		return EVENT_GARBAGE;
	if (r->done)
		return EVENT_SKIP;
	if (!r->begun)
		blocks_start(r->blocks, &(struct chat_reply){ .model = json_text(a, json_get(root, "model")),
			.created = ollama_created(a, root) });
	r->begun = true;
	if (read_line(r, a, root))
		tap->pieces++;
	if (blocks_flooded(r->blocks))
		return EVENT_GARBAGE;
	if (json_true(json_get(root, "done"))) {
		finish(r, a, root, tap);
		return EVENT_FINAL;
	}
	return tap->pieces > 0 ? EVENT_DATA : EVENT_PREFIX;
}
