/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.c - one text from a configuration file and what it includes.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * libconfig could include by itself, but resolves names against the working
 * directory, knows no patterns and tells lines of the wrong file; so includes
 * are put in place here and it sees one text.  For that the text is scanned
 * as libconfig's own scanner does it: comments, strings, and everything else.
 *
 *	@include "providers.conf"	relative to the including file
 *	@include "parts/[a-z]*.conf"	in the order of names; none is no error
 *
 * The scan also finds whole numbers that libconfig would cut to 32 bits.
 */
#include "conf/source.h"

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

enum state { PLAIN, STRING, LINE_COMMENT, BLOCK_COMMENT };

/* The scan of one file. */
struct scan {
	struct source *s;
	struct str     file, rest;
	int	       line;	/* of rest's first byte */
	unsigned       depth;
	bool	       marked;	/* a text of conf_write(): "#line" counts, includes are refused */
	bool	       fresh;	/* at the start of a line */
	enum state     state;
	int	       opened;	/* line where the string or comment began */
};

static void scan_text(struct source *, struct str file, struct str text, unsigned depth, bool marked);

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

/* From the next byte on, the text is that of this file and line. */
static void
add_mark(struct source *s, struct str file, int line)
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
	*text = arena_str(a, buf_view(&b));
	buf_done(&b);
	return text->p;
}

static struct str
changed(struct source *s, struct str text)
{
	struct buf out = { 0 };
	struct str result;

	if (s->change == NULL)
		return text;
	s->change(s->change_arg, s->arena, text, &out);
	result = arena_str(s->arena, buf_view(&out));
	buf_done(&out);
	return result;
}

static void
take_file(struct source *s, struct str path, struct str text, unsigned depth)
{
	struct part part = { path, text, changed(s, text) };

	if (s->parts_n == s->parts_cap)
		s->parts = grown(s->arena, s->parts, s->parts_n, &s->parts_cap, sizeof(*s->parts));
	s->parts[s->parts_n++] = part;
	scan_text(s, path, part.after, depth, false);
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
include_one(struct scan *c, struct str path)
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
include_pattern(struct scan *c, struct str pattern)
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

static void
include(struct scan *c, struct str path)
{
	if (c->marked) {
		problem_add(c->s->problems, c->file, c->line, "nothing can be included here");
	} else if (c->depth >= DEPTH_MOST) {
		problem_add(c->s->problems, c->file, c->line, "includes are nested too deep");
	} else if (path.n == 0) {
		problem_add(c->s->problems, c->file, c->line, "@include names no file");
	} else if (is_pattern(path)) {
		include_pattern(c, beside(c->s->arena, c->file, path));
	} else {
		include_one(c, beside(c->s->arena, c->file, path));
	}
	add_mark(c->s, c->file, c->line);
	c->fresh = true;	/* as libconfig sees it, what follows stands at the start of a line */
}

/* ---------------------------------------------------------------- scanning */

static void
copy(struct scan *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool feed = c->rest.p[i] == '\n';

		c->line += feed;
		c->s->lines += feed;
		c->fresh = feed;
	}
	buf_str(&c->s->text, str_upto(c->rest, n));
	c->rest = str_from(c->rest, n);
}

static size_t
blanks(struct str s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

/* `@include "path"` at the start of a line: takes it, true. */
static bool
take_include(struct scan *c)
{
	struct str s = str_from(c->rest, blanks(c->rest));
	size_t	   n, end;

	if (!str_starts(s, STR("@include")))
		return false;
	s = str_from(s, 8);
	n = blanks(s);
	if (n == 0 || n == s.n || s.p[n] != '"')
		return false;
	s = str_from(s, n + 1);
	for (end = 0; end < s.n && s.p[end] != '"' && s.p[end] != '\n' && s.p[end] != '\\'; end++)
		;
	if (end == s.n || s.p[end] != '"') {
		problem_add(c->s->problems, c->file, c->line, "the name of an included file has no end");
		end = str_find_byte(s, '\n');
		c->rest = str_from(s, end);
		return true;
	}
	c->rest = str_from(s, end + 1);
	include(c, str_upto(s, end));
	return true;
}

/* "#line 12 /etc/weir/weir.conf": the next line is that one.  Takes it, true. */
static bool
take_marker(struct scan *c)
{
	struct str s = str_upto(c->rest, str_find_byte(c->rest, '\n')), number;
	uint64_t   line;

	if (!c->marked || !str_starts(s, STR("#line ")))
		return false;
	s = str_from(s, 6);
	if (!str_split(&s, ' ', &number) || str_u64(number, &line) < 0 || line > INT32_MAX / 2 || s.n == 0)
		return false;
	copy(c, str_find_byte(c->rest, '\n'));
	if (c->rest.n > 0)
		copy(c, 1);
	add_mark(c->s, arena_str(c->s->arena, s), (int)line);
	return true;
}

static bool
word_byte(char b)
{
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' || b == '-' ||
	    b == '+' || b == '.' || b == '*';
}

/* Whole numbers that libconfig would silently cut. */
static bool
too_large(struct str word)
{
	bool	wide = str_ends(word, STR("L"));
	int64_t v;

	while (str_ends(word, STR("L")))
		word.n--;
	if (str_starts_nocase(word, STR("0x"))) {
		word = str_from(word, 2);
		while (str_starts(word, STR("0")))
			word = str_from(word, 1);
		return word.n > (wide ? 16 : 8);
	}
	if (str_starts(word, STR("+")))
		word = str_from(word, 1);
	for (size_t i = 0; i < word.n; i++)
		if ((word.p[i] < '0' || word.p[i] > '9') && !(i == 0 && word.p[i] == '-'))
			return false;
	if (str_i64(word, &v) < 0)
		return word.n > 1;
	return !wide && (v > INT32_MAX || v < INT32_MIN);
}

static void
take_word(struct scan *c)
{
	struct str word = c->rest;

	for (word.n = 0; word.n < c->rest.n && word_byte(c->rest.p[word.n]); word.n++)
		;
	if ((word.p[0] >= '0' && word.p[0] <= '9') || word.p[0] == '-' || word.p[0] == '+') {
		if (too_large(word))
			problem_add(c->s->problems, c->file, c->line,
			    STR_FMT " is too large for a bare number: write it in quotes, such as \"4g\" or \"5000000000\"",
			    STR_ARG(str_upto(word, 40)));
	}
	copy(c, word.n);
}

static void
open_state(struct scan *c, enum state state, size_t n)
{
	c->state = state;
	c->opened = c->line;
	copy(c, n);
}

static void
scan_plain(struct scan *c)
{
	if (c->fresh) {
		c->fresh = false;
		if (take_marker(c) || take_include(c))
			return;
	}
	if (c->rest.p[0] == '"')
		open_state(c, STRING, 1);
	else if (c->rest.p[0] == '#' || str_starts(c->rest, STR("//")))
		open_state(c, LINE_COMMENT, 1);
	else if (str_starts(c->rest, STR("/*")))
		open_state(c, BLOCK_COMMENT, 2);
	else if (word_byte(c->rest.p[0]))
		take_word(c);
	else
		copy(c, 1);
}

static void
scan_string(struct scan *c)
{
	if (c->rest.p[0] == '\\' && c->rest.n > 1) {
		copy(c, 2);
		return;
	}
	if (c->rest.p[0] == '"')
		c->state = PLAIN;
	copy(c, 1);
}

static void
scan_line_comment(struct scan *c)
{
	copy(c, str_find_byte(c->rest, '\n'));
	c->state = PLAIN;
}

static void
scan_block_comment(struct scan *c)
{
	size_t end = str_find(c->rest, STR("*/"));

	if (end < c->rest.n) {
		c->state = PLAIN;
		end += 2;
	}
	copy(c, end);
}

static void (*const steps[])(struct scan *) = {
	[PLAIN] = scan_plain,
	[STRING] = scan_string,
	[LINE_COMMENT] = scan_line_comment,
	[BLOCK_COMMENT] = scan_block_comment,
};

static void
scan_text(struct source *s, struct str file, struct str text, unsigned depth, bool marked)
{
	struct scan c = { .s = s, .file = file, .rest = text, .line = 1, .depth = depth, .marked = marked, .fresh = true };

	if (str_find_byte(text, '\0') < text.n) {
		problem_add(s->problems, file, 0, "has a NUL byte and is no text");
		return;
	}
	if (str_starts(c.rest, STR("\xef\xbb\xbf")))
		c.rest = str_from(c.rest, 3);
	add_mark(s, file, 1);
	while (c.rest.n > 0)
		steps[c.state](&c);
	if (c.state == STRING || c.state == BLOCK_COMMENT)
		problem_add(s->problems, file, c.opened, "%s has no end", c.state == STRING ? "a text in quotes" : "a comment");
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
	scan_text(s, name, arena_str(s->arena, text), 0, true);
}
