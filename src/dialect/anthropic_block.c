/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_block.c - content blocks of requests and replies, read.
 *
 * Runs in: worker.
 *
 * A block that this file does not know, and those of tools that Anthropic runs
 * itself, are kept as they stood: only Anthropic can read them again.
 */
#include "dialect/anthropic_read.h"

#include "base/base64.h"
#include "dialect/carry.h"

#define TYPE(t) (1u << JSON_##t)
#define KNOWN_MOST 8

typedef int read_fn(struct reading *, const struct json *, const struct place *, struct part **list);

/*
 * Complaints.
 */
static void
write_place(struct buf *b, const struct place *at)
{
	if (at == NULL)
		return;
	write_place(b, at->up);
	if (at->name == NULL)
		buf_printf(b, "[%u]", at->index);
	else
		buf_printf(b, "%s%s", b->n > 0 ? "." : "", at->name);
}

int
anthropic_bad(struct reading *r, const struct place *at, const char *name, const char *should)
{
	struct place last = { .up = at, .name = name };
	struct buf   b = { 0 };
	struct str   path;

	write_place(&b, name != NULL ? &last : at);
	path = arena_take(r->arena, &b);
	return complain(r->why, FAULT_BAD_REQUEST, path, arena_printf(r->arena, "%s: must be %s", path.p, should));
}

/* A member of one of the types, or an absent or null one. */
static int
want(struct reading *r, const struct json *object, const char *name, unsigned types, const struct place *at, const char *should,
    const struct json **v)
{
	*v = json_get(object, name);
	if (*v != NULL && (*v)->type == JSON_NULL)
		*v = NULL;
	return *v == NULL || (types & 1u << (*v)->type) != 0 ? 0 : anthropic_bad(r, at, name, should);
}

static int
want_text(struct reading *r, const struct json *object, const char *name, const struct place *at, struct str *text)
{
	const struct json *v = json_get(object, name);

	if (!json_is(v, JSON_STRING))
		return anthropic_bad(r, at, name, "a string");
	*text = json_text(r->arena, v);
	return 0;
}

static void
note(struct reading *r, const char *what)
{
	if (r->chat != NULL)
		chat_note(r->chat, "%s", what);
}

static void
take_cache(const struct json *block, struct part *p)
{
	p->cache = raw_of(json_get(block, "cache_control"));
}

/*
 * Text.
 */
static struct str
either(struct arena *a, const struct json *object, const char *one, const char *other)
{
	struct str s = json_text(a, json_get(object, one));

	return s.n > 0 ? s : json_text(a, json_get(object, other));
}

static void
read_citations(struct reading *r, const struct json *list, struct part *p)
{
	if (!json_is(list, JSON_ARRAY))
		return;
	for (const struct json *c = list->child; c != NULL; c = c->next)
		anthropic_read_citation(r->arena, c, citation_add(r->arena, p));
}

void
anthropic_read_citation(struct arena *a, const struct json *c, struct citation *to)
{
	to->url = either(a, c, "url", "source");
	to->title = either(a, c, "title", "document_title");
	to->quote = json_text(a, json_get(c, "cited_text"));
	to->raw = c->raw;
	to->origin = DIALECT_ANTHROPIC;
}

static int
read_text(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct str   text;
	struct part *p;

	if (want_text(r, b, "text", at, &text) < 0)
		return -1;
	if (text.n == 0)
		return 0;
	p = part_add(r->arena, list, PART_TEXT);
	p->text = text;
	take_cache(b, p);
	read_citations(r, json_get(b, "citations"), p);
	return 0;
}

/* A tool that was found by a search: its name is all there is. */
static int
read_reference(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	return want_text(r, b, "tool_name", at, &part_add(r->arena, list, PART_TEXT)->text);
}

/*
 * Media.
 */
static void
plain_text(struct arena *a, struct media *m, struct str text)
{
	m->mime = STR("text/plain");
	m->data = base64_encode(a, text);
}

static int
read_base64(struct reading *r, const struct json *s, const struct place *at, struct media *m)
{
	return want_text(r, s, "media_type", at, &m->mime) < 0 ? -1 : want_text(r, s, "data", at, &m->data);
}

static int
read_source(struct reading *r, const struct json *s, const struct place *at, struct media *m)
{
	struct str type, text;

	if (want_text(r, s, "type", at, &type) < 0)
		return -1;
	if (str_is(type, "base64"))
		return read_base64(r, s, at, m);
	if (str_is(type, "file"))
		return want_text(r, s, "file_id", at, &m->file_id);
	if (str_is(type, "url")) {
		if (want_text(r, s, "url", at, &text) < 0)
			return -1;
		media_from_url(m, text);
		return 0;
	}
	if (!str_is(type, "text"))
		return anthropic_bad(r, at, "type", "'base64', 'url', 'file', 'text' or 'content'");
	if (want_text(r, s, "data", at, &text) < 0)
		return -1;
	plain_text(r->arena, m, text);
	return 0;
}

static int
source_of(struct reading *r, const struct json *b, const struct place *at, const struct json **source)
{
	*source = json_get(b, "source");
	return json_is(*source, JSON_OBJECT) ? 0 : anthropic_bad(r, at, "source", "an object");
}

static int
read_image(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct place	   in = { .up = at, .name = "source" };
	const struct json *source;
	struct part	  *p;

	if (source_of(r, b, at, &source) < 0)
		return -1;
	p = part_add(r->arena, list, PART_IMAGE);
	take_cache(b, p);
	return read_source(r, source, &in, &p->media);
}

/* A document made of blocks: its text is the document, its images follow it. */
static int
read_custom(struct reading *r, const struct json *source, const struct place *at, struct part *p, struct part **list)
{
	struct place in = { .up = at, .name = "content" };
	struct part *inside = NULL;

	if (anthropic_read_content(r, json_get(source, "content"), IN_RESULT, &in, &inside) < 0)
		return -1;
	plain_text(r->arena, &p->media, parts_text(r->arena, inside));
	for (const struct part *q = inside; q != NULL; q = q->next)
		if (q->kind == PART_IMAGE)
			part_add(r->arena, list, PART_IMAGE)->media = q->media;
	return 0;
}

static void
note_citations(struct reading *r, const struct json *b)
{
	if (json_true(json_path(b, "citations.enabled")))
		note(r, "messages.content.citations");
	if (json_get(b, "context") != NULL && json_get(b, "context")->type != JSON_NULL)
		note(r, "messages.content.context");
}

static int
read_document(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct place	   in = { .up = at, .name = "source" };
	const struct json *source;
	struct part	  *p;

	if (source_of(r, b, at, &source) < 0)
		return -1;
	p = part_add(r->arena, list, PART_FILE);
	p->media.name = json_text(r->arena, json_get(b, "title"));
	take_cache(b, p);
	note_citations(r, b);
	if (str_is(json_text(r->arena, json_get(source, "type")), "content"))
		return read_custom(r, source, &in, p, list);
	return read_source(r, source, &in, &p->media);
}

static int
read_search_result(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct place in = { .up = at, .name = "content" };
	struct str   source, title;
	struct part *p, *inside = NULL;

	if (want_text(r, b, "source", at, &source) < 0 || want_text(r, b, "title", at, &title) < 0 ||
	    anthropic_read_content(r, json_get(b, "content"), IN_SYSTEM, &in, &inside) < 0)
		return -1;
	p = part_add(r->arena, list, PART_TEXT);
	p->text = ARENA_JOIN(r->arena, title, STR("\n"), source, STR("\n\n"), parts_text(r->arena, inside));
	take_cache(b, p);
	note_citations(r, b);
	return 0;
}

/*
 * Tools and reasoning.
 */
static int
read_call(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	const struct json *input = json_get(b, "input");
	struct str	   id, name;
	struct part	  *p;

	if (want_text(r, b, "id", at, &id) < 0 || want_text(r, b, "name", at, &name) < 0)
		return -1;
	if (r->chat != NULL && (name.n == 0 || (input != NULL && input->type != JSON_OBJECT)))
		return anthropic_bad(r, at, name.n == 0 ? "name" : "input", name.n == 0 ? "a tool's name" : "an object");
	if (r->chat != NULL)
		(void)carry_take(r->arena, &id, list);
	p = part_add(r->arena, list, PART_CALL);
	p->id = id;
	p->name = name;
	p->input = json_is(input, JSON_STRING) ? json_text(r->arena, input) : input != NULL ? input->raw : STR("{}");
	take_cache(b, p);
	return 0;
}

static int
read_result(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct place	   in = { .up = at, .name = "content" };
	const struct json *content, *failed;
	struct part	  *p, *carried = NULL;
	struct str	   id;

	if (want_text(r, b, "tool_use_id", at, &id) < 0 ||
	    want(r, b, "content", TYPE(STRING) | TYPE(ARRAY), at, "a string or an array of blocks", &content) < 0 ||
	    want(r, b, "is_error", TYPE(TRUE) | TYPE(FALSE), at, "a boolean", &failed) < 0)
		return -1;
	(void)carry_take(r->arena, &id, &carried);	/* the call had it too */
	p = part_add(r->arena, list, PART_RESULT);
	p->id = id;
	p->failed = json_true(failed);
	take_cache(b, p);
	return content == NULL ? 0 : anthropic_read_content(r, content, IN_RESULT, &in, &p->content);
}

/* What this gateway put in a proof's place is what it was; the text beside it is the client's. */
static void
take_proof(struct reading *r, struct part *p, struct str proof, struct str *own)
{
	struct str text = p->text;

	p->origin = DIALECT_ANTHROPIC;
	if (r->chat == NULL || !carry_unwrap(r->arena, proof, p))
		*own = proof;
	else if (p->text.n == 0)
		p->text = text;
}

static int
read_thinking(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct str   text;
	struct part *p;

	if (want_text(r, b, "thinking", at, &text) < 0)
		return -1;
	p = part_add(r->arena, list, PART_REASONING);
	p->text = text;
	take_proof(r, p, json_text(r->arena, json_get(b, "signature")), &p->signature);
	return 0;
}

static int
read_redacted(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct str   data;
	struct part *p;

	if (want_text(r, b, "data", at, &data) < 0)
		return -1;
	p = part_add(r->arena, list, PART_REASONING);
	take_proof(r, p, data, &p->sealed);
	return 0;
}

static int
read_native(struct reading *r, const struct json *b, const struct place *at, struct part **list)
{
	struct part *p = part_add(r->arena, list, PART_NATIVE);

	(void)at;
	p->name = json_text(r->arena, json_get(b, "type"));
	p->raw = b->raw;
	p->origin = DIALECT_ANTHROPIC;
	return 0;
}

/*
 * The kinds.
 */
static const struct kind {
	const char *type;
	unsigned    in;		/* bits of enum block_in */
	read_fn	   *read;
	const char *known[KNOWN_MOST];
} kinds[] = {
	{ "text", IN_SYSTEM | IN_USER | IN_ASSISTANT | IN_RESULT, read_text, { "text", "citations" } },
	{ "image", IN_USER | IN_ASSISTANT | IN_RESULT, read_image, { "source" } },
	{ "document", IN_USER | IN_ASSISTANT | IN_RESULT, read_document, { "source", "title", "context", "citations" } },
	{ "search_result", IN_USER | IN_RESULT, read_search_result, { "source", "title", "content", "citations" } },
	{ "tool_reference", IN_RESULT, read_reference, { "tool_name" } },
	{ "tool_use", IN_ASSISTANT, read_call, { "id", "name", "input", "caller" } },
	{ "tool_result", IN_USER, read_result, { "tool_use_id", "content", "is_error" } },
	{ "thinking", IN_ASSISTANT, read_thinking, { "thinking", "signature" } },
	{ "redacted_thinking", IN_ASSISTANT, read_redacted, { "data" } },
};

static void
note_unknown(struct reading *r, const struct json *block, const struct kind *k)
{
	const char *known[KNOWN_MOST + 2] = { "type", "cache_control" };
	size_t	    n = 2;

	while (n < KNOWN_MOST + 2 && k->known[n - 2] != NULL) {
		known[n] = k->known[n - 2];
		n++;
	}
	if (r->chat != NULL && block->count > 1)
		chat_note_others(r->chat, block, known, n, "messages.content.");
}

int
anthropic_read_block(struct reading *r, const struct json *block, enum block_in in, const struct place *at, struct part **list)
{
	struct str type;

	if (block->type != JSON_OBJECT)
		return anthropic_bad(r, at, NULL, "an object with a type");
	if (want_text(r, block, "type", at, &type) < 0)
		return -1;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		if (!str_is(type, kinds[i].type))
			continue;
		if ((kinds[i].in & (unsigned)in) == 0)
			return anthropic_bad(r, at, "type", "a block that may stand here");
		note_unknown(r, block, &kinds[i]);
		return kinds[i].read(r, block, at, list);
	}
	return in == IN_SYSTEM ? anthropic_bad(r, at, "type", "'text'") : read_native(r, block, at, list);
}

/* A string, or an array of blocks. */
int
anthropic_read_content(struct reading *r, const struct json *content, enum block_in in, const struct place *at, struct part **list)
{
	struct place one = { .up = at };

	if (json_is(content, JSON_STRING)) {
		struct str text = json_text(r->arena, content);

		if (text.n > 0)
			part_add(r->arena, list, PART_TEXT)->text = text;
		return 0;
	}
	if (!json_is(content, JSON_ARRAY))
		return anthropic_bad(r, at, NULL, "a string or an array of blocks");
	for (const struct json *b = content->child; b != NULL; b = b->next, one.index++)
		if (anthropic_read_block(r, b, in, &one, list) < 0)
			return -1;
	return 0;
}
