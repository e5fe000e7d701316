/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access.c - the access log: one JSON line per finished exchange.
 *
 * Runs in: worker (write), scheduler (prune).
 *
 * The lines of a turn go out in one write to a file opened for appending, so
 * several workers share it.  When the disk takes only a part, the rest is
 * lost and the next write begins with a line feed, so that a torn line does
 * not spoil its neighbour.
 */
#include "account/access.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define DAY_US	   UINT64_C(86400000000)
#define RETRY_US   1000000	/* between two tries to open the file */
#define KEEP_BYTES (64 * 1024)	/* of buffer from turn to turn */

struct access_log {
	char	  *dir;		/* NULL: writes nothing */
	int	   fd;		/* -1: not open */
	uint64_t   day;		/* of the open file */
	uint64_t   retry_us;	/* mono: no try to open before */
	struct buf lines;
	uint64_t   pending;	/* lines in it */
	uint64_t   lost;
	bool	   torn;	/* the file ends in half a line of ours */
};

struct access_log *
access_open(const char *dir)
{
	struct access_log *log = xcalloc(1, sizeof(*log));

	log->fd = -1;
	if (dir != NULL && dir[0] != '\0')
		log->dir = xstrdup(dir);
	return log;
}

static void
close_file(struct access_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

void
access_free(struct access_log *log)
{
	if (log == NULL)
		return;
	access_flush(log);
	close_file(log);
	buf_done(&log->lines);
	free(log->dir);
	free(log);
}

void
access_add(struct access_log *log, const struct entry *e)
{
	struct json_out out;

	if (log->dir == NULL)
		return;
	json_start(&out, &log->lines, false);
	buf_byte(&log->lines, '{');
	entry_json(e, &out);
	buf_add(&log->lines, "}\n", 2);
	log->pending++;
}

/* ---------------------------------------------------------------- the file */

static int
open_path(const char *dir, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0640);

	if (fd < 0 && errno == ENOENT && mkdir(dir, 0750) == 0)
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0640);
	return fd;
}

/* The file of today, open; false when it cannot be. */
static bool
ready(struct access_log *log)
{
	uint64_t day = clock_wall_us() / DAY_US;
	char	 date[25], path[4096];

	if (log->fd >= 0 && day == log->day)
		return true;
	close_file(log);
	if (clock_mono_us() < log->retry_us)
		return false;
	clock_format(date, clock_wall_us());
	if ((size_t)snprintf(path, sizeof(path), "%s/weir-%.10s.log", log->dir, date) >= sizeof(path))
		return false;
	log->fd = open_path(log->dir, path);
	if (log->fd < 0) {
		log->retry_us = clock_mono_us() + RETRY_US;
		log_warn("%s", path);
		return false;
	}
	log->day = day;
	log->torn = false;
	return true;
}

static size_t
write_all(int fd, const char *p, size_t n)
{
	size_t	done = 0;
	ssize_t w;

	while (done < n) {
		w = write(fd, p + done, n - done);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			break;
		done += (size_t)w;
	}
	return done;
}

static uint64_t
count_lines(const char *p, size_t n)
{
	uint64_t    lines = 0;
	const char *end = p + n;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		lines++;
		p++;
	}
	return lines;
}

static void
write_lines(struct access_log *log)
{
	const struct buf *b = &log->lines;
	size_t		  n;

	if (log->torn && write_all(log->fd, "\n", 1) == 1)
		log->torn = false;
	if (log->torn) {
		log->lost += log->pending;
		return;
	}
	n = write_all(log->fd, b->p, b->n);
	if (n == b->n)
		return;
	log->lost += log->pending - count_lines(b->p, n);
	log->torn = n > 0 && b->p[n - 1] != '\n';
	log_warn("access log: lines are lost");
}

void
access_flush(struct access_log *log)
{
	if (log->pending == 0)
		return;
	if (ready(log))
		write_lines(log);
	else
		log->lost += log->pending;
	log->pending = 0;
	if (log->lines.cap > KEEP_BYTES)
		buf_done(&log->lines);
	else
		buf_clear(&log->lines);
}

void
access_reopen(struct access_log *log)
{
	access_flush(log);
	close_file(log);
	log->retry_us = 0;
}

uint64_t
access_lost(const struct access_log *log)
{
	return log->lost;
}

/* ---------------------------------------------------------------- retention */

/* "weir-2026-11-21.log", also when an operator compressed it. */
static int
file_day(struct str name, uint64_t *day)
{
	uint64_t us;

	if (!str_starts(name, STR("weir-")) || name.n < 19 ||
	    clock_parse(str_upto(str_from(name, 5), 10), &us) < 0)
		return -1;
	name = str_from(name, 15);
	if (!str_is(name, ".log") && !str_is(name, ".log.gz") && !str_is(name, ".log.xz") &&
	    !str_is(name, ".log.zst"))
		return -1;
	*day = us / DAY_US;
	return 0;
}

int
access_prune(const char *dir, unsigned keep_days, uint64_t wall_us)
{
	DIR	      *d;
	struct dirent *entry;
	uint64_t       day;
	int	       removed = 0;

	if (keep_days == 0 || dir == NULL || dir[0] == '\0' || (d = opendir(dir)) == NULL)
		return 0;
	while ((entry = readdir(d)) != NULL)
		if (file_day(str_of(entry->d_name), &day) == 0 && day + keep_days < wall_us / DAY_US &&
		    unlinkat(dirfd(d), entry->d_name, 0) == 0)
			removed++;
	closedir(d);
	return removed;
}
