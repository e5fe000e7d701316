/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "tap.h"

static void
test_compare(void)
{
	ok(str_eq(STR_NONE, STR("")), "no slice and an empty slice are equal");
	ok(str_eq(STR("abc"), STR("abc")), "equal bytes are equal");
	ok(!str_eq(STR("abc"), STR("abd")), "one other byte makes a difference");
	ok(!str_eq(STR("abc"), STR("ab")), "a prefix is not equal");
	ok(str_eq(STR("a\0b"), STR("a\0b")) && !str_eq(STR("a\0b"), STR("a\0c")),
	    "NUL ends nothing");
	ok(str_is(STR("x"), "x") && !str_is(STR("x"), "xy"), "a slice compares with a C string");
	ok(str_is(STR_NONE, NULL), "no slice is what NULL gives");
	ok(str_eq_nocase(STR("Content-TYPE"), STR("content-type")), "ASCII case can be ignored");
	ok(!str_eq_nocase(STR("\xc4"), STR("\xe4")), "but only that of ASCII");
	ok(!str_eq_nocase(STR("@"), STR("`")), "and only that of letters");
	ok(str_cmp(STR("a"), STR("b")) < 0, "a comes before b");
	ok(str_cmp(STR("ab"), STR("a")) > 0, "a longer slice comes after its prefix");
	ok(str_cmp(STR("\xff"), STR("a")) > 0, "bytes are compared unsigned");
	is_int(str_cmp(STR_NONE, STR("")), 0, "nothing sorts with the empty");
}

static void
test_ends(void)
{
	ok(str_starts(STR("sk-abc"), STR("sk-")), "a prefix is found");
	ok(!str_starts(STR("sk"), STR("sk-")), "a prefix may not be longer than the text");
	ok(str_starts(STR(""), STR_NONE), "everything starts with nothing");
	ok(str_ends(STR("a.json"), STR(".json")), "a suffix is found");
	ok(!str_ends(STR("json"), STR(".json")), "a suffix may not be longer than the text");
	ok(str_starts_nocase(STR("BEARER x"), STR("Bearer ")), "a prefix is found in any case");
}

static void
test_find(void)
{
	is_int(str_find(STR("data: x"), STR(": ")), 4, "a piece is found at its offset");
	is_int(str_find(STR("data"), STR("x")), 4, "an absent piece is found at the end");
	is_int(str_find(STR("data"), STR("")), 0, "the empty piece is at the start");
	is_int(str_find(STR_NONE, STR("x")), 0, "nothing is searched without harm");
	is_int(str_find_byte(STR("a=b=c"), '='), 1, "the first of two bytes is found");
	is_int(str_find_byte(STR("abc"), '='), 3, "an absent byte is at the end");
	is_int(str_find_either(STR("a\rb\n"), '\n', '\r'), 1, "the first of either byte is found");
	is_int(str_find_either(STR("a\nb\r"), '\n', '\r'), 1, "whichever it is");
	is_int(str_find_either(STR("abc"), '\n', '\r'), 3, "and neither is at the end");
	is_slice(str_from(STR("abc"), 1), "bc", "a tail can be taken");
	is_slice(str_from(STR("abc"), 9), "", "a tail beyond the end is empty");
	is_slice(str_upto(STR("abc"), 2), "ab", "a head can be taken");
	is_slice(str_upto(STR("abc"), 9), "abc", "a head is no longer than its text");
	is_slice(str_trim(STR(" \t a b\t ")), "a b", "blanks and tabs at both ends are trimmed");
	is_slice(str_trim(STR(" \t")), "", "nothing but blanks trims to nothing");
}

static void
test_split(void)
{
	struct str rest = STR("a,,b"), piece;

	ok(str_split(&rest, ',', &piece), "the first piece is there");
	is_slice(piece, "a", "and stops at the separator");
	ok(str_split(&rest, ',', &piece) && piece.n == 0, "an empty piece between two is a piece");
	ok(str_split(&rest, ',', &piece), "the last piece needs no separator");
	is_slice(piece, "b", "and is all that is left");
	ok(!str_split(&rest, ',', &piece), "then nothing is left");
	rest = STR_NONE;
	ok(!str_split(&rest, ',', &piece), "an empty text has no piece");
}

static void
test_glob(void)
{
	static const struct {
		struct str  pattern, text;
		bool	    matches;
		const char *name;
	} cases[] = {
		{ STR("*"), STR(""), true, "a star matches nothing" },
		{ STR("*"), STR("gpt-4o"), true, "a star matches all" },
		{ STR("gpt-*"), STR("gpt-4o"), true, "a prefix with a star matches" },
		{ STR("gpt-*"), STR("GPT-4o"), false, "case matters" },
		{ STR("gpt-?o"), STR("gpt-4o"), true, "a question mark is one byte" },
		{ STR("gpt-?"), STR("gpt-"), false, "a question mark is not nothing" },
		{ STR("*mini"), STR("a-mini-mini"), true, "a star gives back what it took" },
		{ STR("a*b*c"), STR("a-b-b-c"), true, "two stars share a text" },
		{ STR("a*b*c"), STR("a-c-b"), false, "pieces must come in order" },
		{ STR(""), STR(""), true, "nothing matches nothing" },
		{ STR(""), STR("a"), false, "nothing does not match something" },
		{ STR("a**"), STR("a"), true, "stars at the end match nothing" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++)
		is_int(str_glob(cases[i].pattern, cases[i].text), cases[i].matches, "%s",
		    cases[i].name);
}

static void
test_glob_is_not_exponential(void)
{
	char	   text[4000], pattern[80];
	struct str p = { pattern, sizeof(pattern) }, t = { text, sizeof(text) };

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(pattern); i += 2) {
		pattern[i] = '*';
		pattern[i + 1] = 'a';
	}
	pattern[79] = 'b';
	ok(!str_glob(p, t), "forty stars end soon without a match");
}

static void
test_distance(void)
{
	char long_one[300];

	memset(long_one, 'a', sizeof(long_one));
	is_int(str_distance(STR("kitten"), STR("sitting"), 9), 3,
	    "kitten is three edits from sitting");
	is_int(str_distance(STR("same"), STR("same"), 0), 0, "a text is no edit from itself");
	is_int(str_distance(STR("kitten"), STR("sitting"), 2), 3,
	    "more than the most is the most + 1");
	is_int(str_distance(STR("a"), STR("abcdefgh"), 3), 4, "a gap in length is seen at once");
	is_int(str_distance(STR(""), STR("ab"), 5), 2, "from nothing, each byte is an edit");
	is_int(str_distance((struct str){ long_one, 300 }, (struct str){ long_one, 299 }, 9), 10,
	    "texts beyond 255 bytes are far from all others");
}

static void
test_bytes(void)
{
	char	      out[64];
	unsigned char back[4];

	hex_write(out, "\x00\x1f\xff", 3);
	is_str(out, "001fff", "bytes are written in hex, lower case");
	is_int(hex_read(back, 3, STR("001FfF")), 0, "hex of both cases is read");
	ok(memcmp(back, "\x00\x1f\xff", 3) == 0, "to the same bytes");
	is_int(hex_read(back, 3, STR("001ff")), -1, "half a byte is refused");
	is_int(hex_read(back, 2, STR("001fff")), -1, "too many bytes are refused");
	is_int(hex_read(back, 2, STR("00g0")), -1, "other letters are refused");
	is_int(base64url_write(out, "f", 1), 2, "one byte is two characters");
	is_str(out, "Zg", "without padding");
	is_int(base64url_write(out, "foobar", 6), 8, "six bytes are eight characters");
	is_str(out, "Zm9vYmFy", "as RFC 4648 has them");
	base64url_write(out, "\xfb\xff", 2);
	is_str(out, "-_8", "the alphabet is the one for URLs");
	is_int(base64url_write(out, "", 0), 0, "nothing is written as nothing");
}

static void
test_rare(void)
{
	static const struct {
		const char *hay, *needle;
		size_t	    rare;
		bool	    there;
	} cases[] = {
		{ "abc~w1.x", "~w1.", 0, true }, { "~w1.", "~w1.", 0, true }, { "~w1", "~w1.", 0, false }, { "", "~", 0, false },
		{ "~~w~w1.", "~w1.", 0, true }, { "\"w1.", "\"w1.", 2, true }, { "w1.\"w1", "\"w1.", 2, false },
		{ "1\"w1.", "\"w1.", 2, true }, { "aab", "b", 0, true },
	};

	for (size_t i = 0; i < LENGTH(cases); i++)
		ok(str_has_rare(str_of(cases[i].hay), str_of(cases[i].needle), cases[i].rare) == cases[i].there, "'%s' %s '%s'",
		    cases[i].hay, cases[i].there ? "has" : "has no", cases[i].needle);
}

int
main(void)
{
	test_rare();
	test_compare();
	test_ends();
	test_find();
	test_split();
	test_glob();
	test_glob_is_not_exponential();
	test_distance();
	test_bytes();
	ok(str_hash(STR("")) == UINT64_C(0xcbf29ce484222325), "the hash of nothing is FNV's basis");
	ok(str_hash(STR("foobar")) == UINT64_C(0x85944171f73967e8),
	    "the hash is FNV-1a of 64 bits");
	return tap_done();
}
