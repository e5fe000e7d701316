/* SPDX-License-Identifier: Apache-2.0 */
/* redact_test.c - what a vendor says of a key is told without it. */
#include <stdlib.h>

#include "api/redact.h"
#include "tap.h"

#define SECRET "up-secret-key-9f3a"

static const struct {
	const char *said, *told;
} cases[] = {
	{ "Incorrect API key provided: " SECRET ". See the docs.", "Incorrect API key provided: ***. See the docs." },
	{ "Incorrect API key provided: sk-abc123.", "Incorrect API key provided: ***." },
	{ "Your api key: ****-key is invalid", "Your api key: *** is invalid" },
	{ "key up-s*****9f3a is not welcome", "key *** is not welcome" },
	{ "the key ending in 9f3a has expired", "the key ending in *** has expired" },
	{ "sk-...9f3a", "***...***" },
	{ "Authorization: Bearer abc.def", "Authorization: Bearer ***.def" },
	{ "invalid x-api-key", "invalid x-api-key" },
	{ "a risk-free task, disk-bound", "a risk-free task, disk-bound" },
	{ "AIzaSyA-1", "***" },
	{ "2 * 3 = 6", "2 * 3 = 6" },
	{ "nothing of the kind", "nothing of the kind" },
	{ "", "" },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		is_str(arena_cstr(&a, redact(&a, str_of(cases[i].said), STR(SECRET))), cases[i].told, "'%s'", cases[i].said);
	is_str(arena_cstr(&a, redact(&a, STR("key none or -key"), STR("-key"))), "key none or -key", "a secret that is hardly one takes no words away");
	arena_done(&a);
	return tap_done();
}
