/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "tap.h"

#define REFUSED -1

static const struct {
	const char *text;
	int64_t	    us;
} parsed[] = {
	{ "1970-01-01", 0 },
	{ "1970-01-01T00:00:01Z", 1000000 },
	{ "2026-11-21T09:24:29.123Z", INT64_C(1795253069123000) },
	{ "2026-11-21t09:24:29.123456z", INT64_C(1795253069123456) },
	{ "2026-11-21 10:24:29.1234569+01:00", INT64_C(1795253069123456) },
	{ "2026-11-21T01:24:29-08:00", INT64_C(1795253069000000) },
	{ "2024-02-29", INT64_C(1709164800000000) },
	{ "2000-02-29", INT64_C(951782400000000) },
	{ "1972-06-30T23:59:60Z", INT64_C(78796800000000) },
	{ "2023-02-29", REFUSED },
	{ "2100-02-29", REFUSED },
	{ "2026-13-01", REFUSED },
	{ "2026-00-01", REFUSED },
	{ "2026-04-31", REFUSED },
	{ "2026-04-00", REFUSED },
	{ "1969-12-31", REFUSED },
	{ "2026-11-21T09:24:29", REFUSED },
	{ "2026-11-21T24:00:00Z", REFUSED },
	{ "2026-11-21T09:60:00Z", REFUSED },
	{ "2026-11-21T09:24:61Z", REFUSED },
	{ "2026-11-21T09:24:29.Z", REFUSED },
	{ "2026-11-21T09:24:29+0100", REFUSED },
	{ "2026-11-21T09:24:29+24:00", REFUSED },
	{ "2026-11-21T09:24:29ZZ", REFUSED },
	{ "2026-11-21T", REFUSED },
	{ "1970-01-01T00:00:00+01:00", REFUSED },
	{ "26-11-21", REFUSED },
	{ "", REFUSED },
	{ "tomorrow", REFUSED },
};

static void
test_text(void)
{
	char	 out[25];
	uint64_t us;

	for (size_t i = 0; i < LENGTH(parsed); i++)
		is_int(clock_parse(str_of(parsed[i].text), &us) < 0 ? REFUSED : (int64_t)us,
		    parsed[i].us, "\"%s\" is %s", parsed[i].text,
		    parsed[i].us == REFUSED ? "refused" : "read");
	clock_format(out, UINT64_C(1795253069123999));
	is_str(out, "2026-11-21T09:24:29.123Z", "a time is written in milliseconds, UTC");
	clock_format(out, 0);
	is_str(out, "1970-01-01T00:00:00.000Z", "so is the first of all");
	clock_format(out, UINT64_MAX);
	is_str(out, "9999-12-31T23:59:59.551Z", "times beyond four-digit years stay in bounds");
}

static void
test_turns(void)
{
	uint64_t mono = clock_mono_us(), wall = clock_wall_us();

	ok(mono > 0 && wall > UINT64_C(1700000000000000), "a clock that nobody ticked has a time");
	while (clock_now_us() == mono)
		;
	ok(clock_mono_us() == mono && clock_wall_us() == wall, "one turn has one time");
	clock_tick();
	ok(clock_mono_us() > mono, "the next turn has a later one");
	ok(clock_now_us() >= clock_mono_us(), "right now is not before the turn");
	ok(clock_now_wall_us() >= clock_wall_us(), "by the wall clock neither");
	is_int(clock_mono_ms(), clock_mono_us() / 1000, "milliseconds are the same time");
	is_int(clock_wall_ms(), clock_wall_us() / 1000, "by the wall clock too");
}

static void
test_frozen(void)
{
	clock_freeze(5000, 7000);
	clock_tick();
	ok(clock_mono_us() == 5000 && clock_wall_us() == 7000, "a frozen clock does not tick");
	ok(clock_now_us() == 5000 && clock_now_wall_us() == 7000, "not even right now");
	clock_advance(100);
	ok(clock_mono_us() == 5100 && clock_wall_us() == 7100, "it is moved by hand, both hands");
}

int
main(void)
{
	test_text();
	test_turns();
	test_frozen();
	return tap_done();
}
