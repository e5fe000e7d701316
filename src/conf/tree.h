/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_TREE_H
#define WEIR_CONF_TREE_H

#include "conf/source.h"

/* The parsed text, and what is taken from it.  For conf/ alone. */
struct tree;

struct tree *tree_parse(const struct source *, struct problems *);	/* NULL: a problem tells why */
void	tree_free(struct tree *);
int64_t	tree_version(const struct tree *);	/* CONF_VERSION when none is given, -1 when it is no number */

/* Where each row of the table was set; line 0: nowhere, it has its default. */
struct place {
	struct str file;
	int	   line;
};
void	tree_read_settings(const struct tree *, struct conf *, struct place *places);
void	tree_read_records(const struct tree *, struct conf *);

#endif
