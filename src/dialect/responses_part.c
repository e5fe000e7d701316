/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_part.c - the content parts of messages and tool results, read.
 *
 * Runs in: worker.
 *
 * Input and output parts have different names for the same things; both are
 * taken anywhere, since histories are made of either.
 */
#include "dialect/responses_inside.h"

bool
responses_is_said(const struct json *v)
{
	return v != NULL && v->type != JSON_NULL;
}

/*
 * Links to sources.
 */
static uint64_t
count(const struct json *v)
{
	uint64_t n = 0;

	return json_u64(v, &n) < 0 ? 0 : n;
}

void
responses_read_annotation(struct arena *a, const struct json *j, struct citation *c)
{
	c->url = json_text(a, json_get(j, "url"));
	c->title = json_text(a, json_get(j, "title"));
	if (c->title.n == 0)
		c->title = json_text(a, json_get(j, "filename"));
	c->begin = count(json_get(j, "start_index"));
	c->end = count(json_get(j, "end_index"));
	c->raw = j->raw;
	c->origin = DIALECT_RESPONSES;
}

/*
 * Texts.
 */
static int
read_text(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *text = json_get(j, "text"), *annotations = json_get(j, "annotations");
	const struct json *logprobs = json_get(j, "logprobs");

	if (!json_is(text, JSON_STRING)) {
		*member = ".text";
		return -1;
	}
	p->text = json_text(a, text);
	for (const struct json *n = json_is(annotations, JSON_ARRAY) ? annotations->child : NULL; n != NULL; n = n->next)
		if (n->type == JSON_OBJECT)
			responses_read_annotation(a, n, citation_add(a, p));
	if (json_is(logprobs, JSON_ARRAY) && logprobs->count > 0)
		p->logprobs = logprobs->raw;
	return 0;
}

static int
read_refusal(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *refusal = json_get(j, "refusal");

	if (!json_is(refusal, JSON_STRING)) {
		*member = ".refusal";
		return -1;
	}
	p->text = json_text(a, refusal);
	return 0;
}

/*
 * Media.
 */
static int
read_image(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *url = json_get(j, "image_url");

	if (json_is(url, JSON_OBJECT))	/* as chat completions have it */
		url = json_get(url, "url");
	media_from_url(&p->media, json_text(a, url));
	p->media.file_id = json_text(a, json_get(j, "file_id"));
	p->media.detail = json_text(a, json_get(j, "detail"));
	*member = ".image_url";
	return p->media.url.n + p->media.data.n + p->media.file_id.n > 0 ? 0 : -1;
}

static const struct {
	const char *ending, *mime;
} endings[] = {
	{ ".pdf", "application/pdf" }, { ".txt", "text/plain" }, { ".md", "text/markdown" }, { ".csv", "text/csv" },
	{ ".html", "text/html" }, { ".xml", "text/xml" }, { ".json", "application/json" },
	{ ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
};

static struct str
mime_of(struct str name)
{
	for (size_t i = 0; i < LENGTH(endings); i++)
		if (str_ends(name, str_of(endings[i].ending)))
			return str_of(endings[i].mime);
	return STR("application/pdf");
}

/* file_data is a data: URL, or the bare base64 of what the name tells. */
static int
read_file(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	struct str data = json_text(a, json_get(j, "file_data"));

	media_from_url(&p->media, data);
	if (p->media.url.n > 0) {
		p->media.url = STR_NONE;
		p->media.data = data;
	}
	p->media.name = json_text(a, json_get(j, "filename"));
	if (p->media.data.n > 0 && p->media.mime.n == 0)
		p->media.mime = mime_of(p->media.name);
	p->media.file_id = json_text(a, json_get(j, "file_id"));
	p->media.detail = json_text(a, json_get(j, "detail"));
	if (p->media.data.n == 0 && p->media.file_id.n == 0)
		p->media.url = json_text(a, json_get(j, "file_url"));
	*member = ".file_data";
	return p->media.url.n + p->media.data.n + p->media.file_id.n > 0 ? 0 : -1;
}

static int
read_audio(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	const struct json *audio = json_get(j, "input_audio");
	struct str	   format = json_text(a, json_get(audio, "format"));

	p->media.data = json_text(a, json_get(audio, "data"));
	p->media.mime = str_is(format, "mp3") ? STR("audio/mpeg")
	    : format.n > 0		      ? arena_printf(a, "audio/" STR_FMT, STR_ARG(format))
					      : STR("audio/wav");
	*member = ".input_audio";
	return p->media.data.n > 0 ? 0 : -1;
}

static int
read_video(struct arena *a, const struct json *j, struct part *p, const char **member)
{
	media_from_url(&p->media, json_text(a, json_get(j, "video_url")));
	*member = ".video_url";
	return p->media.url.n + p->media.data.n > 0 ? 0 : -1;
}

static const struct {
	const char    *type;
	enum part_kind kind;
	int (*read)(struct arena *, const struct json *, struct part *, const char **member);
} types[] = {
	{ "input_text", PART_TEXT, read_text },
	{ "output_text", PART_TEXT, read_text },
	{ "text", PART_TEXT, read_text },
	{ "summary_text", PART_TEXT, read_text },
	{ "refusal", PART_REFUSAL, read_refusal },
	{ "input_image", PART_IMAGE, read_image },
	{ "image_url", PART_IMAGE, read_image },
	{ "computer_screenshot", PART_IMAGE, read_image },
	{ "input_file", PART_FILE, read_file },
	{ "input_audio", PART_AUDIO, read_audio },
	{ "input_video", PART_VIDEO, read_video },
};

/* prompt_cache_breakpoint says of a prefix what Anthropic's cache_control does. */
static struct str
read_cache(const struct json *j)
{
	if (responses_is_said(json_get(j, "cache_control")))
		return raw_of(json_get(j, "cache_control"));
	return responses_is_said(json_get(j, "prompt_cache_breakpoint")) ? STR("{\"type\":\"ephemeral\"}") : STR_NONE;
}

int
responses_read_part(struct arena *a, const struct json *j, struct part **list, const char **member)
{
	struct str   type = json_text(a, json_get(j, "type"));
	struct part *p;

	*member = "";
	if (json_is(j, JSON_STRING)) {
		part_add(a, list, PART_TEXT)->text = json_text(a, j);
		return 0;
	}
	if (!json_is(j, JSON_OBJECT))
		return -1;
	*member = ".type";
	if (type.n == 0)
		return -1;
	for (size_t i = 0; i < LENGTH(types); i++) {
		if (!str_is(type, types[i].type))
			continue;
		p = part_add(a, list, types[i].kind);
		p->cache = read_cache(j);
		return types[i].read(a, j, p, member);
	}
	p = part_add(a, list, PART_NATIVE);
	p->name = type;
	p->raw = j->raw;
	p->origin = DIALECT_RESPONSES;
	return 0;
}
