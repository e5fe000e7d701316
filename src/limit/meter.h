/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_METER_H
#define WEIR_LIMIT_METER_H

#include "limit/admit.h"
#include "limit/window.h"

/*
 * One scope's METER record, used as it is stored: a head, quotas, windows.
 *
 * The quotas stand first because they are what must survive the machine: the
 * ledger's transaction copies `durable` bytes from behind the head into TOTAL,
 * and a rebuilt state gets them back behind a head that is zero but for
 * `durable`.  That is all that others know of the form.
 *
 * `reserved` is the sum of what open reservations hold on an entry, whatever
 * became of the window or period they were counted in.
 */
#define METER_VERSION 1
#define METER_MOST    (2 * LIMITS_MAX)	/* of quotas and of windows: today's, and yesterday's fading out */

struct meter_head {
	uint16_t durable;	/* bytes of the quotas */
	uint8_t	 version;	/* 0: seeded from TOTAL */
	uint8_t	 windows;
	uint32_t spare;
	uint64_t changed_us;	/* wall, of the last write */
};

struct meter_quota {
	uint32_t id;		/* of the limit */
	uint32_t number;	/* of the period */
	uint32_t epoch;		/* moves when used is set to 0: holds of another epoch are not in `used` */
	uint8_t	 metric, period;
	uint16_t spare;
	int64_t	 used;		/* in this period, reservations included */
	int64_t	 reserved;
	int64_t	 open;		/* the part of `reserved` that is in `used` */
	uint64_t begin_us, end_us;	/* wall */
};

struct meter_window {
	uint32_t      id;
	uint8_t	      metric;
	uint8_t	      spare[3];
	uint64_t      length_ms;
	int64_t	      reserved;
	struct window window;
};

#define METER_BYTES \
	(sizeof(struct meter_head) + METER_MOST * (sizeof(struct meter_quota) + sizeof(struct meter_window)))

struct meter {
	enum scope_kind kind;
	uint64_t	id;
	bool		dirty;
	_Alignas(16) char bytes[METER_BYTES];
};

void	meter_clear(struct meter *);
/* The first `n` bytes were just read; what is not understood becomes empty (-1). */
int	meter_accept(struct meter *, size_t n);
size_t	meter_size(const struct meter *);
struct meter_head   *meter_head(struct meter *);
struct meter_quota  *meter_quotas(struct meter *, size_t *n);
struct meter_window *meter_windows(struct meter *, size_t *n);

/* What one limit counts with: one of the two.  Valid until the next meter_open(). */
struct gauge {
	struct meter	    *meter;
	struct meter_quota  *quota;
	struct meter_window *window;
};

/* False when there is none. */
bool	meter_find(struct meter *, enum period, uint32_t limit_id, struct gauge *);
/* Makes it when there is none; -1 when the meter is full of others. */
int	meter_open(struct meter *, const struct scope *, const struct limit *) MUST_USE;

int64_t	 gauge_used(const struct gauge *, const struct limit *);	/* turns the period first */
uint64_t gauge_wait_ms(const struct gauge *, int64_t left);		/* until no more than that is used */
uint64_t gauge_hold(const struct gauge *, int64_t amount);		/* bucket or epoch it is counted in */
void	 gauge_settle(const struct gauge *, uint64_t at, int64_t held, int64_t actual);

/* The transaction's cache. */
struct meters {
	struct slot_owner *owner;
	struct txn	  *txn;
	struct meter	 **pool;	/* kept from transaction to transaction */
	size_t		   n;		/* in use now */
	uint8_t		   index[128];	/* hash to pool position + 1 */
};

#define METERS_MOST 64

struct meter *meters_get(struct meters *, enum scope_kind, uint64_t id);
/* Makes room for `more` meters, so that so many pointers stay valid together. */
void	 meters_room(struct meters *, size_t more);

#endif
