/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_QUOTED_H
#define WEIR_TESTS_QUOTED_H

/* JSON in a C literal, with ' where " is meant. */

#include <string.h>

#include "base/arena.h"

static inline struct str
quoted(struct arena *a, const char *text)
{
	char  *copy = arena_cstr(a, str_of(text));
	size_t n = strlen(copy);

	for (size_t i = 0; i < n; i++)
		if (copy[i] == '\'')
			copy[i] = '"';
	return (struct str){ copy, n };
}

#endif
