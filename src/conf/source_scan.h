/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_SOURCE_SCAN_H
#define WEIR_CONF_SOURCE_SCAN_H

#include "conf/source.h"

/* Between source.c, which knows files, and source_scan.c, which knows text. */

/* Adds a file's text, its includes in place; `marked`: "#line" comments count, and nothing is included. */
void	source_scan(struct source *, struct str file, struct str text, unsigned depth, bool marked);

/* The place of an include, and how deep it is nested. */
struct including {
	struct source *s;
	struct str     file;
	int	       line;
	unsigned       depth;
};
void	source_include(const struct including *, struct str path);
/* From the next byte on, the text is that of this file and line. */
void	source_mark(struct source *, struct str file, int line);

#endif
