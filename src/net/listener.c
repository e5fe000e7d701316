/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listener.c - listening sockets.
 *
 * Runs in: worker, admin.
 *
 * They are inherited and stay open: when nobody here accepts any more, another
 * process still may.
 */
#include "net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/connection.h"

#define LISTENERS_MOST 16
#define ACCEPTS_MOST 64			/* per listener and turn */
#define ACCEPT_PAUSE_MS 100		/* after running out of descriptors */

struct listener {
	struct watch watch;
	struct timer pause;
};

static struct listener listeners[LISTENERS_MOST];
static unsigned listeners_n;

static void
listen_again(struct timer *t)
{
	loop_change(&container_of(t, struct listener, pause)->watch, EPOLLIN);
}

/* No descriptors or no memory: others must close first; the kernel keeps the queue. */
static void
pause_listening(struct listener *l)
{
	static uint64_t logged_ms;

	if (clock_mono_ms() - logged_ms >= 1000)
		log_warn("accept");
	logged_ms = clock_mono_ms();
	loop_change(&l->watch, 0);
	loop_timer(&l->pause, clock_mono_ms() + ACCEPT_PAUSE_MS);
}

static void
ready_to_accept(struct watch *w, uint32_t events)
{
	(void)events;
	for (int i = 0; i < ACCEPTS_MOST; i++) {
		union connection_peer peer = { .any.sa_family = AF_UNSPEC };
		socklen_t n = sizeof(peer);
		int fd = accept4(w->fd, &peer.any, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			connection_accepted(fd, &peer);
		else if (errno != EINTR && errno != ECONNABORTED) {
			if (errno != EAGAIN)
				pause_listening(container_of(w, struct listener, watch));
			return;
		}
	}
}

int
listener_open(int fd)
{
	struct listener *l = &listeners[listeners_n];

	if (listeners_n == LISTENERS_MOST)
		return -1;
	*l = (struct listener){ .watch = { .fd = -1, .ready = ready_to_accept },
		.pause.fire = listen_again };
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == -1)
		return -1;
	if (loop_add(&l->watch, fd, EPOLLIN) == -1)
		return -1;
	listeners_n++;
	return 0;
}

void
listener_close_all(void)
{
	for (unsigned i = 0; i < listeners_n; i++) {
		loop_timer_off(&listeners[i].pause);
		loop_remove(&listeners[i].watch);
	}
	listeners_n = 0;
}
