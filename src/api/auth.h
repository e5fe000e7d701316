/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_AUTH_H
#define WEIR_API_AUTH_H

#include "net/server.h"
#include "route/snapshot.h"

/*
 * Who is calling: the key from `Authorization: Bearer`, `x-api-key`,
 * `x-goog-api-key` or `?key=`.  Several may be there when they are the same.
 * FAULT_NONE and *key, which stays NULL when authentication is off and no key
 * was sent.
 */
enum fault auth_check(const struct snapshot *, const struct request *, bool required, uint64_t wall_us,
    const struct route_key **key);

#endif
