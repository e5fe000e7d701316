/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_scan.c - finds includes, and numbers that would be cut.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * A text is scanned as libconfig's own scanner does it: comments, strings, and
 * everything else.  What it takes for an include must be found here, or it
 * would open the file itself.  Whole numbers that do not fit into 32 bits are
 * problems, since libconfig cuts them silently.
 */
#include "conf/source_scan.h"

#include <string.h>

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

static void
include(struct scan *c, struct str path)
{
	if (c->marked)
		problem_add(c->s->problems, c->file, c->line, "nothing can be included here");
	else
		source_include(&(struct including){ c->s, c->file, c->line, c->depth }, path);
	c->fresh = true;	/* as libconfig sees it, what follows stands at the start of a line */
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
	source_mark(c->s, arena_str(c->s->arena, s), (int)line);
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

void
source_scan(struct source *s, struct str file, struct str text, unsigned depth, bool marked)
{
	struct scan c = { .s = s, .file = file, .rest = text, .line = 1, .depth = depth, .marked = marked, .fresh = true };

	if (str_find_byte(text, '\0') < text.n) {
		problem_add(s->problems, file, 0, "has a NUL byte and is no text");
		return;
	}
	if (str_starts(c.rest, STR("\xef\xbb\xbf")))
		c.rest = str_from(c.rest, 3);
	source_mark(s, file, 1);
	while (c.rest.n > 0)
		steps[c.state](&c);
	if (c.state == STRING || c.state == BLOCK_COMMENT)
		problem_add(s->problems, file, c.opened, "%s has no end", c.state == STRING ? "a text in quotes" : "a comment");
}
