/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen.c - the simulator's listener.
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

#include "base/clock.h"
#include "sim/conn.h"

#define ACCEPTS_A_TURN 64
#define ACCEPT_PAUSE_MS 100		/* after running out of descriptors */

static struct watch  listener;
static struct timer  pause_over;
static const struct sim_options *options;
static struct script *script;
static char	     address[128];

const char *
sim_address(void)
{
	return address;
}

static void
take_again(struct timer *t)
{
	(void)t;
	loop_change(&listener, EPOLLIN);
}

/* Without a descriptor to spare the kernel keeps the queue: to look again at once would only burn time. */
static void
take_all(struct watch *w, uint32_t events)
{
	int fd, one = 1;

	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		fd = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0 && errno != EAGAIN) {
			loop_change(w, 0);
			loop_timer(&pause_over, clock_mono_ms() + ACCEPT_PAUSE_MS);
		}
		if (fd < 0)
			return;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		conn_new(fd, options, script);
	}
}

/* "127.0.0.1:80" or "[::1]:80" in two; -1 when it is neither. */
static int
split_address(const char *text, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t	    n = colon != NULL ? (size_t)(colon - text) : 0;

	if (n > 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	}
	if (n == 0 || n >= size)
		return -1;
	memcpy(host, text, n);
	host[n] = '\0';
	*port = colon + 1;
	return 0;
}

static int
bind_socket(const struct addrinfo *to)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, saved;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, to->ai_addr, to->ai_addrlen) == 0 && listen(fd, 4096) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
open_socket(const char *text)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found;
	const char	*port;
	char		 host[64];
	int		 fd;

	if (split_address(text, host, sizeof(host), &port) < 0 ||
	    getaddrinfo(host, port, &hints, &found) != 0) {
		fprintf(stderr, "weir-sim: '%s' is no address: write HOST:PORT in numbers\n", text);
		return -1;
	}
	fd = bind_socket(found);
	if (fd < 0)
		fprintf(stderr, "weir-sim: %s: %s\n", text, strerror(errno));
	freeaddrinfo(found);
	return fd;
}

static bool
listens(int fd)
{
	int	  yes = 0;
	socklen_t n = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) == 0 && yes;
}

static void
tell_address(int fd)
{
	struct sockaddr_storage a;
	socklen_t		n = sizeof(a);
	char			host[64], port[8];

	if (getsockname(fd, (struct sockaddr *)&a, &n) < 0 ||
	    getnameinfo((struct sockaddr *)&a, n, host, sizeof(host), port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
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
	pause_over.fire = take_again;
	if (!listens(fd) || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ||
	    loop_add(&listener, fd, EPOLLIN) < 0) {
		fprintf(stderr, "weir-sim: descriptor %d is no listening socket\n", fd);
		return -1;
	}
	tell_address(fd);
	return 0;
}

void
sim_accept_no_more(void)
{
	int fd = listener.fd;

	if (listener.events == 0)
		return;
	loop_timer_off(&pause_over);
	loop_remove(&listener);
	close(fd);
}
