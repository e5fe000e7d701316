/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_item.c - items that are the model's own, read into parts.
 *
 * Runs in: worker.
 *
 * Outputs and histories are made of the same items.  A reasoning item is one
 * part: its summaries (or its thoughts) are one text, since the neutral form
 * and every other dialect have one text for each proof.
 */
#include "dialect/responses_inside.h"

struct str
responses_join_name(struct arena *a, struct str space, struct str name)
{
	if (space.n == 0)
		return name;
	return ARENA_JOIN(a, space, str_ends(space, STR("_")) ? STR("") : STR("__"), name);
}

static void
read_message(struct arena *a, const struct json *item, struct part **list)
{
	const struct json *content = json_get(item, "content");
	const char	  *member;

	if (json_is(content, JSON_STRING))
		part_add(a, list, PART_TEXT)->text = json_text(a, content);
	if (!json_is(content, JSON_ARRAY))
		return;
	for (const struct json *c = content->child; c != NULL; c = c->next)
		if (responses_read_part(a, c, list, &member) < 0)
			continue;
}

/* The arguments are a text; some servers send the object itself. */
static struct str
read_arguments(struct arena *a, const struct json *v)
{
	return json_is(v, JSON_OBJECT) ? v->raw : json_text(a, v);
}

static void
read_call(struct arena *a, const struct json *item, struct part **list)
{
	struct part *p = part_add(a, list, PART_CALL);

	p->freeform = str_is(json_text(a, json_get(item, "type")), "custom_tool_call");
	p->id = json_text(a, json_get(item, "call_id"));
	if (p->id.n == 0)
		p->id = json_text(a, json_get(item, "id"));
	p->name = responses_join_name(a, json_text(a, json_get(item, "namespace")), json_text(a, json_get(item, "name")));
	p->input = p->freeform ? json_text(a, json_get(item, "input")) : read_arguments(a, json_get(item, "arguments"));
}

static void
add_text(struct buf *b, struct str text)
{
	if (b->n > 0 && text.n > 0)
		buf_cstr(b, "\n\n");
	buf_str(b, text);
}

/* The texts of an array of {text}, as one. */
static struct str
join_texts(struct arena *a, const struct json *array)
{
	struct buf b = { 0 };
	struct str text;

	if (!json_is(array, JSON_ARRAY))
		return STR("");
	if (array->count == 1)
		return json_text(a, json_get(array->child, "text"));
	for (const struct json *t = array->child; t != NULL; t = t->next)
		add_text(&b, json_text(a, json_get(t, "text")));
	text = arena_take(a, &b);
	return text;
}

struct str
responses_read_thought(struct arena *a, const struct json *item, bool *summary)
{
	struct str text = join_texts(a, json_get(item, "content"));

	*summary = text.n == 0;
	return *summary ? join_texts(a, json_get(item, "summary")) : text;
}

static void
read_reasoning(struct arena *a, const struct json *item, struct part **list)
{
	struct part *p = part_add(a, list, PART_REASONING);

	p->text = responses_read_thought(a, item, &p->summary);
	p->id = json_text(a, json_get(item, "id"));
	p->sealed = json_text(a, json_get(item, "encrypted_content"));
	p->signature = json_text(a, json_get(item, "signature"));	/* OpenRouter's, of Anthropic's models */
	p->raw = item->raw;
	p->origin = DIALECT_RESPONSES;
}

static void
read_native(struct arena *a, const struct json *item, struct part **list)
{
	struct part *p = part_add(a, list, PART_NATIVE);

	p->name = json_text(a, json_get(item, "type"));
	if (p->name.n == 0)
		p->name = STR("item_reference");
	p->raw = item->raw;
	p->origin = DIALECT_RESPONSES;
	p->item = true;
}

static void
read_image(struct arena *a, const struct json *item, struct part **list)
{
	struct str   data = json_text(a, json_get(item, "result"));
	struct str   format = json_text(a, json_get(item, "output_format"));
	struct part *p;

	if (data.n == 0) {
		read_native(a, item, list);
		return;
	}
	p = part_add(a, list, PART_IMAGE);
	media_from_url(&p->media, data);
	if (p->media.url.n > 0)
		p->media = (struct media){ .data = data,
			.mime = format.n > 0 ? arena_printf(a, "image/" STR_FMT, STR_ARG(format)) : STR("image/png") };
	p->id = json_text(a, json_get(item, "id"));
}

static const struct {
	const char *type;
	void (*read)(struct arena *, const struct json *, struct part **);
} types[] = {
	{ "message", read_message },
	{ "function_call", read_call },
	{ "custom_tool_call", read_call },
	{ "reasoning", read_reasoning },
	{ "image_generation_call", read_image },
};

void
responses_read_item(struct arena *a, const struct json *item, struct part **list)
{
	struct str type = json_text(a, json_get(item, "type"));

	if (!json_is(item, JSON_OBJECT))
		return;
	for (size_t i = 0; i < LENGTH(types); i++)
		if (str_is(type, types[i].type)) {
			types[i].read(a, item, list);
			return;
		}
	read_native(a, item, list);
}
