/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quota.c - calendar periods of a time zone.
 *
 * Runs in: worker, admin, the tools.
 *
 * A day begins at the first instant whose local date is not before it; so days
 * without a midnight, and a midnight that comes twice, need no case of their
 * own, and a day that has begun is never left again.  Weeks begin on Monday
 * and months on the first, both with that day.  An hour begins when the local
 * clock shows a full one; the hour that comes twice in autumn is two hours.
 */
#include "limit/quota.h"

#include <assert.h>

#include "limit/zone.h"
#include "limit/zone_rule.h"

#define DAY	86400
#define HOUR	3600
#define QUARTER 900
#define SECOND_US 1000000

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/* A clock that says 1970 gets whole numbers too. */
static uint64_t
not_negative(int64_t v)
{
	return v < 0 ? 0 : (uint64_t)v;
}

/* The first instant whose local date is `day` (since 1970) or later. */
static int64_t
day_begin(const struct zone *z, int64_t day)
{
	int64_t		 at = (day - 2) * DAY, begin;
	struct zone_span span;

	for (;;) {
		span = zone_look(z, at);
		begin = day * DAY - span.offset;
		if (begin <= at)
			return at;
		if (begin < span.until)
			return begin;
		at = span.until;
	}
}

/* The date in force: the local one, or the next when that had begun before clocks were set back behind it. */
static int64_t
day_of(const struct zone *z, int64_t utc_s)
{
	int64_t day = floor_div(utc_s + zone_look(z, utc_s).offset, DAY);

	while (day_begin(z, day + 1) <= utc_s)
		day++;
	return day;
}

static void
set_days(struct quota_span *span, const struct zone *z, int64_t first, int64_t next)
{
	span->begin_us = not_negative(day_begin(z, first)) * SECOND_US;
	span->end_us = not_negative(day_begin(z, next)) * SECOND_US;
}

static void
set_hour(struct quota_span *span, const struct zone *z, int64_t utc_s)
{
	struct zone_span in = zone_look(z, utc_s);
	int64_t		 begin = floor_div(utc_s + in.offset, HOUR) * HOUR - in.offset;
	int64_t		 end = begin + HOUR;

	/* In quarters, because zones lie whole quarters from UTC. */
	span->number = not_negative(floor_div(begin, QUARTER));
	span->begin_us = not_negative(begin > in.from ? begin : in.from) * SECOND_US;
	span->end_us = not_negative(end < in.until ? end : in.until) * SECOND_US;
}

static void
set_month(struct quota_span *span, const struct zone *z, int64_t day)
{
	int64_t year;
	int	month, of_month;

	civil_date(day, &year, &month, &of_month);
	span->number = not_negative(year * 12 + month - 1);
	set_days(span, z, civil_days(year, month, 1),
	    month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, month + 1, 1));
}

void
quota_span(enum period period, struct str zone, uint64_t wall_us, struct quota_span *span)
{
	const struct zone *z = zone_find(zone);
	int64_t		   utc_s = (int64_t)(wall_us / SECOND_US), day, week;

	if (z == NULL)
		z = zone_find(STR_NONE);
	if (period == PERIOD_HOUR) {
		set_hour(span, z, utc_s);
		return;
	}
	day = day_of(z, utc_s);
	switch (period) {
	case PERIOD_DAY:
		span->number = not_negative(day);
		set_days(span, z, day, day + 1);
		break;
	case PERIOD_WEEK:
		/* 1970-01-01 was a Thursday. */
		week = floor_div(day + 3, 7);
		span->number = not_negative(week);
		set_days(span, z, week * 7 - 3, week * 7 + 4);
		break;
	case PERIOD_MONTH:
		set_month(span, z, day);
		break;
	default:
		assert(!"a window has no calendar period");
	}
}

bool
quota_zone_known(struct str zone)
{
	return zone_find(zone) != NULL;
}
