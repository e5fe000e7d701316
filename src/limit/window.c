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

/* Makes the bucket of `now` the newest and clears those in between.  Mostly it is already, which no division need tell. */
static void
advance(struct window *w, uint64_t length_ms, uint64_t now_ms)
{
	uint64_t part = part_ms(length_ms), bucket;

	if (now_ms < (w->newest + 1) * part)
		return;
	bucket = now_ms / part;
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
	uint64_t sum[4] = { 0 };	/* damaged buckets may be anything; sound ones cannot overflow */
	int	 i;

	advance(w, length_ms, now_ms);
	for (i = 0; i + 4 <= BUCKETS; i += 4)	/* four at a time: none waits for the one before */
		for (int k = 0; k < 4; k++)
			sum[k] += (uint64_t)w->used[i + k];
	for (; i < BUCKETS; i++)
		sum[0] += (uint64_t)w->used[i];
	return (int64_t)(sum[0] + sum[1] + sum[2] + sum[3]);
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
window_wait(struct window *w, uint64_t length_ms, uint64_t now_ms, int64_t left)
{
	uint64_t at, kept = 0;

	advance(w, length_ms, now_ms);
	at = w->newest % BUCKETS;
	for (uint64_t age = 0; age < BUCKETS; age++) {
		/* The newest may stay as long as they are no more than `left`; bucket b leaves when b + 61 begins. */
		kept += (uint64_t)w->used[at];
		if ((int64_t)kept > left)
			return (w->newest - age + BUCKETS) * part_ms(length_ms) - now_ms;
		at = at == 0 ? BUCKETS - 1 : at - 1;
	}
	return 0;
}
