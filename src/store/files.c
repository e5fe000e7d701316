/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.c - the directory and the files around an LMDB environment.
 *
 * Runs in: whoever opens or copies an environment.
 *
 * data.mdb is looked at with stat(2) only: closing any descriptor of it in a
 * process that has the environment open would drop the locks LMDB lives by.
 */
#include "store/files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES   500	/* 5 s: whoever opens takes milliseconds */
#define LOCK_WAIT_MS 10

void
files_wait_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

static void
path_in(const char *dir, const char *file, char out[FILES_PATH])
{
	int n = snprintf(out, FILES_PATH, "%s/%s", dir, file);

	assert(n > 0 && n < FILES_PATH);	/* db_open() refused longer ones */
}

int
files_make_dirs(const char *path)
{
	char part[FILES_PATH];
	struct stat st;

	snprintf(part, sizeof(part), "%s", path);
	for (char *p = part + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(part, 0700) == -1 && errno != EEXIST && stat(part, &st) == -1)
			return -1;
		*p = '/';
	}
	return mkdir(part, 0700) == -1 && errno != EEXIST ? -1 : 0;
}

size_t
files_data_size(const char *dir)
{
	char path[FILES_PATH];
	struct stat st;

	path_in(dir, "data.mdb", path);
	return stat(path, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size : 0;
}

void
files_remove(const char *dir)
{
	char path[FILES_PATH];

	path_in(dir, "data.mdb", path);
	unlink(path);
	path_in(dir, "lock.mdb", path);
	unlink(path);
}

int
files_lock(const char *dir, bool create)
{
	char path[FILES_PATH];
	int fd;

	path_in(dir, "open.lock", path);
	fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
	if (fd == -1)
		return -1;
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		files_wait_ms(LOCK_WAIT_MS);
	}
	close(fd);
	return -1;
}

struct str
files_boot_id(char out[64])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, out, 63);

	if (fd != -1)
		close(fd);
	return n >= 36 ? (struct str){ out, 36 } : STR("unknown");
}

int
files_begin_copy(const char *dir)
{
	char path[FILES_PATH];
	struct stat st;

	if (files_make_dirs(dir) == -1)
		return -1;
	path_in(dir, "data.mdb", path);
	if (stat(path, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	path_in(dir, "data.mdb.part", path);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static int
sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd == -1 ? -1 : fsync(fd);

	if (fd != -1)
		close(fd);
	return rc;
}

int
files_end_copy(const char *dir, int fd)
{
	char part[FILES_PATH], whole[FILES_PATH];
	int rc = fsync(fd);

	if (close(fd) == -1 || rc == -1)
		return -1;
	path_in(dir, "data.mdb.part", part);
	path_in(dir, "data.mdb", whole);
	return rename(part, whole) == -1 ? -1 : sync_directory(dir);
}
