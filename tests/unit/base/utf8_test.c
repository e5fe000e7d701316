/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include "base/json.h"
#include "tap.h"

/* The definition itself: decode, then check that the shortest form was used. */
static size_t
by_definition(const unsigned char *u, size_t n)
{
	static const uint32_t	   least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const unsigned char lengths[] = { 0, 0, 0, 0, 2, 2, 3, 4 };	/* by top bits */
	size_t			   length = u[0] >= 0xf8 ? 0 : lengths[u[0] >> 4 & 7];
	uint32_t		   code;

	if (length == 0 || length > n)
		return 0;
	code = u[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (u[i] & 0x3f);
	}
	return code < least[length] || code > 0x10ffff || (code >= 0xd800 &&
	    code <= 0xdfff) ? 0 : length;
}

static void
test_all(size_t tail, unsigned char third, unsigned char fourth)
{
	bool same = true, run = true;

	for (int i = 0; i < 65536; i++) {
		unsigned char u[] = { (unsigned char)(i >> 8), (unsigned char)i, third, fourth };
		const char   *p = (const char *)u;
		size_t	      want;

		if (u[0] < 0x80)
			continue;
		want = by_definition(u, 2 + tail);
		same = same && utf8_sequence(p, p + 2 + tail) == want;
		run = run && (utf8_run(p, p + 2 + tail) == p) == (want == 0);
	}
	ok(same, "all lead and second bytes with %zu more are judged by the definition", tail);
	ok(run, "a run of them starts where a sequence is good");
}

int
main(void)
{
	test_all(0, 0, 0);
	test_all(1, 0x80, 0);
	test_all(1, 0xbf, 0);
	test_all(1, 0x7f, 0);
	test_all(1, 0xc0, 0);
	test_all(2, 0x80, 0x80);
	test_all(2, 0xbf, 0xbf);
	test_all(2, 0x80, 0x41);
	ok(utf8_valid(STR_NONE) && utf8_valid(STR("plain")), "ASCII is UTF-8, nothing too");
	ok(utf8_valid(STR("a\xc3\xa9z\xe2\x82\xac\xf0\x9f\x98\x80 \"\\\x01\0")), "so is a mixture");
	ok(!utf8_valid(STR("a long plain text, then\xff")), "one bad byte spoils it");
	ok(!utf8_valid(STR("\xc3\xa9\xe2\x82")), "so does a cut at the end");
	ok(!utf8_valid(STR("\xc3\xa9\xa9 and more than sixteen bytes behind")),
	    "or a byte too many");
	return tap_done();
}
