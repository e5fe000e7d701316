/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_ZONE_H
#define WEIR_LIMIT_ZONE_H

#include "base/str.h"

/*
 * Time zones by name, from the system's zone database (TZif, RFC 8536), read
 * once and kept.  The process's own TZ plays no part.
 */
struct zone;

/* NULL when there is no such zone or its file is damaged; "" and "UTC" are always known. */
const struct zone *zone_find(struct str name);

/* Which offset holds at an instant, and from when until when it does (INT64_MIN, INT64_MAX: for ever). */
struct zone_span {
	int32_t offset;		/* seconds east of UTC */
	int64_t from, until;	/* seconds since 1970, until exclusive */
};
struct zone_span zone_look(const struct zone *, int64_t utc_s);

/* For tests: reads the bytes of a zone file; NULL when they are not one. */
struct zone *zone_read(struct str tzif);
void	 zone_free(struct zone *);

#endif
