/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_RESERVATION_H
#define WEIR_LIMIT_RESERVATION_H

#include "limit/meter.h"

/*
 * What an open exchange holds, as it is stored: a head, the label's two texts
 * padded to eight bytes, the holds.
 */
#define HOLDS_MOST (SCOPE_KINDS * LIMITS_MAX)

struct hold {
	uint8_t	 scope;		/* enum scope_kind */
	uint8_t	 metric;
	uint8_t	 period;
	uint8_t	 spare;
	uint32_t limit_id;
	uint64_t scope_id;
	uint64_t at;		/* bucket or epoch it was counted in */
	int64_t	 amount;
};

struct reservation_head {
	uint8_t	 version;
	uint8_t	 holds;
	uint8_t	 id_bytes, model_bytes;
	uint32_t spare;
	uint64_t taken_ms;	/* mono */
	uint64_t key, channel;
};

#define RESERVATION_TEXT 96	/* both texts, padded */

#define RESERVATION_BYTES \
	(sizeof(struct reservation_head) + RESERVATION_TEXT + HOLDS_MOST * sizeof(struct hold))

struct reservation {
	_Alignas(16) char bytes[RESERVATION_BYTES];
};

void	reservation_make(struct reservation *, const struct grant_label *);
/* -1 when there is none, or none that is understood. */
int	reservation_get(struct reservation *, struct txn *, uint16_t slot, uint64_t sequence) MUST_USE;
int	reservation_read(struct reservation *, struct str value) MUST_USE;
void	reservation_put(const struct reservation *, struct txn *, uint16_t slot, uint64_t sequence);
/* The same, and it is gone, also when it was not understood. */
int	reservation_take(struct reservation *, struct txn *, uint16_t slot, uint64_t sequence) MUST_USE;

const struct reservation_head *reservation_head(const struct reservation *);
struct hold *reservation_holds(struct reservation *, size_t *n);
int	reservation_add(struct reservation *, const struct hold *) MUST_USE;	/* -1 when it is full */
void	reservation_drop(struct reservation *, enum scope_kind);		/* the holds of that kind */
void	reservation_label(struct reservation *, struct grant_label *);

#endif
