/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.c - the table of settings, and who finds a row in it.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * Reading, checking, showing, comparing and the manual all follow the rows of
 * settings.def; nothing else knows a setting's name.
 */
#include "conf/settings.h"

#define NEAR_LEAST 2	/* edits for "did you mean" */

const struct setting settings[] = {
#define SETTING(path, member, type, least, most, preset, reloadable, help) \
	{ path, offsetof(struct conf, member), SETTING_##type, least, most, preset, reloadable, help },
#include "conf/settings.def"
#undef SETTING
};
const size_t settings_count = LENGTH(settings);

const struct conf_noun conf_nouns[] = {
	{ "providers", "provider" },
	{ "channels", "channel" },
	{ "keys", "apikey" },
	{ "models", "model" },
	{ "prices", "price" },
};
const size_t conf_nouns_count = LENGTH(conf_nouns);

const struct setting *
settings_find(struct str path)
{
	for (size_t i = 0; i < settings_count; i++)
		if (str_is(path, settings[i].path))
			return &settings[i];
	return NULL;
}

bool
settings_group(struct str name)
{
	for (size_t i = 0; i < settings_count; i++) {
		struct str path = str_of(settings[i].path);

		if (path.n > name.n && str_starts(path, name) && path.p[name.n] == '.')
			return true;
	}
	return false;
}

static struct str
leaf(struct str path)
{
	while (str_find_byte(path, '.') < path.n)
		path = str_from(path, str_find_byte(path, '.') + 1);
	return path;
}

struct nearness {
	struct str path, best;
	size_t	   most;	/* edits that are still near enough, less after each find */
	bool	   found;	/* none can be nearer */
};

static void
consider(struct nearness *n, struct str candidate)
{
	size_t distance = str_distance(n->path, candidate, n->most);

	/* Half of a short word is not near. */
	if (n->found || distance > n->most || distance * 2 > n->path.n || distance >= candidate.n)
		return;
	n->best = candidate;
	n->found = distance == 0;
	n->most = distance == 0 ? 0 : distance - 1;
}

/* A name that is right but stands in another group. */
static struct str
misplaced(struct str path)
{
	struct str end = leaf(path), found = STR_NONE;

	for (size_t i = 0; i < settings_count; i++) {
		if (!str_eq(leaf(str_of(settings[i].path)), end))
			continue;
		if (found.n > 0)
			return STR_NONE;	/* more than one: none is likely */
		found = str_of(settings[i].path);
	}
	return found;
}

struct str
settings_nearest(struct str path)
{
	struct nearness n = { .path = path, .most = path.n / 3 < NEAR_LEAST ? NEAR_LEAST : path.n / 3 };

	for (size_t i = 0; i < settings_count; i++) {
		struct str whole = str_of(settings[i].path);
		size_t	   dot = str_find_byte(whole, '.');

		consider(&n, whole);
		if (dot < whole.n)
			consider(&n, str_upto(whole, dot));
	}
	for (size_t i = 0; i < conf_nouns_count; i++)
		consider(&n, str_of(conf_nouns[i].list));
	consider(&n, STR("version"));
	return n.best.n > 0 ? n.best : misplaced(path);
}
