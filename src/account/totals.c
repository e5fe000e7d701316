/* SPDX-License-Identifier: Apache-2.0 */
/*
 * totals.c - what of the meters must survive the machine.
 *
 * Runs in: scheduler (store); whoever finds a fresh state (restore).
 *
 * Of a METER record this file knows that it begins with a head of sixteen
 * bytes, whose first two say how many bytes behind it are the calendar
 * quotas.  TOTAL keeps those bytes under the same key.  A head that is zero
 * but for that number tells the meters that the rest is to be made anew; they
 * also drop the periods that are over.
 */
#include "account/totals.h"

#include <string.h>

#define HEAD_BYTES 16
#define MOST_BYTES 4096		/* of one scope's quotas */

static struct str
durable_part(struct str meter)
{
	uint16_t n;

	if (meter.n < HEAD_BYTES)
		return STR_NONE;
	memcpy(&n, meter.p, sizeof(n));
	return n > MOST_BYTES ? STR_NONE : str_upto(str_from(meter, HEAD_BYTES), n);
}

static bool
is_stored(struct txn *store, struct str key, struct str want)
{
	char   bytes[MOST_BYTES];
	size_t n;

	return txn_get_into(store, DB_TOTAL, key, bytes, want.n, &n) && n == want.n &&
	       memcmp(bytes, want.p, n) == 0;
}

static void
put_sized(struct buf *to, struct str s)
{
	uint32_t n = (uint32_t)s.n;

	buf_add(to, &n, sizeof(n));
	buf_str(to, s);
}

static struct str
take_sized(struct str *from)
{
	uint32_t   n;
	struct str s;

	memcpy(&n, from->p, sizeof(n));
	s = str_upto(str_from(*from, sizeof(n)), n);
	*from = str_from(*from, sizeof(n) + n);
	return s;
}

void
totals_gather(struct totals *t, struct txn *state, struct txn *store)
{
	struct walk walk;
	struct str  part;

	t->changed = (struct buf){ NULL, 0, 0 };
	for (bool more = walk_first(&walk, state, DB_METER, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		part = durable_part(walk.value);
		if (part.n == 0 || is_stored(store, walk.key, part))
			continue;
		put_sized(&t->changed, walk.key);
		put_sized(&t->changed, part);
	}
}

void
totals_store(const struct totals *t, struct txn *store)
{
	struct str rest = buf_view(&t->changed), key;

	while (rest.n > 0) {
		key = take_sized(&rest);
		txn_put(store, DB_TOTAL, key, take_sized(&rest));
	}
}

void
totals_restore(struct txn *store, struct txn *state)
{
	struct walk walk;
	char	    meter[HEAD_BYTES + MOST_BYTES], probe;
	uint16_t    n;

	for (bool more = walk_first(&walk, store, DB_TOTAL, STR_NONE, STR_NONE); more;
	     more = walk_next(&walk)) {
		if (walk.value.n > MOST_BYTES ||
		    txn_get_into(state, DB_METER, walk.key, &probe, sizeof(probe), NULL))
			continue;
		n = (uint16_t)walk.value.n;
		memset(meter, 0, HEAD_BYTES);
		memcpy(meter, &n, sizeof(n));
		memcpy(meter + HEAD_BYTES, walk.value.p, n);
		txn_put(state, DB_METER, walk.key, (struct str){ meter, HEAD_BYTES + (size_t)n });
	}
}

void
totals_done(struct totals *t)
{
	buf_done(&t->changed);
}
