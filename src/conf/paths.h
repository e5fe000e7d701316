/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_PATHS_H
#define WEIR_CONF_PATHS_H

#include "conf/conf.h"

/*
 * Where things are when nothing is configured.  Root runs a system service
 * (/var/lib/weir, /run/weir); anyone else a service of his own (XDG state and
 * runtime directories).  Results are NUL-terminated and live in the arena.
 */
struct str paths_default_conf(struct arena *);	/* XDG_CONFIG_HOME/weir/weir.conf when it exists, else SYSCONFDIR's */
struct str paths_data_dir(struct arena *, const struct conf *);	/* the configured one, or the default */
struct str paths_run_dir(struct arena *, const struct conf *);
struct str paths_pid_file(struct arena *, const struct conf *);	/* default: run_dir/weir.pid */
struct str paths_access_dir(struct arena *, const struct conf *);	/* "" = the access log is off */
/* The configured file, else a systemd credential "master.key", else data_dir/master.key. */
struct str paths_master_key(struct arena *, const struct conf *);
struct str paths_in(struct arena *, struct str dir, const char *name);	/* dir/name */
/* Fills every path above into the conf, so that all later readers of it agree. */
void	paths_resolve(struct conf *);

#endif
