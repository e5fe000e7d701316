/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_SSE_H
#define WEIR_DIALECT_SSE_H

#include "base/buf.h"

/*
 * Splits a server-sent-event stream, whatever its chunking and however loosely
 * it is framed (LF, CRLF, CR, a BOM, no blank after the colon, several data
 * lines), and writes it cleanly.  An event that lies whole and on one line
 * inside the bytes fed is delivered without a copy.
 */
struct sse {
	struct buf held;	/* an unfinished line, and the data lines of an unfinished event */
	size_t	   line;	/* where in held the unfinished line begins */
	uint64_t   most;	/* bytes an event may have */
	bool	   begun;	/* the BOM's place has passed */
	bool	   cr;		/* the last byte was CR: a LF that follows belongs to it */
	bool	   has_data;	/* held (up to line) carries data of the current event */
	bool	   given;	/* that event was delivered: forget it before going on */
	uint8_t	   name_n;
	char	   name[48];	/* of the current event, cut */
};

struct sse_event {
	struct str data;	/* joined by blanks where it had several lines; never empty */
	struct str name;	/* "error", "ping" ...; empty when it had none */
};

void	sse_init(struct sse *, uint64_t most);
void	sse_done(struct sse *);
/*
 * Takes bytes off the front of *in until an event is whole: 1 and the event
 * (valid until the next call), 0 when *in is used up, -1 when an event is
 * larger than allowed.
 */
int	sse_next(struct sse *, struct str *in, struct sse_event *);
/*
 * The stream is over: 1 and the last event when its blank line (or even its
 * line end) was missing, 0 when nothing was left.
 */
int	sse_end(struct sse *, struct sse_event *);
/* "data: payload\n\n" */
void	sse_write(struct buf *, struct str payload);

#endif
