/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_FREEFORM_H
#define WEIR_DIALECT_FREEFORM_H

#include "dialect/chat.h"

/*
 * Tools whose input is plain text, through upstreams that know functions only:
 * the model writes {"input": "..."} and the client is to get what is in there,
 * as it comes.  Text that is no such object stays what it is.
 */
enum freeform_at { FREEFORM_START, FREEFORM_NAME, FREEFORM_COLON, FREEFORM_VALUE, FREEFORM_TEXT, FREEFORM_ESCAPE, FREEFORM_CODE,
	FREEFORM_OVER, FREEFORM_PLAIN };

struct freeform {
	enum freeform_at at;
	char	 head[32];	/* what came before the text, if it should be none */
	uint8_t	 head_n;
	uint8_t	 digits;	/* of an escape's code */
	uint32_t code, high;	/* that code; the first half of a pair */
};

/* Zero-initialised is right.  Appends to *out what of the text is known behind `json`. */
void	freeform_feed(struct freeform *, struct str json, struct buf *out);
/* Nothing follows: the rest. */
void	freeform_end(struct freeform *, struct buf *out);
struct str freeform_text(struct arena *, struct str json);	/* of a whole input */

/* The call is of a tool that the request declares as freeform, but its input came as JSON. */
bool	freeform_is_hidden(const struct chat *, const struct part *call);

#endif
