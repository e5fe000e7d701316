/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_BASE64_H
#define WEIR_BASE_BASE64_H

#include "base/arena.h"

/* RFC 4648: the standard alphabet with padding, and the URL-safe one without.  Results live in the arena. */
struct str base64_encode(struct arena *, struct str bytes);
struct str base64url_encode(struct arena *, struct str bytes);
/* Either alphabet, with or without padding, no blanks; -1 when it is no base64. */
int	base64_decode(struct arena *, struct str text, struct str *bytes) MUST_USE;

#endif
