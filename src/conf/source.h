/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_SOURCE_H
#define WEIR_CONF_SOURCE_H

#include "conf/problem.h"

/*
 * The text of a configuration with its includes put in place, and where each
 * line of it came from.  For conf/ alone.
 */

/* From this line of the text on, lines are those of `file` from `line` on. */
struct mark {
	int	   at;
	struct str file;
	int	   line;
};

/* A file that took part. */
struct part {
	struct str path, before, after;	/* text as read, and as migrated: the same when there was nothing to do */
};

/* Turns one file's text of an older version into the next version's, line by line. */
typedef void source_change(void *arg, struct arena *, struct str text, struct buf *out);

struct source {
	struct arena	*arena;
	struct buf	 text;
	int		 lines;		/* line feeds in text */
	struct mark	*marks;
	size_t		 marks_n, marks_cap;
	struct part	*parts;
	size_t		 parts_n, parts_cap;
	source_change	*change;	/* NULL: texts are taken as they are */
	void		*change_arg;
	struct problems *problems;
};

void	source_init(struct source *, struct arena *, struct problems *);
void	source_done(struct source *);
/* Problems tell what could not be read; the text is then not usable. */
void	source_add_file(struct source *, struct str path);
/* A text that conf_write() made: no includes, its "#line" comments count. */
void	source_add_text(struct source *, struct str text, struct str name);
/* Where a line of the text came from. */
void	source_locate(const struct source *, int line, struct str *file, int *real);

#endif
