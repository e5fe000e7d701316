/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_FRAME_H
#define WEIR_DIALECT_FRAME_H

#include "base/buf.h"

/* How the events of a stream are told apart on the wire. */
enum framing {
	FRAME_SSE,	/* data: payload */
	FRAME_SSE_NAMED, /* event: name, data: payload */
	FRAME_LINES,	/* a payload a line: NDJSON */
	FRAME_ARRAY,	/* one JSON array, Gemini's without alt=sse */
};

/* `first`: nothing was written before.  A payload that has line ends is written without them. */
void	frame_write(struct buf *, enum framing, bool first, struct str name, struct str payload);
void	frame_end(struct buf *, enum framing, bool empty);	/* FRAME_ARRAY: the closing bracket (and the opening one when empty) */
const char *frame_content_type(enum framing);
struct str frame_keepalive(enum framing);	/* a comment of its own, or "" where there is none */

/*
 * Splits NDJSON or a JSON array into values, whatever the chunking; sse.h does
 * the same for events.  Same contract as sse_next() and sse_end().
 */
struct values {
	struct buf held;
	uint64_t   most;
	uint32_t   depth;
	bool	   in_string, escaped, given, begun;
};
void	values_init(struct values *, uint64_t most);
void	values_done(struct values *);
int	values_next(struct values *, struct str *in, struct str *value);	/* 1, 0, -1: too large or no JSON between values */
int	values_end(const struct values *);	/* 0: nothing is left; -1: the last value is not whole */

#endif
