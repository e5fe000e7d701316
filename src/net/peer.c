/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.c - libcurl's sockets in our loop.
 *
 * Runs in: worker, scheduler.
 *
 * Leaving epoll is lazy: when libcurl wants no more events of a socket that it
 * keeps for reuse, the socket stays registered, since the next request will want
 * the same events again; that saves two system calls per request.  When such a
 * socket speaks nevertheless, it is taken out.  If no transfer owns it then, the
 * upstream closed it or sent what nobody asked for: it is shut down, so that
 * libcurl finds it dead: by itself it would take stale bytes for the answer to
 * the next request.
 *
 * Only sockets made by peer_socket() are lazy: of others (the resolver's) we do
 * not learn when they are closed, and their number may come back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "net/pool.h"

struct peer {
	struct watch	 watch;
	int		 fd;
	uint32_t	 wanted;	/* 0: libcurl wants no events */
	bool		 ours;		/* made by peer_socket() and not closed yet */
	struct shard	*shard;
	struct transfer *owner;		/* NULL: the connection waits for its next request */
};

/* By descriptor number; entries are made on first use and stay. */
static struct peer **peers;
static size_t peers_cap;

void
peer_open(void)
{
	peers = NULL;
	peers_cap = 0;
}

/* A number that is still watched: its socket was closed as peer_leave() tells, or lost a race of addresses. */
static void
forget_closed(struct peer *p)
{
	if (p->watch.events == 0)
		return;
	loop_forget(&p->watch);
	p->ours = false;
}

void
peer_close(void)
{
	for (size_t i = 0; i < peers_cap; i++) {
		if (peers[i] != NULL && fcntl(peers[i]->fd, F_GETFD) == -1)
			forget_closed(peers[i]);
		else if (peers[i] != NULL)
			loop_remove(&peers[i]->watch);
		free(peers[i]);
	}
	free(peers);
	peer_open();
}

static void
stray_event(struct peer *p)
{
	loop_remove(&p->watch);
	if (p->ours && p->owner == NULL)
		shutdown(p->fd, SHUT_RDWR);
}

static void
peer_ready(struct watch *w, uint32_t events)
{
	struct peer *p = container_of(w, struct peer, watch);
	int bits = 0;

	if (p->wanted == 0) {
		stray_event(p);
		return;
	}
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		bits |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		bits |= CURL_CSELECT_OUT;
	if (events & EPOLLERR)
		bits |= CURL_CSELECT_ERR;
	pool_act(p->shard, p->fd, bits);
}

static struct peer *
peer_at(int fd)
{
	size_t at = (size_t)fd;

	if (at >= peers_cap) {
		size_t cap = peers_cap == 0 ? 256 : peers_cap;

		while (cap <= at)
			cap *= 2;
		peers = xrealloc(peers, cap * sizeof(*peers));
		memset(peers + peers_cap, 0, (cap - peers_cap) * sizeof(*peers));
		peers_cap = cap;
	}
	if (peers[at] == NULL) {
		peers[at] = xcalloc(1, sizeof(*peers[at]));
		peers[at]->fd = fd;
		peers[at]->watch.fd = -1;
		peers[at]->watch.ready = peer_ready;
	}
	return peers[at];
}

/*
 * What libcurl asks for.
 */
static void
peer_own(struct peer *p, CURL *easy)
{
	struct transfer *t = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
	if (t == NULL || p->owner == t)
		return;
	p->owner = t;
	t->peer = p;
}

int
peer_want(CURL *easy, curl_socket_t fd, int what, void *shard, void *unused)
{
	struct peer *p = peer_at(fd);

	(void)unused;
	p->wanted = 0;
	if (what == CURL_POLL_REMOVE) {
		if (!p->ours)
			loop_remove(&p->watch);
		return 0;
	}
	if (what & CURL_POLL_IN)
		p->wanted |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		p->wanted |= EPOLLOUT;
	p->shard = shard;
	if (p->ours)
		peer_own(p, easy);
	if (p->watch.events != 0)
		loop_change(&p->watch, p->wanted);
	else if (loop_add(&p->watch, fd, p->wanted) == -1)
		fatal(EX_OSERR, "epoll_ctl of an upstream's socket");
	return 0;
}

curl_socket_t
peer_socket(void *transfer, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = transfer;
	struct peer *p;
	int fd;

	(void)purpose;
	if (!t->call.allow_private && !address_public(&a->addr)) {
		t->blocked = true;
		return CURL_SOCKET_BAD;
	}
	fd = socket(a->family, a->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->protocol);
	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			t->fault = FAULT_OVERLOADED;
			t->why = "no socket left for the upstream";
		}
		return CURL_SOCKET_BAD;
	}
	p = peer_at(fd);
	forget_closed(p);
	p->ours = true;
	p->wanted = 0;
	p->owner = NULL;
	t->opened = true;
	return fd;
}

int
peer_shut(void *unused, curl_socket_t fd)
{
	struct peer *p = peer_at(fd);

	(void)unused;
	loop_remove(&p->watch);
	p->ours = false;
	p->wanted = 0;
	if (p->owner != NULL)
		p->owner->peer = NULL;
	p->owner = NULL;
	return close(fd);
}

/* What lies behind an answer would be the answer to a request of the same turn: no event tells of it before that. */
static void
shut_if_stale(struct peer *p)
{
	char c;

	if (recvfrom(p->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT, NULL, NULL) != -1 || errno != EAGAIN)
		shutdown(p->fd, SHUT_RDWR);
}

/*
 * A socket whose connection was not made yet is closed by libcurl 7.88 without
 * a word to peer_shut(), and its number may soon be another's.
 */
void
peer_leave(struct transfer *t)
{
	struct peer *p = t->peer;

	t->peer = NULL;
	if (p == NULL)
		return;
	if (t->at == TRANSFER_CONNECTING && fcntl(p->fd, F_GETFD) == -1)
		forget_closed(p);
	if (p->owner != t)
		return;
	p->owner = NULL;
	if (p->ours && t->at == TRANSFER_BODY)
		shut_if_stale(p);
}
