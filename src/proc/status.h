/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_STATUS_H
#define WEIR_PROC_STATUS_H

#include "proc/supervisor.h"

/*
 * run_dir/status.json: what the supervisor knows, for weirctl and the metrics.
 * Replaced whole, so a reader never sees half of it.
 */
void	status_setup(const struct supervisor *, struct str run_dir);
void	status_write(void);
void	status_remove(void);

#endif
