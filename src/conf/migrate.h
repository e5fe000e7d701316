/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_MIGRATE_H
#define WEIR_CONF_MIGRATE_H

#include "conf/source.h"

/*
 * How a file of one version becomes the next version's.  A step works on the
 * text, line by line and keeping the number of lines, so that comments stay and
 * problems name the line that the operator sees.  For conf/ and its tests.
 */
struct conf_step {
	int64_t from;
	void  (*run)(struct arena *, struct str text, struct buf *out);
};

struct conf_steps {
	int64_t		        current;
	const struct conf_step *of;	/* in order, one for each version that is still known */
	size_t			n;
};

extern const struct conf_steps conf_steps;	/* the real ones */

/* What stands in the way of reading a file of this version: a sentence, or NULL. */
struct str migrate_refuse(struct arena *, const struct conf_steps *, int64_t version);
/* For source.change: arg is a struct migration. */
struct migration {
	const struct conf_steps *steps;
	int64_t			 from;
};
void	migrate_text(void *migration, struct arena *, struct str text, struct buf *out);
/* Writes every part that changed, its former text beside it; how many, or -1 with *why. */
int	migrate_write(const struct source *, int64_t from, struct str *why) MUST_USE;
/* For steps: replaces a name where it stands as one, outside of comments and texts in quotes. */
void	migrate_rename(struct str text, struct str old, struct str new, struct buf *out);

#endif
