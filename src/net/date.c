/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.c - the Date header of answers that libmicrohttpd does not write.
 *
 * Runs in: worker, admin.
 *
 * Names are spelled here, as strftime(3) would use the locale's.
 */
#include "net/date.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"

const char *
date_text(void)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static char text[64];
	static time_t made;
	time_t now = (time_t)(clock_wall_us() / 1000000);
	struct tm tm;

	if (now == made || gmtime_r(&now, &tm) == NULL)
		return text;
	made = now;
	snprintf(text, sizeof(text), "%.3s, %02d %.3s %d %02d:%02d:%02d GMT",
	    days + (size_t)tm.tm_wday * 3, tm.tm_mday, months + (size_t)tm.tm_mon * 3,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return text;
}
