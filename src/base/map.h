/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_MAP_H
#define WEIR_BASE_MAP_H

#include <stddef.h>

#include "base/str.h"

/* String to pointer, open addressing.  Keys are borrowed: they must outlive the map. */
struct map_slot {
	struct str key;		/* p is NULL when the slot is empty */
	uint64_t   hash;
	void	  *value;	/* never NULL in a used slot */
};

struct map {
	struct map_slot *slots;	/* a power of two of them, or NULL */
	size_t		 cap, n;
	bool		 foreign;	/* keys are what strangers choose (ids, names of tools): set it before the first */
};

void	map_done(struct map *);
void   *map_get(const struct map *, struct str key);		/* NULL when absent */
void   *map_put(struct map *, struct str key, void *value);	/* the former value, or NULL */

#define MAP_EACH(slot, map) \
	for (struct map_slot *slot = (map)->slots; slot != NULL && slot < (map)->slots + (map)->cap; slot++) \
		if (slot->key.p != NULL)

#endif
