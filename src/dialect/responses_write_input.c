/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_write_input.c - messages as the items of a request.
 *
 * Runs in: worker.
 *
 * A turn of the assistant is taken apart into items: its texts are a message,
 * each call and each thought an item.  A thought is given back only to who made
 * it, and only in front of an item, as the vendor refuses one that nothing
 * follows.  It refuses calls without a result as well, and results without a
 * call.
 */
#include "dialect/fit.h"
#include "dialect/responses_inside.h"

/*
 * Items.
 */
static struct str
call_id(struct responses_writing *w, struct str id)
{
	return id.n > 0 && id.n <= ID_MOST ? id : fit_word(w->arena, id, ID_MOST);
}

static void
write_call(struct responses_writing *w, const struct part *p)
{
	struct json_out *o = w->out;

	json_object(o, NULL);
	json_cstr(o, "type", p->freeform ? "custom_tool_call" : "function_call");
	json_str(o, "call_id", call_id(w, p->id));
	json_str(o, "name", fit_word(w->arena, p->name, NAME_MOST));
	if (p->freeform)
		json_str(o, "input", p->input);
	else
		json_str(o, "arguments", str_trim(p->input).n > 0 ? p->input : STR("{}"));
	json_object_end(o);
}

/* Nothing else tells that the call failed. */
static struct str
failure(struct responses_writing *w, struct str text)
{
	if (str_starts(text, STR("Error: ")))
		return text;
	return ARENA_JOIN(w->arena, STR("Error: "), text);
}

/* The content with that in its first text, or in a text of its own before all. */
static const struct part *
told(struct responses_writing *w, const struct part *result)
{
	const struct part *first = result->content;
	struct part	  *p = arena_new(w->arena, struct part);

	if (!result->failed)
		return first;
	if (first != NULL && first->kind == PART_TEXT)
		*p = *first;
	else
		*p = (struct part){ .kind = PART_TEXT, .next = result->content };
	p->text = failure(w, p->text);
	return p;
}

static int
write_output(struct responses_writing *w, const struct part *result, unsigned i)
{
	const struct part *p = told(w, result);
	int		   rc;

	if (p == NULL || (p->next == NULL && p->kind == PART_TEXT && p->cache.n == 0)) {
		json_str(w->out, "output", p != NULL ? p->text : STR(""));
		return 0;
	}
	json_array(w->out, "output");
	rc = responses_write_parts(w, p, i);
	json_array_end(w->out);
	return rc;
}

static int
write_result(struct responses_writing *w, const struct part *p, unsigned i)
{
	int rc;

	if (p->cache.n > 0)
		report_drop(w->report, "cache_control");
	json_object(w->out, NULL);
	json_cstr(w->out, "type", p->freeform ? "custom_tool_call_output" : "function_call_output");
	json_str(w->out, "call_id", call_id(w, p->id));
	rc = write_output(w, p, i);
	json_object_end(w->out);
	return rc;
}

/* The client went on without it. */
static void
write_unanswered(struct responses_writing *w, const struct part *call)
{
	json_object(w->out, NULL);
	json_cstr(w->out, "type", call->freeform ? "custom_tool_call_output" : "function_call_output");
	json_str(w->out, "call_id", call_id(w, call->id));
	json_cstr(w->out, "output", "The call was not answered.");
	json_object_end(w->out);
}

/* A picture that the model made. */
static void
write_image(struct responses_writing *w, const struct part *p)
{
	json_object(w->out, NULL);
	json_cstr(w->out, "type", "image_generation_call");
	json_str(w->out, "id", str_starts(p->id, STR("ig_")) ? p->id : arena_printf(w->arena, "ig_%u", ++w->made));
	json_cstr(w->out, "status", "completed");
	json_str(w->out, "result", p->media.data);
	json_object_end(w->out);
}

/*
 * The vendor itself takes back what it sealed, or keeps; others of this dialect
 * want their thoughts as they said them.
 */
static bool
is_mine(const struct responses_writing *w, const struct part *p)
{
	bool official = w->target->flavour == FLAVOUR_OFFICIAL;
	bool kept = p->id.n > 0 && w->chat->origin == DIALECT_RESPONSES && !str_is(w->chat->field[FIELD_STORE], "false");

	/* Where an id is checked, one of another form is another vendor's of this dialect. */
	if (p->origin != DIALECT_RESPONSES || (official && p->id.n > 0 && !str_starts(p->id, STR("rs_"))))
		return false;
	return p->sealed.n > 0 || kept || (!official && p->text.n > 0);
}

static void
write_texts(struct json_out *o, const char *member, const char *type, struct str text)
{
	json_array(o, member);
	if (text.n > 0) {
		json_object(o, NULL);
		json_cstr(o, "type", type);
		json_str(o, "text", text);
		json_object_end(o);
	}
	json_array_end(o);
}

static void
write_reasoning(struct responses_writing *w, const struct part *p)
{
	struct json_out *o = w->out;

	if (p->raw.n > 0) {
		json_raw(o, NULL, p->raw);
		return;
	}
	json_object(o, NULL);
	json_cstr(o, "type", "reasoning");
	/* A seal is of the id that it was made with: better none than another. */
	if (p->id.n > 0 || p->sealed.n == 0)
		json_str(o, "id", p->id.n > 0 ? p->id : arena_printf(w->arena, "rs_%u", ++w->made));
	write_texts(o, "summary", "summary_text", p->summary ? p->text : STR(""));
	if (!p->summary && p->text.n > 0)
		write_texts(o, "content", "reasoning_text", p->text);
	if (p->sealed.n > 0)
		json_str(o, "encrypted_content", p->sealed);
	if (p->signature.n > 0)
		json_str(o, "signature", p->signature);
	json_object_end(o);
}

/*
 * The assistant's messages.
 */
static bool
is_said(const struct part *p)
{
	return responses_is_content(p) && (p->text.n > 0 || p->kind == PART_NATIVE);
}

static void
write_said(struct responses_writing *w, const struct part *p)
{
	struct json_out *o = w->out;

	if (p->kind == PART_NATIVE) {
		json_raw(o, NULL, p->raw);
		return;
	}
	json_object(o, NULL);
	if (p->kind == PART_REFUSAL) {
		json_cstr(o, "type", "refusal");
		json_str(o, "refusal", p->text);
	} else {
		json_cstr(o, "type", "output_text");
		json_str(o, "text", p->text);
		json_array(o, "annotations");
		for (const struct citation *c = p->citations; c != NULL; c = c->next)
			responses_write_citation(o, c);
		json_array_end(o);
		json_raw(o, "logprobs", STR("[]"));
	}
	json_object_end(o);
}

/* One text alone is the easy form; else the form of an output, which must have an id. */
static void
write_message(struct responses_writing *w, const struct part *first, const struct part *end, unsigned n)
{
	struct json_out *o = w->out;
	bool		 easy = n == 1 && (first->kind == PART_TEXT || first->kind == PART_AUDIO) && first->citations == NULL;

	json_object(o, NULL);
	json_cstr(o, "type", "message");
	if (!easy) {
		json_str(o, "id", arena_printf(w->arena, "msg_%u", ++w->made));
		json_cstr(o, "status", "completed");
	}
	json_cstr(o, "role", "assistant");
	if (easy) {
		json_str(o, "content", first->text);
	} else {
		json_array(o, "content");
		for (const struct part *p = first; p != end; p = p->next)
			if (is_said(p))
				write_said(w, p);
		json_array_end(o);
	}
	json_object_end(o);
}

/* Contents in a row are one message.  Returns the first part that is none. */
static const struct part *
write_run(struct responses_writing *w, const struct part *first)
{
	const struct part *end = first, *said = NULL;
	unsigned	   n = 0;

	for (; end != NULL && responses_is_content(end); end = end->next) {
		if (end->kind == PART_AUDIO)
			report_drop(w->report, "audio");
		if (end->cache.n > 0)
			report_drop(w->report, "cache_control");
		if (!is_said(end))
			continue;
		if (n++ == 0)
			said = end;
	}
	if (n > 0)
		write_message(w, said, end, n);
	return end;
}

/* The last part of a turn that is an item of its own right: thoughts behind it are followed by nothing. */
static const struct part *
last_item(const struct part *p)
{
	const struct part *last = NULL;

	for (; p != NULL; p = p->next)
		if (p->kind == PART_CALL || is_said(p) || (p->kind == PART_IMAGE && p->media.data.n > 0) ||
		    (p->kind == PART_NATIVE && p->origin == DIALECT_RESPONSES))
			last = p;
	return last;
}

static int
cannot(struct responses_writing *w, unsigned i, const char *what)
{
	struct str where = arena_printf(w->arena, "messages[%u].content", i);

	return complain(w->why, FAULT_INEXPRESSIBLE, where,
	    arena_printf(w->arena, "'" STR_FMT "' holds %s, which the upstream of this model has no way to take",
		STR_ARG(where), what));
}

static int
write_own(struct responses_writing *w, const struct part *p, unsigned i)
{
	switch (p->kind) {
	case PART_CALL:
		if (p->cache.n > 0)
			report_drop(w->report, "cache_control");
		write_call(w, p);
		return 0;
	case PART_REASONING:
		if (is_mine(w, p) && w->last_item != NULL)
			write_reasoning(w, p);
		else
			report_drop(w->report, "reasoning");
		return 0;
	case PART_NATIVE:
		if (p->origin == DIALECT_RESPONSES)
			json_raw(w->out, NULL, p->raw);
		else
			report_native(w->report, p);
		return 0;
	case PART_RESULT:
		if (map_get(&w->calls, p->id) == NULL && w->chat->origin != DIALECT_RESPONSES)
			return cannot(w, i, "a result of no call");
		return write_result(w, p, i);
	case PART_IMAGE:
		if (p->media.data.n == 0)
			return cannot(w, i, "an image by URL in an answer");
		write_image(w, p);
		return 0;
	case PART_VIDEO:
		return cannot(w, i, "a video in an answer");
	default:
		return cannot(w, i, "a file in an answer");
	}
}

static int
write_turn(struct responses_writing *w, const struct message *m, unsigned i)
{
	w->last_item = last_item(m->parts);
	for (const struct part *p = m->parts; p != NULL;) {
		const struct part *next = write_run(w, p);

		if (next == p) {
			if (write_own(w, p, i) < 0)
				return -1;
			next = p->next;
		}
		for (; p != next; p = p->next)
			if (p == w->last_item)
				w->last_item = NULL;
	}
	for (const struct part *p = m->parts; p != NULL; p = p->next)
		if (p->kind == PART_CALL && map_get(&w->results, p->id) == NULL && w->chat->origin != DIALECT_RESPONSES)
			write_unanswered(w, p);
	return 0;
}

/*
 * What others say.
 */
static int
write_content(struct responses_writing *w, const struct message *m, unsigned i)
{
	const struct part *p = m->parts;
	int		   rc;

	if (p == NULL || (p->next == NULL && p->kind == PART_TEXT && p->cache.n == 0)) {
		json_str(w->out, "content", p != NULL ? p->text : STR(""));
		return 0;
	}
	json_array(w->out, "content");
	rc = responses_write_parts(w, p, i);
	json_array_end(w->out);
	return rc;
}

static int
write_others(struct responses_writing *w, const struct message *m, unsigned i)
{
	const char *role = m->role == ROLE_SYSTEM ? "system" : m->role == ROLE_DEVELOPER ? "developer" : "user";
	int	    rc;

	json_object(w->out, NULL);
	json_cstr(w->out, "type", "message");
	json_cstr(w->out, "role", role);
	rc = write_content(w, m, i);
	json_object_end(w->out);
	return rc;
}

static int
write_results(struct responses_writing *w, const struct message *m, unsigned i)
{
	for (const struct part *p = m->parts; p != NULL; p = p->next)
		if (write_own(w, p, i) < 0)
			return -1;
	return 0;
}

static void
gather(struct responses_writing *w)
{
	for (struct message *m = w->chat->messages; m != NULL; m = m->next)
		for (struct part *p = m->parts; p != NULL; p = p->next) {
			if (p->kind == PART_CALL)
				map_put(&w->calls, p->id, p);
			else if (p->kind == PART_RESULT)
				map_put(&w->results, p->id, p);
		}
}

int
responses_write_input(struct responses_writing *w, const struct message *first)
{
	static const struct message nothing = { .role = ROLE_USER };
	unsigned i = w->chat->messages != NULL && first == w->chat->messages->next;

	gather(w);
	json_array(w->out, "input");
	for (const struct message *m = first; m != NULL; m = m->next, i++) {
		int rc;

		if (m->name.n > 0)
			report_drop(w->report, "messages.name");
		if (m->role == ROLE_ASSISTANT)
			rc = write_turn(w, m, i);
		else
			rc = m->role == ROLE_TOOL ? write_results(w, m, i) : write_others(w, m, i);
		if (rc < 0)
			return -1;
	}
	if (!w->out->comma && write_others(w, &nothing, i) < 0)	/* nothing at all would be refused */
		return -1;
	json_array_end(w->out);
	return 0;
}
