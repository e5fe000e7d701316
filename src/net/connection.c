/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connection.c - one client connection: accepted, watched, given up, closed.
 *
 * Runs in: worker, admin.
 *
 * The descriptor belongs to libmicrohttpd, which closes it, except while a
 * stream has it.  Its watch in the loop's epoll must be removed before that: an
 * epoll entry lives as long as any duplicate of the descriptor does.
 */
#include "net/connection.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/answer.h"
#include "net/guard.h"
#include "net/handoff.h"
#include "net/linger.h"

/*
 * Connections.
 */
void
connection_poke(struct connection *c)
{
	if (list_empty(&c->poke))
		list_add(&server_self()->pokes, &c->poke);
}

void
connection_release(struct connection *c)
{
	list_del(&c->poke);
	if (c->detached == 0)
		loop_free_later(c, free);
}

void
connection_free(struct connection *c)
{
	c->over = true;
	deadline_clear(&c->deadline);
	list_del(&c->node);
	list_del(&c->over_node);
	buf_done(&c->stash);
	pipe_done(&c->rest);
	server_self()->connections--;
	connection_release(c);
}

/* The last word of libmicrohttpd, before it closes the descriptor. */
void
connection_closed(struct connection *c)
{
	int fd = c->watch.fd;
	bool careful = c->linger || c->early || c->stash.n > 0 || linger_has_unread(fd);
	int copy = careful ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;

	c->mhd = NULL;
	if (c->stream != NULL)
		handoff_forget(c);
	if (c->request != NULL) {
		if (c->request->x != NULL && list_empty(&c->over_node))
			request_gone(c->request);
		request_over(c->request);
	}
	guard_forget(fd);
	loop_remove(&c->watch);
	if (copy >= 0)
		linger_start(copy);
	connection_free(c);
}

/* Given up without a word. */
void
connection_cut(struct connection *c)
{
	assert(c->phase == CONNECTION_READING);
	c->phase = CONNECTION_DEAD;
	connection_poke(c);
}

void
connection_next(struct connection *c)
{
	struct server *s = server_self();

	c->phase = CONNECTION_READING;
	deadline_set(s->draining ? &s->drains : &s->idles, &c->deadline);
	if (c->stash.n > 0 || c->more || c->left)
		connection_poke(c);
}

void
connection_abandon(struct connection *c)
{
	c->phase = CONNECTION_DEAD;
	request_gone(c->request);
	connection_poke(c);
}

/* A client closed its side, or all: for a request under way that is the same. */
void
connection_left(struct watch *w, uint32_t events)
{
	struct connection *c = container_of(w, struct connection, watch);

	if (events & EPOLLOUT)
		answer_room(c);
	if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == 0)
		return;
	c->left = true;
	if (c->phase == CONNECTION_STREAM)
		handoff_cut(c);
	else if (c->phase == CONNECTION_ASKED && !c->request->answered && c->stream == NULL)
		connection_abandon(c);
	else if (c->phase == CONNECTION_READING)
		connection_poke(c);	/* the edge may have been spent on bytes before the end */
}

static struct connection *
new_connection(int fd, const union connection_peer *peer)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct connection *c = xcalloc(1, sizeof(*c));
	const char *six = (const char *)&c->peer.v6.sin6_addr;

	c->peer = *peer;
	if (peer->any.sa_family == AF_INET)
		inet_ntop(AF_INET, &c->peer.v4.sin_addr, c->ip, sizeof(c->ip));
	else if (peer->any.sa_family != AF_INET6)
		strcpy(c->ip, "local");
	else if (memcmp(six, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, six + sizeof(mapped), c->ip, sizeof(c->ip));
	else
		inet_ntop(AF_INET6, six, c->ip, sizeof(c->ip));
	c->watch = (struct watch){ .fd = fd, .first = true, .ready = connection_left };
	framing_init(&c->framing);
	list_init(&c->poke);
	list_init(&c->over_node);
	list_add(&server_self()->all, &c->node);
	deadline_init(&c->deadline);
	server_self()->connections++;
	return c;
}

static int
give_to_mhd(struct connection *c)
{
	socklen_t n = c->peer.any.sa_family == AF_INET6 ? sizeof(c->peer.v6) : sizeof(c->peer.v4);

	c->phase = CONNECTION_READING;
	guard_add(c->watch.fd, c);
	server_self()->need = true;
	if (MHD_add_connection(server_self()->daemon, c->watch.fd, &c->peer.any, n) == MHD_YES)
		return 0;
	guard_forget(c->watch.fd);	/* which is closed */
	return -1;
}

int
connection_return(struct connection *c)
{
	if (give_to_mhd(c) == -1) {
		c->watch.fd = -1;
		c->watch.events = 0;
		return -1;
	}
	deadline_set(&server_self()->idles, &c->deadline);
	if (c->stash.n > 0)
		connection_poke(c);
	return 0;
}

/* Who comes now is worth more than who may never ask again: the one that is idle for longest makes room. */
static bool
make_room(void)
{
	struct node *queue = &server_self()->idles.queue;
	struct connection *c;

	if (list_empty(queue))
		return false;
	c = container_of(container_of(queue->next, struct deadline, node), struct connection, deadline);
	if (c->stash.n > 0 || linger_has_unread(c->watch.fd))
		return false;
	deadline_clear(&c->deadline);
	connection_cut(c);
	return true;
}

void
connection_accepted(int fd, const union connection_peer *peer)
{
	struct connection *c;

	if (server_self()->connections >= server_self()->options.connections && !make_room()) {
		guard_turn_away(fd, FAULT_OVERLOADED);
		return;
	}
	c = new_connection(fd, peer);
	if (give_to_mhd(c) == -1) {
		connection_free(c);
		return;
	}
	deadline_set(&server_self()->fresh, &c->deadline);
	c->watch.fd = -1;
	if (loop_add(&c->watch, fd, EPOLLRDHUP | EPOLLET) == -1) {
		c->watch.fd = fd;
		connection_cut(c);
	}
}

/*
 * Deadlines.
 */
void
connection_expired_idle(struct deadline *d)
{
	struct connection *c = container_of(d, struct connection, deadline);

	if (linger_has_unread(c->watch.fd))
		deadline_set(&server_self()->heads, d);	/* its request came in this very turn */
	else
		connection_cut(c);
}

void
connection_expired_reading(struct deadline *d)
{
	struct connection *c = container_of(d, struct connection, deadline);

	guard_refuse(c, FAULT_CLIENT_SLOW, 408, fault_info(FAULT_CLIENT_SLOW)->text);
	connection_poke(c);
}

/* An answer is slow when the client took nothing of it since we last looked. */
void
connection_expired_answer(struct deadline *d)
{
	struct connection *c = container_of(d, struct connection, deadline);
	struct tcp_info info = { 0 };
	socklen_t n = sizeof(info);
	bool known = getsockopt(c->watch.fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0;

	if (known && info.tcpi_bytes_acked != c->acked) {
		c->acked = info.tcpi_bytes_acked;
		deadline_set(&server_self()->answers, d);
	} else {
		shutdown(c->watch.fd, SHUT_RDWR);	/* libmicrohttpd hears of it and closes */
	}
}
