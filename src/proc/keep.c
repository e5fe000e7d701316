/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep.c - what a reload changes, and what it must not.
 *
 * Runs in: supervisor.
 */
#include "proc/keep.h"

#include <string.h>

#include "base/log.h"

#define SETTINGS_MOST 256

static const size_t sizes[] = {
	[SETTING_BOOL] = sizeof(bool),
	[SETTING_COUNT] = sizeof(uint64_t),
	[SETTING_MS] = sizeof(uint64_t),
	[SETTING_BYTES] = sizeof(uint64_t),
	[SETTING_NANO] = sizeof(int64_t),
	[SETTING_LEVEL] = sizeof(enum log_level),
	[SETTING_WORKERS] = sizeof(uint64_t),
};

static struct str_list
copy_list(struct arena *a, const struct str_list *from)
{
	struct str_list to = { .n = from->n };

	to.items = arena_array(a, struct str, from->n);
	for (size_t i = 0; i < from->n; i++)
		to.items[i] = arena_str(a, from->items[i]);
	return to;
}

/* Texts belong to the arena of the conf they stand in. */
static void
copy_value(struct conf *to, const struct conf *from, const struct setting *s)
{
	char	   *into = (char *)to + s->offset;
	const char *source = (const char *)from + s->offset;

	if (s->type == SETTING_STR) {
		struct str text;

		memcpy(&text, source, sizeof(text));
		text = arena_str(&to->arena, text);
		memcpy(into, &text, sizeof(text));
	} else if (s->type == SETTING_LIST) {
		struct str_list list;

		memcpy(&list, source, sizeof(list));
		list = copy_list(&to->arena, &list);
		memcpy(into, &list, sizeof(list));
	} else {
		memcpy(into, source, sizes[s->type]);
	}
}

static void
tell(const struct conf *fresh, const struct conf *running, const struct setting *s)
{
	struct arena a;
	struct str   before, after;

	arena_init(&a);
	before = conf_value(running, &a, s);
	after = conf_value(fresh, &a, s);
	if (s->reloadable)
		log_info("setting %s: " STR_FMT " becomes " STR_FMT, s->path, STR_ARG(before), STR_ARG(after));
	else
		log_warnx("setting %s: " STR_FMT " stays until a restart, not " STR_FMT, s->path, STR_ARG(before),
		    STR_ARG(after));
	arena_done(&a);
}

void
keep_settings(struct conf *fresh, const struct conf *running)
{
	const struct setting *changed[SETTINGS_MOST];
	bool		      restart;
	size_t		      n = conf_diff(running, fresh, changed, SETTINGS_MOST, &restart);

	for (size_t i = 0; i < n && i < SETTINGS_MOST; i++) {
		tell(fresh, running, changed[i]);
		if (!changed[i]->reloadable)
			copy_value(fresh, running, changed[i]);
	}
}
