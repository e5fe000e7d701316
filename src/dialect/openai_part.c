/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_part.c - the parts of a message, in requests and in replies.
 *
 * Runs in: worker.
 *
 * Servers and clients of this dialect write parts in more ways than OpenAI
 * does: Mistral's thinking, OpenRouter's video, the Responses API's names.  All
 * are read; a part that no one here knows stays as it is for an upstream of the
 * same dialect.
 */
#include "dialect/openai_inside.h"

/* What a part of a content array is read into; *member is what is wrong with it. */
typedef bool read_fn(struct arena *, const struct json *, struct part *, const char **member);

static bool
read_text(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *text = json_get(j, "text");

	*member = "text";
	p->text = json_text(a, text);
	return json_is(text, JSON_STRING);
}

static bool
read_refusal(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	*member = "refusal";
	p->text = json_text(a, json_get(j, "refusal"));
	return json_is(json_get(j, "refusal"), JSON_STRING);
}

/* Mistral: an array of text parts, a text in other hands; signed where an Anthropic model is behind it. */
static bool
read_thinking(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *thinking = json_get(j, "thinking");
	struct buf	   b = { 0 };

	*member = "thinking";
	p->origin = DIALECT_ANTHROPIC;
	p->signature = json_text(a, json_get(j, "signature"));
	if (!json_is(thinking, JSON_ARRAY)) {
		p->text = json_text(a, thinking != NULL ? thinking : json_get(j, "text"));
		return true;
	}
	for (const struct json *t = thinking->child; t != NULL; t = t->next)
		buf_str(&b, json_text(a, json_get(t, "text")));
	p->text = arena_take(a, &b);
	return true;
}

static bool
read_redacted(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	*member = "data";
	p->origin = DIALECT_ANTHROPIC;
	p->sealed = json_text(a, json_get(j, "data"));
	return p->sealed.n > 0;
}

/* "type": {"url": ...}, or the URL itself. */
static struct str
url_of(struct arena *a, const struct json *j, const char *name)
{
	const struct json *v = json_get(j, name);

	return json_text(a, json_is(v, JSON_OBJECT) ? json_get(v, "url") : v);
}

void
openai_read_image(struct arena *a, const struct json *image, struct media *m)
{
	if (json_is(image, JSON_OBJECT)) {
		m->detail = json_text(a, json_get(image, "detail"));
		image = json_get(image, "url");
	}
	media_from_url(m, json_text(a, image));
}

static bool
read_image(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	*member = "image_url";
	openai_read_image(a, json_get(j, "image_url"), &p->media);
	p->media.file_id = json_text(a, json_get(j, "file_id"));
	if (json_is(json_get(j, "detail"), JSON_STRING))
		p->media.detail = json_text(a, json_get(j, "detail"));
	return p->media.data.n > 0 || p->media.url.n > 0 || p->media.file_id.n > 0;
}

static bool
read_audio(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *audio = json_get(j, "input_audio");

	*member = "input_audio";
	if (json_is(audio, JSON_STRING))	/* Mistral's: base64 or a URL */
		media_from_url(&p->media, json_text(a, audio));
	else
		p->media.data = json_text(a, json_get(audio, "data"));
	if (str_starts_nocase(p->media.data, STR("data:")))
		media_from_url(&p->media, p->media.data);
	if (p->media.url.n > 0 && !str_starts(p->media.url, STR("http"))) {
		p->media.data = p->media.url;
		p->media.url = STR_NONE;
	}
	if (p->media.mime.n == 0)
		p->media.mime = openai_audio_mime(a, json_text(a, json_get(audio, "format")));
	return p->media.data.n > 0 || p->media.url.n > 0;
}

static bool
read_audio_url(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	*member = "audio_url";
	media_from_url(&p->media, url_of(a, j, "audio_url"));
	return p->media.data.n > 0 || p->media.url.n > 0;
}

static bool
read_video(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	*member = "video_url";
	media_from_url(&p->media, url_of(a, j, "video_url"));
	return p->media.data.n > 0 || p->media.url.n > 0;
}

static bool
read_document(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	*member = "document_url";
	media_from_url(&p->media, url_of(a, j, "document_url"));
	p->media.name = json_text(a, json_get(j, "document_name"));
	return p->media.data.n > 0 || p->media.url.n > 0;
}

static bool
read_file(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *file = json_is(json_get(j, "file"), JSON_OBJECT) ? json_get(j, "file") : j;
	struct str	   data = json_text(a, json_get(file, "file_data"));

	*member = "file";
	p->media.name = json_text(a, json_get(file, "filename"));
	p->media.file_id = json_text(a, json_get(file, "file_id"));
	if (str_starts_nocase(data, STR("data:")) || str_starts_nocase(data, STR("http")))
		media_from_url(&p->media, data);
	else
		p->media.data = data;
	if (json_is(json_get(file, "file_url"), JSON_STRING))
		media_from_url(&p->media, json_text(a, json_get(file, "file_url")));
	if (p->media.mime.n == 0 && p->media.data.n > 0)
		p->media.mime = openai_file_mime(p->media.name);
	if (p->media.data.n > 0)
		p->media.file_id = STR_NONE;
	return p->media.data.n > 0 || p->media.url.n > 0 || p->media.file_id.n > 0;
}

static const struct {
	const char    *type;
	enum part_kind kind;
	read_fn	      *read;
} kinds[] = {
	{ "text", PART_TEXT, read_text },
	{ "image_url", PART_IMAGE, read_image },
	{ "input_audio", PART_AUDIO, read_audio },
	{ "file", PART_FILE, read_file },
	{ "refusal", PART_REFUSAL, read_refusal },
	{ "input_text", PART_TEXT, read_text },
	{ "output_text", PART_TEXT, read_text },
	{ "input_image", PART_IMAGE, read_image },
	{ "input_file", PART_FILE, read_file },
	{ "thinking", PART_REASONING, read_thinking },
	{ "reasoning", PART_REASONING, read_thinking },
	{ "redacted_thinking", PART_REASONING, read_redacted },
	{ "audio_url", PART_AUDIO, read_audio_url },
	{ "video_url", PART_VIDEO, read_video },
	{ "input_video", PART_VIDEO, read_video },
	{ "document_url", PART_FILE, read_document },
};

static bool
is_empty(const struct part *p)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		return p->text.n == 0;
	case PART_REASONING:
		return p->text.n == 0 && p->sealed.n == 0 && p->signature.n == 0;
	default:
		return false;
	}
}

static int
read_kind(struct arena *a, const struct json *j, size_t kind, struct part **list, const char **member)
{
	struct part p = { .kind = kinds[kind].kind }, *to;

	if (!kinds[kind].read(a, j, &p, member))
		return -1;
	p.cache = raw_of(json_get(j, "cache_control"));
	if (is_empty(&p))
		return 0;
	to = part_add(a, list, p.kind);
	p.last = to->last;
	*to = p;
	return 0;
}

int
openai_read_part(struct arena *a, const struct json *j, struct part **list, const char **member)
{
	struct str   type = json_text(a, json_get(j, "type"));
	struct part *p;

	*member = NULL;
	if (json_is(j, JSON_STRING)) {
		if (json_text(a, j).n > 0)
			part_add(a, list, PART_TEXT)->text = json_text(a, j);
		return 0;
	}
	if (!json_is(j, JSON_OBJECT))
		return -1;
	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (str_is(type, kinds[i].type))
			return read_kind(a, j, i, list, member);
	*member = "type";
	if (type.n == 0)
		return -1;
	p = part_add(a, list, PART_NATIVE);
	p->raw = j->raw;
	p->origin = DIALECT_OPENAI;
	return 0;
}

/*
 * Calls.
 */
struct str
openai_input(struct arena *a, const struct json *v)
{
	return json_is(v, JSON_STRING) ? json_text(a, v) : raw_of(v);
}

bool
openai_read_called(struct arena *a, const struct json *function, struct part *p)
{
	const struct json *input = json_get(function, "arguments");

	p->name = json_text(a, json_get(function, "name"));
	p->input = openai_input(a, input != NULL ? input : json_get(function, "input"));
	return p->name.n > 0;
}

struct str
openai_thought_signature(struct arena *a, const struct json *j)
{
	const struct json *extra = json_get(j, "extra_content"), *v;

	v = json_path(extra, "google.thought_signature");
	if (!json_is(v, JSON_STRING))
		v = json_path(extra, "vertex.thought_signature");
	return json_text(a, v);
}

/*
 * Citations.
 */
static uint64_t
number(const struct json *j, const char *name)
{
	uint64_t n = 0;

	return json_u64(json_get(j, name), &n) == 0 ? n : 0;
}

void
openai_read_annotations(struct arena *a, const struct json *list, struct part *text)
{
	if (!json_is(list, JSON_ARRAY))
		return;
	for (const struct json *j = list->child; j != NULL; j = j->next) {
		const struct json *url = json_get(j, "url_citation");
		struct citation	  *c;

		if (!json_is(url, JSON_OBJECT))
			continue;
		c = citation_add(a, text);
		c->url = json_text(a, json_get(url, "url"));
		c->title = json_text(a, json_get(url, "title"));
		c->quote = json_text(a, json_get(url, "content"));
		c->begin = number(url, "start_index");
		c->end = number(url, "end_index");
		c->raw = j->raw;
		c->origin = DIALECT_OPENAI;
	}
}

void
openai_read_sources(struct arena *a, const struct json *root, struct part *text)
{
	const struct json *results = json_get(root, "search_results"), *urls = json_get(root, "citations");

	if (json_is(results, JSON_ARRAY) && results->count > 0) {
		for (const struct json *r = results->child; r != NULL; r = r->next) {
			struct citation *c = citation_add(a, text);

			c->url = json_text(a, json_get(r, "url"));
			c->title = json_text(a, json_get(r, "title"));
			c->quote = json_text(a, json_get(r, "snippet"));
		}
	} else if (json_is(urls, JSON_ARRAY)) {
		for (const struct json *u = urls->child; u != NULL; u = u->next)
			if (json_is(u, JSON_STRING))
				citation_add(a, text)->url = json_text(a, u);
	}
}

void
openai_write_annotation(struct json_out *o, const struct citation *c, uint64_t shift)
{
	bool placed = c->end > 0;

	json_object(o, NULL);
	json_cstr(o, "type", "url_citation");
	json_object(o, "url_citation");
	json_unum(o, "start_index", placed ? c->begin + shift : 0);
	json_unum(o, "end_index", placed ? c->end + shift : 0);
	json_str(o, "url", c->url);
	json_str(o, "title", c->title);
	if (c->quote.n > 0)
		json_str(o, "content", c->quote);
	json_object_end(o);
	json_object_end(o);
}
