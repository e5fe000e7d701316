/* SPDX-License-Identifier: Apache-2.0 */
/* freeform_test.c - the text comes out of its object, wherever the stream is cut; what is no such object stays. */
#include "dialect/freeform.h"
#include "tap.h"

static const struct {
	const char *what, *json, *text;
} cases[] = {
	{ "a text", "{\"input\":\"ls -l\"}", "ls -l" },
	{ "blanks around", " {\n \"input\" : \"a b\" } ", "a b" },
	{ "escapes", "{\"input\":\"a\\n\\t\\\"\\\\\\/\\b\\f\\r\"}", "a\n\t\"\\/\b\f\r" },
	{ "codes of one, two and three bytes", "{\"input\":\"\\u0041\\u00e9\\u20ac\"}", "A\xc3\xa9\xe2\x82\xac" },
	{ "a pair of codes", "{\"input\":\"\\ud83d\\uDE00!\"}", "\xf0\x9f\x98\x80!" },
	{ "half a pair", "{\"input\":\"\\ud83d!\\ude00\"}", "\xef\xbf\xbd!\xef\xbf\xbd" },
	{ "a first half twice", "{\"input\":\"\\ud83d\\ud83d\\ude00\"}", "\xef\xbf\xbd\xf0\x9f\x98\x80" },
	{ "UTF-8 as it is", "{\"input\":\"\xc3\xa9\"}", "\xc3\xa9" },
	{ "an empty text", "{\"input\":\"\"}", "" },
	{ "an empty object is no text", "{}", "" },
	{ "nothing", "", "" },
	{ "what follows does not count", "{\"input\":\"a\",\"b\":1}", "a" },
	{ "a text that ends early", "{\"input\":\"a", "a" },
	{ "another member", "{\"command\":\"ls\"}", "{\"command\":\"ls\"}" },
	{ "a name that only begins so", "{\"inputs\":\"a\"}", "{\"inputs\":\"a\"}" },
	{ "blanks in the name", "{\"in put\":\"a\"}", "{\"in put\":\"a\"}" },
	{ "a number", "{\"input\":5}", "{\"input\":5}" },
	{ "plain text", "ls -l", "ls -l" },
	{ "an object cut in its head", "{\"inp", "{\"inp" },
	{ "blanks without end", "                                                 {\"input\":\"a\"}",
	    "                                                 {\"input\":\"a\"}" },
};

int
main(void)
{
	struct arena a;
	struct chat  c;
	struct part  call = { .kind = PART_CALL, .name = STR("shell") };

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct str json = str_of(cases[i].json);
		bool	   same = true;

		is_slice(freeform_text(&a, json), cases[i].text, "%s", cases[i].what);
		for (size_t cut = 0; cut <= json.n; cut++) {
			struct freeform f = { 0 };
			struct buf	b = { 0 };

			freeform_feed(&f, str_upto(json, cut), &b);
			freeform_feed(&f, str_from(json, cut), &b);
			freeform_end(&f, &b);
			same &= str_is(buf_view(&b), cases[i].text);
			buf_done(&b);
		}
		ok(same, "%s, cut anywhere", cases[i].what);
	}
	chat_init(&c, &a, DIALECT_RESPONSES);
	ok(!freeform_is_hidden(&c, &call), "a call of a tool that nobody declared is what it is");
	chat_tool(&c, TOOL_FREEFORM)->name = STR("shell");
	ok(freeform_is_hidden(&c, &call), "a function call of a freeform tool hides its text");
	call.freeform = true;
	ok(!freeform_is_hidden(&c, &call), "one that came as text does not");
	arena_done(&a);
	return tap_done();
}
