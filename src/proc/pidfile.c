/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pidfile.c - one supervisor per runtime directory, and how to find it.
 *
 * Runs in: supervisor.
 *
 * Who holds the lock is told by the lock and not by the pid in it: pids come
 * again.  The pid only decides whether to wait: when its process is gone, what
 * still holds the lock are its children, and they end within a second.
 *
 * The directory may belong to the children's user while we are root: no link
 * in it is followed.
 */
#include "proc/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/paths.h"

#define ORPHANS_MS 5000
#define LOOK_MS 20

static int lock_fd = -1;

static pid_t
locked_by(int fd)
{
	char	 text[32];
	ssize_t	 n = pread(fd, text, sizeof(text), 0);
	uint64_t pid;

	if (n <= 0)
		return 0;
	if (str_u64(str_trim(str_upto((struct str){ text, (size_t)n },
		str_find_byte((struct str){ text, (size_t)n }, '\n'))), &pid) < 0)
		return 0;
	return (pid_t)pid;
}

static bool
lives(pid_t pid)
{
	return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

static void
take(int fd, const char *path)
{
	struct timespec look = { .tv_nsec = LOOK_MS * 1000000 };

	for (unsigned waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += LOOK_MS) {
		if (errno != EWOULDBLOCK)
			fatal(EX_OSERR, "%s: cannot be locked", path);
		if (lives(locked_by(fd)))
			fatalx(EX_TEMPFAIL, "another weir (pid %d) runs here: %s", (int)locked_by(fd), path);
		if (waited >= ORPHANS_MS)
			fatalx(EX_TEMPFAIL, "processes of a former weir do not end: %s is locked", path);
		nanosleep(&look, NULL);
	}
}

int
pidfile_lock(const struct conf *c, int inherited)
{
	struct arena a;
	struct str   path;

	if (inherited >= 0) {
		lock_fd = inherited;
		fcntl(lock_fd, F_SETFD, FD_CLOEXEC);
		return lock_fd;
	}
	arena_init(&a);
	path = paths_in(&a, c->run_dir, "weir.lock");
	lock_fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (lock_fd < 0)
		fatal(EX_CANTCREAT, "%s: cannot be opened", path.p);
	take(lock_fd, path.p);
	if (ftruncate(lock_fd, 0) < 0 || dprintf(lock_fd, "%d\n", (int)getpid()) < 0)
		log_warn("%s: cannot be written", path.p);
	arena_done(&a);
	return lock_fd;
}

int
pidfile_replace(struct str path, struct str text, mode_t mode)
{
	struct arena a;
	const char  *beside;
	int	     fd, result = -1, saved;

	arena_init(&a);
	beside = arena_printf(&a, STR_FMT ".new", STR_ARG(path)).p;
	unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		goto out;
	if (fchmod(fd, mode) == 0 && write(fd, text.p, text.n) == (ssize_t)text.n &&
	    rename(beside, arena_cstr(&a, path)) == 0)
		result = 0;
	saved = errno;
	close(fd);
	errno = saved;
out:
	saved = errno;
	arena_done(&a);
	errno = saved;
	return result;
}

void
pidfile_write(const struct supervisor *s)
{
	struct str path = s->current->conf.pid_file;
	char	   text[32];

	snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (path.n > 0 && pidfile_replace(path, str_of(text), 0644) < 0)
		log_warn(STR_FMT ": cannot be written", STR_ARG(path));
	if (ftruncate(lock_fd, 0) < 0 || pwrite(lock_fd, text, strlen(text), 0) < 0)
		log_warn("the lock file cannot be written");
}

/* Only when it still names us: a successor may have taken it. */
void
pidfile_remove(const struct conf *c)
{
	int fd = open(c->pid_file.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	if (locked_by(fd) == getpid())
		unlink(c->pid_file.p);
	close(fd);
}

int
pidfile_lock_fd(void)
{
	return lock_fd;
}
