/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SCHED_JOB_PROBE_H
#define WEIR_SCHED_JOB_PROBE_H

#include "sched/sched.h"

/*
 * Asks each channel for its model list, every health.interval: whether it
 * answers and how fast is its health; once per discovery.interval the list
 * itself goes into the catalog.  At most ten probes run at once.
 */
void	job_probe_run(struct sched_env *);
void	job_probe_close(void);	/* cancels what runs */

#endif
