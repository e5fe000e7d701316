/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_PIPE_H
#define WEIR_NET_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/buf.h"

/*
 * The queue between the source of a stream and its client's socket.  It is
 * empty, and holds no memory, as long as the socket takes what it is given.
 * Above `high` the source is asked to pause, and told when it fell to `low`.
 * Zero-initialised is valid and empty.
 */
struct pipe {
	struct buf bytes;
	size_t	   at;		/* bytes.p[0 .. at) are already sent */
	bool	   paused;	/* the source was asked to pause */
};

size_t	pipe_queued(const struct pipe *);
/*
 * Sends the pieces at once as far as nothing is queued and the socket takes
 * them; queues the rest.  -1: the socket is dead.
 */
int	pipe_send(struct pipe *, int fd, struct iovec *pieces, size_t n) MUST_USE;
/* Sends what is queued: 1 when the queue is empty, 0 when the socket is full, -1 when dead. */
int	pipe_flush(struct pipe *, int fd) MUST_USE;
/* True, and remembered, above high. */
bool	pipe_must_pause(struct pipe *, size_t high);
/* True once, when it was paused and has fallen to low. */
bool	pipe_may_resume(struct pipe *, size_t low);
void	pipe_done(struct pipe *);

#endif
