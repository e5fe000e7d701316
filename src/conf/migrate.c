/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate.c - configuration files of older versions.
 *
 * Runs in: supervisor, tools.
 *
 * Version 1 is the first, so there is no step yet; the way is here and tested
 * so that the first change of a name finds it.
 */
#include "conf/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/settings.h"

const struct conf_steps conf_steps = { CONF_VERSION, NULL, 0 };

/* ---------------------------------------------------------------- versions */

static const struct conf_step *
step_from(const struct conf_steps *steps, int64_t version)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->of[i].from == version)
			return &steps->of[i];
	return NULL;
}

struct str
migrate_refuse(struct arena *a, const struct conf_steps *steps, int64_t version)
{
	if (version < 0)
		return STR("version must be a whole number");
	if (version > steps->current)
		return arena_printf(a, "version %" PRId64 " is newer than this program, which knows version %" PRId64, version,
		    steps->current);
	for (int64_t v = version; v < steps->current; v++)
		if (step_from(steps, v) == NULL)
			return arena_printf(a, "version %" PRId64 " is not known; the current one is %" PRId64, v,
			    steps->current);
	return STR_NONE;
}

/* `version = 0;` at the start of a line becomes `version = 1;`. */
static void
set_version(struct str text, int64_t version, struct buf *out)
{
	struct str line;
	bool	   more = text.n > 0;

	while (more) {
		size_t feed = str_find_byte(text, '\n');
		size_t end;

		line = str_upto(text, feed);
		end = str_find_byte(line, ';');
		if (str_starts(line, STR("version")) && str_find_byte(str_upto(line, end), '=') < end)
			buf_printf(out, "version = %" PRId64 STR_FMT, version, STR_ARG(str_from(line, end)));
		else
			buf_str(out, line);
		more = feed < text.n;
		if (more)
			buf_byte(out, '\n');
		text = str_from(text, feed + 1);
		more = more && text.n > 0;
	}
}

void
migrate_text(void *migration, struct arena *a, struct str text, struct buf *out)
{
	const struct migration *m = migration;

	for (int64_t v = m->from; v < m->steps->current; v++) {
		const struct conf_step *step = step_from(m->steps, v);
		struct buf		next = { 0 }, stamped = { 0 };

		step->run(a, text, &next);
		set_version(buf_view(&next), v + 1, &stamped);
		text = arena_str(a, buf_view(&stamped));
		buf_done(&next);
		buf_done(&stamped);
	}
	buf_str(out, text);
}

/* ---------------------------------------------------------------- on disk */

static int
write_file(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text = str_from(text, (size_t)n);
	}
	return fsync(fd);
}

/* A new file with the mode and, when we may, the owner of `like`. */
static int
put_file(const char *path, const struct stat *like, struct str text)
{
	int saved, fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	if (fchown(fd, like->st_uid, like->st_gid) < 0 && errno != EPERM)
		goto fail;
	if (fchmod(fd, like->st_mode & 0777) < 0 || write_file(fd, text) < 0)
		goto fail;
	return close(fd);
fail:
	saved = errno;
	close(fd);
	unlink(path);
	errno = saved;
	return -1;
}

static int
write_part(struct arena *a, const struct part *part, int64_t from)
{
	const char *path = arena_cstr(a, part->path);
	struct str  backup = arena_printf(a, "%s.v%" PRId64, path, from);
	struct str  aside = arena_printf(a, "%s.new", path);
	struct stat st;

	if (stat(path, &st) < 0)
		return -1;
	/* A backup that is there already is older than ours and stays. */
	if (put_file(backup.p, &st, part->before) < 0 && errno != EEXIST)
		return -1;
	unlink(aside.p);
	if (put_file(aside.p, &st, part->after) < 0)
		return -1;
	return rename(aside.p, path);
}

int
migrate_write(const struct source *s, int64_t from, struct str *why)
{
	int n = 0;

	for (size_t i = 0; i < s->parts_n; i++) {
		if (str_eq(s->parts[i].before, s->parts[i].after))
			continue;
		if (write_part(s->arena, &s->parts[i], from) < 0) {
			*why = arena_printf(s->arena, STR_FMT ": %s", STR_ARG(s->parts[i].path), strerror(errno));
			return -1;
		}
		n++;
	}
	return n;
}

/* ---------------------------------------------------------------- for steps */

static bool
name_byte(char b)
{
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' || b == '-' || b == '*';
}

/* The length of the comment or quoted text that begins here; 0 when there is none. */
static size_t
opaque(struct str s)
{
	size_t n;

	if (s.p[0] == '#' || str_starts(s, STR("//")))
		return str_find_byte(s, '\n');
	if (str_starts(s, STR("/*"))) {
		n = str_find(s, STR("*/"));
		return n < s.n ? n + 2 : n;
	}
	if (s.p[0] != '"')
		return 0;
	for (n = 1; n < s.n && s.p[n] != '"'; n++)
		n += s.p[n] == '\\';
	return n < s.n ? n + 1 : s.n;
}

void
migrate_rename(struct str text, struct str old, struct str new, struct buf *out)
{
	while (text.n > 0) {
		size_t n = opaque(text);

		if (n == 0) {
			while (n < text.n && name_byte(text.p[n]))
				n++;
			if (n > 0 && str_eq(str_upto(text, n), old)) {
				buf_str(out, new);
				text = str_from(text, n);
				continue;
			}
		}
		if (n == 0)
			n = 1;
		buf_str(out, str_upto(text, n));
		text = str_from(text, n);
	}
}
