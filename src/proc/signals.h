/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_SIGNALS_H
#define WEIR_PROC_SIGNALS_H

/*
 * Signals as events of the loop: blocked, and read from a descriptor, so no
 * code ever runs inside a handler.  HUP INT QUIT TERM USR1 USR2 CHLD; PIPE is
 * ignored.
 */
typedef void signals_fn(int signal);

void	signals_block(void);		/* early: what comes before the loop runs waits for it */
void	signals_open(signals_fn *);	/* after loop_open() */
void	signals_close(void);
void	signals_reset(void);		/* between fork and exec: nothing blocked, all defaults */

#endif
