/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_TREE_NODE_H
#define WEIR_CONF_TREE_NODE_H

#include <libconfig.h>

#include "conf/settings.h"
#include "conf/tree.h"

/* What tree.c and tree_record.c share; nobody else includes libconfig. */
struct tree {
	config_t	     config;
	const struct source *source;
	struct problems	    *problems;
};

void	tree_place(const struct tree *, const config_setting_t *, struct str *file, int *line);
void	tree_problem(const struct tree *, const config_setting_t *, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* -1, and the problem is told, when it is none or has no exact text. */
int	tree_scalar(const struct tree *, const config_setting_t *, struct str *out) MUST_USE;
int	tree_value(const struct tree *, const config_setting_t *, struct value *out) MUST_USE;

#endif
