/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.c - JSON for programs, tables for people.
 *
 * Runs in: weirctl.
 *
 * What is printed may hold names that came from providers; control characters
 * in it never reach a terminal.
 */
#include "ctl/print.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS_MOST 32
#define BOLD	"\033[1m"
#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define PLAIN	"\033[0m"

/* ---------------------------------------------------------------- cells */

static struct str
joined(struct arena *a, const struct json *array)
{
	struct str s = STR("");

	for (const struct json *v = array->child; v != NULL; v = v->next) {
		struct str item = json_is(v, JSON_STRING) ? json_text(a, v) : v->raw;

		s = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(s), s.n > 0 ? ", " : "", STR_ARG(item));
	}
	return s;
}

static struct str
cell_text(struct arena *a, const struct json *v)
{
	if (v == NULL || v->type == JSON_NULL)
		return STR("-");
	switch (v->type) {
	case JSON_TRUE:
		return STR("yes");
	case JSON_FALSE:
		return STR("no");
	case JSON_STRING:
		return json_text(a, v).n > 0 ? json_text(a, v) : STR("-");
	case JSON_ARRAY:
		return v->count > 0 ? joined(a, v) : STR("-");
	default:
		return v->raw;
	}
}

/* Printable, control characters replaced. */
static struct str
cell(struct arena *a, const struct json *v)
{
	struct str s = arena_str(a, cell_text(a, v));
	char	  *p = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			p[i] = '?';
	return (struct str){ p, s.n };
}

/* In characters, not in bytes. */
static size_t
width(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static const char *
color_of(struct str s)
{
	static const char *const bad[] = { "down", "open", "invalid", "exhausted", "revoked", "backoff", "failed", NULL };
	static const char *const good[] = { "ok", "ready", "active", "running", NULL };

	for (const char *const *w = bad; *w != NULL; w++)
		if (str_is(s, *w))
			return RED;
	for (const char *const *w = good; *w != NULL; w++)
		if (str_is(s, *w))
			return GREEN;
	return NULL;
}

/* ---------------------------------------------------------------- tables */

static void
end_line(struct buf *out)
{
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->n--;
	buf_byte(out, '\n');
}

struct table {
	const char *const *names;
	size_t		   n;
	size_t		   width[COLUMNS_MOST];
	bool		   number[COLUMNS_MOST];	/* all cells are numbers: to the right */
	bool		   color;
};

static void
measure(struct table *t, struct arena *a, const struct json *rows)
{
	for (size_t i = 0; i < t->n; i++) {
		t->width[i] = strlen(t->names[i]);
		t->number[i] = rows->child != NULL;
	}
	for (const struct json *row = rows->child; row != NULL; row = row->next) {
		for (size_t i = 0; i < t->n; i++) {
			const struct json *v = json_get(row, t->names[i]);
			size_t		   w = width(cell(a, v));

			if (w > t->width[i])
				t->width[i] = w;
			t->number[i] = t->number[i] && json_is(v, JSON_NUMBER);
		}
	}
}

static void
pad(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_byte(out, ' ');
}

static void
add_cell(struct buf *out, const struct table *t, size_t i, struct str s, const char *color)
{
	size_t room = t->width[i] - width(s);

	if (i > 0)
		buf_cstr(out, "  ");
	if (t->number[i])
		pad(out, room);
	if (color != NULL)
		buf_cstr(out, color);
	buf_str(out, s);
	if (color != NULL)
		buf_cstr(out, PLAIN);
	if (!t->number[i] && i + 1 < t->n)
		pad(out, room);
}

void
print_table(struct buf *out, struct arena *a, const struct json *rows, const char *const *columns, bool color)
{
	struct table t = { .names = columns, .color = color };

	while (columns[t.n] != NULL && t.n < COLUMNS_MOST)
		t.n++;
	measure(&t, a, rows);
	for (size_t i = 0; i < t.n; i++)
		add_cell(out, &t, i, str_of(columns[i]), color ? BOLD : NULL);
	end_line(out);
	for (const struct json *row = rows->child; row != NULL; row = row->next) {
		for (size_t i = 0; i < t.n; i++) {
			struct str s = cell(a, json_get(row, columns[i]));

			add_cell(out, &t, i, s, color ? color_of(s) : NULL);
		}
		end_line(out);
	}
}

void
print_members(struct buf *out, struct arena *a, const struct json *object, bool color)
{
	size_t widest = 0;

	for (const struct json *v = object->child; v != NULL; v = v->next)
		if (width(v->name) > widest)
			widest = width(v->name);
	for (const struct json *v = object->child; v != NULL; v = v->next) {
		struct str  s = cell(a, v);
		const char *paint = color ? color_of(s) : NULL;

		buf_str(out, v->name);
		pad(out, widest - width(v->name) + 2);
		buf_printf(out, "%s" STR_FMT "%s\n", paint != NULL ? paint : "", STR_ARG(s), paint != NULL ? PLAIN : "");
	}
}

/* ---------------------------------------------------------------- output */

static void
emit(struct buf *out)
{
	fwrite(out->p, 1, out->n, stdout);
	buf_done(out);
}

static const struct json *
parse(struct ctl *c, struct buf *json)
{
	struct json	 *root;
	struct json_error err;
	int		  rc = json_read(&c->arena, arena_str(&c->arena, buf_view(json)), (struct json_limits){ .tree_depth = JSON_WHOLE },
		  &root, &err);

	assert(rc == 0);
	(void)rc;
	buf_done(json);
	return root;
}

static const char *const *
own_columns(struct ctl *c, const struct json *row)
{
	const char **names = arena_array(&c->arena, const char *, (row != NULL ? row->count : 0) + 1);
	size_t	     n = 0;

	for (const struct json *v = row != NULL ? row->child : NULL; v != NULL; v = v->next)
		names[n++] = arena_cstr(&c->arena, v->name);
	return names;
}

void
print_rows(struct ctl *c, struct buf *json, const char *const *columns)
{
	struct buf	   out = { 0 };
	const struct json *rows;

	if (c->json) {
		buf_byte(json, '\n');
		emit(json);
		return;
	}
	rows = parse(c, json);
	if (rows->child == NULL) {
		ctl_say(c, "none");
		return;
	}
	print_table(&out, &c->arena, rows, columns != NULL ? columns : own_columns(c, rows->child), c->color);
	emit(&out);
}

void
print_object(struct ctl *c, struct buf *json)
{
	struct buf out = { 0 };

	if (c->json) {
		buf_byte(json, '\n');
		emit(json);
		return;
	}
	print_members(&out, &c->arena, parse(c, json), c->color);
	emit(&out);
}
