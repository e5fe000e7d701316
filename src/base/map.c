/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map.c - string to pointer, open addressing with linear probing.
 *
 * Runs in: everywhere.
 *
 * At most three slots in four are used.  Nothing is ever removed: maps are
 * built once and freed whole.  The order of the slots is the same in each
 * process, save in a map of what strangers choose: its hash has a secret.
 */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"

#define CAP_LEAST 16

void
map_done(struct map *m)
{
	free(m->slots);
	*m = (struct map){ 0 };
}

static uint64_t
hash_of(const struct map *m, struct str key)
{
	return m->foreign ? hash_secret(key) : str_hash(key);
}

/* The slot that holds the key, or the empty one where it belongs. */
static struct map_slot *
find(const struct map *m, struct str key, uint64_t hash)
{
	size_t mask = m->cap - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct map_slot *slot = &m->slots[i];

		if (slot->key.p == NULL || (slot->hash == hash && str_eq(slot->key, key)))
			return slot;
	}
}

void *
map_get(const struct map *m, struct str key)
{
	return m->n == 0 ? NULL : find(m, key, hash_of(m, key))->value;
}

static void
grow(struct map *m)
{
	struct map bigger = { .cap = m->cap == 0 ? CAP_LEAST : m->cap * 2, .n = m->n, .foreign = m->foreign };

	bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
	MAP_EACH(slot, m)
		*find(&bigger, slot->key, slot->hash) = *slot;
	free(m->slots);
	*m = bigger;
}

void *
map_put(struct map *m, struct str key, void *value)
{
	uint64_t	 hash = hash_of(m, key);
	struct map_slot *slot;
	void		*former;

	assert(value != NULL);
	if (key.p == NULL)
		key.p = "";
	if (m->n >= m->cap / 4 * 3)
		grow(m);
	slot = find(m, key, hash);
	former = slot->value;
	if (former == NULL)
		m->n++;
	*slot = (struct map_slot){ key, hash, value };
	return former;
}
