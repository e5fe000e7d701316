/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_SPLICE_H
#define WEIR_DIALECT_SPLICE_H

#include "base/arena.h"

/* One change to a text: `cut` bytes at `at` make room for `put`. */
struct splice {
	size_t	   at, cut;
	struct str put;
};

/* The text with all changes made, in the arena.  They are in order and do not overlap: asserted. */
struct str splice_apply(struct arena *, struct str text, const struct splice *, size_t n);

#endif
