/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_STATE_H
#define WEIR_CTL_STATE_H

#include "base/json.h"
#include "ctl/ctl.h"
#include "store/txn.h"

/* Commands on the shared state: limits in use, breakers. */
int	state_limits_key(struct ctl *);
int	state_limits_channel(struct ctl *);
int	state_limits_global(struct ctl *);
int	state_breakers(struct ctl *);
int	state_breaker_reset(struct ctl *);

/* An array with a row for each record; both environments are open. */
void	state_write_breakers(struct ctl *, struct json_out *, const char *name);

#endif
