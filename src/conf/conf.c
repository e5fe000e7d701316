/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf.c - the configuration in memory: defaults, end, differences.
 *
 * Runs in: supervisor, tools, and every child.
 */
#include "conf/conf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "conf/settings.h"

void
conf_init(struct conf *c)
{
	memset(c, 0, sizeof(*c));
	arena_init(&c->arena);
	for (size_t i = 0; i < settings_count; i++) {
		struct str preset = str_of(settings[i].preset), why = STR_NONE;
		int	   rc = value_set(c, &settings[i], &(struct value){ &preset, 1, false }, &why);

		assert(rc == 0);
		(void)rc;
	}
}

void
conf_done(struct conf *c)
{
	arena_done(&c->arena);
	memset(c, 0, sizeof(*c));
}

static bool
same_list(const struct str_list *a, const struct str_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool
same(const struct conf *a, const struct conf *b, const struct setting *s)
{
	const void *x = value_at(a, s), *y = value_at(b, s);

	switch (s->type) {
	case SETTING_STR:
		return str_eq(*(const struct str *)x, *(const struct str *)y);
	case SETTING_LIST:
		return same_list(x, y);
	case SETTING_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case SETTING_LEVEL:
		return *(const enum log_level *)x == *(const enum log_level *)y;
	case SETTING_NANO:
		return *(const int64_t *)x == *(const int64_t *)y;
	case SETTING_COUNT:
	case SETTING_MS:
	case SETTING_BYTES:
	case SETTING_WORKERS:
		return *(const uint64_t *)x == *(const uint64_t *)y;
	}
	abort();
}

size_t
conf_diff(const struct conf *a, const struct conf *b, const struct setting **out, size_t max, bool *restart)
{
	size_t n = 0;

	*restart = false;
	for (size_t i = 0; i < settings_count; i++) {
		if (same(a, b, &settings[i]))
			continue;
		if (n < max)
			out[n] = &settings[i];
		n++;
		if (!settings[i].reloadable)
			*restart = true;
	}
	return n;
}
