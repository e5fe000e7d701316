/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "tap.h"

#define NO INT64_MIN

static const struct {
	const char *text;
	int64_t	    as_u64, as_i64;
} cases[] = {
	{ "0", 0, 0 },
	{ "-0", 0, 0 },
	{ "7", 7, 7 },
	{ "-7", NO, -7 },
	{ "120", 120, 120 },
	{ "1e3", 1000, 1000 },
	{ "1E+3", 1000, 1000 },
	{ "5.0", 5, 5 },
	{ "5.000000000000000000000000000000", 5, 5 },
	{ "1.5", NO, NO },
	{ "1.5e1", 15, 15 },
	{ "1.50e1", 15, 15 },
	{ "1200e-2", 12, 12 },
	{ "1201e-2", NO, NO },
	{ "1e-3", NO, NO },
	{ "0.000", 0, 0 },
	{ "0e99999999999999999999", 0, 0 },
	{ "-0.0e-5", 0, 0 },
	{ "0.00012e5", 12, 12 },
	{ "9223372036854775807", INT64_MAX, INT64_MAX },
	{ "-9223372036854775809", NO, NO },
	{ "18446744073709551615", -1, NO },
	{ "18446744073709551616", NO, NO },
	{ "1e19", (int64_t)UINT64_C(10000000000000000000), NO },
	{ "1e20", NO, NO },
	{ "1e999999999999", NO, NO },
	{ "1e-999999999999", NO, NO },
	{ "100000000000000000000000", NO, NO },
	{ "\"7\"", NO, NO },
	{ "true", NO, NO },
	{ "[7]", NO, NO },
};

int
main(void)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  err;
	struct json	  *j;
	struct arena	   a;
	uint64_t	   u;
	int64_t		   i;

	arena_init(&a);
	for (size_t k = 0; k < LENGTH(cases); k++) {
		if (json_read(&a, str_of(cases[k].text), limits, &j, &err) < 0)
			j = NULL;
		ok(j != NULL, "%s is JSON", cases[k].text);
		is_int(json_u64(j, &u) < 0 ? NO : (int64_t)u, cases[k].as_u64,
		    "as an unsigned number");
		is_int(json_i64(j, &i) < 0 ? NO : i, cases[k].as_i64, "as a signed number");
	}
	ok(json_read(&a, STR("-9223372036854775808"), limits, &j, &err) == 0 && json_i64(j,
	    &i) == 0 &&
	    i == INT64_MIN, "the least number is a number");
	is_int(json_u64(NULL, &u), -1, "nothing is no number");
	arena_done(&a);
	return tap_done();
}
