/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SCHED_IMPORT_H
#define WEIR_SCHED_IMPORT_H

#include "base/seal.h"
#include "conf/conf.h"
#include "store/db.h"

/*
 * The entities declared in configuration files become records of the store,
 * origin "file", in one transaction: what is no longer declared is removed,
 * what did not change is not touched.
 */

/*
 * Everything that can be told without the store and without reading secrets:
 * unknown fields, bad values, unknown kinds of providers, bad limits (the
 * global ones too).  For `weir -t`.  -1: `problems` (in the arena) tell what.
 */
int	import_check(const struct conf *, struct arena *, struct conf_problem **problems, size_t *n) MUST_USE;
/*
 * 0, or -1 with at least one problem in the arena, and the store is as it was.  How
 * much changed is logged; *changed (may be NULL) is the number of records.
 */
int	import_records(struct db *store, const struct conf *, const struct seal_ring *, struct arena *,
	    struct conf_problem **problems, size_t *n, size_t *changed) MUST_USE;

#endif
