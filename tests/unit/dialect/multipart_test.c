/* SPDX-License-Identifier: Apache-2.0 */
/* multipart_test.c - a field is found wherever the form is cut, and no form can be read in two ways. */
#include <stdlib.h>

#include "dialect/multipart.h"
#include "tap.h"

#define HEAD(disposition, more) "--xYz\r\nContent-Disposition: form-data; " disposition more "\r\n\r\n"
#define PART(name, more, value) HEAD("name=\"" name "\"", more) value "\r\n"
#define FILE_PART PART("file", "; filename=\"a.wav\"\r\nContent-Type: audio/wav", "--xY --\r\n-xYz\r\n\r\nmodel")
#define MODEL PART("model", "", "m")
#define END "--xYz--\r\n"

enum fate { FOUND, NONE, CUT, BAD };

static const struct {
	const char *what, *form, *value;
	enum fate   fate;
} cases[] = {
	{ "a field before a file", PART("model", "", "whisper-1") FILE_PART END, "whisper-1", FOUND },
	{ "a field behind a file", FILE_PART PART("model", "", "whisper-1") END, "whisper-1", FOUND },
	{ "an empty field", PART("model", "", "") END, "", FOUND },
	{ "with a preamble", "hello\r\n" MODEL END, "m", FOUND },
	{ "a name without quotes", HEAD("name=model", "") "m\r\n" END, "m", FOUND },
	{ "members in another order", "--xYz\r\ncontent-type: text/plain\r\ncontent-disposition:form-data;filename=\"\" ; NAME=\"model\"\r\n\r\nm\r\n" END, "m", FOUND },
	{ "no such field", FILE_PART PART("mode", "", "x") END, NULL, NONE },
	{ "a part without a head", "--xYz\r\n\r\nmodel\r\n" END, NULL, NONE },
	{ "a name within a file's name", HEAD("name=\"file\"; filename=\" name=model\"", "") "x\r\n" END, NULL, NONE },
	{ "a form that is cut in the field", HEAD("name=\"model\"", "") "whis", NULL, CUT },
	{ "nothing yet", "", NULL, CUT },
	{ "the field twice", MODEL FILE_PART PART("model", "", "n") END, NULL, BAD },
	{ "another behind the end", MODEL END "\r\n" PART("model", "", "n") END, NULL, BAD },
	{ "a boundary within a line", HEAD("name=\"file\"", "") "x--xYz\r\n" END, NULL, BAD },
	{ "a boundary behind a bare line feed", HEAD("name=\"file\"", "") "x\n--xYz\r\n" END, NULL, BAD },
	{ "a boundary with something behind it", HEAD("name=\"file\"", "") "x\r\n--xYznope\r\n" END, NULL, BAD },
	{ "no line end before a boundary", HEAD("name=\"file\"", "") "--xYz\r\n" END, NULL, BAD },
	{ "a name twice", HEAD("name=\"file\"; name=\"model\"", "") "x\r\n" END, NULL, BAD },
	{ "a name in another alphabet", HEAD("name=\"file\"; name*=utf-8''model", "") "x\r\n" END, NULL, BAD },
	{ "a name in pieces", HEAD("name*0=mo; name*1=del", "") "x\r\n" END, NULL, BAD },
	{ "an escaped quote", HEAD("name=\"file\"; filename=\"a\\\"; name=\\\"model\"", "") "x\r\n" END, NULL, BAD },
	{ "a disposition twice", HEAD("name=\"file\"", "\r\nContent-Disposition: form-data; name=model") "x\r\n" END, NULL, BAD },
	{ "a folded line", HEAD("name=\"file\";", "\r\n name=\"model\"") "x\r\n" END, NULL, BAD },
	{ "a bare line feed in a head", HEAD("name=\"file\"", "\nContent-Disposition: form-data; name=model") "x\r\n" END, NULL, BAD },
	{ "another disposition", "--xYz\r\nContent-Disposition: attachment; name=\"model\"\r\n\r\nx\r\n" END, NULL, BAD },
};

static const struct {
	const char *type, *boundary, *told;
} types[] = {
	{ "multipart/form-data; boundary=xYz", "xYz", "multipart/form-data; boundary=xYz" },
	{ "multipart/form-data;charset=utf-8; boundary=\"a b\"", "a b", "multipart/form-data; boundary=\"a b\"" },
	{ "Multipart/Form-Data; Boundary=\"q\"", "q", "multipart/form-data; boundary=q" },
	{ "multipart/form-data", "", NULL },
	{ "multipart/form-data-x; boundary=x", "", NULL },
	{ "application/json; boundary=x", "", NULL },
	{ "multipart/form-data; boundary=", "", NULL },
	{ "multipart/form-data; boundary=a; boundary=b", "", NULL },
	{ "multipart/form-data; a=\"; boundary=a\"; boundary=b", "b", "multipart/form-data; boundary=b" },
	{ "multipart/form-data; boundary=\"a\\\"", "", NULL },
};

/* In three pieces; each of its own memory, so that nothing is read beyond. */
static bool
feed(struct multipart *m, struct str bytes)
{
	char *copy = memcpy(xmalloc(bytes.n), bytes.p, bytes.n);
	bool  good = multipart_feed(m, (struct str){ copy, bytes.n });

	free(copy);
	return good;
}

static bool
is_right(size_t i, const struct multipart *m, bool good)
{
	struct str form = str_of(cases[i].form);
	enum fate  fate = !good ? BAD : m->found ? FOUND : m->ended ? NONE : CUT;

	return fate == cases[i].fate && (fate != FOUND || str_is(str_upto(str_from(form, m->value_at), m->value_n), cases[i].value));
}

static void
test_cuts(struct arena *a, size_t i)
{
	struct str form = str_of(cases[i].form);
	size_t	   wrong = 0;

	for (size_t cut = 0; cut <= form.n; cut++)
		for (size_t second = cut; second <= form.n && second < cut + 8; second++) {
			struct multipart m;
			bool		 good;

			multipart_init(&m, a, STR("xYz"), "model");
			good = feed(&m, str_upto(form, cut)) && feed(&m, str_upto(str_from(form, cut), second - cut)) &&
			    feed(&m, str_from(form, second));
			wrong += !is_right(i, &m, good);
			multipart_done(&m);
		}
	is_int(wrong, 0, "%s, cut anywhere", cases[i].what);
}

static void
test_byte_by_byte(struct arena *a, size_t i)
{
	struct str	 form = str_of(cases[i].form);
	struct multipart m;
	bool		 good = true;

	multipart_init(&m, a, STR("xYz"), "model");
	for (size_t n = 0; n < form.n && good; n++)
		good = feed(&m, (struct str){ form.p + n, 1 });
	ok(is_right(i, &m, good), "%s, byte by byte", cases[i].what);
	multipart_done(&m);
}

/* So many bytes of junk behind `begin`, in small pieces: when it is refused. */
static size_t
refused_after(struct arena *a, const char *begin, size_t most, size_t *held)
{
	static char	 junk[100];
	struct multipart m;
	size_t		 n = 0;

	memset(junk, '-', sizeof(junk));
	multipart_init(&m, a, STR("xYz"), "model");
	ok(multipart_feed(&m, str_of(begin)), "what begins well");
	while (n < most && multipart_feed(&m, (struct str){ junk, sizeof(junk) }))
		n += sizeof(junk);
	*held = m.held.n;
	multipart_done(&m);
	return n;
}

int
main(void)
{
	struct arena a;
	size_t	     held;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		test_cuts(&a, i);
		test_byte_by_byte(&a, i);
	}
	for (size_t i = 0; i < LENGTH(types); i++) {
		struct str boundary = multipart_boundary(str_of(types[i].type));

		ok(str_is(boundary, types[i].boundary), "the boundary of '%s'", types[i].type);
		ok(boundary.n == 0 || str_is(multipart_type(&a, boundary), types[i].told), "and how it is told");
	}
	ok(refused_after(&a, "", 100000, &held) < 9000, "junk is no form");
	ok(refused_after(&a, "--xYz\r\n", 100000, &held) < 9000, "a head has an end");
	ok(refused_after(&a, HEAD("name=\"model\"", ""), 100000, &held) < 2000, "so has the field");
	ok(refused_after(&a, HEAD("name=\"file\"", ""), 1000000, &held) == 1000000 && held < 10, "a file is not kept");
	arena_done(&a);
	return tap_done();
}
