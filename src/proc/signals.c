/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals.c - signals become events of the loop.
 *
 * Runs in: supervisor, worker, scheduler, admin.
 *
 * Blocked signals stay blocked across exec: whoever forks calls
 * signals_reset() in the child before it executes anything.
 */
#include "proc/signals.h"

#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "net/loop.h"

static const int caught[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD };

static struct watch watch = { .fd = -1 };
static signals_fn  *handler;

static void
deliver(struct watch *w, uint32_t events)
{
	struct signalfd_siginfo info;

	(void)events;
	while (w->fd >= 0 && read(w->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		handler((int)info.ssi_signo);
}

static void
caught_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < LENGTH(caught); i++)
		sigaddset(set, caught[i]);
}

void
signals_block(void)
{
	sigset_t set;

	caught_set(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		fatal(EX_OSERR, "cannot block signals");
}

void
signals_open(signals_fn *fn)
{
	sigset_t set;
	int	 fd;

	handler = fn;
	signals_block();
	caught_set(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	watch.ready = deliver;
	if (fd < 0 || loop_add(&watch, fd, EPOLLIN) < 0)
		fatal(EX_OSERR, "cannot watch signals");
}

void
signals_close(void)
{
	int fd = watch.fd;

	if (fd < 0)
		return;
	loop_remove(&watch);
	watch.fd = -1;
	close(fd);
}

void
signals_reset(void)
{
	sigset_t set;

	for (size_t i = 0; i < LENGTH(caught); i++)
		signal(caught[i], SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
}
