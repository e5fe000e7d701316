/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_MULTIPART_H
#define WEIR_DIALECT_MULTIPART_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/*
 * Finds one field of a multipart/form-data body while it comes, and refuses what
 * two readers could take for different forms.  The bytes themselves go on as
 * they are.
 */
struct multipart {
	struct str delimiter;	/* the boundary behind its dashes; borrowed, as is the next */
	struct str field;
	struct buf held;	/* came and is not judged yet: part of a head, or what a delimiter may begin with */
	size_t	   at;		/* where in the form that begins */
	size_t	   value_at, value_n;	/* the field's value in it, when it was found */
	bool	   begun, in_head, in_field, found, ended;
};

/* The boundary of a Content-Type, "" when it is not multipart/form-data with a usable one. */
struct str multipart_boundary(struct str content_type);
/* A Content-Type with it. */
struct str multipart_type(struct arena *, struct str boundary);
void	multipart_init(struct multipart *, struct arena *, struct str boundary, const char *field);
void	multipart_done(struct multipart *);
/* The next bytes; false: this is no form, or has the field twice. */
bool	multipart_feed(struct multipart *, struct str bytes);

#endif
