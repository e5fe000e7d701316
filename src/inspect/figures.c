/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.c - sizes of the environments, and copies of them.
 *
 * Runs in: weir-lmdb.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "inspect/inspect.h"

static void
stat_json(struct buf *out, enum db_env env, const char *dir, const struct db_stat *st)
{
	struct json_out o;

	json_start(&o, out, false);
	json_object(&o, NULL);
	json_cstr(&o, "environment", inspect_env_name(env));
	json_cstr(&o, "directory", dir);
	json_unum(&o, "map_bytes", st->map_bytes);
	json_unum(&o, "used_bytes", st->used_bytes);
	json_unum(&o, "readers", st->readers);
	json_unum(&o, "last_txn", st->last_txn);
	json_object_end(&o);
	buf_byte(out, '\n');
}

static void
stat_words(struct buf *out, enum db_env env, const char *dir, const struct db_stat *st)
{
	buf_printf(out, "%s in %s\n", inspect_env_name(env), dir);
	buf_printf(out, "    map: %" PRIu64 " MiB, %" PRIu64 " KiB of it used at most (%.1f %%)\n", st->map_bytes >> 20,
	    st->used_bytes >> 10, st->map_bytes > 0 ? 100.0 * (double)st->used_bytes / (double)st->map_bytes : 0.0);
	buf_printf(out, "    readers: %" PRIu64 " with this one\n", st->readers);
	buf_printf(out, "    last transaction: %" PRIu64 "\n", st->last_txn);
}

int
figures_stat(struct inspect *in, int argc, char **argv)
{
	struct sink sink;
	bool any = false;

	(void)argc;
	(void)argv;
	sink_init(&sink, ENV_STORE);
	for (int i = 0; i < 2; i++) {
		enum db_env env = (enum db_env)i;
		struct db *db = inspect_open(in, env, DB_READ_ONLY);
		struct db_stat st;

		if (db == NULL)
			continue;
		any = true;
		txn_end(txn_read(db));	/* so that this one is among the readers */
		db_stat(db, &st);
		if (in->json)
			stat_json(&sink.buf, env, inspect_env_dir(in, env), &st);
		else
			stat_words(&sink.buf, env, inspect_env_dir(in, env), &st);
	}
	if (sink_done(&sink) != EX_OK)
		return EX_IOERR;
	return any ? EX_OK : EX_NOINPUT;
}

int
figures_copy(struct inspect *in, int argc, char **argv)
{
	char path[4096];
	enum db_env env;
	struct db *db;

	(void)argc;
	if (strcmp(argv[0], "store") != 0 && strcmp(argv[0], "state") != 0) {
		inspect_complain("copy takes store or state, not \"%s\"", argv[0]);
		return EX_USAGE;
	}
	env = strcmp(argv[0], "store") == 0 ? ENV_STORE : ENV_STATE;
	db = inspect_open(in, env, DB_READ_ONLY);
	if (db == NULL)
		return EX_NOINPUT;
	if (snprintf(path, sizeof(path), "%s/%s", argv[1], argv[0]) > (int)sizeof(path) - 32) {
		inspect_complain("the path is too long");
		return EX_USAGE;
	}
	errno = 0;
	if (db_copy(db, path) == -1) {
		int saved = errno;

		inspect_complain("%s: %s", path, saved != 0 ? strerror(saved) : "the copy failed");
		errno = saved;
		return errno == 0 || errno == EIO || errno == ENOSPC || errno == EDQUOT ? EX_IOERR : EX_CANTCREAT;
	}
	printf("%s copied to %s\n", argv[0], path);
	return EX_OK;
}
