/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_reader.c - a Responses stream, event by event, as the neutral form's.
 *
 * Runs in: worker.
 *
 * Each event is told by its type.  What belongs to a block (a text, a call, a
 * thought ...) goes through responses_line.c, which keeps their order.  Servers
 * leave events out: whatever a later one repeats whole is told as far as it was
 * not told before.
 */
#include "dialect/openai.h"
#include "dialect/responses_line.h"

struct reader {
	struct chat_reader base;
	struct arena	  *life;
	struct line	   line;
	bool		   started, over;
};

/* One event being read. */
struct event {
	struct reader	  *r;
	struct arena	  *a;	/* of the event */
	const struct json *root;
	struct tap	  *tap;
	uint64_t	   output, index;	/* output_index; content_index or summary_index */
};

struct chat_reader *
responses_reader_new(struct arena *life, chat_sink *sink, void *arg)
{
	struct reader *r = arena_new(life, struct reader);

	r->base = (struct chat_reader){ sink, arg };
	r->life = life;
	line_init(&r->line, life, sink, arg);
	return &r->base;
}

void
responses_reader_free(struct chat_reader *base)
{
	if (base != NULL)
		line_done(&((struct reader *)(void *)base)->line);
}

bool
responses_read_end(struct chat_reader *base)
{
	return ((struct reader *)(void *)base)->over;
}

static struct str
text_of(const struct event *e, const char *name)
{
	return json_text(e->a, json_get(e->root, name));
}

static uint64_t
number_of(const struct event *e, const char *name)
{
	uint64_t n;

	return json_u64(json_get(e->root, name), &n) < 0 ? 0 : n;
}

/* A member whose nodes go all the way down; NULL when it is no object. */
static const struct json *
whole(const struct event *e, const char *name)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	const struct json *v = json_get(e->root, name);
	struct json_error  err;
	struct json	  *root;

	if (!json_is(v, JSON_OBJECT) || json_read(e->a, v->raw, limits, &root, &err) < 0)
		return NULL;
	return root;
}

/* The response of an event, with its own members; the output's nodes only when they are asked for. */
static const struct json *
response_of(const struct event *e)
{
	struct json_limits limits = { .tree_depth = 1 };
	const struct json *v = json_get(e->root, "response");
	struct json_error  err;
	struct json	  *root;

	if (!json_is(v, JSON_OBJECT) || json_read(e->a, v->raw, limits, &root, &err) < 0)
		return NULL;
	return root;
}

static void
start(struct event *e, const struct json *response)
{
	struct chat_reply reply = { 0 };
	struct chat_event begun = { .type = CHAT_START, .reply = &reply };

	if (e->r->started)
		return;
	e->r->started = true;
	if (response != NULL)
		responses_read_head(e->a, response, &reply);
	e->r->base.sink(e->r->base.arg, &begun);
}

static void
created(struct event *e)
{
	start(e, response_of(e));
}

/*
 * Items that begin.
 */
static void
item_added(struct event *e)
{
	const struct json *item = whole(e, "item");
	struct str	   type = json_text(e->a, json_get(item, "type"));
	struct part	  *part = NULL;

	if (item == NULL || str_is(type, "message"))
		return;
	responses_read_item(e->a, item, &part);
	if (part == NULL)
		return;
	if (part->kind != PART_CALL && part->kind != PART_REASONING)
		part->kind = PART_NATIVE;	/* known when it is done */
	line_block(&e->r->line, e->output, 0, part);
}

static void
part_added(struct event *e)
{
	const struct json *part = whole(e, "part");
	struct str	   type = json_text(e->a, json_get(part, "type"));

	if (str_is(type, "output_text") || str_is(type, "text"))
		line_open(&e->r->line, e->output, e->index, PART_TEXT);
	else if (str_is(type, "refusal"))
		line_open(&e->r->line, e->output, e->index, PART_REFUSAL);
	else if (str_is(type, "reasoning_text"))
		line_open(&e->r->line, e->output, 0, PART_REASONING);
}

/*
 * Deltas.
 */
static void
delta(struct event *e, enum part_kind kind, uint64_t index)
{
	line_text(&e->r->line, line_open(&e->r->line, e->output, index, kind), text_of(e, "delta"));
	e->tap->pieces++;
}

static void
text_delta(struct event *e)
{
	const struct json *logprobs = json_get(e->root, "logprobs");

	delta(e, PART_TEXT, e->index);
	if (json_is(logprobs, JSON_ARRAY) && logprobs->count > 0)
		line_logprobs(&e->r->line, line_open(&e->r->line, e->output, e->index, PART_TEXT), logprobs->raw);
}

static void
refusal_delta(struct event *e)
{
	delta(e, PART_REFUSAL, e->index);
}

static void
call_delta(struct event *e)
{
	delta(e, PART_CALL, 0);
}

static void
custom_delta(struct event *e)
{
	line_open(&e->r->line, e->output, 0, PART_CALL)->part.freeform = true;
	delta(e, PART_CALL, 0);
}

static void
thought(struct event *e, bool summary)
{
	struct block *b = line_open(&e->r->line, e->output, 0, PART_REASONING);

	line_paragraph(&e->r->line, b, summary, e->index);
	delta(e, PART_REASONING, 0);
}

static void
summary_delta(struct event *e)
{
	thought(e, true);
}

static void
thought_delta(struct event *e)
{
	thought(e, false);
}

/*
 * What is told whole.
 */
static void
text_done(struct event *e)
{
	line_rest(&e->r->line, line_open(&e->r->line, e->output, e->index, PART_TEXT), text_of(e, "text"));
}

static void
refusal_done(struct event *e)
{
	line_rest(&e->r->line, line_open(&e->r->line, e->output, e->index, PART_REFUSAL), text_of(e, "refusal"));
}

static void
call_done(struct event *e)
{
	line_rest(&e->r->line, line_open(&e->r->line, e->output, 0, PART_CALL), text_of(e, "arguments"));
}

static void
custom_done(struct event *e)
{
	struct block *b = line_open(&e->r->line, e->output, 0, PART_CALL);

	b->part.freeform = true;
	line_rest(&e->r->line, b, text_of(e, "input"));
}

static void
annotation(struct event *e)
{
	const struct json *j = whole(e, "annotation");
	struct citation	   c = { 0 };

	if (j == NULL)
		return;
	responses_read_annotation(e->a, j, &c);
	line_cite(&e->r->line, line_open(&e->r->line, e->output, e->index, PART_TEXT), &c);
}

static void
part_done(struct event *e)
{
	const struct json *part = whole(e, "part");
	struct part	  *list = NULL;
	const char	  *member;

	if (part == NULL || responses_read_part(e->a, part, &list, &member) < 0 || list == NULL)
		return;
	if (list->kind == PART_TEXT || list->kind == PART_REFUSAL)
		line_whole(&e->r->line, e->output, e->index, list);
}

static void
item_done(struct event *e)
{
	const struct json *item = whole(e, "item");

	if (item != NULL)
		line_item(&e->r->line, e->a, e->output, item);
}

/*
 * The end.
 */
static void
tell_output(struct event *e, const struct json *response)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	const struct json *output = json_get(response, "output");
	struct json_error  err;
	struct json	  *root;
	uint64_t	   i = 0;

	if (!json_is(output, JSON_ARRAY) || line_is_told(&e->r->line, output->count) ||
	    json_read(e->a, output->raw, limits, &root, &err) < 0)
		return;
	for (const struct json *item = root->child; item != NULL && !e->r->line.flooded; item = item->next)
		line_item(&e->r->line, e->a, i++, item);
}

static void
read_usage(struct event *e, const struct json *response)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	const struct json *usage = json_get(response, "usage");
	struct json_error  err;
	struct json	  *root;

	if (json_is(usage, JSON_OBJECT) && json_read(e->a, usage->raw, limits, &root, &err) == 0)
		openai_usage(root, &e->tap->usage);
}

/* Members of members, which the shallow reading left out. */
static enum stop_reason
stop_of(struct event *e, const struct json *response)
{
	struct json	   copy = *response;
	struct json_error  err;

	for (struct json *m = copy.child; m != NULL; m = m->next)
		if (str_is(m->name, "incomplete_details") && json_open(e->a, m, &err) < 0)
			break;
	return responses_read_stop(e->a, &copy, e->r->line.called);
}

static void
tell_end(struct event *e, const struct json *response)
{
	struct chat_choice choice = { .stop = stop_of(e, response) };
	struct chat_reply  reply = { .choices = &choice, .usage = e->tap->usage };
	struct chat_event  said = { .type = CHAT_STOP, .reply = &reply };

	e->r->base.sink(e->r->base.arg, &said);
	reply.service_tier = json_text(e->a, json_get(response, "service_tier"));
	said.type = CHAT_USAGE;
	e->r->base.sink(e->r->base.arg, &said);
	said = (struct chat_event){ .type = CHAT_DONE };
	e->r->base.sink(e->r->base.arg, &said);
}

static enum event_kind
failure(struct event *e, struct str message)
{
	e->tap->error = message.n > 0 ? message : STR("the upstream sent an error");
	return EVENT_ERROR;
}

static enum event_kind
end(struct event *e)
{
	const struct json *response = response_of(e);
	struct str	   failed;

	if (response == NULL)
		return EVENT_GARBAGE;
	read_usage(e, response);
	failed = responses_read_failure(e->a, response);
	if (failed.n > 0 || str_is(text_of(e, "type"), "response.failed"))
		return failure(e, failed);
	start(e, response);
	tell_output(e, response);
	if (e->r->line.flooded)
		return EVENT_GARBAGE;
	line_close(&e->r->line);
	e->tap->stopped = e->r->over = true;
	tell_end(e, response);
	return EVENT_FINAL;
}

static enum event_kind
error(struct event *e)
{
	struct str message = text_of(e, "message");

	return failure(e, message.n > 0 ? message : responses_error_text(e->a, json_get(e->root, "error")));
}

/*
 * All of them.
 */
static const struct told {
	const char *type;
	void (*tell)(struct event *);
	enum event_kind (*end)(struct event *);
} told[] = {
	{ "response.output_text.delta", text_delta, NULL },
	{ "response.function_call_arguments.delta", call_delta, NULL },
	{ "response.reasoning_summary_text.delta", summary_delta, NULL },
	{ "response.reasoning_text.delta", thought_delta, NULL },
	{ "response.custom_tool_call_input.delta", custom_delta, NULL },
	{ "response.refusal.delta", refusal_delta, NULL },
	{ "response.created", created, NULL },
	{ "response.in_progress", created, NULL },
	{ "response.queued", created, NULL },
	{ "response.output_item.added", item_added, NULL },
	{ "response.content_part.added", part_added, NULL },
	{ "response.output_text.annotation.added", annotation, NULL },
	{ "response.output_text.done", text_done, NULL },
	{ "response.refusal.done", refusal_done, NULL },
	{ "response.function_call_arguments.done", call_done, NULL },
	{ "response.custom_tool_call_input.done", custom_done, NULL },
	{ "response.content_part.done", part_done, NULL },
	{ "response.output_item.done", item_done, NULL },
	{ "response.completed", NULL, end },
	{ "response.incomplete", NULL, end },
	{ "response.failed", NULL, end },
	{ "response.cancelled", NULL, end },
	{ "error", NULL, error },
	{ "response.error", NULL, error },
};

static enum event_kind
tell(struct event *e, struct str type)
{
	for (size_t i = 0; i < LENGTH(told); i++) {
		if (!str_is(type, told[i].type))
			continue;
		if (told[i].end != NULL)
			return told[i].end(e);
		if (told[i].tell != created)
			start(e, NULL);
		told[i].tell(e);
		break;
	}
	if (e->r->line.flooded)
		return EVENT_GARBAGE;
	return e->r->line.output ? EVENT_DATA : EVENT_PREFIX;
}

enum event_kind
responses_read_event(struct chat_reader *base, struct arena *a, struct str name, struct str payload, struct tap *tap)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct reader	  *r = (struct reader *)(void *)base;
	struct event	   e = { .r = r, .a = a, .tap = tap };
	struct json_error  err;
	struct json	  *root;
	struct str	   type;

	if (r->over || str_is(payload, "[DONE]"))
		return EVENT_SKIP;
	if (json_read(a, payload, limits, &root, &err) < 0 || root->type != JSON_OBJECT)
		return EVENT_GARBAGE;
	e.root = root;
	type = json_text(a, json_get(root, "type"));
	if ((str_is(name, "error") && !str_starts(type, STR("response."))) ||
	    (type.n == 0 && responses_is_said(json_get(root, "error"))))
		return error(&e);
	if (type.n == 0)
		return EVENT_GARBAGE;
	e.output = number_of(&e, "output_index");
	e.index = number_of(&e, json_get(root, "summary_index") != NULL ? "summary_index" : "content_index");
	return tell(&e, type);
}
