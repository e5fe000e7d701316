/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rand.c - random bytes and request ids.
 *
 * Runs in: everywhere.
 *
 * Secrets come from the kernel alone.  The fast generator (xoshiro256**) is
 * seeded from it once per process, and again in a forked child, which would
 * otherwise repeat its parent's numbers.
 */
#include "base/rand.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sysexits.h>

#include <sys/random.h>

#include "base/clock.h"
#include "base/log.h"

#define ID_DIGITS 26	/* of five bits */

static uint64_t state[4];
static bool	seeded;

void
rand_bytes(void *out, size_t n)
{
	char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			fatal(EX_OSERR, "getrandom");
		p += got;
		n -= (size_t)got;
	}
}

static void
forget(void)
{
	seeded = false;
}

static void
seed(void)
{
	static bool watched;

	rand_bytes(state, sizeof(state));
	state[0] |= 1;	/* all zero would stay so */
	seeded = true;
	if (!watched)
		pthread_atfork(NULL, NULL, forget);
	watched = true;
}

static uint64_t
rotate(uint64_t v, int by)
{
	return v << by | v >> (64 - by);
}

uint64_t
rand_u64(void)
{
	uint64_t out, t;

	if (!seeded)
		seed();
	out = rotate(state[1] * 5, 7) * 9;
	t = state[1] << 17;
	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= t;
	state[3] = rotate(state[3], 45);
	return out;
}

uint64_t
rand_below(uint64_t bound)
{
	uint64_t odd_rest = (0 - bound) % bound;	/* 2^64 mod bound */
	uint64_t v;

	do
		v = rand_u64();
	while (v < odd_rest);
	return v % bound;
}

void
rand_request_id(char out[31])
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";	/* no i l o u */
	uint64_t	  high = clock_wall_ms() << 16 | (rand_u64() & 0xffff);
	uint64_t	  low = rand_u64();

	memcpy(out, "req_", 4);
	out += 4;
	for (int i = ID_DIGITS - 1; i >= 0; i--) {
		out[i] = digits[low & 31];
		low = low >> 5 | high << 59;
		high >>= 5;
	}
	out[ID_DIGITS] = '\0';
}
