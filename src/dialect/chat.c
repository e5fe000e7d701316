/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chat.c - the neutral form: building it, and what all readers and writers share.
 *
 * Runs in: worker.
 */
#include "dialect/chat.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"

const char *const chat_field_names[CHAT_FIELDS] = {
#define FIELD(id, name) [FIELD_##id] = name,
#include "dialect/chat_field.def"
#undef FIELD
};

void
chat_init(struct chat *c, struct arena *a, enum dialect_id origin)
{
	*c = (struct chat){ .arena = a, .origin = origin };
}

struct message *
chat_message(struct chat *c, enum chat_role role)
{
	struct message *m = arena_new(c->arena, struct message);

	m->role = role;
	if (c->message_last != NULL)
		c->message_last->next = m;
	else
		c->messages = m;
	return c->message_last = m;
}

struct message *
chat_message_joined(struct chat *c, enum chat_role role)
{
	if (c->message_last != NULL && c->message_last->role == role)
		return c->message_last;
	return chat_message(c, role);
}

struct part *
part_add(struct arena *a, struct part **list, enum part_kind kind)
{
	struct part *p = arena_new(a, struct part), *first = *list;

	p->kind = kind;
	if (first == NULL)
		return *list = p;
	if (first->last != NULL)
		list = &first->last->next;
	while (*list != NULL)
		list = &(*list)->next;
	*list = p;
	return first->last = p;
}

void
part_append(struct part **list, struct part *more)
{
	struct part *first = *list, *last = first != NULL && first->last != NULL ? first->last : first;

	if (first == NULL || more == NULL) {
		*list = first == NULL ? more : first;
		return;
	}
	while (last->next != NULL)
		last = last->next;
	last->next = more;
	first->last = more->last != NULL ? more->last : more;
}

struct citation *
citation_add(struct arena *a, struct part *p)
{
	struct citation *c = arena_new(a, struct citation), *first = p->citations, *end;

	if (first == NULL)
		return p->citations = c;
	for (end = first->last != NULL ? first->last : first; end->next != NULL;)
		end = end->next;
	return first->last = end->next = c;
}

struct tool *
chat_tool(struct chat *c, enum tool_kind kind)
{
	struct tool *t = arena_new(c->arena, struct tool);

	t->kind = kind;
	if (c->tool_last != NULL)
		c->tool_last->next = t;
	else
		c->tools = t;
	return c->tool_last = t;
}

static void
name_add(struct arena *a, struct name_list **list, struct name_list **last, struct str name)
{
	struct name_list *n = arena_new(a, struct name_list);

	n->name = name;
	if (*last != NULL)
		(*last)->next = n;
	else
		*list = n;
	*last = n;
}

void
chat_stop_add(struct chat *c, struct str s)
{
	name_add(c->arena, &c->stops, &c->stop_last, s);
}

void
chat_allow(struct chat *c, struct str tool)
{
	name_add(c->arena, &c->allowed, &c->allowed_last, tool);
}

void
chat_map_tools(const struct chat *c, struct map *m)
{
	*m = (struct map){ .foreign = true };
	for (struct tool *t = c->tools; t != NULL; t = t->next)
		if (map_get(m, t->name) == NULL)
			(void)map_put(m, t->name, t);
}

void
chat_map_allowed(const struct chat *c, struct map *m)
{
	*m = (struct map){ .foreign = true };
	for (struct name_list *n = c->allowed; n != NULL; n = n->next)
		(void)map_put(m, n->name, n);
}

#define NOTES_MOST 64	/* more would not fit a header, and nobody reads them */
#define NOTE_BYTES 256

/* Made in place: a body may have millions of members to be noted, and only what is new is kept. */
__attribute__((format(printf, 4, 0))) static void
note_once(struct arena *a, struct name_list **list, struct name_list **last, const char *fmt, va_list ap)
{
	char	   text[NOTE_BYTES];
	struct str name;
	unsigned   count = 0;

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	name = str_of(text);
	for (const struct name_list *n = *list; n != NULL; n = n->next)
		if (str_eq(n->name, name) || ++count == NOTES_MOST)
			return;
	name_add(a, list, last, arena_str(a, name));
}

void
chat_note(struct chat *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note_once(c->arena, &c->notes, &c->note_last, fmt, ap);
	va_end(ap);
}

static bool
is_among(struct str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name.n > 0 && name.p[0] == names[i][0] && str_is(name, names[i]))
			return true;
	return false;
}

void
chat_note_others(struct chat *c, const struct json *object, const char *const *names, size_t n, const char *path)
{
	if (!json_is(object, JSON_OBJECT))
		return;
	for (const struct json *m = object->child; m != NULL; m = m->next)
		if (m->type != JSON_NULL && !is_among(m->name, names, n))
			chat_note(c, "%s" STR_FMT, path, STR_ARG(str_upto(m->name, 64)));
}

/*
 * Media.
 */
void
media_from_url(struct media *m, struct str url)
{
	struct str rest = str_from(url, 5), mime;
	size_t	   comma = str_find_byte(url, ',');

	if (!str_starts_nocase(url, STR("data:")) || comma == url.n) {
		m->url = url;
		return;
	}
	mime = str_upto(rest, str_find_byte(rest, ','));
	if (str_ends(mime, STR(";base64")))
		mime.n -= 7;
	m->mime = str_upto(mime, str_find_byte(mime, ';'));
	m->data = str_from(url, comma + 1);
}

struct str
media_to_url(struct arena *a, const struct media *m)
{
	struct buf b = { 0 };
	struct str url;

	if (m->data.n == 0)
		return m->url;
	buf_cstr(&b, "data:");
	buf_str(&b, m->mime.n > 0 ? m->mime : STR("application/octet-stream"));
	buf_cstr(&b, ";base64,");
	buf_str(&b, m->data);
	url = arena_take(a, &b);
	return url;
}

/*
 * Values and texts.
 */
struct str
raw_of(const struct json *j)
{
	return j == NULL || j->type == JSON_NULL ? STR_NONE : j->raw;
}

bool
raw_is_object(struct str json)
{
	struct json_error e;

	while (json.n > 0 && strchr(" \t\r\n", json.p[0]) != NULL)
		json = str_from(json, 1);
	return json.n > 0 && json.p[0] == '{' && json_check(json, 0, &e) == 0;
}

struct str
part_input_object(struct arena *a, const struct part *call)
{
	struct buf	b = { 0 };
	struct json_out o;

	if (!call->freeform && raw_is_object(call->input))
		return call->input;
	if (str_trim(call->input).n == 0)
		return STR("{}");
	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_str(&o, "input", call->input);
	json_object_end(&o);
	return arena_take(a, &b);
}

struct str
parts_text(struct arena *a, const struct part *p)
{
	const struct part *only = NULL;
	struct buf b = { 0 };
	struct str text;
	unsigned   n = 0;

	for (const struct part *q = p; q != NULL; q = q->next) {
		if (q->kind != PART_TEXT)
			continue;
		if (n++ > 0)
			buf_cstr(&b, "\n\n");
		buf_str(&b, q->text);
		only = q;
	}
	text = n == 1 ? only->text : arena_take(a, &b);
	buf_done(&b);
	return n == 0 ? STR("") : text;
}

/*
 * Reports.
 */
void
report_drop(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note_once(r->arena, &r->names, &r->last, fmt, ap);
	va_end(ap);
	r->n++;
}

void
report_notes(struct report *r, const struct chat *c)
{
	for (const struct name_list *n = c->notes; n != NULL; n = n->next)
		report_drop(r, STR_FMT, STR_ARG(n->name));
}

void
report_native(struct report *r, const struct part *p)
{
	if (p->name.n > 0)
		report_drop(r, "messages.content." STR_FMT, STR_ARG(str_upto(p->name, 64)));
	else
		report_drop(r, "messages.content");
}

/* Values that ask for what happens anyway: nothing is lost with them. */
static const struct plain_value {
	enum chat_field field;
	const char     *raw;
} plain_values[] = {
	{ FIELD_N, "1" }, { FIELD_LOGPROBS, "false" }, { FIELD_TOP_LOGPROBS, "0" }, { FIELD_PRESENCE_PENALTY, "0" },
	{ FIELD_PRESENCE_PENALTY, "0.0" }, { FIELD_FREQUENCY_PENALTY, "0" }, { FIELD_FREQUENCY_PENALTY, "0.0" },
	{ FIELD_STORE, "false" }, { FIELD_MODALITIES, "[\"text\"]" }, { FIELD_SERVICE_TIER, "\"auto\"" },
	{ FIELD_SERVICE_TIER, "\"default\"" }, { FIELD_VERBOSITY, "\"medium\"" }, { FIELD_METADATA, "{}" },
	{ FIELD_LOGIT_BIAS, "{}" }, { FIELD_REPEAT_PENALTY, "1" }, { FIELD_REPEAT_PENALTY, "1.0" }, { FIELD_MIN_P, "0" },
};

static bool
asks_for_nothing(enum chat_field field, struct str raw)
{
	for (size_t i = 0; i < LENGTH(plain_values); i++)
		if (plain_values[i].field == field && str_is(raw, plain_values[i].raw))
			return true;
	return false;
}

void
report_fields(struct report *r, const struct chat *c, uint64_t can)
{
	for (unsigned i = 0; i < CHAT_FIELDS; i++)
		if (c->field[i].n > 0 && (can >> i & 1) == 0 && !asks_for_nothing((enum chat_field)i, c->field[i]))
			report_drop(r, "%s", chat_field_names[i]);
}

/*
 * Effort.
 */
static const struct effort {
	const char *word;
	uint64_t    budget;
} efforts[] = {
	{ "minimal", 512 }, { "low", 1024 }, { "medium", 8192 }, { "high", 24576 }, { "xhigh", 32768 }, { "max", 65536 },
};

uint64_t
effort_budget(struct str effort)
{
	for (size_t i = 0; i < LENGTH(efforts); i++)
		if (str_is(effort, efforts[i].word))
			return efforts[i].budget;
	return 0;
}

const char *
budget_effort(uint64_t budget)
{
	if (budget < 4096)
		return "low";
	return budget < 16384 ? "medium" : "high";
}
