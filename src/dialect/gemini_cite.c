/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_cite.c - grounding and recitation, read and written as citations.
 *
 * Runs in: worker.
 *
 * Google keeps sources and the segments that they support in two lists, with
 * offsets in bytes; an offset is believed when the segment's text stands there.
 */
#include "dialect/gemini_inside.h"

#define TRIES_MOST 65536	/* numbers of sources, whether they are any or not */
#define WALK_MOST (64u << 20)	/* bytes of text that are looked through for one candidate */

/* Characters in the first n bytes. */
static uint64_t
characters(struct str text, size_t n)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n && i < text.n; i++)
		count += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return count;
}

/* The byte at which a character begins. */
static size_t
byte_of(struct str text, uint64_t character)
{
	size_t i = 0;

	for (; i < text.n; i++)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80 && character-- == 0)
			break;
	return i;
}

/* ------------------------------------------------------------------- reading */

struct reading {
	struct arena   *arena;
	struct part    *parts;
	gemini_cite_fn *fn;
	void	       *arg;
	uint32_t	n, tries;
	uint64_t	walked;
};

static uint64_t
index_of(const struct json *object, const char *name)
{
	int64_t n;

	return gemini_i64(gemini_get(object, name), &n) == 0 && n > 0 ? (uint64_t)n : 0;
}

static struct part *
last_text(struct part *parts)
{
	struct part *last = NULL;

	for (struct part *p = parts; p != NULL; p = p->next)
		if (p->kind == PART_TEXT)
			last = p;
	return last;
}

/* Where a segment stands: at its offsets, or wherever its text is found. */
static struct part *
locate(struct reading *r, const struct json *segment, struct str quoted, struct citation *c)
{
	uint64_t begin = index_of(segment, "startIndex"), end = index_of(segment, "endIndex");

	if (quoted.n > 0)
		end = begin + quoted.n;
	if (r->walked > WALK_MOST)
		return last_text(r->parts);
	for (const struct part *p = r->parts; p != NULL; p = p->next)
		r->walked += p->text.n + 1;
	for (struct part *p = r->parts; p != NULL; p = p->next) {
		size_t at = (size_t)begin;

		if (p->kind != PART_TEXT || end > p->text.n || begin >= end)
			continue;
		if (quoted.n > 0 && !str_eq(str_upto(str_from(p->text, at), quoted.n), quoted))
			continue;
		c->begin = characters(p->text, (size_t)begin);
		c->end = characters(p->text, (size_t)end);
		return p;
	}
	for (struct part *p = r->parts; p != NULL && quoted.n > 0; p = p->next) {
		size_t at = str_find(p->text, quoted);

		if (p->kind != PART_TEXT || at == p->text.n)
			continue;
		c->begin = characters(p->text, at);
		c->end = characters(p->text, at + quoted.n);
		return p;
	}
	return last_text(r->parts);
}

static void
tell(struct reading *r, struct part *text, const struct citation *c)
{
	if (text != NULL && r->n++ < GEMINI_CITATIONS)
		r->fn(r->arg, text, c);
}

static bool
read_chunk(struct arena *a, const struct json *chunk, struct citation *c)
{
	static const char *const kinds[] = { "web", "retrievedContext", "maps", "image" };

	*c = (struct citation){ .origin = DIALECT_GEMINI };
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		const struct json *k = gemini_get(chunk, kinds[i]);

		if (!json_is(k, JSON_OBJECT))
			continue;
		c->url = json_text(a, gemini_get(k, "uri"));
		if (c->url.n == 0)
			c->url = json_text(a, gemini_get(k, "sourceUri"));
		c->title = json_text(a, gemini_get(k, "title"));
		c->quote = json_text(a, gemini_get(k, "text"));
		c->raw = chunk->raw;
		return true;
	}
	return false;
}

static void
read_support(struct reading *r, const struct json *support, const struct json *chunks, bool *used)
{
	const struct json *segment = gemini_get(support, "segment"), *list = gemini_get(support, "groundingChunkIndices");
	struct str	   quoted = json_text(r->arena, gemini_get(segment, "text"));

	for (const struct json *i = json_is(list, JSON_ARRAY) ? list->child : NULL; i != NULL; i = i->next) {
		struct citation c;
		uint64_t	k;

		if (r->n >= GEMINI_CITATIONS || r->tries++ >= TRIES_MOST || json_u64(i, &k) < 0 || k >= chunks->count ||
		    !read_chunk(r->arena, json_at(chunks, (uint32_t)k), &c))
			continue;
		used[k] = true;
		tell(r, locate(r, segment, quoted, &c), &c);
	}
}

static void
read_grounding(struct reading *r, const struct json *grounding)
{
	const struct json *chunks = gemini_get(grounding, "groundingChunks"), *supports = gemini_get(grounding, "groundingSupports");
	uint32_t	   k = 0;
	bool		  *used;

	if (!json_is(chunks, JSON_ARRAY) || chunks->count > GEMINI_CITATIONS)
		return;
	used = arena_array(r->arena, bool, chunks->count + 1);
	for (const struct json *s = json_is(supports, JSON_ARRAY) ? supports->child : NULL; s != NULL; s = s->next)
		read_support(r, s, chunks, used);
	for (const struct json *s = chunks->child; s != NULL; s = s->next, k++) {
		struct citation c;

		if (!used[k] && read_chunk(r->arena, s, &c))
			tell(r, last_text(r->parts), &c);
	}
}

/* citationSources of Gemini, citations of Vertex. */
static void
read_recitation(struct reading *r, const struct json *metadata)
{
	const struct json *list = gemini_get(metadata, "citationSources");

	if (list == NULL)
		list = gemini_get(metadata, "citations");
	for (const struct json *s = json_is(list, JSON_ARRAY) ? list->child : NULL; s != NULL; s = s->next) {
		struct citation c = { .origin = DIALECT_GEMINI };

		c.url = json_text(r->arena, gemini_get(s, "uri"));
		c.title = json_text(r->arena, gemini_get(s, "title"));
		if (c.url.n > 0 && r->n < GEMINI_CITATIONS)
			tell(r, locate(r, s, STR_NONE, &c), &c);
	}
}

void
gemini_read_citations(struct arena *a, const struct json *candidate, struct part *parts, gemini_cite_fn *fn, void *arg)
{
	struct reading r = { .arena = a, .parts = parts, .fn = fn, .arg = arg };

	read_grounding(&r, gemini_get(candidate, "groundingMetadata"));
	read_recitation(&r, gemini_get(candidate, "citationMetadata"));
}

/* ------------------------------------------------------------------- writing */

struct gemini_support *
gemini_support_new(struct arena *a, const struct citation *c, struct str text, uint32_t part)
{
	struct gemini_support *s = arena_new(a, struct gemini_support);

	s->url = arena_str(a, c->url);
	s->title = arena_str(a, c->title);
	s->quote = arena_str(a, c->quote);
	s->raw = c->origin == DIALECT_GEMINI ? arena_str(a, c->raw) : STR_NONE;
	s->part = part;
	if (c->end > c->begin) {
		s->begin = byte_of(text, c->begin);
		s->segment = arena_str(a, str_upto(str_from(text, s->begin), byte_of(text, c->end) - s->begin));
	}
	return s;
}

static bool
same_source(const struct gemini_support *a, const struct gemini_support *b)
{
	return str_eq(a->url, b->url) && str_eq(a->title, b->title) && str_eq(a->quote, b->quote);
}

static void
number_sources(struct gemini_support *list)
{
	uint32_t n = 0;

	for (struct gemini_support *s = list; s != NULL; s = s->next) {
		const struct gemini_support *l = list;

		while (l != s && !same_source(l, s))
			l = l->next;
		s->first = l == s;
		s->source = s->first ? n++ : l->source;
	}
}

static void
write_source(struct json_out *o, const struct gemini_support *s)
{
	bool web = str_starts(s->url, STR("http")) || s->quote.n == 0;

	if (s->raw.n > 0) {
		json_raw(o, NULL, s->raw);
		return;
	}
	json_object(o, NULL);
	json_object(o, web ? "web" : "retrievedContext");
	if (s->url.n > 0)
		json_str(o, "uri", s->url);
	if (s->title.n > 0)
		json_str(o, "title", s->title);
	if (!web)
		json_str(o, "text", s->quote);
	json_object_end(o);
	json_object_end(o);
}

static void
write_support(struct json_out *o, const struct gemini_support *s)
{
	json_object(o, NULL);
	json_object(o, "segment");
	if (s->part > 0)
		json_unum(o, "partIndex", s->part);
	if (s->begin > 0)
		json_unum(o, "startIndex", s->begin);
	json_unum(o, "endIndex", s->begin + s->segment.n);
	json_str(o, "text", s->segment);
	json_object_end(o);
	json_array(o, "groundingChunkIndices");
	json_unum(o, NULL, s->source);
	json_array_end(o);
	json_object_end(o);
}

void
gemini_write_supports(struct json_out *o, struct gemini_support *list)
{
	if (list == NULL)
		return;
	number_sources(list);
	json_object(o, "groundingMetadata");
	json_array(o, "groundingChunks");
	for (const struct gemini_support *s = list; s != NULL; s = s->next)
		if (s->first)
			write_source(o, s);
	json_array_end(o);
	json_array(o, "groundingSupports");
	for (const struct gemini_support *s = list; s != NULL; s = s->next)
		if (s->segment.n > 0)
			write_support(o, s);
	json_array_end(o);
	json_object_end(o);
}
