/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_RATE_H
#define WEIR_API_RATE_H

#include "dialect/chat.h"
#include "limit/admit.h"
#include "net/server.h"

#define RATE_HEADERS_MOST 12

/* The headers that tell a client of its limits, in the names that its SDK reads; returns how many. */
size_t	rate_headers(struct arena *, enum dialect_id, const struct rate_views *, struct header *to);

#endif
