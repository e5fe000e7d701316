/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ACCOUNT_ROLLUP_H
#define WEIR_ACCOUNT_ROLLUP_H

#include "account/ledger.h"
#include "base/map.h"

#define ROLLUP_DAY_US UINT64_C(86400000000)
#define ROLLUP_DIMENSIONS BY_DAY	/* those that are stored; a day is BY_TOTAL's row of it */

/* Sums being gathered, one per (day, dimension, id). */
struct rollup {
	uint32_t   day;
	uint8_t	   dimension;
	uint64_t   id;
	struct str name;	/* the newest */
	struct sums sums;
};

struct rollups {
	struct arena arena;
	struct map   map;	/* key bytes to struct rollup */
};

void	rollups_init(struct rollups *);
void	rollups_done(struct rollups *);
void	rollups_add(struct rollups *, const struct entry *);
void	rollups_store(struct rollups *, struct txn *store);	/* added to what is stored */

/* -1 when key or value are not understood; the name borrows the value. */
int	rollup_read(struct str key, struct str value, struct rollup *) MUST_USE;
void	sums_add(struct sums *, const struct sums *);
bool	sums_equal(const struct sums *, const struct sums *);
void	sums_json(const struct sums *, struct json_out *);	/* members */

#endif
