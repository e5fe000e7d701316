/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_names.c - does an object have a name twice?
 *
 * Runs in: everywhere.
 *
 * A stranger chooses the names, and may send a million of them.  Small objects
 * are compared pair by pair; for others the hash is a polynomial over the
 * field of 2^61 - 1 at a secret random point, for which no two names can be
 * found that collide more often than by chance (n / 2^61).
 */
#include "base/json_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rand.h"

#define PAIRWISE 12	/* up to here no table is worth its memory */
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
hash(struct str s, uint64_t point)
{
	uint64_t h = times(s.n + 1, point);

	for (size_t i = 0; i < s.n; i += CHUNK) {
		size_t	 n = s.n - i < CHUNK ? s.n - i : CHUNK;
		uint64_t chunk = 0;

		memcpy(&chunk, s.p + i, n);
		h = times((h + chunk) % PRIME, point);
	}
	return h;
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

static const struct json *
pair_by_pair(const struct json *object)
{
	for (const struct json *late = object->child; late != NULL; late = late->next)
		for (const struct json *m = object->child; m != late; m = m->next)
			if (str_eq(m->name, late->name))
				return late;
	return NULL;
}

/* Puts the member into the table; false when its name stands there already. */
static bool
enter(const struct json **table, size_t mask, uint64_t point, const struct json *m)
{
	size_t i = hash(m->name, point) & mask;

	for (; table[i] != NULL; i = (i + 1) & mask)
		if (str_eq(table[i]->name, m->name))
			return false;
	table[i] = m;
	return true;
}

const struct json *
json_names_twice(const struct json *object)
{
	const struct json **table, *m;
	size_t		    cap = 32;
	uint64_t	    point;

	if (object->count <= PAIRWISE)
		return pair_by_pair(object);
	while (cap < (size_t)object->count * 2)
		cap *= 2;
	point = secret_point();
	table = xcalloc(cap, sizeof(struct json *));
	for (m = object->child; m != NULL; m = m->next)
		if (!enter(table, cap - 1, point, m))
			break;
	free(table);
	return m;
}
