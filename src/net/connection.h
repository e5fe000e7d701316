/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_CONNECTION_H
#define WEIR_NET_CONNECTION_H

#include <microhttpd.h>
#include <netinet/in.h>

#include "base/buf.h"
#include "net/deadline.h"
#include "net/framing.h"
#include "net/loop.h"
#include "net/pipe.h"
#include "net/server.h"

/*
 * What server, guard, request and handoff share about one client connection.
 * Nobody else includes it.
 */
enum connection_phase {
	CONNECTION_READING,	/* the guard gathers a request; libmicrohttpd knows nothing of it */
	CONNECTION_ASKED,	/* a request is with the handler, or its answer on its way */
	CONNECTION_STREAM,	/* the socket was taken from libmicrohttpd */
	CONNECTION_DEAD,	/* libmicrohttpd is told of a reset, and closes */
};

union connection_peer {
	struct sockaddr	    any;
	struct sockaddr_in  v4;
	struct sockaddr_in6 v6;
};

struct connection {
	struct watch		watch;		/* has the fd; hears of clients that leave */
	struct MHD_Connection  *mhd;		/* NULL while a stream has the socket */
	struct node		node;		/* among all connections */
	struct node		poke;		/* among those that must be looked at again */
	struct node		over_node;	/* among those whose answer is out */
	struct deadline		deadline;
	struct framing		framing;
	struct request	       *request;	/* from the first byte of its head until done() */
	struct stream	       *stream;
	struct buf		stash;		/* read, but behind the current request */
	size_t			stash_at;
	struct str		given;		/* the rest of the canonical request */
	struct pipe		rest;		/* of an answer: what its socket did not take */
	uint64_t		acked;		/* when a slow answer was last looked at */
	enum connection_phase	phase;
	unsigned		detached;	/* former ones of libmicrohttpd that name us */
	bool			left;		/* the client has closed its side, or all */
	bool			linger;		/* it may still be sending: close with care */
	bool			early;		/* its request is answered without its body */
	bool			more;		/* the socket may hold bytes without an edge */
	bool			over;		/* only waits for `detached` to fall to 0 */
	union connection_peer	peer;
	char			ip[INET6_ADDRSTRLEN];
};

struct request_line {
	uint32_t name, name_n, value, value_n;	/* in the head */
};

struct request {
	struct connection   *c;
	void		    *x;		/* the handler's; NULL before head() */
	struct buf	     head;	/* as sent */
	struct buf	     body;
	struct request_line *lines;	/* NULL before the head is complete */
	uint32_t	     lines_n;
	struct str	     method, path, query;
	uint64_t	     arrived_us;
	struct MHD_Response *response;	/* of a large answer, until it is queued */
	int		     status;
	uint64_t	     announced;	/* bytes of a counted body */
	bool		     skip;	/* the body is not kept */
	bool		     live;	/* it is passed on */
	bool		     held;	/* not at the moment */
	bool		     passed;	/* to its end, or as far as anybody wants */
	bool		     close;	/* the connection ends with this answer */
	bool		     asked;	/* body() was called */
	bool		     asking;	/* and has not returned */
	bool		     answered;	/* by request_answer() */
	bool		     gone;	/* the handler was told */
};

/* The one server of the process. */
struct server {
	const struct server_handler *handler;
	struct server_options	     options;
	struct framing_limits	     limits;
	struct MHD_Daemon	    *daemon;	/* NULL: closed */
	struct node		     all, pokes;
	/* A connection's deadline is on one of these, by what it waits for. */
	struct deadlines	     fresh;	/* its first byte ever */
	struct deadlines	     heads;	/* the rest of a head */
	struct deadlines	     bodies;	/* the rest of a body */
	struct deadlines	     idles;	/* another request */
	struct deadlines	     drains;	/* the same, while draining */
	struct deadlines	     answers;	/* the client to take more of an answer */
	unsigned		     connections, streams;
	bool			     draining, shedding;
	bool			     need;	/* libmicrohttpd has something to do */
	bool			     unbatched;	/* a handler got a request after the turn's batch */
};

struct server *server_self(void);

void	connection_accepted(int fd, const union connection_peer *);	/* takes fd */
/* libmicrohttpd will read it, or call its handler, within this turn. */
void	connection_poke(struct connection *);
/* It is reading: give it up without a word. */
void	connection_cut(struct connection *);
/* libmicrohttpd is about to close the descriptor. */
void	connection_next(struct connection *);	/* its request is over: it reads the next one */
void	connection_abandon(struct connection *);	/* its client left before the answer */
void	connection_closed(struct connection *);
/* Gives the socket of a stream to libmicrohttpd; -1: it is closed. */
int	connection_return(struct connection *) MUST_USE;
/* The socket is closed or someone else's; connection_release() when nothing names it any more. */
void	connection_free(struct connection *);
void	connection_release(struct connection *);
watch_fn connection_left;		/* of the watch, while libmicrohttpd has the socket */
void	connection_expired_idle(struct deadline *);
void	connection_expired_reading(struct deadline *);
void	connection_expired_answer(struct deadline *);

struct request *request_new(struct connection *);
bool	request_read_line(struct request *);	/* method and target; false: not there yet */
void	request_read_head(struct request *);	/* the head is complete and well-formed */
void	request_ask(struct request *);		/* it is whole, or live: the handler's turn */
void	request_pass(struct request *, struct str bytes, bool last);	/* of a live body */
void	request_cut_short(struct request *);	/* it is answered before the end of its live body */
void	request_gone(struct request *);		/* tells the handler, once */
void	request_over(struct request *);		/* tells it done(), and frees */

#endif
