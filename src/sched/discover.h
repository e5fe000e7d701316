/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SCHED_DISCOVER_H
#define WEIR_SCHED_DISCOVER_H

#include "route/snapshot.h"

/*
 * A channel's model list as its provider told it, put into the catalog: new
 * models are added, vanished ones removed, changed ones rewritten; what was
 * declared or made by hand stays.  Nothing is written when nothing changed.
 * -1 when the store refuses: the old list stays.
 */
int	discover_store(struct db *store, const struct route_channel *, const struct model_list *) MUST_USE;

#endif
