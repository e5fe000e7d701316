/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon.c - leaves the terminal, once there is something to leave it for.
 *
 * Runs in: supervisor.
 */
#include "proc/daemon.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"

static int outcome_fd = -1;

/* The process the user started: ends when the daemon serves, or when it does not. */
__attribute__((noreturn)) static void
wait_for_outcome(int fd)
{
	unsigned char status;

	_exit(read(fd, &status, 1) == 1 ? status : EX_SOFTWARE);
}

void
daemon_begin(void)
{
	int   fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		fatal(EX_OSERR, "cannot go to the background");
	if (pid > 0) {
		close(fds[1]);
		wait_for_outcome(fds[0]);
	}
	close(fds[0]);
	outcome_fd = fds[1];
	setsid();
	if (chdir("/") < 0)
		log_warn("cannot change to /");
}

void
daemon_outcome(int status, bool has_log)
{
	unsigned char byte = (unsigned char)status;
	int	      null;

	if (outcome_fd < 0)
		return;
	if (!has_log)
		log_warnx("logging.file is not set: nothing will be logged from here on");
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	(void)!write(outcome_fd, &byte, 1);
	close(outcome_fd);
	outcome_fd = -1;
}
