/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_read_stream.c - a streamed message, told as events.
 *
 * Runs in: worker.
 *
 * Blocks come one after the other already.  A signature is gathered until its
 * block ends; so is a block that only Anthropic knows, and an input that came
 * whole with its block and may come again in pieces.
 */
#include "dialect/anthropic_read.h"

#include "base/map.h"

struct reader {
	struct chat_reader base;	/* first: it is what others see */
	struct arena	   block;	/* of the open block */
	struct part	   part;	/* the open block's */
	struct buf	   signature;
	struct buf	   input;	/* CALL: what stood in its begin; NATIVE: the pieces */
	struct buf	   native, extra;	/* NATIVE: the block as it began, and a delta that is no input */
	bool		   open, started, stopped, done;
	bool		   pieces;	/* of the open CALL's input came */
};

struct chat_reader *
anthropic_reader_new(struct arena *life, chat_sink *sink, void *arg)
{
	struct reader *r = arena_new(life, struct reader);

	r->base.sink = sink;
	r->base.arg = arg;
	arena_init(&r->block);
	return &r->base;
}

void
anthropic_reader_free(struct chat_reader *base)
{
	struct reader *r = container_of(base, struct reader, base);

	buf_done(&r->signature);
	buf_done(&r->input);
	buf_done(&r->native);
	buf_done(&r->extra);
	arena_done(&r->block);
}

static void
tell(struct reader *r, enum event_type type, const struct part *part, struct str text)
{
	struct chat_event e = { .type = type, .part = part, .text = text };

	r->base.sink(r->base.arg, &e);
}

static void
tell_reply(struct reader *r, enum event_type type, const struct chat_reply *reply)
{
	struct chat_event e = { .type = type, .reply = reply };

	r->base.sink(r->base.arg, &e);
}

static void
tell_piece(struct reader *r, struct str text)
{
	if (text.n > 0)
		tell(r, CHAT_DELTA, &r->part, text);
}

static void
tell_whole(struct reader *r, const struct part *p, struct str text)
{
	tell(r, CHAT_BEGIN, p, STR_NONE);
	if (text.n > 0)
		tell(r, CHAT_DELTA, p, text);
	tell(r, CHAT_END, p, STR_NONE);
}

static void
start(struct reader *r, const struct chat_reply *reply)
{
	if (!r->started)
		tell_reply(r, CHAT_START, reply);
	r->started = true;
}

/*
 * Blocks of Anthropic's own, put together.
 */
static struct json *
read_members(struct arena *a, struct str text)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;

	return json_read(a, text, limits, &root, &e) == 0 ? root : NULL;
}

/* Those that do not stand in `later`; of one without it the type stands already. */
static void
write_members(struct json_out *o, const struct json *of, const struct map *later)
{
	for (const struct json *m = of == NULL ? NULL : of->child; m != NULL; m = m->next) {
		if (later != NULL ? map_get(later, m->name) != NULL : str_is(m->name, "type") && o->comma)
			continue;
		json_named(o, m->name);
		json_raw(o, NULL, m->raw);
	}
}

static void
tell_native(struct reader *r, struct arena *scratch)
{
	struct json    *begun = read_members(scratch, buf_view(&r->native));
	struct json    *extra = r->extra.n > 0 ? read_members(scratch, buf_view(&r->extra)) : NULL;
	bool		has_input = raw_is_object(buf_view(&r->input));
	struct map	later = { .foreign = true };
	struct buf	b = { 0 };
	struct json_out o;

	for (struct json *m = extra == NULL ? NULL : extra->child; m != NULL; m = m->next)
		if (!str_is(m->name, "type"))
			(void)map_put(&later, m->name, m);
	if (has_input)
		(void)map_put(&later, STR("input"), r);
	json_start(&o, &b, false);
	json_object(&o, NULL);
	write_members(&o, begun, &later);
	write_members(&o, extra, NULL);
	if (has_input)
		json_raw(&o, "input", buf_view(&r->input));
	json_object_end(&o);
	r->part.raw = buf_view(&b);
	tell_whole(r, &r->part, STR_NONE);
	buf_done(&b);
	map_done(&later);
}

/*
 * Begin and end.
 */
static void
end_block(struct reader *r, struct arena *scratch)
{
	if (!r->open)
		return;
	r->open = false;
	if (r->part.kind == PART_NATIVE) {
		tell_native(r, scratch);
		return;
	}
	if (r->part.kind == PART_CALL && !r->pieces)
		tell_piece(r, buf_view(&r->input));
	if (r->signature.n > 0)
		r->part.signature = buf_view(&r->signature);
	tell(r, CHAT_END, &r->part, STR_NONE);
}

static void
open_block(struct reader *r, struct arena *scratch, const struct part *p)
{
	end_block(r, scratch);
	start(r, &(struct chat_reply){ 0 });
	arena_reset(&r->block);
	r->part = (struct part){ .kind = p->kind, .origin = DIALECT_ANTHROPIC, .id = arena_str(&r->block, p->id),
		.name = arena_str(&r->block, p->name), .sealed = arena_str(&r->block, p->sealed) };
	r->open = true;
	r->pieces = false;
	buf_clear(&r->signature);
	buf_clear(&r->input);
	buf_clear(&r->native);
	buf_clear(&r->extra);
	if (p->kind != PART_NATIVE)
		tell(r, CHAT_BEGIN, &r->part, STR_NONE);
}

static void
tell_citation(struct reader *r, struct arena *a, const struct json *citation)
{
	struct citation c = { 0 };
	struct part	cited = r->part;

	if (!json_is(citation, JSON_OBJECT))
		return;
	anthropic_read_citation(a, citation, &c);
	cited.citations = &c;
	tell(r, CHAT_CITE, &cited, STR_NONE);
}

static void
begin_text(struct reader *r, struct arena *a, const struct json *block)
{
	const struct json *citations = json_get(block, "citations");

	open_block(r, a, &(struct part){ .kind = PART_TEXT });
	tell_piece(r, json_text(a, json_get(block, "text")));
	for (const struct json *c = json_is(citations, JSON_ARRAY) ? citations->child : NULL; c != NULL; c = c->next)
		tell_citation(r, a, c);
}

static void
begin_thinking(struct reader *r, struct arena *a, const struct json *block)
{
	open_block(r, a, &(struct part){ .kind = PART_REASONING });
	tell_piece(r, json_text(a, json_get(block, "thinking")));
	buf_str(&r->signature, json_text(a, json_get(block, "signature")));
}

static void
begin_redacted(struct reader *r, struct arena *a, const struct json *block)
{
	open_block(r, a, &(struct part){ .kind = PART_REASONING, .sealed = json_text(a, json_get(block, "data")) });
}

static void
begin_call(struct reader *r, struct arena *a, const struct json *block)
{
	const struct json *input = json_get(block, "input");

	open_block(r, a, &(struct part){ .kind = PART_CALL, .id = json_text(a, json_get(block, "id")),
		.name = json_text(a, json_get(block, "name")) });
	if (json_is(input, JSON_STRING))
		buf_str(&r->input, json_text(a, input));
	else if (json_is(input, JSON_OBJECT) && input->count > 0)
		buf_str(&r->input, input->raw);
}

static void
begin_native(struct reader *r, struct arena *a, const struct json *block)
{
	open_block(r, a, &(struct part){ .kind = PART_NATIVE, .name = json_text(a, json_get(block, "type")) });
	buf_str(&r->native, block->raw);
}

typedef void event_fn(struct reader *, struct arena *, const struct json *);

static const struct {
	const char *type;
	event_fn   *begin;
} blocks[] = {
	{ "text", begin_text },
	{ "thinking", begin_thinking },
	{ "redacted_thinking", begin_redacted },
	{ "tool_use", begin_call },
};

static void
begin_block(struct reader *r, struct arena *a, const struct json *block)
{
	struct str type = json_text(a, json_get(block, "type"));

	if (!json_is(block, JSON_OBJECT))
		return;
	for (size_t i = 0; i < LENGTH(blocks); i++)
		if (str_is(type, blocks[i].type)) {
			blocks[i].begin(r, a, block);
			return;
		}
	begin_native(r, a, block);
}

/*
 * Deltas.  One whose block was not begun begins it.
 */
static void
take_text(struct reader *r, struct arena *a, enum part_kind kind, struct str text)
{
	if (!r->open || r->part.kind != kind)
		open_block(r, a, &(struct part){ .kind = kind });
	tell_piece(r, text);
}

static void
take_input(struct reader *r, struct str text)
{
	if (!r->open)
		return;
	if (r->part.kind == PART_NATIVE) {
		buf_str(&r->input, text);
	} else if (r->part.kind == PART_CALL && text.n > 0) {
		r->pieces = true;
		tell_piece(r, text);
	}
}

static void
take_delta(struct reader *r, struct arena *a, const struct json *root)
{
	const struct json *d = json_get(root, "delta");
	struct str	   type = json_text(a, json_get(d, "type"));

	if (str_is(type, "text_delta")) {
		take_text(r, a, PART_TEXT, json_text(a, json_get(d, "text")));
	} else if (str_is(type, "input_json_delta")) {
		take_input(r, json_text(a, json_get(d, "partial_json")));
	} else if (str_is(type, "thinking_delta")) {
		take_text(r, a, PART_REASONING, json_text(a, json_get(d, "thinking")));
	} else if (str_is(type, "signature_delta")) {
		take_text(r, a, PART_REASONING, STR_NONE);
		buf_str(&r->signature, json_text(a, json_get(d, "signature")));
	} else if (str_is(type, "citations_delta")) {
		take_text(r, a, PART_TEXT, STR_NONE);
		tell_citation(r, a, json_get(d, "citation"));
	} else if (r->open && r->part.kind == PART_NATIVE && json_is(d, JSON_OBJECT)) {
		buf_clear(&r->extra);
		buf_str(&r->extra, d->raw);
	}
}

/*
 * The message.
 */
static void
start_message(struct reader *r, struct arena *a, const struct json *root)
{
	const struct json *m = json_get(root, "message"), *content = json_get(m, "content");
	struct chat_reply  reply = { .id = json_text(a, json_get(m, "id")), .model = json_text(a, json_get(m, "model")),
		.service_tier = anthropic_read_tier(json_text(a, json_path(m, "usage.service_tier"))) };

	if (r->started)	/* some servers say it twice */
		return;
	start(r, &reply);
	for (const struct json *b = json_is(content, JSON_ARRAY) ? content->child : NULL; b != NULL; b = b->next)
		begin_block(r, a, b);
	end_block(r, a);
}

static void
stop(struct reader *r, struct arena *a, const struct json *delta)
{
	struct chat_choice c = { .stop = anthropic_read_stop(json_text(a, json_get(delta, "stop_reason"))),
		.stop_sequence = json_text(a, json_get(delta, "stop_sequence")) };
	struct chat_reply  reply = { .choices = &c };
	struct part	  *explained = NULL;

	if (r->stopped)
		return;
	start(r, &(struct chat_reply){ 0 });
	end_block(r, a);
	anthropic_read_refusal(a, json_get(delta, "stop_details"), &explained);
	if (explained != NULL)
		tell_whole(r, explained, explained->text);
	r->stopped = true;
	tell_reply(r, CHAT_STOP, &reply);
}

static void
tell_usage(struct reader *r, const struct tap *tap)
{
	struct chat_reply reply = { .usage = tap->usage };

	if (tap->usage.source == USAGE_REPORTED)
		tell_reply(r, CHAT_USAGE, &reply);
}

static void
read_one(struct reader *r, struct arena *a, const struct json *root, struct str type, const struct tap *tap)
{
	if (r->done)
		return;
	if (str_is(type, "content_block_delta")) {
		take_delta(r, a, root);
	} else if (str_is(type, "content_block_start")) {
		begin_block(r, a, json_get(root, "content_block"));
	} else if (str_is(type, "content_block_stop")) {
		end_block(r, a);
	} else if (str_is(type, "message_start")) {
		start_message(r, a, root);
		tell_usage(r, tap);
	} else if (str_is(type, "message_delta")) {
		if (json_is(json_path(root, "delta.stop_reason"), JSON_STRING))
			stop(r, a, json_get(root, "delta"));
		tell_usage(r, tap);
	} else if (str_is(type, "message_stop")) {
		stop(r, a, NULL);
		r->done = true;
		tell(r, CHAT_DONE, NULL, STR_NONE);
	} else if (str_is(type, "ping")) {
		tell(r, CHAT_PING, NULL, STR_NONE);
	}
}

enum event_kind
anthropic_read_event(struct chat_reader *base, struct arena *scratch, struct str name, struct str payload, struct tap *tap)
{
	struct reader	  *r = container_of(base, struct reader, base);
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;
	struct str	   type = name;
	enum event_kind	   kind;

	if (str_is(payload, "[DONE]"))
		return EVENT_SKIP;
	if (json_read(scratch, payload, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return EVENT_GARBAGE;
	kind = anthropic_tap_event(scratch, root, &type, tap);
	if (kind != EVENT_ERROR && kind != EVENT_GARBAGE)
		read_one(r, scratch, root, type, tap);
	return kind;
}

bool
anthropic_read_end(struct chat_reader *base)
{
	return container_of(base, struct reader, base)->done;
}
