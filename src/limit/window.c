/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window.c - what was used in the last N milliseconds.
 *
 * Runs in: worker, admin, the tools.
 *
 * A bucket is N/60 rounded up, so 60 buckets are never shorter than N.  At any
 * moment the newest bucket and the 60 before it count, whole: the oldest of
 * them began at least N ago, hence all of a true window is among what counts.
 * The price is that an amount leaves up to a bucket and 60 ms late.
 */
#include "limit/window.h"

#include <string.h>

#define BUCKETS	   (WINDOW_PARTS + 1)
#define BUCKET_MOST (INT64_MAX / 64)	/* 61 of them cannot overflow a sum */

static uint64_t
part_ms(uint64_t length_ms)
{
	return length_ms <= WINDOW_PARTS ? 1 : length_ms / WINDOW_PARTS + (length_ms % WINDOW_PARTS != 0);
}

/* Makes the bucket of `now` the newest and clears those in between. */
static void
advance(struct window *w, uint64_t length_ms, uint64_t now_ms)
{
	uint64_t bucket = now_ms / part_ms(length_ms);

	if (bucket <= w->newest)
		return;
	if (bucket - w->newest >= BUCKETS)
		memset(w->used, 0, sizeof(w->used));
	else
		for (uint64_t b = w->newest + 1; b <= bucket; b++)
			w->used[b % BUCKETS] = 0;
	w->newest = bucket;
}

static void
change(int64_t *used, int64_t difference)
{
	int64_t sum;

	if (__builtin_add_overflow(*used, difference, &sum) || sum > BUCKET_MOST)
		sum = difference < 0 ? 0 : BUCKET_MOST;
	*used = sum < 0 ? 0 : sum;
}

int64_t
window_used(struct window *w, uint64_t length_ms, uint64_t now_ms)
{
	uint64_t sum = 0;	/* damaged buckets may be anything; sound ones cannot overflow */

	advance(w, length_ms, now_ms);
	for (int i = 0; i < BUCKETS; i++)
		sum += (uint64_t)w->used[i];
	return (int64_t)sum;
}

uint64_t
window_add(struct window *w, uint64_t length_ms, uint64_t now_ms, int64_t amount)
{
	advance(w, length_ms, now_ms);
	change(&w->used[w->newest % BUCKETS], amount);
	return w->newest;
}

void
window_correct(struct window *w, uint64_t length_ms, uint64_t now_ms, uint64_t bucket, int64_t difference)
{
	advance(w, length_ms, now_ms);
	if (bucket <= w->newest && w->newest - bucket < BUCKETS)
		change(&w->used[bucket % BUCKETS], difference);
}

uint64_t
window_wait(struct window *w, uint64_t length_ms, uint64_t now_ms, int64_t amount)
{
	uint64_t part = part_ms(length_ms), leaves;
	uint64_t gone = 0;

	if (amount <= 0)
		return 0;
	advance(w, length_ms, now_ms);
	for (uint64_t i = 1; i <= BUCKETS; i++) {
		/* In ring order from the oldest: bucket newest - 61 + i leaves when newest + i begins. */
		gone += (uint64_t)w->used[(w->newest + i) % BUCKETS];
		if ((int64_t)gone >= amount) {
			leaves = (w->newest + i) * part;
			return leaves - now_ms;
		}
	}
	return UINT64_MAX;
}
