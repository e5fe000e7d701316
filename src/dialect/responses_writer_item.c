/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_writer_item.c - calls, thoughts and the rest of a Responses stream.
 *
 * Runs in: worker.
 *
 * Each is an item of its own: added when it begins, done when it ends.
 */
#include "dialect/responses_writer.h"

#include "dialect/splice.h"

/*
 * Calls.
 */
static const char *
call_event(const struct responses_writer *w, bool done)
{
	if (w->call.freeform)
		return done ? "response.custom_tool_call_input.done" : "response.custom_tool_call_input.delta";
	return done ? "response.function_call_arguments.done" : "response.function_call_arguments.delta";
}

void
responses_call_begin(struct responses_writer *w, const struct part *p)
{
	struct buf	b = { 0 };
	struct json_out o;

	w->call = responses_call_of(&w->output, p);
	w->call.call_id = arena_str(w->life, w->call.call_id);
	w->call.name = arena_str(w->life, w->call.name);
	w->freeform = (struct freeform){ 0 };
	w->id = w->call.id;
	json_start(&o, &b, false);
	responses_put_call(&o, NULL, &w->call, "in_progress");
	responses_tell_added(w, buf_view(&b));
	buf_done(&b);
}

static void
argue(struct responses_writer *w, struct str more)
{
	struct json_out o;

	if (more.n == 0)
		return;
	o = responses_event_in(w, call_event(w, false), NULL);
	json_str(&o, "delta", more);
	responses_event_end(w, &o, call_event(w, false));
	buf_str(&w->text, more);
}

/* A text that came in JSON is told as far as it is out. */
static void
unhide(struct responses_writer *w, struct str json, bool last)
{
	buf_clear(&w->plain);
	freeform_feed(&w->freeform, json, &w->plain);
	if (last)
		freeform_end(&w->freeform, &w->plain);
	argue(w, buf_view(&w->plain));
}

void
responses_call_more(struct responses_writer *w, struct str more)
{
	if (w->call.hidden)
		unhide(w, more, false);
	else
		argue(w, more);
}

void
responses_call_end(struct responses_writer *w)
{
	struct json_out o;

	if (w->call.hidden)
		unhide(w, STR(""), true);
	else if (!w->call.freeform && w->text.n == 0)
		argue(w, STR("{}"));
	o = responses_event_in(w, call_event(w, true), NULL);
	if (!w->call.freeform)
		json_str(&o, "name", w->call.name);
	json_str(&o, w->call.freeform ? "input" : "arguments", buf_view(&w->text));
	responses_event_end(w, &o, call_event(w, true));
	w->call.input = buf_view(&w->text);
	responses_tell_done(w, responses_add_call(&w->output, &w->call));
}

/*
 * Thoughts.
 */
static void
put_paragraph(struct responses_writer *w, bool done)
{
	const char     *type = w->raw ? done ? "response.content_part.done" : "response.content_part.added"
	    : done		      ? "response.reasoning_summary_part.done"
				      : "response.reasoning_summary_part.added";
	struct json_out o = responses_event_in(w, type, w->raw ? "content_index" : "summary_index");

	json_object(&o, "part");
	json_cstr(&o, "type", w->raw ? "reasoning_text" : "summary_text");
	json_str(&o, "text", done ? buf_view(&w->text) : STR(""));
	json_object_end(&o);
	responses_event_end(w, &o, type);
}

void
responses_thought_begin(struct responses_writer *w, const struct part *p)
{
	struct buf b = { 0 };

	w->id = arena_str(w->life, responses_thought_id(&w->output, p));
	w->raw = responses_is_raw_thought(p);
	w->paragraph = false;
	buf_cstr(&b, "{\"id\":");
	json_quote(&b, w->id);
	buf_cstr(&b, ",\"type\":\"reasoning\",\"summary\":[]}");
	responses_tell_added(w, buf_view(&b));
	buf_done(&b);
}

static void
think(struct responses_writer *w, struct str more, bool done)
{
	static const char *const types[2][2] = {
		{ "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done" },
		{ "response.reasoning_text.delta", "response.reasoning_text.done" },
	};
	const char     *type = types[w->raw][done];
	struct json_out o;

	if (!w->paragraph)
		put_paragraph(w, false);
	w->paragraph = true;
	o = responses_event_in(w, type, w->raw ? "content_index" : "summary_index");
	json_str(&o, done ? "text" : "delta", more);
	responses_event_end(w, &o, type);
}

void
responses_thought_more(struct responses_writer *w, struct str more)
{
	think(w, more, false);
}

void
responses_thought_end(struct responses_writer *w, const struct part *p)
{
	struct part whole = *p;

	if (w->paragraph) {
		think(w, buf_view(&w->text), true);
		put_paragraph(w, true);
	}
	whole.text = buf_view(&w->text);
	whole.summary = p->origin == DIALECT_RESPONSES ? !w->raw : p->summary;
	responses_tell_done(w, responses_add_thought(&w->output, &whole, w->id));
}

/*
 * The others, told when they are whole.
 */
void
responses_image_end(struct responses_writer *w, const struct part *p)
{
	struct part	whole = *p;
	struct buf	b = { 0 };
	struct json_out o;

	whole.media.data = STR_NONE;
	json_start(&o, &b, false);
	responses_put_image(&o, NULL, responses_item_id(&w->output, "ig"), &whole, "in_progress");
	responses_tell_added(w, buf_view(&b));
	buf_done(&b);
	whole.media.data = buf_view(&w->text);
	responses_tell_done(w, responses_add_image(&w->output, &whole));
}

/* An item as it was before its end. */
static struct str
in_progress(struct arena *a, struct str raw)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;
	const struct json *status;
	struct splice	   s;

	if (json_read(a, raw, limits, &root, &e) < 0 || (status = json_get(root, "status")) == NULL)
		return raw;
	s = (struct splice){ (size_t)(status->raw.p - raw.p), status->raw.n, STR("\"in_progress\"") };
	return splice_apply(a, raw, &s, 1);
}

void
responses_native_end(struct responses_writer *w, const struct part *p)
{
	struct arena a;

	arena_init(&a);
	responses_tell_added(w, in_progress(&a, p->raw));
	arena_done(&a);
	responses_tell_done(w, responses_add_native(&w->output, p));
}
