/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_MULTIPART_H
#define WEIR_DIALECT_MULTIPART_H

#include "base/str.h"

/*
 * Finds one field of a multipart/form-data body that is still coming.  Nothing
 * else is understood of it: the bytes go on as they are.
 */
struct multipart {
	struct str boundary;	/* without its dashes; borrowed */
	size_t	   at;		/* bytes of the body that need not be looked at again */
	bool	   begun;	/* the first boundary was seen */
};

enum multipart_found {
	MULTIPART_MORE,		/* not in what is here */
	MULTIPART_FOUND,
	MULTIPART_END,		/* the body has ended without it */
	MULTIPART_BAD,		/* no multipart body */
};

/* The boundary of a Content-Type, "" when it is not multipart/form-data with a usable one. */
struct str multipart_boundary(struct str content_type);
void	multipart_init(struct multipart *, struct str boundary);
/* `body` is all that came so far, from the first byte; *value is a slice of it.  Call again with more. */
enum multipart_found multipart_field(struct multipart *, struct str body, const char *name, struct str *value);

#endif
