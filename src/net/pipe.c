/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipe.c - the bounded queue between a source and a socket.
 *
 * Runs in: worker, admin.
 *
 * Bytes are copied only when the socket does not take them.  How far the queue
 * may grow is the source's manners: it is told to pause above the high mark and
 * sends no more than what was already on its way.
 */
#include "net/pipe.h"

#include <errno.h>
#include <sys/socket.h>

size_t
pipe_queued(const struct pipe *p)
{
	return p->bytes.n - p->at;
}

/* How many bytes the socket took; 0 when it is full, -1 when it is dead. */
static ssize_t
push(int fd, struct iovec *pieces, size_t n)
{
	struct msghdr m = { .msg_iov = pieces, .msg_iovlen = n };
	ssize_t k;

	do
		k = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (k == -1 && errno == EINTR);
	if (k == -1 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM))
		return 0;
	return k;
}

static void
queue_rest(struct pipe *p, const struct iovec *pieces, size_t n, size_t sent)
{
	for (size_t i = 0; i < n; i++) {
		size_t skip = sent < pieces[i].iov_len ? sent : pieces[i].iov_len;
		const char *rest = (const char *)pieces[i].iov_base + skip;

		sent -= skip;
		buf_add(&p->bytes, rest, pieces[i].iov_len - skip);
	}
}

int
pipe_send(struct pipe *p, int fd, struct iovec *pieces, size_t n)
{
	size_t total = 0;
	ssize_t k = 0;

	for (size_t i = 0; i < n; i++)
		total += pieces[i].iov_len;
	if (total == 0)
		return 0;
	if (pipe_queued(p) == 0)
		k = push(fd, pieces, n);
	if (k == -1)
		return -1;
	if ((size_t)k < total)
		queue_rest(p, pieces, n, (size_t)k);
	return 0;
}

/* Moves what is left to the front when at least half of the memory is behind us. */
static void
compact(struct pipe *p)
{
	if (p->at == p->bytes.n) {
		buf_done(&p->bytes);
		p->at = 0;
	} else if (p->at > p->bytes.n / 2) {
		buf_drop(&p->bytes, p->at);
		p->at = 0;
	}
}

int
pipe_flush(struct pipe *p, int fd)
{
	while (pipe_queued(p) > 0) {
		struct iovec rest = { p->bytes.p + p->at, pipe_queued(p) };
		ssize_t k = push(fd, &rest, 1);

		if (k <= 0)
			return (int)k;
		p->at += (size_t)k;
		compact(p);
	}
	return 1;
}

bool
pipe_must_pause(struct pipe *p, size_t high)
{
	if (pipe_queued(p) > high)
		p->paused = true;
	return p->paused;
}

bool
pipe_may_resume(struct pipe *p, size_t low)
{
	if (!p->paused || pipe_queued(p) > low)
		return false;
	p->paused = false;
	return true;
}

void
pipe_done(struct pipe *p)
{
	buf_done(&p->bytes);
	*p = (struct pipe){ 0 };
}
