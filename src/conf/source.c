/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.c - one text from a configuration file and what it includes.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * libconfig could include by itself, but resolves names against the working
 * directory, knows no patterns and tells lines of the wrong file; so includes
 * are put in place here and it sees one text.
 *
 *	@include "providers.conf"	relative to the including file
 *	@include "parts/[a-z]*.conf"	in the order of names; none is no error
 */
#include "conf/source_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MOST 8
#define FILE_BYTES (16 << 20)
#define TEXT_BYTES (64 << 20)
#define FILES_MOST 1000

/* ---------------------------------------------------------------- lines */

static void *
grown(struct arena *a, const void *items, size_t n, size_t *cap, size_t size)
{
	void *more;

	*cap = *cap == 0 ? 8 : *cap * 2;
	more = arena_zalloc_array(a, *cap, size);
	if (n > 0)
		memcpy(more, items, n * size);
	return more;
}

void
source_mark(struct source *s, struct str file, int line)
{
	if (s->text.n > 0 && s->text.p[s->text.n - 1] != '\n') {
		buf_byte(&s->text, '\n');
		s->lines++;
	}
	if (s->marks_n == s->marks_cap)
		s->marks = grown(s->arena, s->marks, s->marks_n, &s->marks_cap, sizeof(*s->marks));
	s->marks[s->marks_n++] = (struct mark){ s->lines + 1, file, line };
}

void
source_locate(const struct source *s, int line, struct str *file, int *real)
{
	size_t low = 0, high = s->marks_n;

	*file = STR("configuration");
	*real = line;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (s->marks[middle].at <= line)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return;
	*file = s->marks[low - 1].file;
	*real = s->marks[low - 1].line + (line - s->marks[low - 1].at);
}

/* ---------------------------------------------------------------- files */

static int
slurp(int fd, struct buf *b)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	for (;;) {
		ssize_t n = read(fd, buf_reserve(b, 65536), 65536);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		b->n += (size_t)n;
		if (b->n > FILE_BYTES) {
			errno = EFBIG;
			return -1;
		}
	}
}

/* The text in the arena, NULL with errno. */
static const char *
read_file(struct arena *a, struct str path, struct str *text)
{
	struct buf b = { 0 };
	int	   saved, fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return NULL;
	if (slurp(fd, &b) < 0) {
		saved = errno;
		close(fd);
		buf_done(&b);
		errno = saved;
		return NULL;
	}
	close(fd);
	*text = arena_take(a, &b);
	return text->p;
}

static struct str
changed(struct source *s, struct str text)
{
	struct buf out = { 0 };

	if (s->change == NULL)
		return text;
	s->change(s->change_arg, s->arena, text, &out);
	return arena_take(s->arena, &out);
}

static void
take_file(struct source *s, struct str path, struct str text, unsigned depth)
{
	struct part part = { path, text, changed(s, text) };

	if (s->parts_n == s->parts_cap)
		s->parts = grown(s->arena, s->parts, s->parts_n, &s->parts_cap, sizeof(*s->parts));
	s->parts[s->parts_n++] = part;
	source_scan(s, path, part.after, depth, false);
}

void
source_add_file(struct source *s, struct str path)
{
	struct str text;

	path = arena_str(s->arena, path);
	if (read_file(s->arena, path, &text) == NULL) {
		problem_add(s->problems, path, 0, "cannot be read: %s", strerror(errno));
		return;
	}
	take_file(s, path, text, 0);
}

/* ---------------------------------------------------------------- includes */

static bool
is_pattern(struct str path)
{
	return str_find_byte(path, '*') < path.n || str_find_byte(path, '?') < path.n ||
	    str_find_byte(path, '[') < path.n;
}

static struct str
beside(struct arena *a, struct str file, struct str path)
{
	size_t n = file.n;

	if (path.n > 0 && path.p[0] == '/')
		return path;
	while (n > 0 && file.p[n - 1] != '/')
		n--;
	return arena_printf(a, STR_FMT STR_FMT, STR_ARG(str_upto(file, n)), STR_ARG(path));
}

static void
include_one(const struct including *c, struct str path)
{
	struct str text;

	if (c->s->parts_n >= FILES_MOST || c->s->text.n > TEXT_BYTES) {
		problem_add(c->s->problems, c->file, c->line, "too much is included");
		return;
	}
	if (read_file(c->s->arena, path, &text) == NULL) {
		problem_add(c->s->problems, c->file, c->line, "cannot include " STR_FMT ": %s", STR_ARG(path),
		    strerror(errno));
		return;
	}
	take_file(c->s, path, text, c->depth + 1);
}

static void
include_pattern(const struct including *c, struct str pattern)
{
	glob_t found;
	int    rc = glob(arena_cstr(c->s->arena, pattern), 0, NULL, &found);

	if (rc != 0 && rc != GLOB_NOMATCH)
		problem_add(c->s->problems, c->file, c->line, "cannot look for " STR_FMT, STR_ARG(pattern));
	for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
		include_one(c, arena_str(c->s->arena, str_of(found.gl_pathv[i])));
	if (rc == 0)
		globfree(&found);
}

void
source_include(const struct including *c, struct str path)
{
	if (c->depth >= DEPTH_MOST)
		problem_add(c->s->problems, c->file, c->line, "includes are nested too deep");
	else if (path.n == 0)
		problem_add(c->s->problems, c->file, c->line, "@include names no file");
	else if (is_pattern(path))
		include_pattern(c, beside(c->s->arena, c->file, path));
	else
		include_one(c, beside(c->s->arena, c->file, path));
	source_mark(c->s, c->file, c->line);
}

/* ---------------------------------------------------------------- entrances */

void
source_init(struct source *s, struct arena *a, struct problems *p)
{
	*s = (struct source){ .arena = a, .problems = p };
}

void
source_done(struct source *s)
{
	buf_done(&s->text);
}

void
source_add_text(struct source *s, struct str text, struct str name)
{
	source_scan(s, name, arena_str(s->arena, text), 0, true);
}
