/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_media.c - inlineData and fileData, and what their bytes are.
 *
 * Runs in: worker.
 *
 * Google takes nothing without a type, so one that the client left out is read
 * off the name, or off how the base64 begins.
 */
#include "dialect/gemini_inside.h"

static const struct {
	const char *extension, *mime;
} extensions[] = {
	{ "png", "image/png" }, { "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" }, { "webp", "image/webp" }, { "gif", "image/gif" },
	{ "heic", "image/heic" }, { "heif", "image/heif" }, { "bmp", "image/bmp" }, { "svg", "image/svg+xml" },
	{ "pdf", "application/pdf" }, { "txt", "text/plain" }, { "md", "text/markdown" }, { "csv", "text/csv" },
	{ "html", "text/html" }, { "htm", "text/html" }, { "xml", "text/xml" }, { "json", "application/json" },
	{ "js", "text/javascript" }, { "css", "text/css" }, { "py", "text/x-python" }, { "rtf", "text/rtf" },
	{ "wav", "audio/wav" }, { "mp3", "audio/mp3" }, { "ogg", "audio/ogg" }, { "flac", "audio/flac" }, { "aac", "audio/aac" },
	{ "aiff", "audio/aiff" }, { "m4a", "audio/m4a" }, { "opus", "audio/opus" },
	{ "mp4", "video/mp4" }, { "mpeg", "video/mpeg" }, { "mpg", "video/mpg" }, { "mov", "video/quicktime" },
	{ "avi", "video/x-msvideo" }, { "webm", "video/webm" }, { "wmv", "video/wmv" }, { "flv", "video/x-flv" },
	{ "3gp", "video/3gpp" },
};

/* First base64 digits of well-known beginnings. */
static const struct {
	const char *digits, *mime;
} beginnings[] = {
	{ "iVBORw0KGgo", "image/png" }, { "/9j/", "image/jpeg" }, { "R0lGOD", "image/gif" }, { "JVBERi0", "application/pdf" },
	{ "UklGR", "image/webp" }, { "SUQz", "audio/mp3" }, { "T2dnUw", "audio/ogg" }, { "ZkxhQw", "audio/flac" },
};

const char *
gemini_mime_of(struct str name)
{
	struct str ending = str_upto(name, str_find_byte(name, '?'));

	ending = str_upto(ending, str_find_byte(ending, '#'));
	for (size_t i = 0; i < LENGTH(extensions); i++) {
		struct str e = str_of(extensions[i].extension);

		if (ending.n > e.n && ending.p[ending.n - e.n - 1] == '.' && str_eq_nocase(str_from(ending, ending.n - e.n), e))
			return extensions[i].mime;
	}
	return NULL;
}

struct str
gemini_media_mime(const struct part *p)
{
	const struct media *m = &p->media;
	const char	   *guess = gemini_mime_of(m->name.n > 0 ? m->name : m->url);

	if (str_is(m->mime, "image/jpg"))
		return STR("image/jpeg");
	if (m->mime.n > 0 && (guess == NULL || !str_is(m->mime, "application/octet-stream")))
		return m->mime;
	if (guess != NULL)
		return str_of(guess);
	for (size_t i = 0; i < LENGTH(beginnings); i++)
		if (str_starts(m->data, str_of(beginnings[i].digits)) &&
		    (p->kind != PART_AUDIO || !str_starts(str_of(beginnings[i].mime), STR("image/"))))
			return str_of(beginnings[i].mime);
	switch (p->kind) {
	case PART_IMAGE:
		return STR("image/jpeg");
	case PART_AUDIO:
		return STR("audio/wav");
	case PART_VIDEO:
		return STR("video/mp4");
	default:
		return m->mime.n > 0 ? m->mime : STR("text/plain");
	}
}

enum part_kind
gemini_kind_of(struct str mime, struct str url)
{
	const char *guess = gemini_mime_of(url);

	if (mime.n == 0 && (str_find(url, STR("youtube.com/")) < url.n || str_find(url, STR("youtu.be/")) < url.n))
		return PART_VIDEO;
	if (mime.n == 0 && guess != NULL)
		mime = str_of(guess);
	if (str_starts_nocase(mime, STR("image/")))
		return PART_IMAGE;
	if (str_starts_nocase(mime, STR("audio/")))
		return PART_AUDIO;
	return str_starts_nocase(mime, STR("video/")) ? PART_VIDEO : PART_FILE;
}

bool
gemini_media(struct arena *a, const struct json *part, struct part *p)
{
	const struct json *data = gemini_get(part, "inlineData"), *file = gemini_get(part, "fileData");

	if (!json_is(data, JSON_OBJECT) && !json_is(file, JSON_OBJECT))
		return false;
	if (json_is(data, JSON_OBJECT)) {
		p->media.mime = json_text(a, gemini_get(data, "mimeType"));
		p->media.data = json_text(a, gemini_get(data, "data"));
		p->media.name = json_text(a, gemini_get(data, "displayName"));
		if (p->media.data.n == 0)
			return false;
	} else {
		p->media.mime = json_text(a, gemini_get(file, "mimeType"));
		p->media.url = json_text(a, gemini_get(file, "fileUri"));
		p->media.name = json_text(a, gemini_get(file, "displayName"));
		if (p->media.url.n == 0)
			return false;
	}
	p->kind = gemini_kind_of(p->media.mime, p->media.url);
	return true;
}
