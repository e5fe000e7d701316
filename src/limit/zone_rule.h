/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_ZONE_RULE_H
#define WEIR_LIMIT_ZONE_RULE_H

#include "limit/zone.h"

/*
 * The rule in the last line of a zone file, as POSIX's TZ spells it
 * ("PST8PDT,M3.2.0,M11.1.0"): what holds after the last listed transition.
 */
struct zone_change {
	char	kind;		/* 'J' day 1-365 without 29 February, 'D' day 0-365, 'M' month.week.weekday */
	int32_t day, week, month;
	int32_t second;		/* local, of the time until then; may be negative or beyond a day */
};

struct zone_rule {
	int32_t		   standard, summer;	/* seconds east of UTC */
	bool		   changes;		/* false: standard all year */
	struct zone_change begin, end;		/* of summer time */
};

int	zone_rule_read(struct str text, struct zone_rule *) MUST_USE;
struct zone_span zone_rule_look(const struct zone_rule *, int64_t utc_s);

/* Days since 1970 of a date of the Gregorian calendar and back; month 1 to 12. */
int64_t civil_days(int64_t year, int month, int day);
void	civil_date(int64_t days, int64_t *year, int *month, int *day);

#endif
