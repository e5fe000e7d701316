/* SPDX-License-Identifier: Apache-2.0 */
/* The programs' own layers are in no archive: the source is part of this test. */
#include "ctl/print.c"

#include "tap.h"

void
ctl_say(struct ctl *c, const char *fmt, ...)
{
	(void)c;
	(void)fmt;
}

static struct arena arena;

static const struct json *
json(const char *text)
{
	struct json	 *root = NULL;
	struct json_error err;

	if (json_read(&arena, str_of(text), (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) < 0)
		ok(0, "%s is JSON", text);
	return root;
}

static const char *
table(const char *text, const char *const *columns, bool color)
{
	struct buf  out = { 0 };
	const char *result;

	print_table(&out, &arena, json(text), columns, color);
	result = arena_cstr(&arena, buf_view(&out));
	buf_done(&out);
	return result;
}

static void
test_table(void)
{
	static const char *const columns[] = { "name", "n", "on", "list", "gone", NULL };

	is_str(table("[{\"name\":\"a\",\"n\":5,\"on\":true,\"list\":[\"x\",\"y\"]},"
	    "{\"name\":\"longer\",\"n\":1234,\"on\":false,\"list\":[],\"gone\":null}]", columns, false),
	    "name       n  on   list  gone\n"
	    "a          5  yes  x, y  -\n"
	    "longer  1234  no   -     -\n", "texts stand left, numbers right, nothing is a dash");
	is_str(table("[{\"name\":\"\xc3\xa4\xc3\xb6\",\"n\":\"x\"},{\"name\":\"ab\",\"n\":\"x\"}]", columns + 0, false),
	    "name  n  on  list  gone\n\xc3\xa4\xc3\xb6    x  -   -     -\nab    x  -   -     -\n", "width is in characters");
	is_str(table("[{\"name\":\"a\\u001b[31mb\\n\"}]", (const char *const[]){ "name", NULL }, false), "name\na?[31mb?\n",
	    "control characters do not reach a terminal");
	is_str(table("[{\"name\":\"down\"}]", (const char *const[]){ "name", NULL }, true),
	    "\033[1mname\033[0m\n\033[31mdown\033[0m\n", "with colour, what is bad is red");
	is_str(table("[{\"name\":\" \",\"n\":\" \"}]", columns, false), "name  n  on  list  gone\n         -   -     -\n",
	    "a blank is a blank");
}

static void
test_members(void)
{
	struct buf out = { 0 };

	print_members(&out, &arena, json("{\"a\":1,\"long\":\"x\",\"o\":{\"k\":2}}"), false);
	is_slice(buf_view(&out), "a     1\nlong  x\no     {\"k\":2}\n", "an object is a line for each member");
	buf_done(&out);
}

int
main(void)
{
	arena_init(&arena);
	test_table();
	test_members();
	arena_done(&arena);
	return tap_done();
}
