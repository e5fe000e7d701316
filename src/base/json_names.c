/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_names.c - does an object have a name twice?
 *
 * Runs in: everywhere.
 *
 * A stranger chooses the names, and may send a million of them.  Small objects
 * are compared pair by pair, others through a table whose hash has a secret.
 */
#include "base/json_names.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"

#define PAIRWISE 12	/* up to here no table is worth its memory */

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
enter(const struct json **table, size_t mask, const struct json *m)
{
	size_t i = hash_secret(m->name) & mask;

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

	if (object->count <= PAIRWISE)
		return pair_by_pair(object);
	while (cap < (size_t)object->count * 2)
		cap *= 2;
	table = xcalloc(cap, sizeof(struct json *));
	for (m = object->child; m != NULL; m = m->next)
		if (!enter(table, cap - 1, m))
			break;
	free(table);
	return m;
}
