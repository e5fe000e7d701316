/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_details.c - reasoning_details, in which OpenRouter gives and takes reasoning.
 *
 * Runs in: worker.
 *
 * A detail's format says whose the proof in it is.  One that is of none of our
 * dialects is kept as it stood, sealed, and is given back to this dialect only.
 * A carrier could have been made up by a client, so what was sealed is read as
 * JSON before it is written.
 */
#include "dialect/openai_inside.h"

static const struct {
	const char     *format;
	enum dialect_id origin;
} formats[] = {
	{ "anthropic-claude-v1", DIALECT_ANTHROPIC },
	{ "google-gemini-v1", DIALECT_GEMINI },
	{ "openai-responses-v1", DIALECT_RESPONSES },
};

static enum dialect_id
origin_of(struct str format)
{
	for (size_t i = 0; i < LENGTH(formats); i++)
		if (str_is(format, formats[i].format))
			return formats[i].origin;
	return DIALECT_OPENAI;
}

static const char *
format_of(enum dialect_id origin)
{
	for (size_t i = 0; i < LENGTH(formats); i++)
		if (formats[i].origin == origin)
			return formats[i].format;
	return NULL;
}

bool
openai_has_proof(const struct part *p)
{
	return p->kind == PART_REASONING && (p->signature.n > 0 || p->sealed.n > 0);
}

bool
openai_read_detail(struct arena *a, const struct json *d, struct part *p)
{
	struct str type = json_text(a, json_get(d, "type"));

	*p = (struct part){ .kind = PART_REASONING, .origin = origin_of(json_text(a, json_get(d, "format"))) };
	if (!json_is(d, JSON_OBJECT))
		return false;
	if (str_is(type, "reasoning.summary")) {
		p->text = json_text(a, json_get(d, "summary"));
		p->summary = true;
	} else if (str_is(type, "reasoning.text")) {
		p->text = json_text(a, json_get(d, "text"));
		p->signature = json_text(a, json_get(d, "signature"));
	} else if (str_is(type, "reasoning.encrypted")) {
		p->sealed = json_text(a, json_get(d, "data"));
		p->id = json_text(a, json_get(d, "id"));
	} else {
		p->sealed = d->raw;
		p->origin = DIALECT_OPENAI;
		return true;
	}
	if (p->origin == DIALECT_OPENAI && openai_has_proof(p)) {
		p->signature = STR_NONE;
		p->sealed = d->raw;
	}
	if (p->origin == DIALECT_GEMINI) {
		p->signature = p->sealed.n > 0 ? p->sealed : p->signature;
		p->sealed = STR_NONE;
	}
	return p->text.n > 0 || openai_has_proof(p);
}

/*
 * Clients give a stream's details back as they came, in many pieces.
 */
struct gather {
	struct arena *arena;
	struct part **list;
	struct part   part;	/* what grows */
	struct buf    text;
	struct str    index;	/* of its details, raw */
	bool	      open;
};

static void
end_part(struct gather *g)
{
	struct part *to;

	if (!g->open)
		return;
	to = part_add(g->arena, g->list, PART_REASONING);
	g->part.last = to->last;
	g->part.text = arena_str(g->arena, buf_view(&g->text));
	*to = g->part;
	buf_clear(&g->text);
	g->open = false;
}

static bool
continues(const struct gather *g, const struct part *p, struct str index)
{
	if (!g->open || openai_has_proof(&g->part) || !str_eq(g->index, index))
		return false;
	if (g->part.summary)
		return p->summary || (p->text.n == 0 && p->origin == DIALECT_RESPONSES);
	return !p->summary && p->sealed.n == 0 && (p->text.n > 0 || p->origin == DIALECT_ANTHROPIC);
}

void
openai_read_details(struct arena *a, const struct json *details, struct part **list)
{
	struct gather g = { .arena = a, .list = list };
	struct part   p;

	if (!json_is(details, JSON_ARRAY))
		return;
	for (const struct json *d = details->child; d != NULL; d = d->next) {
		struct str index = raw_of(json_get(d, "index"));

		if (!openai_read_detail(a, d, &p))
			continue;
		if (!continues(&g, &p, index)) {
			end_part(&g);
			g.part = (struct part){ .kind = PART_REASONING, .summary = p.summary };
			g.index = index;
			g.open = true;
		}
		buf_str(&g.text, p.text);
		g.part.id = p.id.n > 0 ? p.id : g.part.id;
		g.part.signature = p.signature;
		g.part.sealed = p.sealed;
		g.part.origin = p.origin;
	}
	end_part(&g);
	buf_done(&g.text);
}

/*
 * Writing.
 */
static void
begin_detail(struct json_out *o, const char *type, const char *format, unsigned index)
{
	json_object(o, NULL);
	json_cstr(o, "type", type);
	if (format != NULL)
		json_cstr(o, "format", format);
	json_unum(o, "index", index);
}

static void
write_text(struct json_out *o, const struct part *p, const char *format, unsigned index)
{
	begin_detail(o, p->summary ? "reasoning.summary" : "reasoning.text", format, index);
	json_str(o, p->summary ? "summary" : "text", p->text);
	if (p->signature.n > 0 && p->origin == DIALECT_ANTHROPIC)
		json_str(o, "signature", p->signature);
	json_object_end(o);
}

static void
write_encrypted(struct json_out *o, struct str data, struct str id, const char *format, unsigned index)
{
	begin_detail(o, "reasoning.encrypted", format, index);
	json_str(o, "data", data);
	if (id.n > 0)
		json_str(o, "id", id);
	json_object_end(o);
}

/* As it stood, but for its place and, where a stream cut it, its text. */
static void
write_sealed(struct json_out *o, const struct part *p, unsigned index)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct arena	   a;
	struct json	  *root;

	arena_init(&a);
	if (json_read(&a, p->sealed, limits, &root, &e) == 0 && root->type == JSON_OBJECT) {
		json_object(o, NULL);
		for (const struct json *m = root->child; m != NULL; m = m->next) {
			if (str_is(m->name, "index") || (p->text.n > 0 && str_is(m->name, "text")))
				continue;
			json_named(o, m->name);
			json_raw(o, NULL, m->raw);
		}
		if (p->text.n > 0 && json_get(root, "text") != NULL)
			json_str(o, "text", p->text);
		json_unum(o, "index", index);
		json_object_end(o);
	}
	arena_done(&a);
}

bool
openai_write_details(struct json_out *o, const struct part *p, unsigned *index, struct str call_id)
{
	const char *format = format_of(p->origin);

	if (!openai_has_proof(p)) {
		if (p->text.n > 0)
			write_text(o, p, NULL, (*index)++);
		return false;
	}
	if (p->origin == DIALECT_OPENAI) {
		write_sealed(o, p, *index);
	} else if (p->origin == DIALECT_GEMINI) {
		if (p->text.n > 0)
			write_text(o, p, format, *index);
		write_encrypted(o, p->signature, call_id, format, *index);
	} else if (p->origin == DIALECT_RESPONSES) {
		if (p->text.n > 0)
			write_text(o, p, format, *index);
		write_encrypted(o, p->sealed, p->id, format, *index);
	} else if (p->sealed.n > 0) {
		write_encrypted(o, p->sealed, STR_NONE, format, *index);
	} else {
		write_text(o, p, format, *index);
	}
	(*index)++;
	return true;
}
