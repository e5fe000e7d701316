/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare.c - makes the store fit for a configuration before anything serves it.
 *
 * Runs in: prepare (a child that ends, once before each generation).
 *
 * Creates what is missing (environments, master key), migrates, imports the
 * entities that the files declare, and gives a new state the quotas in use.
 * Problems go to the supervisor as lines; the exit status says whether there
 * was one.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/ledger.h"
#include "base/log.h"
#include "base/seal.h"
#include "conf/problem.h"
#include "proc/rights.h"
#include "proc/role.h"
#include "sched/import.h"

__attribute__((format(printf, 1, 2))) static void
report(const char *fmt, ...)
{
	struct buf line = { 0 };
	va_list	   ap;
	char	   text[1024];
	int	   n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	buf_cstr(&line, text);
	buf_byte(&line, '\n');
	for (size_t done = 0; done < line.n;) {
		ssize_t sent = send(CONTROL_FD, line.p + done, line.n - done, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			break;
		done += sent > 0 ? (size_t)sent : 0;
	}
	buf_done(&line);
}

static struct db *
open_env(enum db_env which, struct str dir)
{
	struct str why = STR_NONE;
	struct db *db = db_open(which, dir.p, DB_CREATE, 0, &why);

	if (db == NULL)
		report("%s in " STR_FMT ": " STR_FMT, which == ENV_STORE ? "store" : "state", STR_ARG(dir), STR_ARG(why));
	return db;
}

static int
import(struct db *store, const struct conf *c)
{
	struct conf_problem *problems = NULL;
	struct seal_ring    *ring;
	struct arena	     a;
	struct str	     why = STR_NONE;
	size_t		     n = 0;
	int		     result;

	arena_init(&a);
	ring = seal_ring_create(arena_cstr(&a, c->master_key), &a, &why);
	if (ring == NULL) {
		report("master key " STR_FMT ": " STR_FMT, STR_ARG(c->master_key), STR_ARG(why));
		arena_done(&a);
		return EX_CONFIG;
	}
	result = import_records(store, c, ring, &a, &problems, &n, NULL) < 0 ? EX_CONFIG : 0;
	for (size_t i = 0; i < n; i++)
		report(STR_FMT, STR_ARG(problem_text(&a, &problems[i])));
	seal_ring_free(ring);
	arena_done(&a);
	return result;
}

static int
prepare(const struct conf *c)
{
	struct db *store, *state = NULL;
	int	   result = EX_UNAVAILABLE;

	store = open_env(ENV_STORE, c->data_dir);
	if (store != NULL)
		state = open_env(ENV_STATE, c->run_dir);
	if (state != NULL) {
		ledger_seed_state(state, store);	/* a state made anew knows nothing of the quotas in use */
		result = import(store, c);
	}
	db_close(state);
	db_close(store);
	return result;
}

int
prepare_run(void)
{
	struct role_env env;
	int		result;

	prctl(PR_SET_NAME, "weir-prepare", 0, 0, 0);
	role_begin(&env, ROLE_PREPARE, 0, 0);
	result = prepare(&env.conf);
	conf_done(&env.conf);
	log_flush();
	return result;
}
