/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal_ring.c - the master key file.
 *
 * Runs in: everywhere.
 *
 * Whoever loses this file has lost every upstream key, so it is never edited
 * in place: changes are made under a lock on its directory, written aside,
 * synced and renamed.  Ids only grow; the last line seals, all lines unseal.
 * The keys live in one page that is kept out of core dumps and wiped.
 */
#include "base/seal_ring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/rand.h"

#define KEYS_MOST 64
#define FILE_BYTES 16384	/* of a file that is read; ours are smaller */
#define LINE_BYTES 80		/* ten digits, a blank, 64 hex digits, line feed, NUL */

struct master {
	uint32_t      id;
	unsigned char key[MASTER_BYTES];
};

struct seal_ring {
	size_t	      n;	/* at least 1 */
	struct master keys[KEYS_MOST];	/* ids ascend */
};

/* A copy of the file on the stack of whoever reads it, wiped by text_wipe(). */
struct text {
	char   bytes[FILE_BYTES];
	size_t n;
};

/* ---------------------------------------------------------------- memory */

static struct seal_ring *
ring_new(void)
{
	void *p = mmap(NULL, sizeof(struct seal_ring), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fatal(EX_OSERR, "master keys: mmap");
	madvise(p, sizeof(struct seal_ring), MADV_DONTDUMP);
	return p;
}

void
seal_ring_free(struct seal_ring *r)
{
	if (r == NULL)
		return;
	explicit_bzero(r, sizeof(*r));
	munmap(r, sizeof(*r));
}

uint32_t
seal_ring_id(const struct seal_ring *r)
{
	return r->keys[r->n - 1].id;
}

const unsigned char *
seal_ring_key(const struct seal_ring *r, uint32_t id)
{
	if (id == 0)
		id = seal_ring_id(r);
	for (size_t i = 0; i < r->n; i++)
		if (r->keys[i].id == id)
			return r->keys[i].key;
	return NULL;
}

/* ---------------------------------------------------------------- reading */

/* systemd guards its credentials with an access list, which shows as group bits. */
static bool
is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t	    n = dir == NULL ? 0 : strlen(dir);

	return n > 0 && strncmp(path, dir, n) == 0 && path[n] == '/' && strstr(path,
	    "/../") == NULL;
}

/* NULL, or why this file may not hold master keys. */
static const char *
unsafe(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "it is not a regular file";
	if ((st.st_mode & 077) != 0 && !is_credential(path))
		return "others may read it: its mode must be 0600";
	return NULL;
}

static const char *
slurp(int fd, struct text *t)
{
	ssize_t got;

	t->n = 0;
	while ((got = read(fd, t->bytes + t->n, sizeof(t->bytes) - t->n)) != 0) {
		if (got < 0 && errno != EINTR)
			return strerror(errno);
		if (got > 0)
			t->n += (size_t)got;
		if (t->n == sizeof(t->bytes))
			return "it is too large for a file of master keys";
	}
	return NULL;
}

static const char *
read_line(struct seal_ring *r, struct str line)
{
	size_t	       blank = str_find_byte(line, ' ');
	struct master *m = &r->keys[r->n];
	uint64_t       id;

	if (r->n == KEYS_MOST)
		return "it has too many keys: drop old ones";
	if (str_u64(str_upto(line, blank), &id) < 0 || id == 0 || id > UINT32_MAX ||
	    hex_read(m->key, MASTER_BYTES, str_trim(str_from(line, blank))) < 0)
		return "a line is not: number, blank, 64 hex digits";
	if (r->n > 0 && id <= seal_ring_id(r))
		return "its key numbers do not ascend";
	m->id = (uint32_t)id;
	r->n++;
	return NULL;
}

static const char *
read_lines(struct seal_ring *r, const struct text *t)
{
	struct str  rest = { t->bytes, t->n }, line;
	const char *wrong = NULL;

	while (wrong == NULL && str_split(&rest, '\n', &line)) {
		line = str_trim(line);
		if (line.n > 0 && line.p[0] != '#')
			wrong = read_line(r, line);
	}
	if (wrong == NULL && r->n == 0)
		wrong = "it has no key";
	return wrong;
}

/* NULL with *wrong set: missing, unsafe or malformed. */
static struct seal_ring *
load(const char *path, const char **wrong)
{
	struct seal_ring *r;
	struct text	  t;
	int		  fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		*wrong = strerror(errno);
		return NULL;
	}
	*wrong = unsafe(fd, path);
	if (*wrong == NULL)
		*wrong = slurp(fd, &t);
	close(fd);
	if (*wrong != NULL)
		return NULL;
	r = ring_new();
	*wrong = read_lines(r, &t);
	explicit_bzero(&t, sizeof(t));
	if (*wrong == NULL)
		return r;
	seal_ring_free(r);
	return NULL;
}

struct seal_ring *
seal_ring_open(const char *path, struct arena *a, struct str *why)
{
	const char	 *wrong;
	struct seal_ring *r = load(path, &wrong);

	if (r == NULL)
		*why = arena_printf(a, "master key file %s: %s", path, wrong);
	return r;
}

/* ---------------------------------------------------------------- writing */

static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int
write_keys(int fd, const struct seal_ring *r)
{
	char line[LINE_BYTES];
	int  result = 0;

	for (size_t i = 0; i < r->n && result == 0; i++) {
		int n = snprintf(line, sizeof(line), "%u ", r->keys[i].id);

		hex_write(line + n, r->keys[i].key, MASTER_BYTES);
		n += 2 * MASTER_BYTES;
		line[n++] = '\n';
		result = write_all(fd, line, (size_t)n);
	}
	explicit_bzero(line, sizeof(line));
	return result;
}

/* The lock that all changes take; -1 with errno set. */
static int
lock_directory(const char *path)
{
	char copy[PATH_MAX];
	int  fd;

	if (strlen(path) >= sizeof(copy)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(copy, path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The new file keeps the old one's owner, in case root rotates for the daemon's user. */
static void
keep_owner(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) < 0)
		log_warn("%s: cannot keep its owner", path);
}

/* Puts `r` in place of the file; `dir` is its locked directory. */
static int
replace(int dir, const char *path, const struct seal_ring *r)
{
	char aside[PATH_MAX];
	int  fd, result = -1;

	if ((size_t)snprintf(aside, sizeof(aside), "%s.XXXXXX", path) >= sizeof(aside)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(aside, O_CLOEXEC);	/* mode 0600 */
	if (fd < 0)
		return -1;
	keep_owner(fd, path);
	if (write_keys(fd, r) == 0 && fsync(fd) == 0 && rename(aside, path) == 0)
		result = fsync(dir);
	else
		unlink(aside);
	close(fd);
	return result;
}

static void
add_key(struct seal_ring *r)
{
	struct master *m = &r->keys[r->n];

	m->id = r->n == 0 ? 1 : seal_ring_id(r) + 1;
	rand_bytes(m->key, MASTER_BYTES);
	r->n++;
}

/* NULL, or what is wrong. */
static const char *
create_if_missing(const char *path)
{
	struct seal_ring *r;
	const char	 *wrong = NULL;
	int		  dir = lock_directory(path);

	if (dir < 0)
		return strerror(errno);
	if (access(path, F_OK) < 0 && errno == ENOENT) {
		r = ring_new();
		add_key(r);
		if (replace(dir, path, r) < 0)
			wrong = strerror(errno);
		seal_ring_free(r);
	}
	close(dir);
	return wrong;
}

struct seal_ring *
seal_ring_create(const char *path, struct arena *a, struct str *why)
{
	const char *wrong = create_if_missing(path);

	if (wrong == NULL)
		return seal_ring_open(path, a, why);
	*why = arena_printf(a, "master key file %s: %s", path, wrong);
	return NULL;
}

/* Loads, changes and replaces the file under the lock; NULL, or what is wrong. */
static const char *
change(const char *path, const char *(*edit)(struct seal_ring *, uint32_t), uint32_t argument)
{
	struct seal_ring *r;
	const char	 *wrong = NULL;
	int		  dir = lock_directory(path);

	if (dir < 0)
		return strerror(errno);
	r = load(path, &wrong);
	if (r != NULL)
		wrong = edit(r, argument);
	if (r != NULL && wrong == NULL && replace(dir, path, r) < 0)
		wrong = strerror(errno);
	seal_ring_free(r);
	close(dir);
	return wrong;
}

static const char *
edit_add(struct seal_ring *r, uint32_t unused)
{
	(void)unused;
	if (r->n == KEYS_MOST)
		return "it has too many keys: drop old ones";
	if (seal_ring_id(r) == UINT32_MAX)
		return "its key numbers are used up";
	add_key(r);
	return NULL;
}

static const char *
edit_drop(struct seal_ring *r, uint32_t below)
{
	size_t gone = 0;

	while (gone < r->n && r->keys[gone].id < below)
		gone++;
	if (gone == r->n)
		return "the newest key cannot be dropped";
	r->n -= gone;
	memmove(r->keys, r->keys + gone, r->n * sizeof(r->keys[0]));
	return NULL;
}

int
seal_ring_add(const char *path, struct str *why)
{
	const char *wrong = change(path, edit_add, 0);

	*why = str_of(wrong);
	return wrong == NULL ? 0 : -1;
}

int
seal_ring_drop(const char *path, uint32_t below_id, struct str *why)
{
	const char *wrong = change(path, edit_drop, below_id);

	*why = str_of(wrong);
	return wrong == NULL ? 0 : -1;
}
