/* SPDX-License-Identifier: Apache-2.0 */
/* openai_called_test.c - pieces of calls find their call, whatever a server leaves out. */
#include "dialect/openai_inside.h"
#include "tap.h"

/* Pieces of one stream after the other; `call` is which one of ours each belongs to. */
static const struct {
	const char *what;
	struct {
		int	    wire;	/* -1: none; -2: no further piece */
		const char *id;
		bool	    named;
		uint32_t    call;
	} pieces[5];
} cases[] = {
	{ "by index", { { 0, "a", true, 0 }, { 0, "", false, 0 }, { 1, "b", true, 1 }, { 0, "", false, 0 }, { 1, "", false, 1 } } },
	{ "by index, with id and name in each piece", { { 0, "a", true, 0 }, { 0, "a", true, 0 }, { 1, "b", true, 1 }, { 1, "b", true, 1 },
	    { -2, "", false, 0 } } },
	{ "one index for all", { { 0, "a", true, 0 }, { 0, "", false, 0 }, { 0, "b", true, 1 }, { 0, "", false, 1 }, { -2, "", false, 0 } } },
	{ "by id", { { -1, "a", true, 0 }, { -1, "b", true, 1 }, { -1, "a", false, 0 }, { -1, "", false, 1 }, { -2, "", false, 0 } } },
	{ "by name alone", { { -1, "", true, 0 }, { -1, "", false, 0 }, { -1, "", true, 1 }, { -1, "", false, 1 }, { -2, "", false, 0 } } },
	{ "another id for each piece", { { 0, "a", true, 0 }, { 0, "x", false, 0 }, { 0, "y", false, 0 }, { -2, "", false, 0 } } },
	{ "an index that begins with one", { { 1, "a", true, 0 }, { 2, "b", true, 1 }, { 1, "", false, 0 }, { -2, "", false, 0 } } },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct openai_calls calls = { .reply_id = STR("r") };

		for (size_t k = 0; k < LENGTH(cases[i].pieces) && cases[i].pieces[k].wire != -2; k++)
			is_int(openai_called(&a, &calls, cases[i].pieces[k].wire, str_of(cases[i].pieces[k].id), cases[i].pieces[k].named)->index,
			    cases[i].pieces[k].call, "%s: piece %zu", cases[i].what, k);
	}
	arena_done(&a);
	return tap_done();
}
