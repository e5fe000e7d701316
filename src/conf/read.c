/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.c - from a file, or from the accepted text, to struct conf.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 *	text with its includes -> version, and once more if it is old -> tree -> settings, records -> checks
 *
 * Each stage runs only when the one before had no problem; within a stage all
 * problems are told at once.
 */
#include "conf/read.h"

#include <inttypes.h>

#include "base/log.h"
#include "conf/settings.h"

/* Where a reading comes from: a path, or a text. */
struct input {
	struct str path, text;
};

static struct tree *
parse(struct source *s, const struct input *in, struct problems *p)
{
	if (in->path.n > 0)
		source_add_file(s, in->path);
	else
		source_add_text(s, in->text, STR("configuration"));
	return p->n > 0 ? NULL : tree_parse(s, p);
}

/*
 * The tree of the current version, its source in *s: an old text is read once
 * more through the steps.  NULL: problems tell why.
 */
static struct tree *
open_tree(struct source *s, const struct input *in, struct migration *m, struct problems *p)
{
	struct arena *a = p->arena;
	struct tree  *t = parse(s, in, p);
	struct str    refusal;

	if (t == NULL)
		return NULL;
	m->from = tree_version(t);
	refusal = migrate_refuse(a, m->steps, m->from);
	if (refusal.n == 0 && m->from == m->steps->current)
		return t;
	tree_free(t);
	if (refusal.n > 0) {
		problem_add(p, in->path.n > 0 ? in->path : STR("configuration"), 0, STR_FMT, STR_ARG(refusal));
		return NULL;
	}
	source_done(s);
	source_init(s, a, p);
	s->change = migrate_text;
	s->change_arg = m;
	return parse(s, in, p);
}

/* The accepted text begins with a marker that names it. */
static struct str
main_file(const struct source *s, const struct input *in)
{
	struct str file;
	int	   line;

	if (in->path.n > 0)
		return arena_str(s->arena, in->path);
	source_locate(s, 2, &file, &line);
	return file;
}

static int
read_input(struct conf *c, const struct input *in, const struct conf_steps *steps, struct conf_problem **problems, size_t *n)
{
	struct problems	 p = { .arena = &c->arena };
	struct migration m = { steps, steps->current };
	struct place	*places = arena_array(&c->arena, struct place, settings_count);
	struct source	 s;
	struct tree	*t;

	source_init(&s, &c->arena, &p);
	t = open_tree(&s, in, &m, &p);
	c->file = main_file(&s, in);
	if (t != NULL) {
		tree_read_settings(t, c, places);
		tree_read_records(t, c);
		if (p.n == 0)
			check_conf(c, places, c->file, &p);
	}
	tree_free(t);
	source_done(&s);
	*problems = p.items;
	*n = p.n;
	if (p.n == 0 && m.from != steps->current)
		log_warnx(STR_FMT ": version %" PRId64 " is read as version %" PRId64 "; `weirctl init` rewrites the file",
		    STR_ARG(in->path), m.from, steps->current);
	return p.n == 0 ? 0 : -1;
}

int
read_with_steps(struct conf *c, const char *path, const struct conf_steps *steps, struct conf_problem **problems, size_t *n)
{
	return read_input(c, &(struct input){ .path = str_of(path) }, steps, problems, n);
}

int
conf_read(struct conf *c, const char *path, struct conf_problem **problems, size_t *n)
{
	return read_with_steps(c, path, &conf_steps, problems, n);
}

int
conf_read_text(struct conf *c, struct str text, struct conf_problem **problems, size_t *n)
{
	return read_input(c, &(struct input){ .text = text }, &conf_steps, problems, n);
}

/* ---------------------------------------------------------------- migration on disk */

int
read_migrate_with(struct arena *a, const char *path, const struct conf_steps *steps, struct str *why)
{
	struct problems	 p = { .arena = a };
	struct migration m = { steps, steps->current };
	struct input	 in = { .path = str_of(path) };
	struct source	 s;
	struct tree	*t;
	int		 rc = -1;

	source_init(&s, a, &p);
	t = open_tree(&s, &in, &m, &p);
	if (t != NULL)
		rc = m.from == steps->current ? 0 : migrate_write(&s, m.from, why);
	else
		*why = problem_text(a, &p.items[0]);
	tree_free(t);
	source_done(&s);
	return rc;
}

int
conf_migrate(struct arena *a, const char *path, struct str *why)
{
	return read_migrate_with(a, path, &conf_steps, why);
}
