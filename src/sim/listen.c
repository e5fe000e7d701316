/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen.c - the simulator's listener and its counts.
 *
 * Runs in: weir-sim.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/conn.h"

static struct sim_stats stats;
static struct watch	listener;
static const struct sim_options *options;
static struct script   *script;
static char		address[128];

struct sim_stats *
sim_stats(void)
{
	return &stats;
}

const char *
sim_address(void)
{
	return address;
}

static void
take_all(struct watch *w, uint32_t events)
{
	int fd, one = 1;

	(void)events;
	while ((fd = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		conn_new(fd, options, script);
	}
}

/* "host:port", the host of an IPv6 address in brackets. */
static int
open_socket(const char *text)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE }, *found;
	const char     *colon = strrchr(text, ':');
	char		host[64];
	int		fd, one = 1;
	size_t		n = colon != NULL ? (size_t)(colon - text) : 0;

	if (n == 0 || n >= sizeof(host)) {
		fprintf(stderr, "weir-sim: '%s' is no address: write HOST:PORT\n", text);
		return -1;
	}
	if (text[0] == '[') {
		text++;
		n -= 2;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0) {
		fprintf(stderr, "weir-sim: '%s' is no numeric address\n", host);
		return -1;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, 4096) < 0) {
		fprintf(stderr, "weir-sim: %s%s: %s\n", host, colon, strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(found);
	return fd;
}

static void
tell_address(int fd)
{
	struct sockaddr_storage a;
	socklen_t		n = sizeof(a);
	char			host[64], port[8];

	if (getsockname(fd, (struct sockaddr *)&a, &n) < 0 ||
	    getnameinfo((struct sockaddr *)&a, n, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	snprintf(address, sizeof(address), strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
}

int
sim_listen(const struct sim_options *o, struct script *s)
{
	int fd = o->listen_fd >= 0 ? o->listen_fd : open_socket(o->listen);

	if (fd < 0)
		return -1;
	options = o;
	script = s;
	listener.ready = take_all;
	tell_address(fd);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	if (loop_add(&listener, fd, EPOLLIN) < 0) {
		fprintf(stderr, "weir-sim: descriptor %d cannot be listened on: %s\n", fd, strerror(errno));
		return -1;
	}
	return 0;
}
