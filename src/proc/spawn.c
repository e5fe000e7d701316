/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spawn.c - fork and exec of a child with known descriptors and nothing else.
 *
 * Runs in: supervisor.
 *
 * Children execute /proc/self/exe: the very binary that runs, also when its
 * file was replaced since, because the accepted configuration and the records
 * of this generation are of its making.  Only an upgrade looks at the path.
 */
#include "proc/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/signals.h"

#define ARGUMENTS 10
#define DESCRIPTORS (CHILD_LISTENERS + 3)

/* The descriptors a child gets, in the order of their numbers from CONTROL_FD on. */
struct given {
	int	 fds[DESCRIPTORS];
	unsigned n;
};

static void
give(struct given *g, int fd)
{
	g->fds[g->n++] = fd;
}

/* First out of the way of each other, then each to its place; the copies close on exec, the places stay open. */
static int
place(struct given *g)
{
	for (unsigned i = 0; i < g->n; i++)
		if (g->fds[i] >= 0 && (g->fds[i] = fcntl(g->fds[i], F_DUPFD_CLOEXEC, CONTROL_FD + DESCRIPTORS)) < 0)
			return -1;
	for (unsigned i = 0; i < g->n; i++)
		if (g->fds[i] >= 0 && dup2(g->fds[i], CONTROL_FD + (int)i) < 0)
			return -1;
	return 0;
}

static void
exec_role(const struct spawn *s)
{
	char  slot[16], listeners[16];
	const char *const argv[] = { s->binary, "-P", child_role_names[s->role], "-I", slot, "-L", listeners, NULL };

	snprintf(slot, sizeof(slot), "%d", s->slot < 0 ? 0 : s->slot);
	snprintf(listeners, sizeof(listeners), "%u", s->listeners_n);
	execv("/proc/self/exe", (char *const *)(uintptr_t)argv);
	execv(s->binary, (char *const *)(uintptr_t)argv);
}

/* The simulator is a program of its own and takes its listener by number. */
static void
exec_sim(const struct spawn *s)
{
	char	    fd[16];
	const char *argv[ARGUMENTS] = { s->binary, "-q", "-F", fd };

	if (s->script != NULL && s->script[0] != '\0') {
		argv[4] = "-s";
		argv[5] = s->script;
	}
	snprintf(fd, sizeof(fd), "%d", LISTEN_FD);
	if (s->run_as != NULL)
		rights_become(s->run_as);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);	/* a change of user takes it off */
	fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC);
	execv(s->binary, (char *const *)(uintptr_t)argv);
}

static void
stdin_from_nowhere(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		dup2(fd, STDIN_FILENO);
}

__attribute__((noreturn)) static void
become(const struct spawn *s, int control, pid_t parent)
{
	struct given g = { .n = 0 };
	char	     failed = SPAWN_FAILED;

	signals_reset();
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);	/* our own children exchange it for something milder */
	if (getppid() != parent)
		_exit(1);
	stdin_from_nowhere();
	give(&g, control);
	give(&g, s->conf_fd);
	for (unsigned i = 0; i < s->listeners_n; i++)
		give(&g, s->listeners[i]);
	if (s->role != ROLE_SIM)
		give(&g, s->lock_fd);
	if (place(&g) == 0) {
		if (s->role == ROLE_SIM)
			exec_sim(s);
		else
			exec_role(s);
	}
	(void)!write(CONTROL_FD, &failed, 1);
	_exit(127);
}

pid_t
spawn_child(const struct spawn *s, int *control)
{
	int   pair[2], saved;
	pid_t pid, parent = getpid();

	assert(s->listeners_n <= CHILD_LISTENERS);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(s, pair[1], parent);
	saved = errno;
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		errno = saved;
		return -1;
	}
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	*control = pair[0];
	return pid;
}

/* ---------------------------------------------------------------- paths */

const char *
spawn_own_path(struct arena *a, const char *argv0)
{
	char	real[PATH_MAX];
	ssize_t n;

	if (argv0[0] == '/')
		return argv0;
	/* Relative with a slash: the directory may change later, the link's own name must stay. */
	if (strchr(argv0, '/') != NULL && getcwd(real, sizeof(real)) != NULL)
		return arena_printf(a, "%s/%s", real, argv0).p;
	n = readlink("/proc/self/exe", real, sizeof(real) - 1);
	if (n <= 0)
		return argv0;
	return arena_cstr(a, (struct str){ real, (size_t)n });
}

const char *
spawn_sim_path(struct arena *a, const char *own)
{
	static const char *const places[] = { "weir-sim", "../bin/weir-sim" };
	const char *slash = strrchr(own, '/');
	struct str  dir = slash == NULL ? STR(".") : (struct str){ own, (size_t)(slash - own) };

	for (size_t i = 0; i < LENGTH(places); i++) {
		const char *path = arena_printf(a, STR_FMT "/%s", STR_ARG(dir), places[i]).p;

		if (access(path, X_OK) == 0)
			return path;
	}
	return arena_printf(a, STR_FMT "/weir-sim", STR_ARG(dir)).p;
}
