/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_LIMIT_H
#define WEIR_LIMIT_LIMIT_H

#include "base/arena.h"
#include "base/str.h"

/*
 * One limit, as an operator writes it:
 *
 *	"100 requests / 1m"			a sliding window
 *	"2000000 tokens / day"			a calendar quota, UTC
 *	"5.00 usd / month America/Los_Angeles"	the same in a time zone
 */
enum metric { METRIC_REQUESTS, METRIC_INPUT, METRIC_OUTPUT, METRIC_TOKENS, METRIC_COST, METRICS };

enum period { PERIOD_WINDOW, PERIOD_HOUR, PERIOD_DAY, PERIOD_WEEK /* Monday */, PERIOD_MONTH, PERIODS };

struct limit {
	enum metric metric;
	enum period period;
	int64_t	    most;	/* requests, tokens or nano-dollars */
	uint64_t    window_ms;	/* PERIOD_WINDOW only: 1 s to 31 d */
	struct str  zone;	/* calendar only; empty = UTC; checked against the zone database */
	uint32_t    id;		/* stable: from metric, period, window and zone, not from `most` */
};

#define LIMITS_MAX 8	/* of one scope: who stores limits refuses more */

extern const char *const metric_names[METRICS];		/* "requests" "input" "output" "tokens" "usd" */
extern const char *const period_names[PERIODS];

int	limit_read(struct arena *, struct str text, struct limit *, struct str *why) MUST_USE;
struct str limit_text(struct arena *, const struct limit *);	/* the canonical form */

/* How much one exchange counts on each metric. */
struct amounts {
	int64_t of[METRICS];
};

#endif
