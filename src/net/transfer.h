/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_TRANSFER_H
#define WEIR_NET_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "net/client.h"
#include "net/libcurl.h"
#include "net/loop.h"

/*
 * What the files behind net/client.h share: one transfer.  One of libcurl's has
 * an easy handle, stays together with it for life and is used again for the next
 * call; one of net/plain has none and is made for its call.
 */
struct shard;
struct peer;
struct plain;
struct plain_host;

enum transfer_at {
	TRANSFER_CONNECTING,	/* resolving, connecting, handshake */
	TRANSFER_WAITING,	/* the request is being sent or answered; interim responses pass */
	TRANSFER_HEAD,		/* the final status line is here */
	TRANSFER_BODY,		/* head() was called */
};

struct transfer {
	CURL		*easy;		/* NULL: it runs without libcurl (net/plain) */
	struct shard	*shard;		/* NULL while unused */
	struct peer	*peer;		/* the socket it uses, when known */
	struct plain	*plain;		/* its connection, while it has one */
	struct plain_host *host;
	struct str	 head_text;	/* the response's head, while it is told */
	struct node	 node;		/* in the one queue it waits in, or in its pool's free list */
	struct node	 all;		/* among all that run */
	struct call	 call;
	struct transfer_events events;
	void		*arg;
	enum transfer_at at;
	enum fault	 fault;		/* found by ourselves; goes before what libcurl says */
	const char	*why;		/* its detail, static text */
	bool		 added;		/* the multi has it */
	bool		 paused;	/* the caller wants no bytes */
	bool		 held;		/* libcurl was told so */
	bool		 cancelled;	/* from within libcurl: it is removed as soon as that returns */
	bool		 counted;	/* the response has a Content-Length */
	bool		 chunked;
	bool		 bodiless;	/* by method or status */
	bool		 opened;	/* a socket was made since the last request was sent */
	bool		 blocked;	/* an address was refused */
	unsigned	 status;	/* of the head being read */
	unsigned	 sends;		/* how often the request was sent */
	unsigned	 interim;	/* 1xx responses seen */
	uint32_t	 head_seen;	/* bytes of all heads */
	uint64_t	 length;	/* when counted */
	uint64_t	 body_seen;
	uint64_t	 body_sent;	/* of a request body that is read in pieces */
	struct buf	 upload;	/* of call.upload: came and was not sent, */
	size_t		 upload_at;	/* from here on */
	uint64_t	 upload_came;
	bool		 thirsty;	/* libcurl waits for more of it */
	bool		 full;		/* the caller waits for drained() */
	uint64_t	 start_ms, mark_ms;	/* mono: start, last progress */
	struct timer	 timer;
	struct curl_slist *lines;	/* header lines as libcurl wants them: nodes in one array */
	size_t		 lines_cap;
	struct arena	 arena;		/* header lines that had to be reworded */
	char		 detail[CURL_ERROR_SIZE];	/* libcurl's error text, "" when there is none */
};

/* client.c */
void	transfer_mark(struct transfer *);		/* progress: the deadline moves */
void	transfer_finish(struct transfer *, enum fault, const char *detail);
void	transfer_complete(struct transfer *, CURLcode);
void	client_reap(void);				/* removes what was cancelled, unless libcurl is on the stack */

/* upload.c: what of a request's body is there to be sent. */
uint64_t transfer_body_bytes(const struct transfer *);	/* of all the body */
struct str transfer_unsent(const struct transfer *);	/* what is here of it and was not sent */
bool	transfer_starves(const struct transfer *);	/* its caller has yet to bring more */
void	transfer_took(struct transfer *, size_t n);	/* so much of that was */
void	transfer_fed(struct transfer *);		/* client.c: more is there; it goes out within this turn */

/* easy.c: everything said to an easy handle. */
void	easy_open(struct transfer *, bool stream);	/* once in its life */
void	easy_close(struct transfer *);
void	easy_prepare(struct transfer *);		/* for t->call */

/* libcurl sends a body up to this size together with the head; a larger one is read by pieces. */
#define BODY_AT_ONCE_BYTES 65536
#define REPLY_HEAD_MOST (256 * 1024)	/* of a response, all its heads */

/* reply.c: what comes back. */
size_t	reply_header(char *line, size_t size, size_t n, void *transfer);
size_t	reply_body(char *bytes, size_t size, size_t n, void *transfer);

/* verdict.c: how a transfer ended, from libcurl's code and its phase. */
enum fault verdict(const struct transfer *, CURLcode);

#endif
