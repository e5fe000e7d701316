/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_VALID_H
#define WEIR_STORE_VALID_H

#include "base/arena.h"

/*
 * The checks that field tables name: 0, or -1 with *why saying what is wrong
 * in words for the operator (arena text).  Those for lists take one item or
 * several with commas between them.
 */
int	valid_name(struct arena *, struct str, struct str *why) MUST_USE;	/* of a provider, channel, key */
int	valid_text(struct arena *, struct str, struct str *why) MUST_USE;	/* one printable line, may be empty */
int	valid_model(struct arena *, struct str, struct str *why) MUST_USE;	/* a vendor's model name */
int	valid_word(struct arena *, struct str, struct str *why) MUST_USE;	/* lower case, digits, - _ */
int	valid_words(struct arena *, struct str, struct str *why) MUST_USE;
int	valid_globs(struct arena *, struct str, struct str *why) MUST_USE;	/* names or globs */
int	valid_aliases(struct arena *, struct str, struct str *why) MUST_USE;	/* "asked=upstream" */
int	valid_class(struct arena *, struct str, struct str *why) MUST_USE;
int	valid_dialects(struct arena *, struct str, struct str *why) MUST_USE;	/* names of wire formats */
int	valid_transforms(struct arena *, struct str, struct str *why) MUST_USE;
int	valid_role(struct arena *, struct str, struct str *why) MUST_USE;
int	valid_url(struct arena *, struct str, struct str *why) MUST_USE;
int	valid_headers(struct arena *, struct str, struct str *why) MUST_USE;
int	valid_limits(struct arena *, struct str, struct str *why) MUST_USE;	/* syntax only, limit/limit.h reads them */
int	valid_rank(struct arena *, struct str, struct str *why) MUST_USE;	/* 0 to 1000 */

#endif
