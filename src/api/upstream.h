/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_UPSTREAM_H
#define WEIR_API_UPSTREAM_H

#include "api/exchange.h"

/* The call of the exchange's present candidate (x->used, x->used_upkey, x->way); what it needs lives in the arena. */
int	upstream_call(struct exchange *, struct arena *, struct call *, struct header_lines *, struct complaint *) MUST_USE;
/* An upstream's words may be shown and logged when no key is among them, neither its own nor what looks like one. */
bool	upstream_may_be_shown(const struct exchange *, struct str text);
/* What of its words may be: "" when a key is in them that cannot be taken out. */
struct str upstream_words(const struct exchange *, struct arena *, struct str);
/* An error about our account or key there: its words are the operator's affair, and often show half a key. */
bool	upstream_speaks_of_us(const struct verdict *);
/* Of an answer, the first byte that is no blank; NUL when all are. */
char	upstream_first_byte(struct str);

#endif
