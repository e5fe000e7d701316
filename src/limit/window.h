/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_LIMIT_WINDOW_H
#define WEIR_LIMIT_WINDOW_H

#include <stdint.h>

/*
 * What was used in the last N milliseconds: a ring of sub-buckets of N/60
 * each.  61 of them count, the oldest one whole, so that no true window of N
 * ever holds more than the limit.  Pure arithmetic on a plain struct; time is
 * monotonic milliseconds and may not go back (a smaller `now` counts as the newest seen).
 */
#define WINDOW_PARTS 60

struct window {
	uint64_t newest;			/* number of the newest bucket that was touched */
	int64_t	 used[WINDOW_PARTS + 1];
};

int64_t	 window_used(struct window *, uint64_t length_ms, uint64_t now_ms);	/* forgets what has left */
uint64_t window_add(struct window *, uint64_t length_ms, uint64_t now_ms, int64_t amount);	/* the bucket's number */
/* Corrects an earlier add (reserve to actual); nothing when that bucket has left. */
void	 window_correct(struct window *, uint64_t length_ms, uint64_t now_ms, uint64_t bucket, int64_t difference);
/* Milliseconds until no more than `left`, 0 or more, is used; looks only as far back as it must. */
uint64_t window_wait(struct window *, uint64_t length_ms, uint64_t now_ms, int64_t left);

#endif
