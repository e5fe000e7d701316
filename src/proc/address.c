/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.c - from the text of an address to a listening socket.
 *
 * Runs in: supervisor.
 */
#include "proc/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void
write_text(struct address *a)
{
	char host[INET6_ADDRSTRLEN] = "";

	switch (a->at.ss_family) {
	case AF_INET: {
		struct sockaddr_in in;

		memcpy(&in, &a->at, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host));
		snprintf(a->text, sizeof(a->text), "%s:%u", host, ntohs(in.sin_port));
		break;
	}
	case AF_INET6: {
		struct sockaddr_in6 in6;

		memcpy(&in6, &a->at, sizeof(in6));
		inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof(host));
		snprintf(a->text, sizeof(a->text), "[%s]:%u", host, ntohs(in6.sin6_port));
		break;
	}
	case AF_UNIX: {
		struct sockaddr_un un;

		memcpy(&un, &a->at, sizeof(un));
		snprintf(a->text, sizeof(a->text), "unix:%.*s", (int)sizeof(un.sun_path) - 1, un.sun_path);
		break;
	}
	default:
		snprintf(a->text, sizeof(a->text), "family %d", a->at.ss_family);
	}
}

static int
read_unix(struct str path, struct address *a, struct str *why)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (path.n == 0 || path.p[0] != '/' || path.n >= sizeof(un.sun_path)) {
		*why = STR("a unix socket is an absolute path of at most 107 bytes");
		return -1;
	}
	memcpy(un.sun_path, path.p, path.n);
	memcpy(&a->at, &un, sizeof(un));
	a->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n + 1);
	return 0;
}

/* The last colon outside of brackets parts host and port. */
static int
split_port(struct str text, char *host, size_t host_size, char *port, size_t port_size)
{
	size_t colon = text.n;

	while (colon > 0 && text.p[colon - 1] != ':')
		colon--;
	if (colon == 0 || text.n == colon || text.n - colon >= port_size)
		return -1;
	snprintf(port, port_size, STR_FMT, STR_ARG(str_from(text, colon)));
	text = str_upto(text, colon - 1);
	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = str_upto(str_from(text, 1), text.n - 2);
	else if (str_find_byte(text, ':') < text.n)
		return -1;
	if (text.n >= host_size)
		return -1;
	snprintf(host, host_size, STR_FMT, STR_ARG(text));
	return 0;
}

int
address_read(struct str text, struct address *a, struct str *why)
{
	struct addrinfo	 hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char		 host[256], port[6];
	const char	*name = host;

	memset(a, 0, sizeof(*a));
	if (str_starts(text, STR("unix:"))) {
		if (read_unix(str_from(text, 5), a, why) < 0)
			return -1;
		write_text(a);
		return 0;
	}
	if (split_port(text, host, sizeof(host), port, sizeof(port)) < 0) {
		*why = STR("an address is HOST:PORT, [V6]:PORT or unix:/PATH");
		return -1;
	}
	if (host[0] == '\0' || strcmp(host, "*") == 0) {
		name = NULL;
		hints.ai_family = AF_INET;
	}
	if (getaddrinfo(name, port, &hints, &found) != 0) {
		*why = STR("no such address");
		return -1;
	}
	memcpy(&a->at, found->ai_addr, found->ai_addrlen);
	a->length = found->ai_addrlen;
	freeaddrinfo(found);
	write_text(a);
	return 0;
}

void
address_of_socket(int fd, struct address *a)
{
	memset(a, 0, sizeof(*a));
	a->length = sizeof(a->at);
	if (getsockname(fd, (struct sockaddr *)&a->at, &a->length) == 0)
		write_text(a);
}

/* The file of a former socket is in the way; anything else stays. */
static void
remove_stale(const struct address *a)
{
	const char *path = a->text + strlen("unix:");
	struct stat st;

	if (a->at.ss_family == AF_UNIX && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
}

/* A socket file is in use when somebody answers there. */
static int
unix_free(const struct address *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), answered;

	if (fd < 0)
		return -1;
	answered = connect(fd, (const struct sockaddr *)&a->at, a->length) == 0 || errno == EAGAIN;
	close(fd);
	errno = EADDRINUSE;
	return answered ? -1 : 0;
}

int
address_free(const struct address *a)
{
	int on = 1, saved, result, fd;

	if (a->at.ss_family == AF_UNIX)
		return unix_free(a);
	fd = socket(a->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a->at.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	result = bind(fd, (const struct sockaddr *)&a->at, a->length);
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

int
address_listen(struct address *a, bool reuse_port, bool v6_only)
{
	int on = 1, only = v6_only, saved;
	int fd = socket(a->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	remove_stale(a);
	if (a->at.ss_family != AF_UNIX) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (reuse_port)
			setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	}
	if (a->at.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only));
	if (bind(fd, (struct sockaddr *)&a->at, a->length) < 0 || listen(fd, SOMAXCONN) < 0) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	if (a->at.ss_family != AF_UNIX)
		address_of_socket(fd, a);
	return fd;
}
