/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_LAUNCH_H
#define WEIR_PROC_LAUNCH_H

#include "proc/supervisor.h"

/*
 * How a configuration comes to life, at the first start and at each reload:
 * read, prepare the store, open listeners, start a generation, and when all of
 * it is ready, let the old one drain.  Any failure before that point changes
 * nothing of what runs.
 */
void	launch_setup(struct supervisor *);
/* Reads the file, prints what is wrong; 0 or a sysexits status. */
int	launch_read(struct supervisor *, struct conf *) MUST_USE;
void	launch_first(struct supervisor *, struct conf *);	/* takes the conf */
void	launch_reload(struct supervisor *);
void	launch_abort(struct supervisor *);	/* the supervisor ends */
bool	launch_busy(void);
void	launch_tick(void);			/* each second */

#endif
