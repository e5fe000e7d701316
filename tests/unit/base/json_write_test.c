/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "tap.h"

static void
write_all(struct json_out *o)
{
	json_object(o, NULL);
	json_str(o, "s", STR("a\"b"));
	json_num(o, "i", -5);
	json_unum(o, "u", UINT64_MAX);
	json_bool(o, "t", true);
	json_null(o, "n");
	json_cstr(o, "c", NULL);
	json_raw(o, "r", STR("[1]"));
	json_array(o, "list");
	json_num(o, NULL, 1);
	json_object(o, NULL);
	json_object_end(o);
	json_array(o, NULL);
	json_array_end(o);
	json_array_end(o);
	json_named(o, STR("na\"me"));
	json_object(o, NULL);
	json_cstr(o, "x", "y");
	json_object_end(o);
	json_object_end(o);
}

static void
test_structure(void)
{
	struct json_out	  o;
	struct json_error err;
	struct buf	  b = { 0 };

	json_start(&o, &b, false);
	write_all(&o);
	is_slice(buf_view(&b),
	    "{\"s\":\"a\\\"b\",\"i\":-5,\"u\":18446744073709551615,\"t\":true,\"n\":null,"
	    "\"c\":null,\"r\":[1],\"list\":[1,{},[]],\"na\\\"me\":{\"x\":\"y\"}}",
	    "commas and quotes are right");
	is_int(json_check(buf_view(&b), 0, &err), 0, "the reader agrees");
	buf_clear(&b);
	json_start(&o, &b, true);
	write_all(&o);
	is_slice(buf_view(&b),
	    "{\n  \"s\": \"a\\\"b\",\n  \"i\": -5,\n  \"u\": 18446744073709551615,\n"
	    "  \"t\": true,\n  \"n\": null,\n  \"c\": null,\n  \"r\": [1],\n  \"list\": [\n    1,\n"
	    "    {},\n    []\n  ],\n  \"na\\\"me\": {\n    \"x\": \"y\"\n  }\n}",
	    "for people it is indented");
	is_int(json_check(buf_view(&b), 0, &err), 0, "and still JSON");
	buf_clear(&b);
	json_start(&o, &b, false);
	json_raw(&o, NULL, STR_NONE);
	is_slice(buf_view(&b), "null", "no raw value is null");
	buf_done(&b);
}

static void
test_quote(void)
{
	static const struct {
		struct str  text;
		const char *want, *name;
	} cases[] = {
		{ STR(""), "\"\"", "nothing is an empty string" },
		{ STR("a/b"), "\"a/b\"", "a slash needs no escape" },
		{ STR("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\"", "short escapes are used" },
		{ STR("\0\x1f"), "\"\\u0000\\u001f\"", "other control characters get long ones" },
		{ STR("\x7f"), "\"\x7f\"", "DEL is no control character to JSON" },
		{ STR("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\"",
		    "UTF-8 stays as it is" },
		{ STR("a\xff" "b\xc3"), "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\"",
		    "bad bytes become U+FFFD" },
		{ STR("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "each of them" },
		{ STR("a text that is longer than sixteen bytes\nand goes on"),
		    "\"a text that is longer than sixteen bytes\\nand goes on\"",
		    "long runs are copied" },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		buf_clear(&b);
		json_quote(&b, cases[i].text);
		is_slice(buf_view(&b), cases[i].want, "%s", cases[i].name);
	}
	buf_done(&b);
}

/* Every byte pair, written and read again. */
static void
test_round_trip(void)
{
	struct json_limits limits = { .tree_depth = 0 };
	struct json_error  err;
	struct json	  *j;
	struct buf	   b = { 0 };
	struct arena	   a;
	bool		   valid = true, same = true;

	arena_init(&a);
	for (int i = 0; i < 65536; i++) {
		char	   pair[] = { (char)(i >> 8), (char)i };
		struct str s = { pair, 2 };

		buf_clear(&b);
		json_quote(&b, s);
		if (json_read(&a, buf_view(&b), limits, &j, &err) < 0)
			valid = false;
		else if (utf8_valid(s))
			same = same && str_eq(json_text(&a, j), s);
	}
	ok(valid, "whatever two bytes are written, the result is JSON");
	ok(same, "and what was UTF-8 comes back");
	arena_done(&a);
	buf_done(&b);
}

int
main(void)
{
	test_structure();
	test_quote();
	test_round_trip();
	return tap_done();
}
