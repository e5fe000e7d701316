/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "tap.h"

#define REFUSED INT64_MIN

static int64_t
u64(struct str s)
{
	uint64_t v;

	return str_u64(s, &v) < 0 ? REFUSED : (int64_t)v;
}

static int64_t
i64(struct str s)
{
	int64_t v;

	return str_i64(s, &v) < 0 ? REFUSED : v;
}

static int64_t
dollars(struct str s)
{
	int64_t v;

	return str_decimal(s, 9, &v) < 0 ? REFUSED : v;
}

static int64_t
duration(struct str s)
{
	uint64_t v;

	return str_duration_ms(s, &v) < 0 ? REFUSED : (int64_t)v;
}

static int64_t
size(struct str s)
{
	uint64_t v;

	return str_bytes(s, &v) < 0 ? REFUSED : (int64_t)v;
}

struct number_case {
	int64_t	  (*read)(struct str);
	const char *text;
	int64_t	    want;
};

static const struct number_case cases[] = {
	{ u64, "0", 0 },
	{ u64, "007", 7 },
	{ u64, "18446744073709551615", -1 },
	{ u64, "18446744073709551616", REFUSED },
	{ u64, "99999999999999999999", REFUSED },
	{ u64, "", REFUSED },
	{ u64, "-1", REFUSED },
	{ u64, "+1", REFUSED },
	{ u64, " 1", REFUSED },
	{ u64, "1x", REFUSED },
	{ i64, "-1", -1 },
	{ i64, "9223372036854775807", INT64_MAX },
	{ i64, "9223372036854775808", REFUSED },
	{ i64, "-9223372036854775807", -INT64_MAX },
	{ i64, "-9223372036854775809", REFUSED },
	{ i64, "-", REFUSED },
	{ i64, "--1", REFUSED },
	{ dollars, "1.25", 1250000000 },
	{ dollars, "0.000000001", 1 },
	{ dollars, "0.0000000001", REFUSED },
	{ dollars, "-0.5", -500000000 },
	{ dollars, "3", INT64_C(3000000000) },
	{ dollars, "3.", REFUSED },
	{ dollars, ".5", REFUSED },
	{ dollars, "1.-5", REFUSED },
	{ dollars, "1.2.3", REFUSED },
	{ dollars, "9223372036.854775807", INT64_MAX },
	{ dollars, "9223372036.854775808", REFUSED },
	{ dollars, "99999999999999", REFUSED },
	{ duration, "10s", 10000 },
	{ duration, "1500ms", 1500 },
	{ duration, "5m", 300000 },
	{ duration, "2h", 7200000 },
	{ duration, "1d", 86400000 },
	{ duration, "7", 7000 },
	{ duration, "10S", 10000 },
	{ duration, "s", REFUSED },
	{ duration, "", REFUSED },
	{ duration, "-1s", REFUSED },
	{ duration, "10 s", REFUSED },
	{ duration, "10y", REFUSED },
	{ duration, "999999999999999999d", REFUSED },
	{ size, "64k", 65536 },
	{ size, "32M", 33554432 },
	{ size, "1g", 1073741824 },
	{ size, "100", 100 },
	{ size, "1kb", REFUSED },
	{ size, "99999999999g", REFUSED },
};

static void
test_duration_write(void)
{
	static const struct {
		uint64_t    ms;
		const char *want;
	} written[] = {
		{ 0, "0s" }, { 1500, "1500ms" }, { 30000, "30s" }, { 90000, "90s" }, { 300000,
		    "5m" },
		{ 7200000, "2h" }, { 86400000, "1d" }, { UINT64_MAX, "18446744073709551615ms" },
	};
	char	 out[24];
	uint64_t back;

	for (size_t i = 0; i < LENGTH(written); i++) {
		duration_write(out, written[i].ms);
		is_str(out, written[i].want, "%" PRIu64 " ms are written in the greatest unit",
		    written[i].ms);
		ok(str_duration_ms(str_of(out), &back) == 0 && back == written[i].ms,
		    "%s is read back", out);
	}
}

int
main(void)
{
	int64_t least;

	for (size_t i = 0; i < LENGTH(cases); i++)
		is_int(cases[i].read(str_of(cases[i].text)), cases[i].want, "\"%s\" is %s",
		    cases[i].text, cases[i].want == REFUSED ? "refused" : "read");
	ok(str_i64(STR("-9223372036854775808"), &least) == 0 && least == INT64_MIN,
	    "the least number is read");
	test_duration_write();
	return tap_done();
}
