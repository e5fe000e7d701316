/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_SIMULATOR_H
#define WEIR_PROC_SIMULATOR_H

#include "proc/supervisor.h"

/*
 * The embedded simulator: one process beside the generations, because a reload
 * must not cut the answers it is giving.  It is replaced when its script is
 * another one, and it ends last.
 */
void	simulator_follow(struct supervisor *, const struct conf *);
void	simulator_end(enum child_event);
bool	simulator_gone(void);

#endif
