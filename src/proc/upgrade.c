/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade.c - a new binary takes over the listeners.
 *
 * Runs in: supervisor (both the old and the new one).
 *
 * The socketpair is the whole protocol: 'R' from new to old means "all my
 * children are ready"; end of file means the other side is gone.  Slots the old
 * one's workers hold are named to the new one, which leaves them alone until
 * that end of file.
 */
#include "proc/upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "proc/launch.h"
#include "proc/listen.h"
#include "proc/notify.h"
#include "proc/pidfile.h"
#include "proc/signals.h"
#include "proc/slots.h"

#define READY_MS 60000
#define READY_BYTE 'R'

static struct supervisor *boss;
static struct watch	  peer = { .fd = -1 };	/* the other supervisor */
static struct timer	  patience;
static pid_t		  successor;		/* 0: none */
static bool		  waited_for;		/* an old one waits for our ready byte */

/* ---------------------------------------------------------------- as the new one */

int
upgrade_adopt(void)
{
	const char *text = getenv("WEIR_UPGRADE");
	int	    socket_fd, lock;

	if (text == NULL || sscanf(text, "%d,%d", &socket_fd, &lock) != 2)
		return -1;
	fcntl(socket_fd, F_SETFD, FD_CLOEXEC);
	peer.fd = socket_fd;
	waited_for = true;
	if (getenv("WEIR_SLOTS") != NULL)
		slots_foreign(getenv("WEIR_SLOTS"));
	unsetenv("WEIR_UPGRADE");
	unsetenv("WEIR_SLOTS");
	return lock;
}

static void
close_peer(void)
{
	int fd = peer.fd;

	if (fd < 0)
		return;
	loop_remove(&peer);
	peer.fd = -1;
	close(fd);
}

static void
old_one_gone(struct watch *w, uint32_t events)
{
	char	byte;
	ssize_t n = read(w->fd, &byte, 1);

	(void)events;
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	close_peer();
	slots_foreign_gone();
	if (boss->current != NULL)
		listen_trim(boss->current->workers);
	if (waited_for) {	/* it died, or it ends without us: then nobody has our service manager's ear */
		waited_for = false;
		log_warnx("the former supervisor is gone before this one was ready");
	} else {
		log_info("the former supervisor has ended, the upgrade is complete");
	}
}

bool
upgrade_we_are_new(void)
{
	return waited_for;
}

void
upgrade_we_are_ready(void)
{
	char byte = READY_BYTE;

	if (!waited_for)
		return;
	waited_for = false;
	if (write(peer.fd, &byte, 1) != 1)
		log_warn("the former supervisor cannot be told that we are ready");
}

/* ---------------------------------------------------------------- as the old one */

static void
successor_ready(void)
{
	log_info("the new binary (pid %d) is ready, this one drains", (int)successor);
	loop_timer_off(&patience);
	boss->master = false;
	boss->superseded = true;
	notify_send("MAINPID=%d\nREADY=1\nSTATUS=upgraded", (int)successor);
	supervisor_end(boss, EVENT_DRAIN);
}

static void
successor_tells(struct watch *w, uint32_t events)
{
	char	byte;
	ssize_t n = read(w->fd, &byte, 1);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == 1 && byte == READY_BYTE && !boss->superseded) {
		successor_ready();
		return;
	}
	close_peer();	/* its exit is reported by upgrade_reap() */
	if (!boss->superseded && successor > 0)
		kill(successor, SIGKILL);
}

static void
out_of_patience(struct timer *t)
{
	(void)t;
	if (successor == 0 || boss->superseded)
		return;
	log_errorx("the new binary (pid %d) is not ready in time", (int)successor);
	kill(successor, SIGKILL);
}

bool
upgrade_busy(void)
{
	return successor > 0 && !boss->superseded;
}

void
upgrade_abort(void)
{
	if (upgrade_busy())
		kill(successor, SIGKILL);
}

bool
upgrade_reap(pid_t pid, int status)
{
	if (pid != successor)
		return false;
	successor = 0;
	loop_timer_off(&patience);
	close_peer();
	if (boss->superseded)
		return true;
	snprintf(boss->last.message, sizeof(boss->last.message), "upgrade failed: the new binary %s %d",
	    WIFSIGNALED(status) ? "was killed by signal" : "exited with status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	boss->last.time_us = clock_wall_us();
	boss->last.good = false;
	log_errorx("%s, this one carries on", boss->last.message);
	notify_send("READY=1\nSTATUS=%s", boss->last.message);
	supervisor_changed();
	return true;
}

static void
pass_on(int socket_fd, int lock_fd)
{
	struct buf text = { 0 };
	char	   numbers[32];

	listen_write(&text);
	buf_byte(&text, '\0');
	setenv("WEIR_LISTENERS", text.p, 1);
	buf_clear(&text);
	slots_list(&text);
	buf_byte(&text, '\0');
	setenv("WEIR_SLOTS", text.p, 1);
	snprintf(numbers, sizeof(numbers), "%d,%d", socket_fd, lock_fd);
	setenv("WEIR_UPGRADE", numbers, 1);
	listen_keep_on_exec();
	fcntl(socket_fd, F_SETFD, 0);
	fcntl(lock_fd, F_SETFD, 0);
}

__attribute__((noreturn)) static void
become_new(int socket_fd)
{
	const char *argv[] = { boss->binary, "-f", "-c", boss->options.conf, NULL };

	pass_on(socket_fd, pidfile_lock_fd());
	signals_reset();
	execv(boss->binary, (char *const *)(uintptr_t)argv);
	log_error("%s: cannot be executed", boss->binary);
	_exit(EX_UNAVAILABLE);
}

void
upgrade_setup(struct supervisor *s)
{
	int fd = peer.fd;

	boss = s;
	patience.fire = out_of_patience;
	if (fd < 0)
		return;
	peer = (struct watch){ .fd = -1, .ready = old_one_gone };
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (loop_add(&peer, fd, EPOLLIN) < 0)
		fatal(EX_OSERR, "cannot watch the former supervisor");
}

void
upgrade_begin(struct supervisor *s)
{
	int pair[2];

	if (s->phase != SUPERVISOR_RUNNING || launch_busy() || successor > 0 || peer.fd >= 0) {
		log_warnx("no upgrade now: %s",
		    peer.fd >= 0 || successor > 0 ? "another one is under way" : "starting, reloading or ending");
		return;
	}
	log_info("upgrading to %s", s->binary);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
		log_error("upgrade failed");
		return;
	}
	successor = fork();
	if (successor == 0)
		become_new(pair[1]);
	close(pair[1]);
	if (successor < 0) {
		successor = 0;
		close(pair[0]);
		log_error("upgrade failed");
		return;
	}
	peer = (struct watch){ .fd = -1, .ready = successor_tells };
	if (loop_add(&peer, pair[0], EPOLLIN) < 0)
		fatal(EX_OSERR, "cannot watch the new supervisor");
	loop_timer(&patience, clock_mono_ms() + READY_MS);
}
