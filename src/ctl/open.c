/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open.c - configuration, environments and master keys, as a command needs them.
 *
 * Runs in: weirctl.
 *
 * Called by root, weirctl acts as the owner of the data directory before it
 * opens anything in it: a file that root made there would lock the daemon out.
 */
#include "ctl/open.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/paths.h"

/* ---------------------------------------------------------------- configuration */

static int
read_conf(struct ctl *c, const char *path)
{
	struct conf_problem *problems;
	size_t		     n;

	if (conf_read(&c->conf, path, &problems, &n) == 0)
		return 0;
	return ctl_problems(c, problems, n);
}

/* The default file may be missing: then all settings have their defaults. */
int
open_conf(struct ctl *c)
{
	const char *path = c->conf_path;
	int	    rc;

	if (c->configured)
		return 0;
	conf_init(&c->conf);
	if (path == NULL)
		path = paths_default_conf(&c->arena).p;
	if (c->conf_path != NULL || access(path, F_OK) == 0) {
		rc = read_conf(c, path);
		if (rc != 0)
			return rc;
	}
	if (c->data_dir != NULL)
		c->conf.data_dir = str_of(c->data_dir);
	if (c->run_dir != NULL)
		c->conf.run_dir = str_of(c->run_dir);
	paths_resolve(&c->conf);
	c->configured = true;
	return 0;
}

/* ---------------------------------------------------------------- whom the files belong to */

static int
become(struct ctl *c, uid_t uid, gid_t gid)
{
	if (setgroups(1, &gid) == 0 && setegid(gid) == 0 && seteuid(uid) == 0)
		return 0;
	return ctl_fail(c, EX_NOPERM, "cannot become user %u: %s", (unsigned)uid, strerror(errno));
}

static int
become_owner(struct ctl *c)
{
	struct stat st;

	if (geteuid() != 0 || stat(ctl_cstr(c, c->conf.data_dir), &st) < 0 || st.st_uid == 0)
		return 0;
	return become(c, st.st_uid, st.st_gid);
}

/* A data directory made by root belongs to the configured user. */
static int
make_data_dir(struct ctl *c)
{
	const char    *dir = ctl_cstr(c, c->conf.data_dir);
	struct passwd *user;

	if (geteuid() != 0 || c->conf.user.n == 0 || access(dir, F_OK) == 0)
		return 0;
	user = getpwnam(ctl_cstr(c, c->conf.user));
	if (user == NULL)
		return ctl_fail(c, EX_NOUSER, "there is no user " STR_FMT, STR_ARG(c->conf.user));
	if (mkdir(dir, 0700) < 0 || chown(dir, user->pw_uid, user->pw_gid) < 0)
		return ctl_fail(c, EX_CANTCREAT, "%s: %s", dir, strerror(errno));
	return 0;
}

/* ---------------------------------------------------------------- environments */

static struct db *
open_env(struct ctl *c, enum db_env which, struct str dir, unsigned flags, struct str *why)
{
	return db_open(which, ctl_cstr(c, dir), flags, 0, why);
}

/* An environment that may not be looked at is no missing one. */
static int
judge(struct str *why)
{
	if (errno != EACCES && errno != EPERM)
		return EX_UNAVAILABLE;
	*why = str_of(strerror(errno));
	return EX_NOPERM;
}

int
open_store(struct ctl *c, bool write)
{
	struct str why = STR_NONE;
	int	   rc = open_conf(c);

	if (rc == 0)
		rc = become_owner(c);
	if (rc != 0 || c->store != NULL)
		return rc;
	if (access(arena_printf(&c->arena, STR_FMT "/store", STR_ARG(c->conf.data_dir)).p, F_OK) < 0 && errno == ENOENT)
		return ctl_fail(c, EX_NOINPUT, "there is no store in " STR_FMT ": `weirctl init` makes one",
		    STR_ARG(c->conf.data_dir));
	errno = 0;
	c->store = open_env(c, ENV_STORE, c->conf.data_dir, write ? 0 : DB_READ_ONLY, &why);
	if (c->store != NULL)
		return 0;
	rc = judge(&why);
	return ctl_fail(c, rc, "the store in " STR_FMT " cannot be opened: " STR_FMT, STR_ARG(c->conf.data_dir),
	    STR_ARG(why));
}

int
open_new_store(struct ctl *c)
{
	struct str why = STR_NONE;
	int	   rc = open_conf(c);

	if (rc == 0)
		rc = make_data_dir(c);
	if (rc == 0)
		rc = become_owner(c);
	if (rc != 0)
		return rc;
	errno = 0;
	c->store = open_env(c, ENV_STORE, c->conf.data_dir, DB_CREATE, &why);
	if (c->store != NULL)
		return 0;
	rc = judge(&why);
	return ctl_fail(c, rc == EX_NOPERM ? EX_NOPERM : EX_CANTCREAT, "the store in " STR_FMT " cannot be made: " STR_FMT,
	    STR_ARG(c->conf.data_dir), STR_ARG(why));
}

/* The state is another owner's only when the whole service is; becoming the store's owner is enough. */
static int
look_for_state(struct ctl *c, bool write, struct str *why)
{
	if (c->state != NULL)
		return 0;
	*why = STR("weir has not run since this machine was started");
	if (access(arena_printf(&c->arena, STR_FMT "/state", STR_ARG(c->conf.run_dir)).p, F_OK) < 0)
		return judge(why);
	errno = 0;
	c->state = open_env(c, ENV_STATE, c->conf.run_dir, write ? 0 : DB_READ_ONLY, why);
	return c->state != NULL ? 0 : judge(why);
}

bool
open_state_if_any(struct ctl *c, bool write)
{
	struct str why;

	return open_conf(c) == 0 && become_owner(c) == 0 && look_for_state(c, write, &why) == 0;
}

int
open_state(struct ctl *c, bool write)
{
	struct str why;
	int	   rc = open_conf(c);

	if (rc == 0)
		rc = become_owner(c);
	if (rc != 0)
		return rc;
	rc = look_for_state(c, write, &why);
	if (rc == 0)
		return 0;
	return ctl_fail(c, rc, "the state in " STR_FMT " cannot be opened: " STR_FMT, STR_ARG(c->conf.run_dir), STR_ARG(why));
}

int
open_ring(struct ctl *c)
{
	struct str why = STR_NONE;
	int	   rc = open_conf(c);

	if (rc == 0)
		rc = become_owner(c);
	if (rc != 0 || c->ring != NULL)
		return rc;
	c->ring = seal_ring_open(ctl_cstr(c, c->conf.master_key), &c->arena, &why);
	if (c->ring != NULL)
		return 0;
	return ctl_fail(c, access(ctl_cstr(c, c->conf.master_key), F_OK) == 0 ? EX_NOPERM : EX_NOINPUT, STR_FMT, STR_ARG(why));
}

void
open_close(struct ctl *c)
{
	if (c->state != NULL)
		db_close(c->state);
	if (c->store != NULL)
		db_close(c->store);
	seal_ring_free(c->ring);
	c->state = c->store = NULL;
	c->ring = NULL;
	if (c->configured)
		conf_done(&c->conf);
	c->configured = false;
}
