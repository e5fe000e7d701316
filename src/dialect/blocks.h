/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_BLOCKS_H
#define WEIR_DIALECT_BLOCKS_H

#include "dialect/chat.h"

/*
 * For readers of streams that have no blocks: pieces go in as they come, blocks
 * come out in order.  A piece of another kind ends the open block.  Pieces of a
 * tool call whose predecessor's arguments are not complete JSON yet are held
 * until they are, or until the choice stops.
 */
struct blocks;

struct blocks *blocks_new(struct arena *life, chat_sink *, void *arg);
void	blocks_free(struct blocks *);		/* its heap buffers; the rest is the arena's */
void	blocks_start(struct blocks *, const struct chat_reply *);	/* START, the first time only */
void	blocks_text(struct blocks *, uint32_t choice, enum part_kind, struct str text);	/* TEXT, REASONING, REFUSAL; empty: nothing */
/* `index` tells the calls of a choice apart.  id, name and more input may come in any piece; the block begins once the name is known. */
void	blocks_call(struct blocks *, uint32_t choice, uint32_t index, struct str id, struct str name, struct str input, bool freeform);
/* Proof or seal of the open REASONING, or a REASONING of its own when none is open. */
void	blocks_sign(struct blocks *, uint32_t choice, const struct part *reasoning);
void	blocks_part(struct blocks *, uint32_t choice, const struct part *);	/* any whole part */
void	blocks_cite(struct blocks *, uint32_t choice, const struct citation *);	/* of the open TEXT, or the last one */
void	blocks_logprobs(struct blocks *, uint32_t choice, struct str raw);
/* Ends what is open or held, then STOP.  With STOP_END and a call seen it is STOP_TOOLS. */
void	blocks_stop(struct blocks *, uint32_t choice, enum stop_reason, struct str sequence);
bool	blocks_stopped(const struct blocks *, uint32_t choice);
void	blocks_usage(struct blocks *, const struct usage *);
void	blocks_done(struct blocks *);		/* stops choices that have not (STOP_NONE), then DONE */

#define BLOCKS_CALLS_MOST 4096	/* each has its state until the stream ends, and is looked for among all */
bool	blocks_flooded(const struct blocks *);	/* a call more than that came, and was passed over */

#endif
