/* SPDX-License-Identifier: Apache-2.0 */
/* multipart_test.c - a field is found wherever the form is cut. */
#include <stdlib.h>

#include "base/buf.h"
#include "dialect/multipart.h"
#include "tap.h"

#define PART(name, more, value) "--xYz\r\nContent-Disposition: form-data; name=\"" name "\"" more "\r\n\r\n" value "\r\n"
#define FILE_PART PART("file", "; filename=\"a.wav\"\r\nContent-Type: audio/wav", "--xY --\r\n--xYnope\r\n\r\nmodel")
#define END "--xYz--\r\n"

static const struct {
	const char *what, *body, *value;
	enum multipart_found found;
} cases[] = {
	{ "a field before a file", PART("model", "", "whisper-1") FILE_PART END, "whisper-1", MULTIPART_FOUND },
	{ "a field behind a file", FILE_PART PART("model", "", "whisper-1") END, "whisper-1", MULTIPART_FOUND },
	{ "an empty field", PART("model", "", "") END, "", MULTIPART_FOUND },
	{ "with a preamble", "hello\r\n" PART("model", "", "m") END, "m", MULTIPART_FOUND },
	{ "no such field", FILE_PART PART("mode", "", "x") END, NULL, MULTIPART_END },
	{ "a form that is cut in the field", FILE_PART "--xYz\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhis", NULL, MULTIPART_MORE },
	{ "nothing yet", "", NULL, MULTIPART_MORE },
};

static const struct {
	const char *type, *boundary;
} types[] = {
	{ "multipart/form-data; boundary=xYz", "xYz" },
	{ "multipart/form-data;charset=utf-8; boundary=\"a b\"", "a b" },
	{ "Multipart/Form-Data; Boundary=q", "q" },
	{ "multipart/form-data", "" },
	{ "application/json; boundary=x", "" },
	{ "multipart/form-data; boundary=", "" },
};

static void
test_cuts(size_t i)
{
	struct str body = str_of(cases[i].body);
	size_t	   bad = 0;

	for (size_t cut = 0; cut <= body.n; cut++) {
		struct multipart m;
		struct str	 value = STR_NONE;
		enum multipart_found got;

		multipart_init(&m, STR("xYz"));
		got = multipart_field(&m, str_upto(body, cut), "model", &value);
		if (got == MULTIPART_MORE)
			got = multipart_field(&m, body, "model", &value);
		bad += got != cases[i].found || (cases[i].value != NULL && !str_is(value, cases[i].value));
	}
	is_int(bad, 0, "%s, cut anywhere", cases[i].what);
}

static void
test_byte_by_byte(size_t i)
{
	struct str	     body = str_of(cases[i].body), value = STR_NONE;
	struct multipart     m;
	enum multipart_found got = MULTIPART_MORE;

	multipart_init(&m, STR("xYz"));
	for (size_t n = 0; n <= body.n && got == MULTIPART_MORE; n++)
		got = multipart_field(&m, str_upto(body, n), "model", &value);
	is_int(got, cases[i].found, "%s, byte by byte", cases[i].what);
}

int
main(void)
{
	struct buf	 junk = { 0 };
	struct multipart m;
	struct str	 value;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		test_cuts(i);
		test_byte_by_byte(i);
	}
	for (size_t i = 0; i < LENGTH(types); i++)
		ok(str_is(multipart_boundary(str_of(types[i].type)), types[i].boundary), "the boundary of '%s'", types[i].type);
	memset(buf_reserve(&junk, 10000), 'j', 10000);
	junk.n = 10000;
	multipart_init(&m, STR("xYz"));
	is_int(multipart_field(&m, buf_view(&junk), "model", &value), MULTIPART_BAD, "junk is no form");
	buf_done(&junk);
	return tap_done();
}
