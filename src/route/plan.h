/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ROUTE_PLAN_H
#define WEIR_ROUTE_PLAN_H

#include "limit/chanstat.h"
#include "route/match.h"

/*
 * The ordered candidates for one request.  Healthy before degraded before
 * down; then by priority, lower first; within one priority a weighted draw.
 * Nobody is removed for bad health: when all are down, the best of them is
 * still tried, since a probe may be wrong and a 503 helps nobody.
 */
struct candidate {
	const struct offer *offer;
	enum health	    health;
	const char	   *fell;	/* why it was passed over, static text; NULL = not (yet) */
};

struct plan {
	struct candidate *of;
	size_t		  n;
	size_t		  next;		/* index of the one to try next */
};

/* Health by channel id; may be NULL. */
typedef enum health health_fn(uint64_t channel);

void	plan_make(struct plan *, struct arena *, const struct match *, health_fn *);

#endif
