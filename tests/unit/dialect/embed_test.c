/* SPDX-License-Identifier: Apache-2.0 */
/* embed_test.c - vectors in numbers and in base64 say the same. */
#include "dialect/embed.h"
#include "tap.h"

static const struct {
	const char *what, *floats, *base64;	/* base64 NULL: it is no vector */
} vectors[] = {
	{ "one", "[1]", "AACAPw==" },
	{ "several, with blanks", " [ 0.5 ,\t-2,\n1e-3 ]", "AAAAPwAAAMBvEoM6" },
	{ "none", "[]", "" },
	{ "more digits than a float has", "[0.1000000000000000055511151231257827021181583404541015625]", "zczMPQ==" },
	{ "a text", "\"AACAPw==\"", NULL },
	{ "texts", "[\"1\"]", NULL },
	{ "null among numbers", "[1,null]", NULL },
	{ "vectors in a vector", "[[1]]", NULL },
	{ "more than a float holds", "[1e99]", NULL },
	{ "no number", "[1-2]", NULL },
	{ "too few commas", "[1 2 3]", NULL },
	{ "nothing", "", NULL },
	{ "not whole", "[1,2", NULL },
};

static const char *const strangers[] = { "AACAPw", "AACA", "!!!!", "AADAfw==", "AACAfw==", "Hu4A1w==" };

int
main(void)
{
	struct arena a;
	struct buf   b = { 0 };
	struct str   base64, floats;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(vectors); i++) {
		base64 = floats_to_base64(&a, str_of(vectors[i].floats));
		if (vectors[i].base64 == NULL)
			ok(base64.p == NULL, "%s is no vector", vectors[i].what);
		else
			is_slice(base64, vectors[i].base64, "%s", vectors[i].what);
	}
	is_slice(floats_from_base64(&a, STR("AAAAPwAAAMBvEoM6")), "[0.5,-2,0.00100000005]", "numbers again");
	is_slice(floats_from_base64(&a, STR("AACAPw")), "[1]", "without padding");
	is_slice(floats_from_base64(&a, STR("")), "[]", "none again");
	for (size_t i = 1; i < LENGTH(strangers); i++)
		ok(floats_from_base64(&a, str_of(strangers[i])).p == NULL, "'%s' is no vector", strangers[i]);
	buf_byte(&b, '[');
	for (int i = 0; i < 200000; i++)
		buf_printf(&b, "%s%d.25", i > 0 ? "," : "", i % 1000 - 500);
	buf_byte(&b, ']');
	base64 = floats_to_base64(&a, buf_view(&b));
	floats = floats_from_base64(&a, base64);
	ok(floats.p != NULL && str_eq(floats_to_base64(&a, floats), base64), "a long vector comes back");
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
