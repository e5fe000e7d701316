/* SPDX-License-Identifier: Apache-2.0 */
/*
 * problem.c - what is wrong with a configuration, by file and line.
 *
 * Runs in: supervisor, tools, -P prepare.
 */
#include "conf/problem.h"

#include <string.h>

#define PROBLEMS_MOST 100

static void
grow(struct problems *p)
{
	size_t		     cap = p->cap == 0 ? 8 : p->cap * 2;
	struct conf_problem *items = arena_array(p->arena, struct conf_problem, cap);

	if (p->n > 0)
		memcpy(items, p->items, p->n * sizeof(*items));
	p->items = items;
	p->cap = cap;
}

void
problem_add(struct problems *p, struct str file, int line, const char *fmt, ...)
{
	va_list ap;

	if (p->n == PROBLEMS_MOST)
		return;
	if (p->n == p->cap)
		grow(p);
	p->items[p->n] = (struct conf_problem){ .file = arena_str(p->arena, file), .line = line };
	va_start(ap, fmt);
	p->items[p->n].message = arena_vprintf(p->arena, fmt, ap);
	va_end(ap);
	p->n++;
}

struct str
problem_hint(struct arena *a, struct str near)
{
	if (near.n == 0)
		return STR("");
	return arena_printf(a, "; did you mean \"" STR_FMT "\"?", STR_ARG(near));
}

struct str
problem_text(struct arena *a, const struct conf_problem *p)
{
	if (p->line > 0)
		return arena_printf(a, STR_FMT ":%d: " STR_FMT, STR_ARG(p->file), p->line, STR_ARG(p->message));
	return arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(p->file), STR_ARG(p->message));
}
