/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.c - one time per loop turn, and times as text.
 *
 * Runs in: everywhere.
 *
 * A process that never calls clock_tick() gets the time of its first question.
 */
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define DAY_SECONDS 86400
#define LAST_SECOND UINT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

static uint64_t mono, wall;	/* microseconds; both 0 before the first tick */
static bool	frozen;

static uint64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

void
clock_tick(void)
{
	if (frozen)
		return;
	mono = read_clock(CLOCK_BOOTTIME);
	wall = read_clock(CLOCK_REALTIME);
}

static void
tick_once(void)
{
	if (mono == 0 && wall == 0)
		clock_tick();
}

uint64_t
clock_mono_us(void)
{
	tick_once();
	return mono;
}

uint64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

uint64_t
clock_wall_us(void)
{
	tick_once();
	return wall;
}

uint64_t
clock_wall_ms(void)
{
	return clock_wall_us() / 1000;
}

uint64_t
clock_now_us(void)
{
	return frozen ? mono : read_clock(CLOCK_BOOTTIME);
}

uint64_t
clock_now_wall_us(void)
{
	return frozen ? wall : read_clock(CLOCK_REALTIME);
}

void
clock_freeze(uint64_t mono_us, uint64_t wall_us)
{
	frozen = true;
	mono = mono_us;
	wall = wall_us;
}

void
clock_advance(uint64_t us)
{
	tick_once();
	clock_freeze(mono + us, wall + us);
}

/* ---------------------------------------------------------------- times as text */

void
clock_format(char out[25], uint64_t wall_us)
{
	struct tm tm;
	time_t	  second;
	unsigned  ms = (unsigned)(wall_us / 1000 % 1000);

	second = (time_t)(wall_us / 1000000 < LAST_SECOND ? wall_us / 1000000 : LAST_SECOND);
	gmtime_r(&second, &tm);
	out[strftime(out, 20, "%Y-%m-%dT%H:%M:%S", &tm)] = '.';
	out[20] = (char)('0' + ms / 100);
	out[21] = (char)('0' + ms / 10 % 10);
	out[22] = (char)('0' + ms % 10);
	out[23] = 'Z';
	out[24] = '\0';
}

/* Takes exactly `digits` digits off the front. */
static int
take_number(struct str *s, size_t digits, int most, int *out)
{
	uint64_t v;

	if (s->n < digits || str_u64(str_upto(*s, digits), &v) < 0 || v > (uint64_t)most)
		return -1;
	*s = str_from(*s, digits);
	*out = (int)v;
	return 0;
}

static int
take_byte(struct str *s, const char *any)
{
	if (s->n == 0 || str_find_byte(str_of(any), s->p[0]) == str_of(any).n)
		return -1;
	*s = str_from(*s, 1);
	return 0;
}

static int
take_date(struct str *s, int64_t *days)
{
	static const int length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct tm	 tm = { 0 };
	int		 year, month, day;

	if (take_number(s, 4, 9999, &year) < 0 || take_byte(s, "-") < 0 ||
	    take_number(s, 2, 12, &month) < 0 || take_byte(s, "-") < 0 ||
	    take_number(s, 2, 31, &day) < 0)
		return -1;
	if (month == 0 || day == 0 || day > length[month - 1])
		return -1;
	if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
		return -1;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	*days = (int64_t)timegm(&tm) / DAY_SECONDS;
	return 0;
}

static int
take_fraction(struct str *s, int64_t *us)
{
	int64_t unit = 100000;
	size_t	digits = 0;

	if (take_byte(s, ".") < 0)
		return 0;
	for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; digits++, unit /= 10) {
		*us += (s->p[0] - '0') * unit;
		*s = str_from(*s, 1);
	}
	return digits == 0 ? -1 : 0;
}

static int
take_offset(struct str *s, int64_t *seconds)
{
	int sign, hours, minutes;

	if (take_byte(s, "Zz") == 0)
		return 0;
	sign = s->n > 0 && s->p[0] == '-' ? -1 : 1;
	if (take_byte(s, "+-") < 0 || take_number(s, 2, 23, &hours) < 0 || take_byte(s, ":") < 0 ||
	    take_number(s, 2, 59, &minutes) < 0)
		return -1;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return 0;
}

/* "T09:24:29.5+01:00"; second 60 is a leap second and counts as the next one. */
static int
take_time(struct str *s, int64_t *us)
{
	int64_t offset = 0, fraction = 0;
	int	hour, minute, second;

	if (take_byte(s, "Tt ") < 0 || take_number(s, 2, 23, &hour) < 0 || take_byte(s, ":") < 0 ||
	    take_number(s, 2, 59, &minute) < 0 || take_byte(s, ":") < 0 ||
	    take_number(s, 2, 60, &second) < 0)
		return -1;
	if (take_fraction(s, &fraction) < 0 || take_offset(s, &offset) < 0)
		return -1;
	*us = (hour * 3600 + minute * 60 + second - offset) * INT64_C(1000000) + fraction;
	return 0;
}

int
clock_parse(struct str s, uint64_t *wall_us)
{
	int64_t days, us = 0;

	if (take_date(&s, &days) < 0 || (s.n > 0 && take_time(&s, &us) < 0) || s.n > 0)
		return -1;
	us += days * DAY_SECONDS * 1000000;
	if (us < 0)
		return -1;
	*wall_us = (uint64_t)us;
	return 0;
}
