/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_SETTINGS_H
#define WEIR_CONF_SETTINGS_H

#include "conf/conf.h"

/* For conf/ alone: finding a row, and a row's value as text. */

#define CONF_VERSION 1

extern const struct conf_noun {
	const char *list;	/* "providers": as it stands in a file */
	const char *noun;	/* "provider": of its records */
} conf_nouns[];
extern const size_t conf_nouns_count;

const struct setting *settings_find(struct str path);
bool	settings_group(struct str name);	/* "http": some path begins with it and a point */
/* The known name that was likely meant: a setting, a group or a list of records; STR_NONE when nothing is near. */
struct str settings_nearest(struct str path);

/* A value as it was found: one text, or the items of a list. */
struct value {
	const struct str *items;
	size_t		  n;
	bool		  list;
};

/* -1 with *why (arena text) when the row does not take it. */
int	value_set(struct conf *, const struct setting *, const struct value *, struct str *why) MUST_USE;

static inline const void *
value_at(const struct conf *c, const struct setting *s)
{
	return (const char *)c + s->offset;
}

#endif
