/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "tap.h"

static struct arena	 a;
static struct json_error err;

static struct json *
read_to(struct str text, uint32_t tree_depth)
{
	struct json	  *root = NULL;
	struct json_limits limits = { .tree_depth = tree_depth };

	return json_read(&a, text, limits, &root, &err) < 0 ? NULL : root;
}

static struct json *
read_all(struct str text)
{
	return read_to(text, JSON_WHOLE);
}

static void
test_nodes(void)
{
	struct json	  *j = read_all(STR(" {\"a\" : [1, {\"b\":\"x\"}, []] ,\"c\":null}\n"));
	const struct json *list = json_get(j, "a");

	ok(json_is(j, JSON_OBJECT) && j->count == 2, "an object counts its members");
	is_slice(j->raw, "{\"a\" : [1, {\"b\":\"x\"}, []] ,\"c\":null}",
	    "its span has no space around it");
	ok(json_is(list, JSON_ARRAY) && list->count == 3, "an array counts its elements");
	is_slice(list->raw, "[1, {\"b\":\"x\"}, []]", "its span is the source's");
	is_slice(list->name, "a", "a member has its name");
	ok(list->child->name.p == NULL, "an element has none");
	is_slice(json_at(list, 0)->raw, "1", "a number keeps its text");
	is_slice(json_path(json_at(list, 1), "b")->text, "x",
	    "a string has its text without quotes");
	is_slice(json_path(json_at(list, 1), "b")->raw, "\"x\"", "and its span with them");
	ok(json_at(list, 2)->count == 0 && json_at(list, 2)->child == NULL,
	    "an empty array is empty");
	ok(json_at(list, 3) == NULL, "there is nothing behind the last");
	ok(json_is(json_get(j, "c"), JSON_NULL), "null is a value");
	ok(json_get(j, "c")->next == NULL && j->child->next == json_get(j, "c"),
	    "members stand in order");
}

static void
test_tree_depth(void)
{
	struct str   text = STR("{\"m\":[{\"r\":1},{\"r\":2},3],\"n\":{},\"s\":\"x\"}");
	struct json *root = read_to(text, 0), *j = read_to(text, 1);
	const struct json *m = json_get(j, "m");

	ok(root->child == NULL && root->count == 3,
	    "depth 0 makes the root alone, which still counts");
	ok(m != NULL && m->child == NULL && m->count == 3,
	    "depth 1 makes the members, which still count");
	is_slice(m->raw, "[{\"r\":1},{\"r\":2},3]", "and have their spans");
	is_int(json_get(j, "n")->count, 0, "an empty member counts none");
	j = read_to(text, 2);
	ok(json_at(json_get(j, "m"), 1)->child == NULL, "depth 2 ends one level below");
	ok(read_to(STR("{\"m\":[1,}"), 0) == NULL, "what gets no nodes is checked all the same");
}

static void
test_open(void)
{
	struct str   text = STR("{\"m\":[{\"r\":1},{\"r\":2}],"
				"\"d\":{\"a\":{\"x\":1,\"x\":2}},\"n\":1}");
	struct json *j = read_to(text, 1);
	struct json *m = j->child, *d = m->next;

	is_int(json_open(&a, m, &err), 0, "a node below the depth can be opened");
	ok(json_at(m, 1) != NULL && json_at(m, 1)->child == NULL && m->count == 2, "by one level");
	is_int(json_open(&a, m->child, &err), 0, "and its child again");
	is_slice(json_get(m->child, "r")->raw, "1", "down to the leaves");
	is_int(json_open(&a, m, &err), 0, "opening it twice is harmless");
	is_int(json_open(&a, d->next, &err), 0, "so is opening a scalar");
	is_int(json_open(&a, d, &err), 0, "an object is opened");
	is_int(json_open(&a, d->child, &err), -1,
	    "a name that comes twice shows when its object is opened");
	is_str(err.what, "the same name twice in an object", "in these words");
}

static void
test_names(void)
{
	struct json *j = read_all(STR("{\"mod\\u0065l\":1,\"a\\n\":2,\"\":3}"));

	is_slice(json_get(j, "model")->raw, "1", "an escaped name is found by what it means");
	is_slice(json_get(j, "a\n")->raw, "2", "with all kinds of escapes");
	is_slice(json_get(j, "")->raw, "3", "the empty name is a name");
	ok(json_get(j, "mode") == NULL && json_get(j, "modell") == NULL,
	    "a part of a name is none");
	ok(read_all(STR("{\"a\":1,\"b\":2,\"a\":3}")) == NULL, "a name twice is refused");
	is_int(err.offset, 17, "at the second value");
	ok(read_all(STR("{\"model\":1,\"mod\\u0065l\":3}")) == NULL, "in whatever spelling");
	ok(read_all(STR("[{\"b\":1},{\"a\":{\"c\":1,\"c\":1}}]")) == NULL,
	    "at any depth that gets nodes");
	ok(read_to(STR("{\"a\":{\"c\":1,\"c\":1}}"), 1) != NULL, "below that depth nobody asks");
	ok(read_all(STR("{\"a\":{\"a\":1},\"b\":{\"a\":1}}")) != NULL,
	    "in other objects a name may come again");
}

static void
test_text(void)
{
	static const struct {
		struct str  json;
		const char *want, *name;
	} cases[] = {
		{ STR("\"plain\""), "plain", "a plain string is its text" },
		{ STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "\"\\/\b\f\n\r\t",
		    "short escapes are undone" },
		{ STR("\"\\u0041\\u00e9\\u20AC\""), "A\xc3\xa9\xe2\x82\xac",
		    "long escapes become UTF-8" },
		{ STR("\"\\ud83d\\ude00!\""), "\xf0\x9f\x98\x80!",
		    "a pair of surrogates is one character" },
		{ STR("\"\\uDBFF\\uDFFF\""), "\xf4\x8f\xbf\xbf", "up to the last one" },
		{ STR("\"\\ud800\""), "\xef\xbf\xbd", "a lone high surrogate is U+FFFD" },
		{ STR("\"\\udc00x\""), "\xef\xbf\xbdx", "a lone low one too" },
		{ STR("\"\\ud800\\u0041\""), "\xef\xbf\xbd" "A", "what follows it is kept" },
		{ STR("\"\\ud800\\n\""), "\xef\xbf\xbd\n", "even an escape" },
		{ STR("\"\\ud800\\ud83d\\ude00\""), "\xef\xbf\xbd\xf0\x9f\x98\x80",
		    "or a good pair" },
		{ STR("\"\\ude00\\ud83d\""), "\xef\xbf\xbd\xef\xbf\xbd",
		    "a pair the wrong way round is none" },
		{ STR("\"a\\nb\\nc\""), "a\nb\nc", "text between escapes is kept" },
		{ STR("\"\\\\u0041\""), "\\u0041", "an escaped backslash starts no escape" },
		{ STR("\"\""), "", "an empty string is empty" },
	};
	struct json *j;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		j = read_all(cases[i].json);
		is_slice(json_text(&a, j), cases[i].want, "%s", cases[i].name);
		is_int(j->escaped, str_find_byte(cases[i].json, '\\') < cases[i].json.n,
		    "and it knows whether it has escapes");
	}
	ok(json_text(&a, read_all(STR("\"a\\u0000b\""))).n == 3, "an escaped NUL is a byte");
	is_slice(json_text(&a, read_all(STR("5"))), "", "a number has no text");
	is_slice(json_text(&a, NULL), "", "nothing has none either");
}

static void
test_nothing(void)
{
	struct str   text = STR("{\"usage\":{\"prompt_tokens\":7,\"d\":{\"c\":true}},\"s\":\"x\"}");
	struct json *j = read_all(text);

	is_slice(json_path(j, "usage.prompt_tokens")->raw, "7", "a path goes down");
	ok(json_true(json_path(j, "usage.d.c")), "as far as it says");
	ok(json_path(j, "usage.none.c") == NULL, "a path may end in nothing");
	ok(json_path(j, "s.x") == NULL, "a string has no members");
	ok(json_path(NULL, "a") == NULL && json_get(NULL, "a") == NULL && json_at(NULL, 0) == NULL,
	    "nothing has no children");
	ok(!json_is(NULL, JSON_NULL) && !json_true(NULL), "and is not even null");
	ok(!json_true(json_get(j, "s")), "a string is not true");
	ok(json_at(j, 0) == NULL, "an object has no elements");
}

static void
test_many_members(void)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;
	struct arena	   arena;
	struct buf	   b = { 0 };

	arena_init(&arena);
	buf_byte(&b, '{');
	for (int i = 0; i <= JSON_MEMBERS_MOST; i++)
		buf_printf(&b, "%s\"m%d\":0", i > 0 ? "," : "", i);
	buf_byte(&b, '}');
	ok(json_read(&arena, buf_view(&b), limits, &root, &e) < 0, "an object with too many members is refused");
	is_str(e.what, "too many members in an object", "and that is said");
	limits.tree_depth = 0;
	ok(json_read(&arena, buf_view(&b), limits, &root, &e) == 0, "but not when it gets no nodes");
	limits = (struct json_limits){ .tree_depth = 1, .deep = "b", .deep_depth = 2 };
	ok(json_read(&arena, STR("{\"a\":[[1]],\"b\":[[2],3],\"c\":{\"d\":{\"b\":[4]}}}"), limits, &root, &e) == 0,
	    "one member may be read deeper than the others");
	ok(json_get(root, "a")->child == NULL && json_get(root, "c")->child == NULL, "the others get no nodes below them");
	ok(json_get(root, "b")->child != NULL && json_get(root, "b")->child->child == NULL && json_get(root, "b")->count == 2,
	    "it does, down to its depth");
	limits = (struct json_limits){ .tree_depth = JSON_WHOLE, .nodes = 5 };
	ok(json_read(&arena, STR("[[1],[2]]"), limits, &root, &e) == 0, "as many nodes as are allowed are made");
	ok(json_read(&arena, STR("[[1],[2,3]]"), limits, &root, &e) < 0 && str_is(str_of(e.what), "too many values"),
	    "one more is refused");
	buf_done(&b);
	arena_done(&arena);
}

int
main(void)
{
	test_many_members();
	arena_init(&a);
	test_nodes();
	test_tree_depth();
	test_open();
	test_names();
	test_text();
	test_nothing();
	arena_done(&a);
	return tap_done();
}
