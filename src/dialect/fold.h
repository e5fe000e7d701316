/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_FOLD_H
#define WEIR_DIALECT_FOLD_H

#include "dialect/chat.h"

/*
 * A streamed reply gathered into a whole one, and a whole one told as events:
 * for an upstream that streams when it was not asked to or the other way round,
 * and for writers that repeat at the end what they told in pieces.
 */
struct fold;

struct fold *fold_new(struct arena *);
void	fold_free(struct fold *);		/* its heap buffers */
chat_sink fold_event;				/* arg is the fold */
/* What came so far, in the arena; valid until the next event.  Open blocks count as far as they came. */
const struct chat_reply *fold_reply(struct fold *);
bool	fold_complete(const struct fold *);	/* DONE came */

void	unfold(const struct chat_reply *, chat_sink *, void *arg);	/* START ... DONE */

#endif
