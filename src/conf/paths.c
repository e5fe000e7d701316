/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paths.c - where things are when nothing is configured.
 *
 * Runs in: supervisor, tools.
 *
 * The supervisor resolves once and hands the result to its children with the
 * accepted configuration, so a child's environment or user never matters.
 */
#include "conf/paths.h"

#include <stdlib.h>
#include <unistd.h>

/* The value of an environment variable that names a directory, or STR_NONE: relative ones are ignored, as XDG says. */
static struct str
env_dir(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || value[0] != '/')
		return STR_NONE;
	return str_of(value);
}

static struct str
home_dir(struct arena *a, const char *below)
{
	struct str home = env_dir("HOME");

	if (home.n == 0)
		return arena_printf(a, "/tmp/weir-%u/%s", (unsigned)geteuid(), below);
	return paths_in(a, home, below);
}

struct str
paths_in(struct arena *a, struct str dir, const char *name)
{
	return arena_printf(a, STR_FMT "/%s", STR_ARG(dir), name);
}

struct str
paths_default_conf(struct arena *a)
{
	struct str base = env_dir("XDG_CONFIG_HOME"), own;

	if (base.n == 0)
		base = home_dir(a, ".config");
	own = paths_in(a, base, "weir/weir.conf");
	if (geteuid() != 0 && access(own.p, F_OK) == 0)
		return own;
	return arena_str(a, STR(WEIR_SYSCONFDIR "/weir/weir.conf"));
}

struct str
paths_data_dir(struct arena *a, const struct conf *c)
{
	struct str base;

	if (c != NULL && c->data_dir.n > 0)
		return arena_str(a, c->data_dir);
	if (geteuid() == 0)
		return arena_str(a, STR("/var/lib/weir"));
	base = env_dir("XDG_STATE_HOME");
	if (base.n == 0)
		base = home_dir(a, ".local/state");
	return paths_in(a, base, "weir");
}

struct str
paths_run_dir(struct arena *a, const struct conf *c)
{
	struct str base;

	if (c != NULL && c->run_dir.n > 0)
		return arena_str(a, c->run_dir);
	if (geteuid() == 0)
		return arena_str(a, STR("/run/weir"));
	base = env_dir("XDG_RUNTIME_DIR");
	if (base.n == 0)
		base = arena_printf(a, "/tmp/weir-%u", (unsigned)geteuid());
	return paths_in(a, base, "weir");
}

struct str
paths_pid_file(struct arena *a, const struct conf *c)
{
	if (c != NULL && c->pid_file.n > 0)
		return arena_str(a, c->pid_file);
	return paths_in(a, paths_run_dir(a, c), "weir.pid");
}

struct str
paths_access_dir(struct arena *a, const struct conf *c)
{
	if (str_is(c->access_dir, "default"))
		return paths_in(a, paths_data_dir(a, c), "access");
	return arena_str(a, c->access_dir);
}

struct str
paths_master_key(struct arena *a, const struct conf *c)
{
	struct str credentials = env_dir("CREDENTIALS_DIRECTORY");

	if (c != NULL && c->master_key.n > 0)
		return arena_str(a, c->master_key);
	if (credentials.n > 0) {
		struct str given = paths_in(a, credentials, "master.key");

		if (access(given.p, R_OK) == 0)
			return given;
	}
	return paths_in(a, paths_data_dir(a, c), "master.key");
}

void
paths_resolve(struct conf *c)
{
	c->data_dir = paths_data_dir(&c->arena, c);
	c->run_dir = paths_run_dir(&c->arena, c);
	c->pid_file = paths_pid_file(&c->arena, c);
	c->master_key = paths_master_key(&c->arena, c);
	c->access_dir = paths_access_dir(&c->arena, c);
}
