/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_CROSSING_H
#define WEIR_API_CROSSING_H

#include "api/exchange.h"

/*
 * A request on its way into another dialect.  It is read into the neutral form
 * once, when it is first needed, and written for each candidate.
 */
const struct chat *crossing_chat(struct exchange *, struct complaint *);	/* NULL with the complaint */
const struct embed *crossing_embed(struct exchange *, struct complaint *);
/* The body for x->used as x->way says, in the arena; x->dropped becomes what could not be said. */
int	crossing_body(struct exchange *, struct arena *, struct str *body, struct complaint *) MUST_USE;
/* What the writer of the reply must know; crossing_chat() or crossing_embed() was called. */
void	crossing_voice(struct exchange *, struct voice *);

/* Answers that need no upstream, into x->body: a count of tokens estimated, a model that is there anyway; -1: none. */
int	crossing_alone(struct exchange *, struct complaint *) MUST_USE;

#endif
