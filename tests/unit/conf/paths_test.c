/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/paths.h"

#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static void
test_configured(struct arena *a)
{
	struct conf c = { .data_dir = STR("/srv/d"), .run_dir = STR("/srv/r") };

	is_slice(paths_data_dir(a, &c), "/srv/d", "a configured data directory is used as it is");
	is_slice(paths_run_dir(a, &c), "/srv/r", "a configured run directory is used as it is");
	is_slice(paths_pid_file(a, &c), "/srv/r/weir.pid", "the pid file lies in the run directory");
	is_slice(paths_master_key(a, &c), "/srv/d/master.key", "the master key lies in the data directory");
	is_slice(paths_access_dir(a, &c), "", "no access directory means no access log");
	c.access_dir = STR("default");
	is_slice(paths_access_dir(a, &c), "/srv/d/access", "the default access directory lies in the data directory");
	c.master_key = STR("/etc/k");
	is_slice(paths_master_key(a, &c), "/etc/k", "a configured master key wins");
}

static void
test_credential(struct arena *a)
{
	struct conf c = { .data_dir = STR("/srv/d") };
	char	    dir[] = "/tmp/weir-paths-XXXXXX", file[64];
	FILE	   *f;

	ok(mkdtemp(dir) != NULL, "a temporary directory is made");
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	is_slice(paths_master_key(a, &c), "/srv/d/master.key", "a credential that is not there changes nothing");
	snprintf(file, sizeof(file), "%s/master.key", dir);
	if ((f = fopen(file, "w")) != NULL)
		fclose(f);
	is_slice(paths_master_key(a, &c), file, "a systemd credential is the master key");
	unlink(file);
	rmdir(dir);
	unsetenv("CREDENTIALS_DIRECTORY");
}

/* As root the system's places are fixed; as another user the XDG ones count. */
static void
test_defaults(struct arena *a)
{
	struct conf c = { 0 };

	setenv("XDG_STATE_HOME", "/x/state", 1);
	setenv("XDG_RUNTIME_DIR", "/x/run", 1);
	if (geteuid() == 0 && seteuid(65534) < 0) {
		ok(0, "root can become someone else");
		return;
	}
	is_slice(paths_data_dir(a, &c), "/x/state/weir", "a user's data is in XDG_STATE_HOME");
	is_slice(paths_run_dir(a, &c), "/x/run/weir", "a user's runtime files are in XDG_RUNTIME_DIR");
	setenv("XDG_STATE_HOME", "relative", 1);
	setenv("HOME", "/x/home", 1);
	is_slice(paths_data_dir(a, &c), "/x/home/.local/state/weir", "a relative XDG directory is ignored");
	if (getuid() == 0 && seteuid(0) == 0) {
		is_slice(paths_data_dir(a, &c), "/var/lib/weir", "root's data is in /var/lib");
		is_slice(paths_run_dir(a, &c), "/run/weir", "root's runtime files are in /run");
	}
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	test_configured(&a);
	test_credential(&a);
	test_defaults(&a);
	arena_done(&a);
	return tap_done();
}
