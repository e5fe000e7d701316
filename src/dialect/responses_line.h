/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_RESPONSES_LINE_H
#define WEIR_DIALECT_RESPONSES_LINE_H

#include "dialect/responses_inside.h"

/*
 * The blocks of a streamed reply, in line: one is being told, those behind it
 * wait with all that came for them, as items may come interleaved.  For
 * responses_reader.c alone.
 */
struct block {
	struct block *next;
	uint64_t      output, index;	/* of the item, and of the part in it */
	struct part   part;		/* what is known but for its text */
	size_t	      seen;		/* bytes of its text that came */
	struct buf    held;		/* those that were not told */
	struct buf    logprobs;		/* elements that were not told */
	struct part   cites;		/* citations that were not told */
	uint32_t      cited;		/* citations that came */
	uint64_t      paragraph;	/* REASONING: the one that came last */
	bool	      begun, whole, logged;
};

#define LINE_BLOCKS_MOST 4096	/* each is kept until the end, and looked for among all */

struct line {
	struct arena *life;
	chat_sink    *sink;
	void	     *arg;
	struct block *first, *last;
	struct block *head;	/* is being told; NULL: all that came are */
	bool	      output;	/* something was told */
	bool	      called;	/* a call among it */
	uint32_t      blocks;
	struct block  spill;	/* stands for those beyond LINE_BLOCKS_MOST; it takes nothing */
	bool	      flooded;	/* there were such */
};

void	line_init(struct line *, struct arena *life, chat_sink *, void *arg);
void	line_done(struct line *);
/* The block at that place, made when there is none.  Never NULL. */
struct block *line_open(struct line *, uint64_t output, uint64_t index, enum part_kind);
struct block *line_block(struct line *, uint64_t output, uint64_t index, const struct part *);	/* with what is known of it */
void	line_text(struct line *, struct block *, struct str more);
void	line_rest(struct line *, struct block *, struct str whole);	/* what of the whole text did not come yet */
void	line_logprobs(struct line *, struct block *, struct str raw);
void	line_cite(struct line *, struct block *, const struct citation *);
/* A thought of several paragraphs: a new one begins when the index moves on. */
void	line_paragraph(struct line *, struct block *, bool summary, uint64_t index);
/* The part is known as a whole: the rest is told, and its end. */
void	line_whole(struct line *, uint64_t output, uint64_t index, const struct part *);
void	line_item(struct line *, struct arena *, uint64_t output, const struct json *item);
bool	line_is_told(const struct line *, uint32_t items);	/* so many items came, and all of them whole */
void	line_close(struct line *);				/* nothing more comes */

#endif
