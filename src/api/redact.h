/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_REDACT_H
#define WEIR_API_REDACT_H

#include "base/arena.h"

/*
 * A text without what looks like a key, or like a part of `secret` (which may
 * be empty): each such word becomes "***".  The text itself when there is none.
 */
struct str redact(struct arena *, struct str text, struct str secret);

#endif
