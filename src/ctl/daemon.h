/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_DAEMON_H
#define WEIR_CTL_DAEMON_H

#include "ctl/ctl.h"

/* The running daemon: how it does, and telling it to reload. */
int	daemon_status(struct ctl *);
int	daemon_reload(struct ctl *);
/* 0 when none runs, or when it runs and its reload ended well; else a status, and told. */
int	daemon_reload_if_running(struct ctl *) MUST_USE;

#endif
