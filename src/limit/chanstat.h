/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_CHANSTAT_H
#define WEIR_LIMIT_CHANSTAT_H

#include "base/json.h"
#include "store/txn.h"

/* A channel's health as the scheduler last probed it; no record = never probed, taken for healthy. */
enum health { HEALTH_OK, HEALTH_DEGRADED, HEALTH_DOWN, HEALTHS };
extern const char *const health_names[HEALTHS];

struct chanstat {
	uint32_t health;	/* enum health */
	uint32_t failures;	/* probes in a row that failed */
	uint64_t latency_ms;	/* of the last probe that was answered */
	uint64_t checked_us;	/* wall */
	char	 detail[96];	/* why it is down */
};

bool	chanstat_get(struct txn *, uint64_t channel, struct chanstat *);	/* false and zeroed when there is none */
void	chanstat_put(struct txn *, uint64_t channel, const struct chanstat *);
int	chanstat_describe(struct str key, struct str value, struct json_out *) MUST_USE;

#endif
