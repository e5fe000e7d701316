/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SIM_REQUEST_H
#define WEIR_SIM_REQUEST_H

#include "sim/sim.h"

#define REQUEST_HEAD_MOST 65536
#define REQUEST_BODY_MOST (64 << 20)

enum request_part {
	REQUEST_LINE,		/* the request line, or empty lines before it */
	REQUEST_FIELDS,
	REQUEST_COUNTED,	/* a body of known length */
	REQUEST_CHUNK_SIZE,
	REQUEST_CHUNK,
	REQUEST_CHUNK_END,	/* its CRLF */
	REQUEST_TRAILERS,
};

enum request_state { REQUEST_MORE, REQUEST_WHOLE, REQUEST_REFUSED };

/* How far a request is read.  Zero-initialised is the start. */
struct request_reader {
	enum request_part part;
	size_t	    at;		/* bytes understood; when whole: the request's bytes on the wire */
	size_t	    head, head_end;	/* where the request line begins; behind the blank line */
	size_t	    body;	/* bytes of body so far; they stand behind the head, without chunk framing */
	uint64_t    left;	/* of the body or the chunk */
	size_t	    trailers;	/* where they begin */
	bool	    counted, chunked;	/* such a field was there */
	bool	    expects;	/* it waits for "100 Continue" */
	bool	    last;	/* the client wants the connection closed after the answer */
	int	    status;	/* when refused: the answer's */
	const char *why;
};

/*
 * Reads on in the bytes of a connection; they may move between two calls but
 * not change.  Chunk framing is removed in place, so that behind a whole
 * request nothing but the next one is of use.
 */
enum request_state request_read(struct request_reader *, char *bytes, size_t n);
/* Method, path, head, body, JSON, model and stream of a whole request. */
void	request_look(const struct request_reader *, const char *bytes, struct arena *, struct sim_request *);

#endif
