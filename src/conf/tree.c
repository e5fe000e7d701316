/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.c - the parsed text, and the settings in it.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * tree.c and tree_record.c are the only users of libconfig.  A name that no
 * table knows is a problem, never skipped.
 */
#include "conf/tree.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conf/settings.h"
#include "conf/tree_node.h"

#define FLOAT_MOST 1e6	/* below, nine digits behind the point are exact */

/* ---------------------------------------------------------------- parsing */

struct tree *
tree_parse(const struct source *source, struct problems *problems)
{
	struct tree *t = xcalloc(1, sizeof(*t));
	char	    *text = arena_cstr(problems->arena, buf_view(&source->text));
	struct str   file;
	int	     line;

	t->source = source;
	t->problems = problems;
	config_init(&t->config);
	if (config_read_string(&t->config, text) == CONFIG_TRUE)
		return t;
	source_locate(source, config_error_line(&t->config), &file, &line);
	problem_add(problems, file, line, "%s", config_error_text(&t->config));
	tree_free(t);
	return NULL;
}

void
tree_free(struct tree *t)
{
	if (t == NULL)
		return;
	config_destroy(&t->config);
	free(t);
}

void
tree_place(const struct tree *t, const config_setting_t *node, struct str *file, int *line)
{
	source_locate(t->source, (int)node->line, file, line);
}

void
tree_problem(const struct tree *t, const config_setting_t *node, const char *fmt, ...)
{
	struct arena *a = t->problems->arena;
	struct str    file, text;
	va_list	      ap;
	int	      line;

	va_start(ap, fmt);
	text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	tree_place(t, node, &file, &line);
	problem_add(t->problems, file, line, STR_FMT, STR_ARG(text));
}

int64_t
tree_version(const struct tree *t)
{
	const config_setting_t *node = config_lookup(&t->config, "version");

	if (node == NULL)
		return CONF_VERSION;
	if (config_setting_type(node) == CONFIG_TYPE_INT)
		return config_setting_get_int(node) < 0 ? -1 : config_setting_get_int(node);
	return -1;
}

/* ---------------------------------------------------------------- scalars */

/* A float is only a text in another coat: what it means exactly must be writable with nine digits. */
static int
float_text(struct arena *a, double v, struct str *out)
{
	struct str s;

	if (!isfinite(v) || fabs(v) >= FLOAT_MOST)
		return -1;
	s = arena_printf(a, "%.9f", v);
	while (s.p[s.n - 1] == '0')
		s.n--;
	if (s.p[s.n - 1] == '.')
		s.n--;
	*out = arena_str(a, s);
	return strtod(out->p, NULL) == v ? 0 : -1;
}

int
tree_scalar(const struct tree *t, const config_setting_t *node, struct str *out)
{
	struct arena *a = t->problems->arena;

	switch (config_setting_type(node)) {
	case CONFIG_TYPE_STRING:
		*out = arena_str(a, str_of(config_setting_get_string(node)));
		return 0;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		*out = arena_printf(a, "%lld", config_setting_get_int64(node));
		return 0;
	case CONFIG_TYPE_BOOL:
		*out = config_setting_get_bool(node) ? STR("true") : STR("false");
		return 0;
	case CONFIG_TYPE_FLOAT:
		if (float_text(a, config_setting_get_float(node), out) == 0)
			return 0;
		tree_problem(t, node, "this number cannot be taken exactly: write it in quotes");
		return -1;
	default:
		tree_problem(t, node, "a text, a number, true or false is expected here");
		return -1;
	}
}

int
tree_value(const struct tree *t, const config_setting_t *node, struct value *out)
{
	struct str *items;
	int	    n = 1, rc = 0;

	out->list = config_setting_is_array(node) || config_setting_is_list(node);
	if (out->list)
		n = config_setting_length(node);
	items = arena_array(t->problems->arena, struct str, (size_t)n + 1);
	for (int i = 0; i < n; i++)
		if (tree_scalar(t, out->list ? config_setting_get_elem(node, (unsigned)i) : node, &items[i]) < 0)
			rc = -1;
	out->items = items;
	out->n = (size_t)n;
	return rc;
}

/* ---------------------------------------------------------------- settings */

struct taking {
	const struct tree *t;
	struct conf	  *c;
	struct place	  *places;
};

static void
read_setting(const struct taking *k, const config_setting_t *node, const struct setting *s)
{
	const struct tree *t = k->t;
	struct place	  *place = &k->places[s - settings];
	struct value	   value;
	struct str	   why;

	tree_place(t, node, &place->file, &place->line);
	if (config_setting_is_group(node)) {
		tree_problem(t, node, "%s is a setting, not a group", s->path);
		return;
	}
	if (tree_value(t, node, &value) == 0 && value_set(k->c, s, &value, &why) < 0)
		tree_problem(t, node, STR_FMT, STR_ARG(why));
}

static void
unknown(const struct tree *t, const config_setting_t *node, struct str path)
{
	struct arena *a = t->problems->arena;

	tree_problem(t, node, "unknown setting \"" STR_FMT "\"" STR_FMT, STR_ARG(path),
	    STR_ARG(problem_hint(a, settings_nearest(path))));
}

static bool
is_noun(struct str name)
{
	for (size_t i = 0; i < conf_nouns_count; i++)
		if (str_is(name, conf_nouns[i].list))
			return true;
	return false;
}

static void
read_group(const struct taking *k, const config_setting_t *group)
{
	struct arena *a = k->t->problems->arena;

	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *node = config_setting_get_elem(group, (unsigned)i);
		struct str		path = arena_printf(a, "%s.%s", config_setting_name(group), config_setting_name(node));
		const struct setting   *s = settings_find(path);

		if (s != NULL)
			read_setting(k, node, s);
		else
			unknown(k->t, node, path);
	}
}

static void
read_top(const struct taking *k, const config_setting_t *node)
{
	struct str	      name = str_of(config_setting_name(node));
	const struct setting *s = settings_find(name);

	if (s != NULL)
		read_setting(k, node, s);
	else if (settings_group(name) && config_setting_is_group(node))
		read_group(k, node);
	else if (settings_group(name))
		tree_problem(k->t, node, "%s is a group: write %s = { ... };", name.p, name.p);
	else if (!is_noun(name) && !str_is(name, "version"))
		unknown(k->t, node, name);
}

void
tree_read_settings(const struct tree *t, struct conf *c, struct place *places)
{
	struct taking		k = { t, c, places };
	const config_setting_t *root = config_root_setting(&t->config);

	for (int i = 0; i < config_setting_length(root); i++)
		read_top(&k, config_setting_get_elem(root, (unsigned)i));
}
