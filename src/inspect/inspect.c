/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect.c - what all commands share: opening, complaints, output.
 *
 * Runs in: weir-lmdb.
 */
#include "inspect/inspect.h"

#include <stdio.h>
#include <sysexits.h>

#define FLUSH_BYTES (1u << 20)

void
inspect_complain(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("weir-lmdb: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

const char *
inspect_env_name(enum db_env env)
{
	return env == ENV_STORE ? "store" : "state";
}

const char *
inspect_env_dir(const struct inspect *in, enum db_env env)
{
	return env == ENV_STORE ? in->data_dir : in->run_dir;
}

struct db *
inspect_try_open(struct inspect *in, enum db_env env, unsigned flags, struct str *why)
{
	if (in->db[env] == NULL)
		in->db[env] = db_open(env, inspect_env_dir(in, env), flags, 0, why);
	return in->db[env];
}

struct db *
inspect_open(struct inspect *in, enum db_env env, unsigned flags)
{
	struct str why = STR_NONE;
	struct db *db = inspect_try_open(in, env, flags, &why);

	if (db == NULL)
		inspect_complain("%s in %s: " STR_FMT, inspect_env_name(env), inspect_env_dir(in, env), STR_ARG(why));
	return db;
}

/* ---- output ---- */

static void
flush(struct sink *s)
{
	if (s->buf.n > 0 && fwrite(s->buf.p, 1, s->buf.n, stdout) != s->buf.n)
		s->failed = true;
	buf_clear(&s->buf);
}

void
sink_init(struct sink *s, enum db_env env)
{
	*s = (struct sink){ .hold = env == ENV_STATE };
}

void
sink_turn(struct sink *s)
{
	if (!s->hold && s->buf.n > FLUSH_BYTES)
		flush(s);
}

int
sink_done(struct sink *s)
{
	flush(s);
	buf_done(&s->buf);
	return s->failed || fflush(stdout) != 0 ? EX_IOERR : EX_OK;
}
