/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_output.c - the items of an answer, written one by one.
 *
 * Runs in: worker.
 *
 * Texts and refusals that follow each other are the content of one message,
 * all else is an item of its own.  An item's id is made of the response's and
 * its place, so that it is the same wherever it is told, and tells whoever keeps
 * responses which one it belongs to.
 */
#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/freeform.h"
#include "dialect/responses_inside.h"

#define TAIL_MOST 54	/* of the response's id, so that an item's stays within ID_MOST */

struct str
responses_reply_id(struct arena *a, struct str id, const struct voice *v)
{
	struct str own = str_starts(v->id, STR("req_")) ? str_from(v->id, 4) : v->id;

	if (id.n == 0)
		id = own;
	if (!str_starts(id, STR("resp_")))
		id = arena_printf(a, "resp_" STR_FMT, STR_ARG(id));
	return v->taken != NULL && v->taken(v->arg, id) ? arena_printf(a, "resp_" STR_FMT, STR_ARG(own)) : id;
}

void
responses_output_init(struct responses_output *out, struct arena *a, const struct voice *v, struct str reply_id)
{
	*out = (struct responses_output){ .arena = a, .voice = v };
	out->tail = fit_word(a, str_from(reply_id, 5), TAIL_MOST);
}

void
responses_output_done(struct responses_output *out)
{
	buf_done(&out->items);
	buf_done(&out->content);
}

struct str
responses_item_id(const struct responses_output *out, const char *prefix)
{
	return arena_printf(out->arena, "%s_" STR_FMT "_%u", prefix, STR_ARG(out->tail), out->n);
}

/* Room for one more element behind what is there; returns where it begins. */
static size_t
next_element(struct buf *b)
{
	if (b->n > 0)
		buf_byte(b, ',');
	return b->n;
}

/* The item that was written from there on. */
static struct str
end_item(struct responses_output *out, size_t from)
{
	out->n++;
	return str_from(buf_view(&out->items), from);
}

/* An array whose elements are there already. */
static void
put_elements(struct json_out *o, const char *name, struct str elements)
{
	json_array(o, name);
	if (elements.n > 0)
		json_raw(o, NULL, elements);
	json_array_end(o);
}

/*
 * Messages.
 */
void
responses_put_content(struct json_out *o, const char *name, bool refusal, struct str text, struct str annotations, struct str logprobs)
{
	json_object(o, name);
	json_cstr(o, "type", refusal ? "refusal" : "output_text");
	if (refusal) {
		json_str(o, "refusal", text);
	} else {
		put_elements(o, "annotations", annotations);
		put_elements(o, "logprobs", logprobs);
		json_str(o, "text", text);
	}
	json_object_end(o);
}

struct str
responses_add_content(struct responses_output *out, bool refusal, struct str text, struct str annotations, struct str logprobs)
{
	size_t	       from = next_element(&out->content);
	struct json_out o;

	out->open = true;
	out->contents++;
	json_start(&o, &out->content, false);
	responses_put_content(&o, NULL, refusal, text, annotations, logprobs);
	return str_from(buf_view(&out->content), from);
}

struct str
responses_add_own_content(struct responses_output *out, struct str raw)
{
	size_t from = next_element(&out->content);

	out->open = true;
	out->contents++;
	buf_str(&out->content, raw);
	return str_from(buf_view(&out->content), from);
}

struct str
responses_end_message(struct responses_output *out, const char *status)
{
	size_t		from = next_element(&out->items);
	struct json_out o;

	json_start(&o, &out->items, false);
	json_object(&o, NULL);
	json_str(&o, "id", responses_item_id(out, "msg"));
	json_cstr(&o, "type", "message");
	json_cstr(&o, "status", status);
	put_elements(&o, "content", buf_view(&out->content));
	json_cstr(&o, "role", "assistant");
	json_object_end(&o);
	buf_clear(&out->content);
	out->open = false;
	out->contents = 0;
	return end_item(out, from);
}

/*
 * Calls.
 */
static const struct tool *
tool_of(const struct chat *c, struct str name)
{
	for (const struct tool *t = c->tools; t != NULL; t = t->next)
		if (str_eq(t->name, name))
			return t;
	return NULL;
}

void
responses_put_call(struct json_out *o, const char *name, const struct responses_call *c, const char *status)
{
	json_object(o, name);
	json_str(o, "id", c->id);
	json_cstr(o, "type", c->freeform ? "custom_tool_call" : "function_call");
	json_cstr(o, "status", status);
	json_str(o, c->freeform ? "input" : "arguments", c->input);
	json_str(o, "call_id", c->call_id);
	if (c->space.n > 0)
		json_str(o, "namespace", c->space);
	json_str(o, "name", c->name);
	json_object_end(o);
}

/* The name is as the client gave it, without the namespace that the tool is in. */
struct responses_call
responses_call_of(const struct responses_output *out, const struct part *p)
{
	const struct chat    *chat = out->voice->chat;
	struct part	      named = *p;
	struct responses_call c = { .call_id = p->id };
	const struct tool    *t;

	named.name = fit_back(chat, p->name);
	t = tool_of(chat, named.name);
	c.name = named.name;
	if (t != NULL && t->space.n > 0) {
		c.space = t->space;
		c.name = str_from(c.name, responses_join_name(out->arena, t->space, STR("")).n);
	}
	c.hidden = freeform_is_hidden(chat, &named);
	c.freeform = p->freeform || c.hidden;
	c.id = responses_item_id(out, c.freeform ? "ctc" : "fc");
	if (c.call_id.n == 0)
		c.call_id = responses_item_id(out, "call");
	return c;
}

struct str
responses_add_call(struct responses_output *out, const struct responses_call *c)
{
	size_t		from = next_element(&out->items);
	struct json_out o;

	json_start(&o, &out->items, false);
	responses_put_call(&o, NULL, c, "completed");
	return end_item(out, from);
}

/*
 * Thoughts.
 */
struct str
responses_thought_id(const struct responses_output *out, const struct part *p)
{
	return p->origin == DIALECT_RESPONSES && p->id.n > 0 ? p->id : responses_item_id(out, "rs");
}

/* What the client gives back unread: the vendor's own seal, or another's thought as a whole. */
static struct str
sealed(struct responses_output *out, const struct part *p)
{
	if (p->origin == DIALECT_RESPONSES)
		return p->sealed;
	return p->text.n + p->signature.n + p->sealed.n > 0 ? carry_wrap(out->arena, p) : STR_NONE;
}

static void
put_text(struct json_out *o, const char *member, const char *type, struct str text)
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

bool
responses_is_raw_thought(const struct part *p)
{
	return p->origin == DIALECT_RESPONSES && !p->summary;
}

struct str
responses_add_thought(struct responses_output *out, const struct part *p, struct str id)
{
	size_t		from = next_element(&out->items);
	bool		raw = responses_is_raw_thought(p);
	struct str	seal = sealed(out, p);
	struct json_out o;

	json_start(&o, &out->items, false);
	json_object(&o, NULL);
	json_str(&o, "id", id);
	json_cstr(&o, "type", "reasoning");
	put_text(&o, "summary", "summary_text", raw ? STR("") : p->text);
	if (raw && p->text.n > 0)
		put_text(&o, "content", "reasoning_text", p->text);
	if (seal.n > 0)
		json_str(&o, "encrypted_content", seal);
	if (p->origin == DIALECT_RESPONSES && p->signature.n > 0)
		json_str(&o, "signature", p->signature);
	json_object_end(&o);
	return end_item(out, from);
}

/*
 * The others.
 */
void
responses_put_image(struct json_out *o, const char *name, struct str id, const struct part *p, const char *status)
{
	struct str type = p->media.mime;

	json_object(o, name);
	json_str(o, "id", id);
	json_cstr(o, "type", "image_generation_call");
	json_cstr(o, "status", status);
	if (p->media.data.n > 0)
		json_str(o, "result", p->media.data);
	else
		json_null(o, "result");
	if (str_starts(type, STR("image/")))
		json_str(o, "output_format", str_from(type, 6));
	json_object_end(o);
}

struct str
responses_add_image(struct responses_output *out, const struct part *p)
{
	size_t		from = next_element(&out->items);
	struct json_out o;

	json_start(&o, &out->items, false);
	responses_put_image(&o, NULL, responses_item_id(out, "ig"), p, "completed");
	return end_item(out, from);
}

struct str
responses_add_native(struct responses_output *out, const struct part *p)
{
	size_t from = next_element(&out->items);

	buf_str(&out->items, p->raw);
	return end_item(out, from);
}

bool
responses_is_own_content(const struct part *p)
{
	return p->kind == PART_NATIVE && p->origin == DIALECT_RESPONSES && !p->item;
}

bool
responses_is_content(const struct part *p)
{
	return p->kind == PART_TEXT || p->kind == PART_REFUSAL || p->kind == PART_AUDIO || responses_is_own_content(p);
}

/* One that this dialect has a form for. */
bool
responses_is_sayable(const struct part *p)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
	case PART_CALL:
	case PART_REASONING:
	case PART_IMAGE:
	case PART_AUDIO:	/* its transcript */
		return true;
	case PART_NATIVE:
		return p->origin == DIALECT_RESPONSES && p->raw.n > 0;
	default:
		return false;
	}
}
