/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - is this configuration fine?
 *
 * Runs in: a process of its own, which changes nothing.
 */
#include "proc/check.h"

#include <stdio.h>
#include <sysexits.h>

#include "conf/problem.h"
#include "proc/address.h"
#include "proc/rights.h"
#include "sched/import.h"

static unsigned faults;

static void
problem(const struct conf_problem *p)
{
	struct arena a;

	arena_init(&a);
	faults++;
	fprintf(stderr, STR_FMT "\n", STR_ARG(problem_text(&a, p)));
	arena_done(&a);
}

static void
problem_of(struct str file, struct str why)
{
	problem(&(struct conf_problem){ .file = file, .message = why });
}

/* What the table cannot know: does the user exist, are the addresses addresses? */
static void
check_system(const struct conf *c, struct str file)
{
	struct rights_user user;
	struct address	   at;
	struct str	   why;

	if (rights_find(c, &user, &why) < 0)
		problem_of(file, why);
	for (size_t i = 0; i < c->listen.n; i++)
		if (address_read(c->listen.items[i], &at, &why) < 0)
			problem_of(file, why);
	if (c->admin_listen.n > 0 && address_read(c->admin_listen, &at, &why) < 0)
		problem_of(file, why);
	if (c->sim_listen.n > 0 && address_read(c->sim_listen, &at, &why) < 0)
		problem_of(file, why);
}

/* Providers, channels, keys and prices declared in the files. */
static void
check_entities(const struct conf *c)
{
	struct conf_problem *problems = NULL;
	struct arena	     a;
	size_t		     n = 0;

	arena_init(&a);
	if (import_check(c, &a, &problems, &n) < 0)
		for (size_t i = 0; i < n; i++)
			problem(&problems[i]);
	arena_done(&a);
}

int
check_run(const char *path)
{
	struct conf_problem *problems = NULL;
	struct conf	     c;
	size_t		     n = 0;

	conf_init(&c);
	if (conf_read(&c, path, &problems, &n) < 0) {
		for (size_t i = 0; i < n; i++)
			problem(&problems[i]);
	} else {
		check_entities(&c);
		check_system(&c, str_of(path));
	}
	conf_done(&c);
	if (faults > 0)
		return EX_CONFIG;
	printf("configuration %s is fine\n", path);
	return 0;
}
