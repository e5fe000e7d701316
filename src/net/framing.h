/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_FRAMING_H
#define WEIR_NET_FRAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/str.h"

/*
 * A strict RFC 9112 check of the bytes of one client connection, whatever
 * their chunking: where each head and each body ends, which bytes are body,
 * and whether anything is ambiguous.  Pure.  It keeps no copy of the bytes,
 * only what framing needs.  Refused: bare CR or LF, NUL and other controls,
 * obs-fold, blanks before a colon, names that are no tokens or contain '_', a
 * missing, doubled or odd Host, more than one Content-Length or one that is
 * not plain digits, any Transfer-Encoding but one "chunked" alone in HTTP/1.1,
 * a body on GET or HEAD, an unknown method or version, anything but
 * origin-form, http absolute-form and "OPTIONS *" targets, an expectation
 * other than 100-continue, odd chunk sizes, extensions with controls, trailers
 * that carry framing.
 */
enum framing_at {
	FRAMING_IDLE,		/* between requests: nothing of the next head yet */
	FRAMING_HEAD,
	FRAMING_BODY,
	FRAMING_BAD,		/* refused; stays */
};

/* What the bytes that one step took were. */
enum framing_event {
	FRAMING_MORE,		/* part of a head, or of the framing of a chunked body */
	FRAMING_HEAD_END,	/* the same, and a head is complete with them */
	FRAMING_DATA,		/* body, every one of them */
};

enum framing_method {
	FRAMING_GET, FRAMING_HEAD_METHOD, FRAMING_POST, FRAMING_PUT, FRAMING_DELETE,
	FRAMING_OPTIONS, FRAMING_PATCH, FRAMING_TRACE, FRAMING_CONNECT, FRAMING_PRI, FRAMING_METHODS
};

struct framing_limits {
	uint32_t head_bytes;	/* request line and headers: 431; the line alone, half of it: 414 */
	uint32_t headers;	/* lines */
	uint64_t body_bytes;	/* by Content-Length, or counted when chunked: 413 */
};

struct framing {
	enum framing_at at;
	enum fault	fault;		/* when BAD */
	int		status;		/* when BAD: more exact than the fault's, e.g. 417, 505 */
	const char     *why;		/* static text, for the answer and the log */
	uint64_t	requests;	/* heads completed so far */
	uint64_t	ended;		/* requests whose last byte has passed */
	uint64_t	body_left;	/* of a counted body or of a chunk */
	uint64_t	body_seen;
	uint32_t	head_seen, header_count, line_seen;
	/* Of the current request, until the next one begins. */
	bool		chunked, close, expects;	/* `expects` 100-continue */
	uint8_t		method, minor;			/* enum framing_method; HTTP/1.minor */
	/* The rest is the automaton's own. */
	uint8_t		state, field, alive, seen;
	uint16_t	match;
	uint64_t	number;
};

void	framing_init(struct framing *);
/*
 * Takes bytes up to the next boundary, at most n; *what tells what they were.
 * A message is complete when `at` is FRAMING_IDLE afterwards.  When `at` is
 * FRAMING_BAD, the byte behind those taken is what makes the message bad.
 */
size_t	framing_step(struct framing *, const struct framing_limits *, const char *bytes, size_t n,
	    enum framing_event *what);
/* All steps: returns how many bytes may be passed on; less than n only when it becomes bad. */
size_t	framing_feed(struct framing *, const struct framing_limits *, const char *bytes, size_t n);

#endif
