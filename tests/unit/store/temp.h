/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_STORE_TEMP_H
#define WEIR_TESTS_STORE_TEMP_H

/* A directory of the test's own, removed at its end, and environments in it. */

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/db.h"
#include "tap.h"

static char temp_dir[256];

static int
temp_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

__attribute__((unused)) static void
temp_done(void)
{
	nftw(temp_dir, temp_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

__attribute__((unused)) static const char *
temp_init(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(temp_dir, sizeof(temp_dir), "%s/weir-store-XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(temp_dir) == NULL) {
		perror(temp_dir);
		exit(1);
	}
	return temp_dir;
}

#define TEMP_MAP (16u << 20)

/* An environment of the temporary directory; a test cannot go on without. */
__attribute__((unused)) static struct db *
temp_open(enum db_env env)
{
	struct str why;
	struct db *db = db_open(env, temp_dir, DB_CREATE, TEMP_MAP, &why);

	if (db == NULL) {
		printf("Bail out! %s does not open: " STR_FMT "\n", temp_dir, STR_ARG(why));
		exit(1);
	}
	return db;
}

#endif
