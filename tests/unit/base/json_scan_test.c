/* SPDX-License-Identifier: Apache-2.0 */
/* What RFC 8259 accepts and refuses; each text also runs through json_read(). */
#include "base/json_scan.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

#define T(lit) { lit, sizeof(lit) - 1 }

static const struct str accepted[] = {
	/* values */
	T("null"), T("true"), T("false"), T("0"), T("\"\""), T("[]"), T("{}"), T("\"a\""),
	T(" null "), T("\t\n\r null\r\n\t"), T("[ ]"), T("{ }"), T(" [ 1 , 2 ] "), T("[[]   ]"),
	T("{ \"a\" : 1 , \"b\" : [ ] }"), T("[null, 1, \"1\", {}]"), T("[1,null,null,null,2]"),
	T("{\"a\":[]}"), T("{\"\":0}"), T("{\"a\":{\"a\":{}}}"), T("[false]"), T("[\"asd\"] "),
	T("{\"min\": -1.0e+28, \"max\": 1.0e+28}"), T("{\"a\\u0000b\":1}"), T("{\n\"a\": \"b\"\n}"),
	/* numbers */
	T("-0"), T("-1"), T("123"), T("20e1"), T("0e+1"), T("0e1"), T("1E22"), T("1E-2"), T("1E+2"),
	T("123e45"), T("123.456e78"), T("123.456789"), T("0.0"), T("-0.0"), T("1e-2"), T("1.5E+9"),
	T("-123"), T("1e0001"), T("[123e65]"), T("[ 4]"), T("0.1e1"), T("[-0.1]"),
	T("-0.000000000000000000000000000000000000000000000000000000000000000000000000000000001"),
	T("100000000000000000000"), T("-237462374673276894279832749832423479823246327846"),
	T("0.4e00669999999999999999999999999999999999999999999999999999999999999969999999006"),
	T("-1e+9999"), T("1.5e+9999"), T("123123e100000"), T("1e-10000000000000"),
	/* strings */
	T("\" \""), T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), T("\"\\u0060\\u012a\\u12AB\""),
	T("\"\\uD801\\udc37\""), T("\"\\ud83d\\ude39\\ud83d\\udc8d\""), T("\"\\\\u0000\""),
	T("\"\\u0000\""), T("\"\\u002c\""), T("\"\\u0012\""), T("\"\\uFFFF\""),
	T("\"\\uDBFF\\uDFFF\""), T("\"a/*b*/c/*d//e\""), T("\"\\\\a\""), T("\"\\\\n\""),
	T("\"new\\u00A0line\""), T("\"\x7f\""), T("\"\\u0022\""), T("\"\\u005C\""),
	T("\"\\uA66D\""), T("\"\\uFDD0\""), T("\"\\uFFFE\""),
	/* lone surrogates as escapes */
	T("\"\\ud800\""), T("\"\\uDADA\""), T("\"\\uDFAA\""), T("\"\\uD888\\u1234\""),
	T("\"\\uD800\\n\""), T("\"\\uD800\\uD800\\n\""), T("\"\\uDd1e\\uD834\""),
	T("\"\\uD800\\\\u\""),
	/* UTF-8 */
	T("\"\xc3\xa9\""), T("\"\xe2\x82\xac\""), T("\"\xf0\x9d\x84\x9e\""), T("\"\xef\xbf\xbf\""),
	T("\"\xf4\x8f\xbf\xbf\""), T("\"\xf0\x90\x80\x80\""), T("\"\xe0\xa0\x80\""),
	T("\"\xed\x9f\xbf\""), T("\"\xee\x80\x80\""), T("\"\xc2\x80\""), T("\"\xe2\x80\xa8\""),
	T("\"\xe2\x80\xa9\""), T("\"\xef\xbb\xbf\""), T("{\"\xe6\xa8\xa1\":\"\xe5\x9e\x8b\"}"),
	T("[\"\xcf\x80\"]"),
};

static const struct str refused[] = {
	/* nothing, or more than one thing */
	T(""), T(" "), T("\n"), T("\xef\xbb\xbf"), T("\xef\xbb\xbf{}"), T("\xef\xbb"), T("1 2"),
	T("{}{}"), T("[][]"), T("[1]x"), T("{\"a\":\"b\"}#"), T("{\"a\":\"b\"}/**/"), T("[1]]"),
	T("{}}"), T("\"\"x"), T("nullx"), T("true false"), T("1,"), T(","), T("]"), T("}"), T(":"),
	T("null\0"), T("\0null"), T("[]\0"), T("\0"), T("[1,\0]"), T("0\0"), T("\"\"\0"),
	/* words */
	T("nul"), T("tru"), T("fals"), T("nan"), T("NaN"), T("Infinity"), T("True"), T("NULL"),
	T("a"), T("[truth]"), T("[nulx]"), T("'a'"), T("<null>"), T("*"), T("\\u000A\"\""),
	T("\xe2\x81\xa0"), T("\xc3\xa5"), T("[\xc2\xa0]"), T("[\x0c]"), T("[\x0b]"), T("/**/1"),
	T("//x\n1"), T("[u]"),
	/* numbers */
	T("-"), T("+1"), T("01"), T("-01"), T("00"), T("1."), T("-1."), T(".1"), T("-.1"),
	T("1.e1"), T("1e"), T("1e+"), T("1E-"), T("1eE2"), T("0e"), T("0.e1"), T("0.3e"),
	T("0.3e+"), T("1.0e-"), T("1+2"), T("--1"), T("-a"), T("-foo"), T("-Infinity"), T("0x1"),
	T("0x"), T("1x"), T("1_000"), T("1 000.0"), T("1.2a-3"), T("1.2.3"), T("[1.]"), T("[-012]"),
	T("[012]"), T("- 1"), T("[.-1]"), T("[++1234]"), T("[2.e+3]"), T("[9.e+]"), T("[1ea]"),
	T("[-1x]"), T("[-2.]"), T("[0e+-1]"), T("[0.1.2]"), T("\xef\xbc\x91"), T("[1\xe5]"),
	T("[1e1\xe5]"), T("1,5"), T("- "),
	/* strings */
	T("\""), T("\"a"), T("\"\\"), T("\"\\\""), T("'single'"), T("\"\\a\""), T("\"\\x00\""),
	T("\"\\'\""), T("\"\\u\""), T("\"\\u00\""), T("\"\\u00A\""), T("\"\\u00g0\""),
	T("\"\\uqqqq\""), T("\"\\u 123\""), T("\"\\U0041\""), T("\"\\\\\\\""), T("\"\\\t\""),
	T("\"\\\0\""), T("\"\\0\""), T("\"\\\xe5\""), T("\"\\uD800\\\""), T("\"\\uD800\\u\""),
	T("\"\\uD800\\u1\""), T("\"\\uD800\\u1x\""), T("\"\\u+123\""), T("\"\\ud834\\uDd"),
	T("\"\\u{41}\""), T("\"a\0b\""), T("\"a\nb\""), T("\"a\tb\""), T("\"\x1f\""), T("\"\x01\""),
	T("\"\r\""), T("[\"a\",\n\"b]"), T("\"\\\xf0\x9f\x8c\x80\""), T("\\\"x\""),
	/* UTF-8: lone, short, overlong, surrogates, too high, never valid */
	T("\"\x80\""), T("\"\xbf\""), T("\"\xc3\""), T("\"\xc3\x28\""), T("\"\xe2\x82\""),
	T("\"\xe2\x28\xa1\""), T("\"\xe2\x82\x28\""), T("\"\xf0\x9d\x84\""),
	T("\"\xf0\x28\x8c\xbc\""), T("\"\xf0\x90\x28\xbc\""), T("\"\xf0\x28\x8c\x28\""),
	T("\"\xc0\xaf\""), T("\"\xc0\x80\""), T("\"\xc1\xbf\""), T("\"\xe0\x80\xaf\""),
	T("\"\xe0\x9f\xbf\""), T("\"\xf0\x80\x80\xaf\""), T("\"\xf0\x8f\xbf\xbf\""),
	T("\"\xed\xa0\x80\""), T("\"\xed\xbf\xbf\""), T("\"\xf4\x90\x80\x80\""),
	T("\"\xf5\x80\x80\x80\""), T("\"\xf8\x88\x80\x80\x80\""), T("\"\xfc\x83\xbf\xbf\xbf\xbf\""),
	T("\"\xfe\""), T("\"\xff\""), T("\"\xe9\""), T("\"a\xc3"), T("\"\xe2\x82"),
	T("\"\xf0\x9d\x84"), T("{\"\xb9\":\"0\"}"), T("\xff\xfe[\0\"\0\xe9\0\"\0]\0"),
	T("[\"\xe6\x97\xd1\x88\"]"),
	/* arrays */
	T("["), T("[1"), T("[1,"), T("[,"), T("[,]"), T("[,1]"), T("[1,]"), T("[1,,2]"), T("[1,,]"),
	T("[1 2]"), T("[1:2]"), T("[1}"), T("[\"\": 1]"), T("[\"\"],"), T("[3[4]]"), T("[1 true]"),
	T("[a, b]"), T("[*]"), T("[ , \"\"]"), T("[\"x\""), T("[\"x\"]]"), T("[\"a\",\n4\n,1,"),
	T("[{}"), T("[][1]"), T("[(1)]"),
	/* objects */
	T("{"), T("{\""), T("{\"a"), T("{\"a\""), T("{\"a\":"), T("{\"a\":1"), T("{\"a\":1,"),
	T("{,}"), T("{\"a\":1,}"), T("{\"a\":1,,}"), T("{\"a\"}"), T("{\"a\",1}"), T("{\"a\" 1}"),
	T("{a:1}"), T("{'a':1}"), T("{1:1}"), T("{null:1}"), T("{\"a\"::1}"), T("{:\"b\"}"),
	T("{\"a\":1]"), T("{[: \"x\"}"), T("{\"a\":\"b\",\"c\"}"), T("{\"a\":1 \"b\":2}"),
	T("{\"x\", null}"), T("{\"a\": true} \"x\""), T("{{}:1}"), T("{\"a\":/*c*/1}"),
	T("{\"a\":\"a"), T("{ \"foo\" : \"bar\", \"a\" }"), T("{\"a\":\"a\" 123}"),
	T("{key: 'value'}"), T("{]"), T("{\"a\":}"), T("{\"id\":0,,,,,}"), T("{\"a\":\"b\"}/"),
	T("{\"a\":\"b\"}//"), T("{9999E9999:1}"),
};

/* A copy that ends where its memory ends: the sanitizer sees every byte read too far. */
static int
both(struct str text, uint32_t depth)
{
	struct json_limits limits = { .depth = depth, .tree_depth = JSON_WHOLE };
	struct json_error  e1 = { 0, NULL }, e2 = { 0, NULL };
	struct arena	   a;
	struct json	  *root;
	char		  *copy = malloc(text.n + (text.n == 0));
	struct str	   tight = { copy, text.n };
	int		   check, read;

	arena_init(&a);
	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	check = json_check(tight, depth, &e1);
	read = json_read(&a, tight, limits, &root, &e2);
	if (check != read || e1.offset != e2.offset || e1.offset > text.n || (check < 0 &&
	    !e1.what)) {
		printf("# check says %d at %zu, read says %d at %zu\n", check, e1.offset, read,
		    e2.offset);
		check = -2;
	}
	arena_done(&a);
	free(copy);
	return check;
}

/* As a name that TAP can bear. */
static const char *
visible(struct str s)
{
	static char out[256];
	size_t	    n = 0;

	for (size_t i = 0; i < s.n && n < 200; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x7f || c == '#')
			n += (size_t)snprintf(out + n, 8, "<%02x>", c);
		else
			out[n++] = (char)c;
	}
	out[n] = '\0';
	return out;
}

/* The same text, moved over the edges of the 16-byte steps. */
static bool
anywhere(struct str text, int want)
{
	struct buf b = { 0 };
	bool	   same = true;

	for (size_t pad = 0; pad < 34; pad++) {
		buf_clear(&b);
		buf_cstr(&b, "[\"");
		for (size_t i = 0; i < pad; i++)
			buf_byte(&b, 'p');
		buf_cstr(&b, "\",");
		buf_str(&b, text);
		buf_byte(&b, ']');
		same = same && (both(buf_view(&b), 0) == 0) == (want == 0);
	}
	buf_done(&b);
	return same;
}

static void
test_table(void)
{
	for (size_t i = 0; i < LENGTH(accepted); i++) {
		is_int(both(accepted[i], 0), 0, "accepted: %s", visible(accepted[i]));
		ok(anywhere(accepted[i], 0), "accepted wherever it stands: %s",
		    visible(accepted[i]));
	}
	for (size_t i = 0; i < LENGTH(refused); i++)
		is_int(both(refused[i], 0), -1, "refused: %s", visible(refused[i]));
}

/* Whatever is cut off at its end is no JSON any more, save a number at the root. */
static void
test_cuts(void)
{
	static const struct str whole = T(
	    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
	    "\"\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e\\u00e9 \\\"quoted\\\" and a long plain run"
	    " of text\"}],\"n\":-1.5e+3,\"s\":[true,false,null]}");
	bool all = true;

	for (size_t n = 0; n < whole.n; n++)
		all = all && both(str_upto(whole, n), 0) == -1;
	ok(all, "a text cut at any byte is refused");
	is_int(both(whole, 0), 0, "and accepted whole");
}

static struct str
nested(struct buf *b, size_t depth, const char *open, const char *close)
{
	buf_clear(b);
	for (size_t i = 0; i < depth; i++)
		buf_cstr(b, open);
	buf_cstr(b, "1");
	for (size_t i = 0; i < depth; i++)
		buf_cstr(b, close);
	return buf_view(b);
}

static void
test_depth(void)
{
	struct buf	  b = { 0 };
	struct json_error err;

	is_int(both(nested(&b, 512, "[", "]"), 0), 0, "512 levels are accepted by default");
	is_int(both(nested(&b, 513, "[", "]"), 0), -1, "513 are not");
	is_int(both(nested(&b, 8, "{\"a\":", "}"), 8), 0, "the limit counts objects");
	is_int(both(nested(&b, 9, "{\"a\":", "}"), 8), -1, "and refuses one more");
	is_int(both(nested(&b, 1024, "[{\"a\":", "}]"), UINT32_MAX), -1,
	    "no limit lets more than 1024 through");
	is_int(both(nested(&b, 512, "[{\"a\":", "}]"), UINT32_MAX), 0, "but those");
	is_int(json_check(nested(&b, 1000000, "[", ""), 0, &err), -1,
	    "a million brackets are refused");
	is_int(err.offset, 512, "at the first that is too deep");
	is_str(err.what, "nested too deep", "in these words");
	is_int(both(STR("1"), 1), 0, "a scalar is no level");
	buf_done(&b);
}

static void
test_errors(void)
{
	static const struct {
		struct str  text;
		size_t	    offset;
		const char *what;
	} cases[] = {
		{ T("{\"a\":tru}"), 5, "unexpected character" },
		{ T("[1,2"), 4, "unexpected end" },
		{ T("[\"abc\\q\"]"), 5, "bad escape" },
		{ T("\"a\x01\""), 2, "control character in a string" },
		{ T("\"a\xff\""), 2, "bad UTF-8" },
		{ T("\"\xc3\xa9\xff\""), 3, "bad UTF-8" },
		{ T("\"abc"), 4, "unterminated string" },
		{ T("[-]"), 2, "bad number" },
		{ T("[1.x]"), 3, "bad number" },
		{ T("{} x"), 3, "trailing data" },
		{ T("{1:2}"), 1, "a name is expected" },
		{ T("{\"a\" 2}"), 5, "a colon is expected" },
		{ T("[01]"), 2, "unexpected character" },
	};
	struct json_error err;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		is_int(json_check(cases[i].text, 0, &err), -1, "refused: %s",
		    visible(cases[i].text));
		is_int(err.offset, cases[i].offset, "at its fault");
		is_str(err.what, cases[i].what, "for its reason");
	}
}

int
main(void)
{
	test_table();
	test_cuts();
	test_depth();
	test_errors();
	return tap_done();
}
