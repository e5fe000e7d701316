/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_SERVER_H
#define WEIR_NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/str.h"

/*
 * The client side: libmicrohttpd on an inherited listener, with a strict
 * check of every byte it reads (net/guard), absolute deadlines, a watch for
 * clients that leave, and the handoff of streams (net/handoff).
 *
 * The life of a request as its handler sees it:
 *
 *	head(r) -> body(x) -> request_answer() or request_stream() .. stream_end() -> done(x)
 *	                  \-> gone(x) at any time between head and done when the client left
 *
 * done() is the last call, always comes, and is where the handler frees x.
 * After gone() an answer is pointless but allowed.
 *
 * A live request is one whose body is passed on instead of kept:
 *
 *	live(r) -> head(r) -> body(x) -> part(x) .. part(x, last) -> done(x)
 *
 * body() comes with the head already.  An answer before the last part ends the
 * connection with it.
 */
struct request;
struct stream;

struct server_handler {
	/* The head is complete and well-formed.  Returns the handler's context, never NULL. */
	void *(*head)(struct request *);
	/* The whole body is here (request_body()), or skipped. */
	void  (*body)(void *x);
	void  (*gone)(void *x);
	void  (*done)(void *x);
	/* A bad message or a missed deadline was answered without a request: count and log it. */
	void  (*bad)(enum fault, const char *why, const char *client_ip);
	/* The body of an error in the dialect of `path` (may be ""), JSON text valid until the next call. */
	struct str (*error_body)(enum fault, const char *why, struct str path);
	/* Its body, of request_body_bytes(), shall come in parts.  Asked for counted bodies only; NULL: none does. */
	bool  (*live)(const struct request *);
	/* `last` comes once, with no bytes, also to who holds; until then request_hold() stops what follows. */
	void  (*part)(void *x, struct str bytes, bool last);
};

struct server_options {
	uint64_t body_bytes;		/* cap: 413 */
	uint64_t upload_bytes;		/* cap of live bodies; at least body_bytes holds */
	uint32_t head_bytes;		/* 431 */
	uint64_t head_ms, body_ms;	/* absolute deadlines from the first byte of the head / of the body */
	uint64_t idle_ms;		/* keep-alive without a request */
	unsigned connections;		/* cap per process */
	uint64_t stream_keepalive_ms;	/* silence of a stream until its keepalive is written: 15 s; 0 = off */
	size_t	 stream_high, stream_low;	/* bytes queued: pause the source above, resume below */
	uint64_t stream_stall_ms;	/* a client that takes nothing for so long is gone: 60 s */
};

int	server_open(int listen_fd, const struct server_handler *, const struct server_options *) MUST_USE;
void	server_drain(void);		/* no new connections; answers say Connection: close; idle ones are closed */
bool	server_idle(void);		/* nothing open any more */
void	server_close(void);		/* cuts what is left */
unsigned server_connections(void);
unsigned server_streams(void);
void	server_shed(bool);		/* true: new requests get 503 at the head (memory ceiling) */

/* Valid from head() to done(). */
struct str request_method(const struct request *);
struct str request_path(const struct request *);	/* as sent, without query; an absolute-form target's authority is cut off */
struct str request_query(const struct request *);	/* without '?' */
struct str request_header(const struct request *, const char *name);	/* STR_NONE when absent; "" is a value */
const char *request_client_ip(const struct request *);
uint64_t request_arrived_us(const struct request *);	/* mono, first byte of the head */
bool	request_wants_close(const struct request *);
void	request_skip_body(struct request *);		/* from head(): do not keep it */
/* The whole body; may be changed in place; stays until done(). */
struct str request_body(const struct request *);

uint64_t request_body_bytes(const struct request *);	/* as announced, of a live request */
void	request_hold(struct request *);			/* read no more of a live body; from part() or any time */
void	request_go_on(struct request *);		/* never from within part() */

struct header {
	const char *name;	/* literal */
	const char *value;	/* no CR or LF: asserted */
};

struct answer {
	int		     status;
	const struct header *headers;	/* Content-Type etc.; Content-Length, Date and Connection are the server's */
	size_t		     n;
	struct str	     body;	/* borrowed until done() */
	struct str	     keepalive;	/* of a stream: written into its silence, static; empty: nothing is */
};

/* Once per request, from body() or any time later until done().  May be called from within body(). */
void	request_answer(struct request *, const struct answer *);

/*
 * Takes the socket out of libmicrohttpd and writes the head at once: chunked
 * for HTTP/1.1, ended by close for 1.0.  `drained` is called when the queue has
 * fallen below stream_low after stream_write() asked for a pause.
 */
struct stream *request_stream(struct request *, const struct answer *head, void (*drained)(void *x));
/* Copies what the socket does not take at once.  True: above stream_high, pause the source. */
bool	stream_write(struct stream *, struct str bytes);
uint64_t stream_sent(const struct stream *);		/* bytes of body given to the kernel */
/*
 * complete: the last chunk, and the connection lives on; else what was written is flushed and the body stays
 * unterminated: the socket is reset, no client can take it for a whole answer.  done() follows.
 */
void	stream_end(struct stream *, bool complete);

#endif
