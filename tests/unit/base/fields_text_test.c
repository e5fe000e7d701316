/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fields_text.h"

#include "tap.h"

/* Reads `text` as the type and shows it again; NULL `shown` means refused. */
static const struct {
	enum field_type type;
	const char     *text, *shown;
} cases[] = {
	{ FIELD_STR, "", "" },
	{ FIELD_STR, " any, text ", " any, text " },
	{ FIELD_BOOL, "true", "true" },
	{ FIELD_BOOL, "Yes", "true" },
	{ FIELD_BOOL, "on", "true" },
	{ FIELD_BOOL, "1", "true" },
	{ FIELD_BOOL, "FALSE", "false" },
	{ FIELD_BOOL, "no", "false" },
	{ FIELD_BOOL, "off", "false" },
	{ FIELD_BOOL, "0", "false" },
	{ FIELD_BOOL, "maybe", NULL },
	{ FIELD_BOOL, "", NULL },
	{ FIELD_U64, "18446744073709551615", "18446744073709551615" },
	{ FIELD_U64, "-1", NULL },
	{ FIELD_I64, "-9223372036854775808", "-9223372036854775808" },
	{ FIELD_I64, "1.5", NULL },
	{ FIELD_MS, "90s", "90s" },
	{ FIELD_MS, "120s", "2m" },
	{ FIELD_MS, "0", "0s" },
	{ FIELD_MS, "soon", NULL },
	{ FIELD_TIME, "2026-11-21", "2026-11-21T00:00:00.000Z" },
	{ FIELD_TIME, "2026-11-21T09:24:29.123+01:00", "2026-11-21T08:24:29.123Z" },
	{ FIELD_TIME, "never", "never" },
	{ FIELD_TIME, "", "never" },
	{ FIELD_TIME, "tomorrow", NULL },
	{ FIELD_NANO, "0.25", "0.25" },
	{ FIELD_NANO, "-0.000000001", "-0.000000001" },
	{ FIELD_NANO, "10", "10" },
	{ FIELD_NANO, "0", "0" },
	{ FIELD_NANO, "100.10", "100.1" },
	{ FIELD_NANO, "-9223372036.854775808", "-9223372036.854775808" },
	{ FIELD_NANO, "0.0000000001", NULL },
	{ FIELD_NANO, "$1", NULL },
	{ FIELD_LIST, "", "" },
	{ FIELD_LIST, "a", "a" },
	{ FIELD_LIST, " a , b\t,c ", "a,b,c" },
	{ FIELD_LIST, "a,,b,", "a,b" },
	{ FIELD_LIST, "a\\,b,c", "a\\,b,c" },
	{ FIELD_LIST, "a\\\\,b", "a\\\\,b" },
	{ FIELD_LIST, "c:\\dir", "c:\\\\dir" },
	{ FIELD_LIST, "end\\", "end\\\\" },
	{ FIELD_LIST, "\\, x", "\\, x" },
	{ FIELD_PAIRS, "a=b, X-Title: weir", "a=b,X-Title: weir" },
	{ FIELD_PAIRS, "a=b,c", NULL },
	{ FIELD_BYTES, "00fF", "00ff" },
	{ FIELD_BYTES, "", "" },
	{ FIELD_BYTES, "0", NULL },
	{ FIELD_BYTES, "zz", NULL },
	{ FIELD_SEALED, "sk-secret", NULL },
};

union value {
	struct str	s;
	struct str_list l;
	uint64_t	u;
	bool		b;
};

static void
test_case(struct arena *a, size_t i)
{
	union value v = { .l = { NULL, 0 } }, again = v;
	const char *wanted = fields_text_read(a, cases[i].type, str_of(cases[i].text), &v);
	struct str  shown;

	if (cases[i].shown == NULL) {
		ok(wanted != NULL, "\"%s\" is refused with a reason", cases[i].text);
		return;
	}
	ok(wanted == NULL, "\"%s\" is read", cases[i].text);
	shown = fields_text_show(a, cases[i].type, &v);
	is_slice(shown, cases[i].shown, "and shown in its plainest form");
	ok(fields_text_read(a, cases[i].type, shown, &again) == NULL &&
	    str_eq(fields_text_show(a, cases[i].type, &again), shown), "which is read back");
}

int
main(void)
{
	struct arena	a;
	struct str_list l = { NULL, 0 };
	struct str	sealed = STR("bytes");

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		test_case(&a, i);
	ok(fields_text_read(&a, FIELD_LIST, STR("a\\,b, c\\\\ "), &l) == NULL && l.n == 2,
	    "a list has its items");
	is_slice(l.items[0], "a,b", "with commas inside");
	is_slice(l.items[1], "c\\", "and backslashes");
	is_slice(fields_text_show(&a, FIELD_SEALED, &sealed), "***",
	    "a sealed field shows that it is set");
	sealed = STR_NONE;
	is_slice(fields_text_show(&a, FIELD_SEALED, &sealed), "", "or not");
	arena_done(&a);
	return tap_done();
}
