/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_FIT_H
#define WEIR_DIALECT_FIT_H

#include "dialect/chat.h"

/*
 * Names and ids that a target's alphabet or length does not allow.  The same
 * word always becomes the same one, two words hardly ever the same: what was
 * changed ends in a hash of what it was.
 */

/* Only [A-Za-z0-9_-], at most `most` bytes (16 at least), never empty; unchanged when it is so. */
struct str fit_word(struct arena *, struct str, size_t most);
/* The tool's name as the request has it, for a name that came back from an upstream, fitted (to 64 or 128 bytes, or to 63 behind "_") or not. */
struct str fit_back(const struct chat *, struct str name);

#endif
