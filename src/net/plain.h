/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_PLAIN_H
#define WEIR_NET_PLAIN_H

#include <netinet/in.h>

#include "base/buf.h"
#include "net/transfer.h"

/*
 * HTTP/1.1 to an upstream whose URL is http:// and an address, without a
 * library.  For the rest of net/client it is a second place where a transfer
 * can run, beside the multi handles of net/pool.
 */
bool	plain_suits(const struct call *);
void	plain_open(const struct client_options *);
void	plain_close(void);			/* nothing runs any more */
struct transfer *plain_take(const struct call *);	/* an unused transfer, which has no easy handle */
void	plain_give(struct transfer *);
void	plain_add(struct transfer *);		/* connects, or takes a connection that waits; sends */
void	plain_remove(struct transfer *);	/* closes the connection, if it still has one */
void	plain_unpause(struct transfer *);
void	plain_fed(struct transfer *);		/* more of its upload is there */
bool	plain_sent(const struct plain *);	/* the whole request is out */

/*
 * What the files behind it share.
 */
struct plain_host {
	struct str     authority;	/* "127.0.0.1:8000" as in the URL */
	struct str     name;		/* for the Host header */
	union plain_address {
		struct sockaddr	    any;
		struct sockaddr_in  v4;
		struct sockaddr_in6 v6;
	} at[2];
	unsigned       at_n;
	struct node    idle;		/* connections that wait for a request, the last used first */
	unsigned       idle_n;
};

enum plain_phase { PLAIN_CONNECTING, PLAIN_BUSY, PLAIN_IDLE, PLAIN_CLOSED };

/* Where in a response the next byte is. */
enum plain_at {
	PLAIN_HEAD,
	PLAIN_COUNTED,		/* a body of `left` more bytes */
	PLAIN_UNTIL_CLOSE,
	PLAIN_SIZE,		/* of a chunk: its digits */
	PLAIN_EXTENSION,	/* the rest of that line */
	PLAIN_CHUNK,		/* `left` more bytes of it */
	PLAIN_CHUNK_END,	/* the line end behind it */
	PLAIN_TRAILER,
	PLAIN_DONE,
};

struct plain {
	struct watch	   watch;
	struct node	   node;	/* in its host's idle list */
	struct plain_host *host;
	struct transfer	  *t;		/* NULL: idle or closed */
	enum plain_phase   phase;
	uint64_t	   born_ms, idle_ms;
	struct buf	   out;		/* what the socket did not take of a request's head */
	struct buf	   in;		/* received and not taken yet: part of a head, or all while paused */
	/* The response. */
	enum plain_at	   at;
	uint64_t	   left;
	uint32_t	   line_at;	/* of a head: where the first line begins that was not looked at */
	uint32_t	   line_n;	/* bytes of a chunk's or a trailer's line so far */
	uint32_t	   trailer_n;
	uint8_t		   address;	/* index in host->at */
	uint8_t		   digits;
	bool		   reused;
	bool		   heard;	/* a byte of the response came */
	bool		   last;	/* no other request after this one */
	bool		   deaf;	/* the upstream takes no more of a request */
};

/* plain.c */
void	plain_keep(struct plain *);	/* for the next request to its host, or not at all */

/* plain_conn.c */
void	plain_connect(struct transfer *);
void	plain_push(struct plain *);	/* what is there of a request and was not sent */
void	plain_send(struct plain *);	/* its transfer's request, from the start */
void	plain_listen(struct plain *);	/* for what its state demands */
bool	plain_feed(struct plain *, char *bytes, size_t n);	/* what was received; false: no more is wanted now */
void	plain_conn_close(struct plain *);

/* plain_host.c */
struct plain_host *plain_host(struct str url);	/* NULL: not for us */
struct str plain_path(struct str url);
void	plain_hosts_close(void (*each)(struct plain_host *));
void	plain_hosts_each(void (*each)(struct plain_host *));

/* plain_reply.c: takes what has come; returns how much of it, the rest is for later. */
size_t	plain_read(struct plain *, char *bytes, size_t n);
struct str plain_header(const struct transfer *, const char *name);	/* "" when absent */

#endif
