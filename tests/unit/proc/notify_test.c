/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tap.h"

int
main(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char		   name[64], heard[256];
	ssize_t		   n;
	int		   fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	notify_send("READY=1");
	ok(1, "without a service manager nothing happens");
	snprintf(name, sizeof(name), "@weir-notify-%d", (int)getpid());
	memcpy(at.sun_path, name, strlen(name));
	at.sun_path[0] = '\0';
	ok(bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))) == 0,
	    "a service manager listens");
	setenv("NOTIFY_SOCKET", name, 1);
	setenv("WATCHDOG_USEC", "3000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	notify_open();
	is_int(notify_watchdog_ms(), 0, "a watchdog for another process is not ours");
	ok(getenv("WATCHDOG_PID") == NULL, "and is not passed on");
	notify_send("READY=1\nSTATUS=%d workers", 2);
	n = recv(fd, heard, sizeof(heard) - 1, 0);
	heard[n > 0 ? n : 0] = '\0';
	is_str(heard, "READY=1\nSTATUS=2 workers\n", "a message is one datagram");
	notify_reloading();
	n = recv(fd, heard, sizeof(heard) - 1, 0);
	heard[n > 0 ? n : 0] = '\0';
	ok(strncmp(heard, "RELOADING=1\nMONOTONIC_USEC=", 27) == 0, "a reload is announced with the time");
	notify_open();
	is_int(notify_watchdog_ms(), 1500, "the watchdog is fed twice as often as it asks");
	close(fd);
	notify_send("READY=1");
	ok(1, "a service manager that is gone harms nothing");
	return tap_done();
}
