/* SPDX-License-Identifier: Apache-2.0 */
/* zone_rule_test.c - rules in POSIX's words, and the Gregorian calendar. */
#include "limit/zone_rule.h"

#include <time.h>

#include "tap.h"

static int64_t
utc(int year, int month, int day, int hour, int minute)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute };

	return timegm(&tm);
}

static int32_t
offset_at(const char *rule, int64_t at)
{
	struct zone_rule r;

	return zone_rule_read(str_of(rule), &r) < 0 ? -1 : zone_rule_look(&r, at).offset;
}

static void
test_calendar(void)
{
	int64_t year;
	int	month, day, wrong = 0;

	for (int64_t d = -800000; d < 800000; d += 13) {
		civil_date(d, &year, &month, &day);
		wrong += civil_days(year, month, day) != d || month < 1 || month > 12 || day < 1 || day > 31;
	}
	is_int(wrong, 0, "days and dates turn into each other");
	is_int(civil_days(1970, 1, 1), 0, "1970-01-01 is day 0");
	is_int(civil_days(2000, 3, 1) - civil_days(2000, 2, 28), 2, "2000 was a leap year");
	is_int(civil_days(2100, 3, 1) - civil_days(2100, 2, 28), 1, "2100 will be none");
}

static void
test_rules(void)
{
	is_int(offset_at("PST8PDT,M3.2.0,M11.1.0", utc(2026, 3, 8, 9, 59)), -8 * 3600, "winter until 2 o'clock");
	is_int(offset_at("PST8PDT,M3.2.0,M11.1.0", utc(2026, 3, 8, 10, 0)), -7 * 3600, "summer from 2 o'clock on");
	is_int(offset_at("PST8PDT,M3.2.0,M11.1.0", utc(2026, 11, 1, 8, 59)), -7 * 3600, "summer until 2 o'clock");
	is_int(offset_at("PST8PDT,M3.2.0,M11.1.0", utc(2026, 11, 1, 9, 0)), -8 * 3600, "winter again");
	is_int(offset_at("CET-1CEST,M3.5.0,M10.5.0/3", utc(2026, 3, 29, 1, 0)), 7200, "week 5 is the last one");
	is_int(offset_at("AEST-10AEDT,M10.1.0,M4.1.0/3", utc(2026, 12, 31, 23, 59)), 11 * 3600,
	    "in the south summer holds at the year's end");
	is_int(offset_at("AEST-10AEDT,M10.1.0,M4.1.0/3", utc(2027, 1, 1, 0, 1)), 11 * 3600, "and at its begin");
	is_int(offset_at("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", utc(2026, 1, 1, 0, 0)), 11 * 3600,
	    "names in brackets and half hours are read");
	is_int(offset_at("IST-1GMT0,M10.5.0,M3.5.0/1", utc(2026, 1, 1, 0, 0)), 0, "Ireland's winter is the exception");
	is_int(offset_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2026, 3, 29, 0, 59)), -7200, "a time before midnight");
	is_int(offset_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2026, 3, 29, 1, 0)), -3600, "belongs to the day before");
	is_int(offset_at("XXX0YYY,J60/0,J61/0", utc(2024, 3, 1, 12, 0)), 3600, "J60 is the first of March in leap years");
	is_int(offset_at("XXX0YYY,J60/0,J61/0", utc(2023, 3, 1, 12, 0)), 3600, "and in the others");
	is_int(offset_at("XXX0YYY,59/0,60/0", utc(2024, 2, 29, 12, 0)), 3600, "a bare number counts 29 February");
	is_int(offset_at("EST5", utc(2026, 7, 1, 0, 0)), -5 * 3600, "no rule, no summer");
}

static void
test_bad(void)
{
	static const char *const bad[] = { "", "PST", "P8", "<+03", "PST8PDT", "PST8PDT,M3.2.0", "PST8PDT,M13.2.0,M11.1.0",
		"PST8PDT,M3.6.0,M11.1.0", "PST8PDT,M3.2.7,M11.1.0", "PST8PDT,J0,J5", "PST8PDT,366,1", "PST25",
		"PST8PDT,M3.2.0/168,M11.1.0", "PST8PDT,M3.2.0,M11.1.0x", "PST8:60" };
	struct zone_rule r;

	for (size_t i = 0; i < LENGTH(bad); i++)
		ok(zone_rule_read(str_of(bad[i]), &r) < 0, "'%s' is no rule", bad[i]);
}

int
main(void)
{
	test_calendar();
	test_rules();
	test_bad();
	return tap_done();
}
