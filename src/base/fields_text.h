/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_FIELDS_TEXT_H
#define WEIR_BASE_FIELDS_TEXT_H

#include "base/fields.h"

/* For fields.c alone: one value as text.  `at` points at the struct member. */
struct str fields_text_show(struct arena *, enum field_type, const void *at);
/* NULL, or what the text should have been (static); copies into the arena. */
const char *fields_text_read(struct arena *, enum field_type, struct str text, void *at);

#endif
