/* SPDX-License-Identifier: Apache-2.0 */
/* query_test.c - parameters behind a path are found by their names, percent signs decoded. */
#include "api/query.h"
#include "tap.h"

static const struct {
	const char *query, *name, *want;	/* NULL: not there */
} cases[] = {
	{ "alt=sse", "alt", "sse" },
	{ "a=b&alt=sse&c", "alt", "sse" },
	{ "alt", "alt", "" },
	{ "alt=", "alt", "" },
	{ "", "alt", NULL },
	{ "xalt=1&al=2", "alt", NULL },
	{ "key=a%2Fb%3d+c", "key", "a/b= c" },
	{ "k%65y=1", "key", "1" },
	{ "key=%zz%2", "key", "%zz%2" },
	{ "key=1&key=2", "key", "1" },
	{ "key=a=b", "key", "a=b" },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct str got = query_value(&a, str_of(cases[i].query), cases[i].name);

		ok((got.p == NULL) == (cases[i].want == NULL) && str_is(got, cases[i].want != NULL ? cases[i].want : ""),
		    "%s in \"%s\"", cases[i].name, cases[i].query);
	}
	is_slice(percent_decode(&a, STR("a+b%20c%2f")), "a+b c/", "a plus in a path is a plus");
	arena_done(&a);
	return tap_done();
}
