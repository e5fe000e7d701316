/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ROUTE_PRICE_RULE_H
#define WEIR_ROUTE_PRICE_RULE_H

#include "route/snapshot.h"

/* A stored price, found by exact model name or by walking the globs. */
struct price_rule {
	struct price	  *record;
	unsigned	   weight;	/* how specific: the channel, then the model; a name above globs, a longer glob above a shorter */
	struct price_rule *next;
};

void	price_rules_load(struct snapshot *, struct txn *store);

#endif
