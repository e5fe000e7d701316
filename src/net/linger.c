/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linger.c - sockets that are closed but whose clients do not know yet.
 *
 * Runs in: worker, admin.
 *
 * MSG_TRUNC makes the kernel throw the bytes away without copying them.
 */
#include "net/linger.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/deadline.h"

#define LINGER_MS 5000
#define LINGER_MOST 1024		/* sockets; more are closed at once */
#define LINGER_SHARE 8			/* or this part of all descriptors: the living need the rest */
#define LINGER_BYTES (64u << 20)
#define TURN_BYTES (1u << 20)		/* of one socket in one turn */

struct linger_socket {
	struct watch	watch;
	struct deadline deadline;
	struct node	node;
	uint64_t	left;
};

static struct {
	struct node	 all;
	struct deadlines deadlines;
	unsigned	 n, most;
} self;

static void
stop(struct linger_socket *l)
{
	int fd = l->watch.fd;

	deadline_clear(&l->deadline);
	list_del(&l->node);
	loop_remove(&l->watch);
	close(fd);
	self.n--;
	loop_free_later(l, free);
}

static void
expired(struct deadline *d)
{
	stop(container_of(d, struct linger_socket, deadline));
}

static void
ready(struct watch *w, uint32_t events)
{
	struct linger_socket *l = container_of(w, struct linger_socket, watch);
	size_t turn = TURN_BYTES;

	(void)events;
	while (turn > 0) {
		ssize_t k = recvfrom(w->fd, NULL, turn, MSG_TRUNC | MSG_DONTWAIT, NULL, NULL);

		if (k == -1 && errno == EAGAIN)
			return;
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0 || (uint64_t)k >= l->left) {
			stop(l);
			return;
		}
		l->left -= (uint64_t)k;
		turn -= (size_t)k;
	}
}

void
linger_open(void)
{
	struct rlimit files;

	self.n = 0;
	self.most = LINGER_MOST;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / LINGER_SHARE < LINGER_MOST)
		self.most = (unsigned)(files.rlim_cur / LINGER_SHARE);
	list_init(&self.all);
	deadlines_init(&self.deadlines, LINGER_MS, expired);
}

void
linger_start(int fd)
{
	struct linger_socket *l;

	if (shutdown(fd, SHUT_WR) == -1 || self.n >= self.most) {
		/* Bytes that nobody read would make the kernel reset it, and the client lose our last words. */
		(void)!recvfrom(fd, NULL, TURN_BYTES, MSG_TRUNC | MSG_DONTWAIT, NULL, NULL);
		close(fd);
		return;
	}
	l = xcalloc(1, sizeof(*l));
	l->watch.ready = ready;
	l->left = LINGER_BYTES;
	deadline_init(&l->deadline);
	if (loop_add(&l->watch, fd, EPOLLIN | EPOLLRDHUP) == -1) {
		close(fd);
		free(l);
		return;
	}
	self.n++;
	list_add(&self.all, &l->node);
	deadline_set(&self.deadlines, &l->deadline);
}

bool
linger_has_unread(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

unsigned
linger_count(void)
{
	return self.n;
}

void
linger_close(void)
{
	while (!list_empty(&self.all))
		stop(container_of(self.all.next, struct linger_socket, node));
	deadlines_done(&self.deadlines);
}
