/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_QUOTA_H
#define WEIR_LIMIT_QUOTA_H

#include "limit/limit.h"

/*
 * Calendar periods of a time zone, found by comparing calendar dates there
 * (DST-aware, independent of the process's TZ).  Zone files are read once and
 * kept; a zone that cannot be read was refused by limit_read().
 */
struct quota_span {
	uint64_t number;	/* grows from each period to the next; that of an hour counts quarters */
	uint64_t begin_us, end_us;	/* wall; end is when it resets */
};

void quota_span(enum period, struct str zone, uint64_t wall_us, struct quota_span *);
bool quota_zone_known(struct str zone);

#endif
