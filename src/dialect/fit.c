/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fit.c - names and ids made to fit a narrower alphabet.
 *
 * Runs in: worker.
 */
#include "dialect/fit.h"

#include <inttypes.h>
#include <stdio.h>

#define HASH_N 9	/* "_" and eight digits */

static bool
fits(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool
all_fit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!fits(s.p[i]))
			return false;
	return s.n > 0;
}

struct str
fit_word(struct arena *a, struct str s, size_t most)
{
	size_t keep = s.n < most - HASH_N ? s.n : most - HASH_N;
	char  *p;

	if (s.n <= most && all_fit(s))
		return s;
	p = arena_cstr(a, str_upto(s, keep));
	for (size_t i = 0; i < keep; i++)
		if (!fits(p[i]))
			p[i] = '_';
	return arena_printf(a, "%.*s_%08" PRIx32, (int)keep, p, (uint32_t)str_hash(s));
}

/* What fit_word() makes of `s`; nothing is made here, as it is asked for each tool of each call. */
static bool
is_fitted(struct str s, size_t most, struct str fitted)
{
	size_t keep = s.n < most - HASH_N ? s.n : most - HASH_N;
	char   hash[HASH_N + 1];

	if (s.n <= most && all_fit(s))
		return str_eq(s, fitted);
	if (fitted.n != keep + HASH_N)
		return false;
	for (size_t i = 0; i < keep; i++)
		if (fitted.p[i] != (fits(s.p[i]) ? s.p[i] : '_'))
			return false;
	(void)snprintf(hash, sizeof(hash), "_%08" PRIx32, (uint32_t)str_hash(s));
	return str_is(str_from(fitted, keep), hash);
}

struct str
fit_back(const struct chat *c, struct str name)
{
	static const size_t mosts[] = { 64, 128 };	/* what vendors allow */
	struct str rest = str_starts(name, STR("_")) ? str_from(name, 1) : STR_NONE;	/* one of them wants a letter first */

	for (const struct tool *t = c->tools; t != NULL; t = t->next)
		if (str_eq(t->name, name))
			return name;
	for (const struct tool *t = c->tools; t != NULL && rest.n > 0; t = t->next)
		if (t->name.n > 0 && is_fitted(t->name, 63, rest))
			return t->name;
	for (const struct tool *t = c->tools; t != NULL; t = t->next)
		for (size_t i = 0; i < LENGTH(mosts); i++)
			if (t->name.n > 0 && is_fitted(t->name, mosts[i], name))
				return t->name;
	return name;
}
