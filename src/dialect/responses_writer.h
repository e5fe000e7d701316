/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_RESPONSES_WRITER_H
#define WEIR_DIALECT_RESPONSES_WRITER_H

#include "dialect/freeform.h"
#include "dialect/responses_inside.h"

/* A Responses stream being written; for responses_writer*.c alone. */
struct responses_writer {
	struct chat_writer base;
	struct arena	  *life;
	struct responses_output output;
	struct responses_view view;
	struct buf	   payload;	/* of the event being written */
	uint64_t	   sequence;
	bool		   started, refused;
	/* The open block. */
	enum part_kind	   kind;
	bool		   open;
	struct str	   id;		/* of its item */
	struct buf	   text;	/* all of it */
	struct buf	   annotations, logprobs;	/* elements */
	unsigned	   cited;
	bool		   paragraph;	/* REASONING: its text's part was added */
	bool		   raw;		/* REASONING: it is content, no summary */
	struct responses_call call;
	struct freeform	   freeform;
	struct buf	   plain;	/* what of a hidden text came out */
};

/* One event: its members follow, then its end. */
struct json_out responses_event_begin(struct responses_writer *, const char *type);
/* One that speaks of the item, and of a part in it when `index` has a name. */
struct json_out responses_event_in(struct responses_writer *, const char *type, const char *index);
void	responses_event_end(struct responses_writer *, struct json_out *, const char *type);
void	responses_tell_added(struct responses_writer *, struct str item);
void	responses_tell_done(struct responses_writer *, struct str item);	/* it is in the output already */

void	responses_call_begin(struct responses_writer *, const struct part *);
void	responses_call_more(struct responses_writer *, struct str more);
void	responses_call_end(struct responses_writer *);
void	responses_thought_begin(struct responses_writer *, const struct part *);
void	responses_thought_more(struct responses_writer *, struct str more);
void	responses_thought_end(struct responses_writer *, const struct part *);
void	responses_image_end(struct responses_writer *, const struct part *);
void	responses_native_end(struct responses_writer *, const struct part *);

#endif
