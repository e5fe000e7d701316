/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_READ_H
#define WEIR_CONF_READ_H

#include "conf/migrate.h"
#include "conf/tree.h"

/* conf_read() with other migration steps, for tests. */
int	read_with_steps(struct conf *, const char *path, const struct conf_steps *, struct conf_problem **problems,
	    size_t *n) MUST_USE;
int	read_migrate_with(struct arena *, const char *path, const struct conf_steps *, struct str *why) MUST_USE;

/* check.c: what no single setting can tell. */
void	check_conf(const struct conf *, const struct place *places, struct str file, struct problems *);

#endif
