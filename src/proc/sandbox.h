/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_SANDBOX_H
#define WEIR_PROC_SANDBOX_H

#include "conf/conf.h"

/*
 * What a child can no longer do once all is open, also when a stranger's bytes
 * have taken it over: start programs, trace or mount, use sockets other than
 * IP, unix and netlink, and (Landlock) write outside of weir's directories.
 * Best effort: an old kernel grants less, and nothing is refused for that.
 */
void	sandbox_enter(const struct conf *);
/* True in a binary with sanitizers: they trace their own process at its end. */
bool	sandbox_instrumented(void);

#endif
