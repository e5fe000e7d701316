/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_MIGRATE_H
#define WEIR_STORE_MIGRATE_H

#include "store/txn.h"

/*
 * The schema version of an environment, kept in META or STAMP.  Fields and
 * tables may be added without touching it (old binaries carry unknown tags
 * along); it moves only when an old binary would misread what a new one wrote.
 * A newer schema is refused, an older one is brought up in one transaction.
 */
struct migrate_step {
	uint32_t from;			/* makes schema `from` into `from` + 1 */
	void   (*run)(struct txn *);	/* failures stick to the transaction */
};

struct migrate_plan {
	enum db_table		   table;	/* where the version is kept */
	uint32_t		   current;
	const struct migrate_step *steps;	/* one for each version from 1 on, in order */
	size_t			   n;
};

extern const struct migrate_plan migrate_plans[2];	/* by enum db_env */

uint32_t migrate_version(struct txn *, const struct migrate_plan *);	/* 0 = none stored */
void	 migrate_stamp(struct txn *write, const struct migrate_plan *);	/* a fresh environment is current */
/* -1 with *why (static text) when it is newer, has no version or no step leads on. */
int	 migrate_run(struct txn *write, const struct migrate_plan *, struct str *why) MUST_USE;

#endif
