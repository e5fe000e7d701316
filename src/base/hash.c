/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.c - a hash with a secret.
 *
 * Runs in: everywhere.
 *
 * A polynomial over the field of 2^61 - 1 at a secret random point: no two
 * texts can be found that collide more often than by chance (n / 2^61).
 */
#include "base/hash.h"

#include <string.h>

#include "base/rand.h"

#define PRIME ((UINT64_C(1) << 61) - 1)
#define CHUNK 7		/* bytes: always below PRIME */

static uint64_t
times(uint64_t a, uint64_t b)
{
	unsigned __int128 wide = (unsigned __int128)a * b;
	uint64_t	  sum = ((uint64_t)wide & PRIME) + (uint64_t)(wide >> 61);

	return sum >= PRIME ? sum - PRIME : sum;
}

static uint64_t
secret_point(void)
{
	static uint64_t point;

	if (point == 0) {
		rand_bytes(&point, sizeof(point));
		point = point % (PRIME - 2) + 2;
	}
	return point;
}

uint64_t
hash_secret(struct str s)
{
	uint64_t point = secret_point(), h = times(s.n + 1, point);

	for (size_t i = 0; i < s.n; i += CHUNK) {
		size_t	 n = s.n - i < CHUNK ? s.n - i : CHUNK;
		uint64_t chunk = 0;

		memcpy(&chunk, s.p + i, n);
		h = times((h + chunk) % PRIME, point);
	}
	return h;
}
