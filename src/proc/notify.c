/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.c - tells the service manager how we are.
 *
 * Runs in: supervisor.
 *
 * The protocol is one datagram of NAME=VALUE lines to the socket in
 * NOTIFY_SOCKET; '@' as its first character means the abstract name space.
 * A manager that does not listen costs nothing: errors are ignored.
 */
#include "proc/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

static struct {
	int		   fd;
	struct sockaddr_un to;
	socklen_t	   length;
	uint64_t	   watchdog_ms;
} notify = { .fd = -1 };

static uint64_t
env_number(const char *name)
{
	uint64_t n;

	return str_u64(str_of(getenv(name)), &n) < 0 ? 0 : n;
}

static void
watchdog_open(void)
{
	uint64_t pid = env_number("WATCHDOG_PID");

	if (pid == 0 || pid == (uint64_t)getpid())
		notify.watchdog_ms = env_number("WATCHDOG_USEC") / 2000;
	unsetenv("WATCHDOG_PID");	/* the next binary (USR2) has another pid and the same duty */
}

void
notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t	    n;

	watchdog_open();
	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return;
	n = strlen(path);
	if (n >= sizeof(notify.to.sun_path))
		return;
	notify.to.sun_family = AF_UNIX;
	memcpy(notify.to.sun_path, path, n);
	if (path[0] == '@')
		notify.to.sun_path[0] = '\0';
	notify.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	notify.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

void
notify_send(const char *fmt, ...)
{
	char	text[2048];
	va_list ap;
	int	n;

	if (notify.fd < 0)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text) - 1, fmt, ap);
	va_end(ap);
	if (n <= 0 || (size_t)n >= sizeof(text) - 1)
		return;
	text[n++] = '\n';	/* a line each, also for a reader that joins datagrams */
	(void)!sendto(notify.fd, text, (size_t)n, MSG_NOSIGNAL, (struct sockaddr *)&notify.to, notify.length);
}

void
notify_reloading(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	notify_send("RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "\nSTATUS=reloading",
	    (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000);
}

uint64_t
notify_watchdog_ms(void)
{
	return notify.watchdog_ms;
}
