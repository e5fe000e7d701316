/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_media_test.c - bytes and files are read, and a type found where none was given. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/chat_text.h"
#include "unit/dialect/quoted.h"

static const struct {
	const char *what, *part, *want;
} reads[] = {
	{ "an image", "{'inlineData':{'mimeType':'image/png','data':'AAAA'}}", "image:image/png,AAAA" },
	{ "in the other spelling", "{'inline_data':{'mime_type':'audio/wav','data':'AAAA'}}", "audio:audio/wav,AAAA" },
	{ "a document with a name", "{'inlineData':{'mimeType':'application/pdf','data':'AAAA','displayName':'a.pdf'}}", "file:application/pdf,AAAA(a.pdf)" },
	{ "a file", "{'fileData':{'mimeType':'video/mp4','fileUri':'https://x/v'}}", "video:video/mp4,https://x/v" },
	{ "a file whose type its ending tells", "{'fileData':{'fileUri':'https://x/v.JPG?size=1'}}", "image:https://x/v.JPG?size=1" },
	{ "a video that is watched", "{'fileData':{'fileUri':'https://www.youtube.com/watch?v=1'}}", "video:https://www.youtube.com/watch?v=1" },
	{ "no bytes", "{'inlineData':{'mimeType':'image/png'}}", "none" },
	{ "no address", "{'fileData':{'mimeType':'image/png'}}", "none" },
	{ "a text", "{'text':'a'}", "none" },
};

static const struct {
	const char *what;
	struct part part;
	const char *want;
} mimes[] = {
	{ "as it was given", { .kind = PART_IMAGE, .media = { .mime = STR("image/png"), .data = STR("/9j/") } }, "image/png" },
	{ "a wrong spelling", { .kind = PART_IMAGE, .media = { .mime = STR("image/jpg"), .data = STR("x") } }, "image/jpeg" },
	{ "by the name", { .kind = PART_FILE, .media = { .name = STR("a.CSV"), .data = STR("x") } }, "text/csv" },
	{ "by the name rather than none in particular",
	    { .kind = PART_FILE, .media = { .mime = STR("application/octet-stream"), .name = STR("a.pdf"), .data = STR("x") } }, "application/pdf" },
	{ "by the address", { .kind = PART_IMAGE, .media = { .url = STR("http://x/a.webp#1") } }, "image/webp" },
	{ "by its beginning", { .kind = PART_IMAGE, .media = { .data = STR("iVBORw0KGgoAAA") } }, "image/png" },
	{ "by its beginning: a document", { .kind = PART_FILE, .media = { .data = STR("JVBERi0xLjQ") } }, "application/pdf" },
	{ "sound is no picture", { .kind = PART_AUDIO, .media = { .data = STR("UklGRgAA") } }, "audio/wav" },
	{ "an image of which nothing is known", { .kind = PART_IMAGE, .media = { .data = STR("AAAA") } }, "image/jpeg" },
	{ "a file of which nothing is known", { .kind = PART_FILE, .media = { .data = STR("AAAA") } }, "text/plain" },
};

int
main(void)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct arena	   a;
	struct json	  *root;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(reads); i++) {
		struct part p = { 0 };
		struct buf  b = { 0 };

		if (json_read(&a, quoted(&a, reads[i].part), limits, &root, &e) < 0)
			return 1;
		if (gemini_media(&a, root, &p))
			chat_text_part(&b, &p);
		else
			buf_cstr(&b, "none");
		is_slice(buf_view(&b), reads[i].want, "read: %s", reads[i].what);
		buf_done(&b);
	}
	for (size_t i = 0; i < LENGTH(mimes); i++)
		is_slice(gemini_media_mime(&mimes[i].part), mimes[i].want, "type: %s", mimes[i].what);
	ok(gemini_mime_of(STR("png")) == NULL && gemini_mime_of(STR(".png")) != NULL, "an ending follows a dot");
	arena_done(&a);
	return tap_done();
}
