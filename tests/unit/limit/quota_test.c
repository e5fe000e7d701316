/* SPDX-License-Identifier: Apache-2.0 */
/* quota_test.c - periods begin and end where the calendar of their zone says. */
#include "limit/quota.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "tap.h"

#define LA  STR("America/Los_Angeles")
#define DAY UINT64_C(86400000000)
#define HOUR UINT64_C(3600000000)

static uint64_t
at(const char *text)
{
	uint64_t us = 0;

	if (clock_parse(str_of(text), &us) < 0)
		abort();
	return us;
}

static void
expect(enum period period, struct str zone, const char *when, const char *begin, const char *end)
{
	struct quota_span span;
	char		  text[25];

	quota_span(period, zone, at(when), &span);
	clock_format(text, span.begin_us);
	text[19] = 'Z', text[20] = '\0';
	is_str(text, begin, "the %s of " STR_FMT " that holds %s begins at %s", period_names[period],
	    STR_ARG(zone.n > 0 ? zone : STR("UTC")), when, begin);
	clock_format(text, span.end_us);
	text[19] = 'Z', text[20] = '\0';
	is_str(text, end, "and ends in time");
}

static void
test_summer_time(void)
{
	expect(PERIOD_DAY, LA, "2026-03-08T20:00:00Z", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z");
	expect(PERIOD_DAY, LA, "2026-03-08T08:00:00Z", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z");
	expect(PERIOD_DAY, LA, "2026-03-08T07:59:59.999Z", "2026-03-07T08:00:00Z", "2026-03-08T08:00:00Z");
	expect(PERIOD_DAY, LA, "2026-11-01T12:00:00Z", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z");
	expect(PERIOD_DAY, LA, "2026-11-02T07:59:59Z", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z");
	expect(PERIOD_DAY, LA, "2099-07-01T06:59:59Z", "2099-06-30T07:00:00Z", "2099-07-01T07:00:00Z");
	expect(PERIOD_WEEK, LA, "2026-03-08T20:00:00Z", "2026-03-02T08:00:00Z", "2026-03-09T07:00:00Z");
	expect(PERIOD_MONTH, LA, "2026-03-08T20:00:00Z", "2026-03-01T08:00:00Z", "2026-04-01T07:00:00Z");
	expect(PERIOD_HOUR, LA, "2026-03-08T10:30:00Z", "2026-03-08T10:00:00Z", "2026-03-08T11:00:00Z");
	expect(PERIOD_HOUR, LA, "2026-11-01T08:30:00Z", "2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z");
	expect(PERIOD_HOUR, LA, "2026-11-01T09:30:00Z", "2026-11-01T09:00:00Z", "2026-11-01T10:00:00Z");
}

static void
test_calendar(void)
{
	expect(PERIOD_DAY, STR_NONE, "2026-11-21T09:24:29Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
	expect(PERIOD_MONTH, STR_NONE, "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
	expect(PERIOD_MONTH, STR_NONE, "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z");
	expect(PERIOD_MONTH, STR_NONE, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
	expect(PERIOD_WEEK, STR_NONE, "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z");
	expect(PERIOD_WEEK, STR_NONE, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
	expect(PERIOD_WEEK, STR_NONE, "2027-01-01T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z");
	expect(PERIOD_HOUR, STR("Asia/Kathmandu"), "2026-11-21T09:20:00Z", "2026-11-21T09:15:00Z",
	    "2026-11-21T10:15:00Z");
	expect(PERIOD_DAY, STR("Asia/Kolkata"), "2026-11-21T18:30:00Z", "2026-11-21T18:30:00Z", "2026-11-22T18:30:00Z");
}

static void
test_odd_days(void)
{
	/* Samoa had no 30 December 2011. */
	expect(PERIOD_DAY, STR("Pacific/Apia"), "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z");
	expect(PERIOD_DAY, STR("Pacific/Apia"), "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z");
	/* Brazil's clocks went from 0:00 to 1:00, and in autumn from 24:00 back to 23:00. */
	expect(PERIOD_DAY, STR("America/Sao_Paulo"), "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z",
	    "2018-11-05T02:00:00Z");
	expect(PERIOD_DAY, STR("America/Sao_Paulo"), "2018-02-18T02:30:00Z", "2018-02-17T02:00:00Z",
	    "2018-02-18T03:00:00Z");
	/* Cuba's midnight comes twice: the day began at the first. */
	expect(PERIOD_DAY, STR("America/Havana"), "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z");
	/* Lord Howe's half hour comes twice. */
	expect(PERIOD_HOUR, STR("Australia/Lord_Howe"), "2026-04-04T14:59:00Z", "2026-04-04T14:00:00Z",
	    "2026-04-04T15:00:00Z");
	expect(PERIOD_HOUR, STR("Australia/Lord_Howe"), "2026-04-04T15:01:00Z", "2026-04-04T15:00:00Z",
	    "2026-04-04T15:30:00Z");
	/* A clock that has lost its mind still gets periods. */
	expect(PERIOD_DAY, LA, "1970-01-01T00:00:01Z", "1970-01-01T00:00:00Z", "1970-01-01T08:00:00Z");
}

/* Periods follow each other without a gap, each with a greater number, each found from anywhere inside. */
static void
test_chain(enum period period, struct str zone, uint64_t from, uint64_t to)
{
	struct quota_span a, b, inside;
	int		  gaps = 0, numbers = 0, lost = 0, n = 0;

	quota_span(period, zone, from, &a);
	for (; a.end_us < to; a = b, n++) {
		quota_span(period, zone, a.end_us, &b);
		gaps += b.begin_us != a.end_us || b.end_us <= b.begin_us;
		numbers += b.number <= a.number;
		for (uint64_t t = b.begin_us; t < b.end_us; t += (b.end_us - b.begin_us) / 7 + 1) {
			quota_span(period, zone, t, &inside);
			lost += memcmp(&inside, &b, sizeof(b)) != 0;
		}
		quota_span(period, zone, b.end_us - 1, &inside);
		lost += memcmp(&inside, &b, sizeof(b)) != 0;
	}
	ok(n > 10, STR_FMT " has %d periods of a %s", STR_ARG(zone), n, period_names[period]);
	is_int(gaps, 0, "without a gap");
	is_int(numbers, 0, "with growing numbers");
	is_int(lost, 0, "each found from anywhere inside");
}

int
main(void)
{
	static const char *const zones[] = { "UTC", "America/Los_Angeles", "Australia/Lord_Howe", "Pacific/Apia",
		"America/Havana", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca", "America/Scoresbysund" };

	test_summer_time();
	test_calendar();
	test_odd_days();
	for (size_t i = 0; i < LENGTH(zones); i++) {
		test_chain(PERIOD_HOUR, str_of(zones[i]), at("2018-01-01"), at("2018-12-31"));
		for (int p = PERIOD_DAY; p < PERIODS; p++)
			test_chain((enum period)p, str_of(zones[i]), at("2009-01-01"), at("2045-01-01"));
	}
	ok(quota_zone_known(LA) && !quota_zone_known(STR("America/Atlantis")), "a zone is known when its file is");
	return tap_done();
}
