/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone_rule.c - when summer time begins and ends, by rule.
 *
 * Runs in: everywhere (quotas).
 */
#include "limit/zone_rule.h"

#define HOUR 3600
#define DAY  86400

/* ---------------------------------------------------------------- the calendar */

/* Years are counted from March, so that the leap day is the last one. */
int64_t
civil_days(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void
civil_date(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

static bool
leap_year(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/* ---------------------------------------------------------------- reading */

static bool
take_byte(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

static int
take_number(struct str *s, int32_t least, int32_t most, int32_t *out)
{
	size_t	i = 0;
	int32_t v = 0;

	for (; i < s->n && i < 4 && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		v = v * 10 + (s->p[i] - '0');
	if (i == 0 || v < least || v > most)
		return -1;
	*s = str_from(*s, i);
	*out = v;
	return 0;
}

/* "PST" or "<+0330>" */
static int
take_name(struct str *s)
{
	size_t i = 0;

	if (take_byte(s, '<')) {
		i = str_find_byte(*s, '>');
		if (i == s->n)
			return -1;
		*s = str_from(*s, i + 1);
		return 0;
	}
	while (i < s->n && ((s->p[i] | 0x20) >= 'a' && (s->p[i] | 0x20) <= 'z'))
		i++;
	*s = str_from(*s, i);
	return i >= 3 ? 0 : -1;
}

/* [+-]h[:m[:s]] in seconds */
static int
take_time(struct str *s, int32_t hours_most, int32_t *out)
{
	bool	minus = take_byte(s, '-');
	int32_t h, m = 0, sec = 0;

	if (!minus)
		(void)take_byte(s, '+');
	if (take_number(s, 0, hours_most, &h) < 0)
		return -1;
	if (take_byte(s, ':') &&
	    (take_number(s, 0, 59, &m) < 0 || (take_byte(s, ':') && take_number(s, 0, 59, &sec) < 0)))
		return -1;
	*out = (h * HOUR + m * 60 + sec) * (minus ? -1 : 1);
	return 0;
}

static int
take_month_week(struct str *s, struct zone_change *c)
{
	c->kind = 'M';
	if (take_number(s, 1, 12, &c->month) < 0 || !take_byte(s, '.') ||
	    take_number(s, 1, 5, &c->week) < 0 || !take_byte(s, '.') || take_number(s, 0, 6, &c->day) < 0)
		return -1;
	return 0;
}

static int
take_change(struct str *s, struct zone_change *c)
{
	int bad;

	if (take_byte(s, 'M')) {
		bad = take_month_week(s, c);
	} else if (take_byte(s, 'J')) {
		c->kind = 'J';
		bad = take_number(s, 1, 365, &c->day);
	} else {
		c->kind = 'D';
		bad = take_number(s, 0, 365, &c->day);
	}
	c->second = 2 * HOUR;
	if (bad == 0 && take_byte(s, '/'))
		bad = take_time(s, 167, &c->second);
	return bad;
}

int
zone_rule_read(struct str s, struct zone_rule *r)
{
	int32_t west;

	*r = (struct zone_rule){ .changes = false };
	if (take_name(&s) < 0 || take_time(&s, 24, &west) < 0)
		return -1;
	r->standard = r->summer = -west;
	if (s.n == 0)
		return 0;
	if (take_name(&s) < 0)
		return -1;
	r->changes = true;
	r->summer = r->standard + HOUR;
	if (s.n > 0 && s.p[0] != ',') {
		if (take_time(&s, 24, &west) < 0)
			return -1;
		r->summer = -west;
	}
	if (!take_byte(&s, ',') || take_change(&s, &r->begin) < 0 || !take_byte(&s, ',') ||
	    take_change(&s, &r->end) < 0)
		return -1;
	return s.n == 0 ? 0 : -1;
}

/* ---------------------------------------------------------------- looking */

static int64_t
change_day(const struct zone_change *c, int64_t year)
{
	int64_t first, day;
	int	next_month;

	if (c->kind == 'J')
		return civil_days(year, 1, 1) + c->day - 1 + (leap_year(year) && c->day >= 60);
	if (c->kind == 'D')
		return civil_days(year, 1, 1) + c->day;
	/* 1970-01-01 was a Thursday, weekday 4. */
	first = civil_days(year, c->month, 1);
	day = first + (c->day - (first + 4) % 7 + 7) % 7 + (c->week - 1) * 7;
	next_month = c->month == 12 ? 1 : c->month + 1;
	while (day >= civil_days(year + (c->month == 12), next_month, 1))
		day -= 7;
	return day;
}

/* The change in that year as an instant; `offset` is what holds until then. */
static int64_t
change_at(const struct zone_change *c, int64_t year, int32_t offset)
{
	return change_day(c, year) * DAY + c->second - offset;
}

struct zone_span
zone_rule_look(const struct zone_rule *r, int64_t utc_s)
{
	struct zone_span span = { r->standard, INT64_MIN, INT64_MAX };
	int64_t		 year, at;
	int		 month, day;

	if (!r->changes)
		return span;
	civil_date(floor_div(utc_s + r->standard, DAY), &year, &month, &day);
	/* Three years of changes hold the last one at or before the instant, and the next. */
	for (int64_t y = year - 1; y <= year + 1; y++) {
		for (int which = 0; which < 2; which++) {
			bool summer = which == 0;

			at = summer ? change_at(&r->begin, y, r->standard) : change_at(&r->end, y, r->summer);
			if (at <= utc_s && at >= span.from) {
				span.from = at;
				span.offset = summer ? r->summer : r->standard;
			} else if (at > utc_s && at < span.until) {
				span.until = at;
			}
		}
	}
	return span;
}
