/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_UPGRADE_H
#define WEIR_PROC_UPGRADE_H

#include "proc/supervisor.h"

/*
 * USR2: a new binary takes over without losing a connection.  The old
 * supervisor executes the file at its own path as a second supervisor and
 * passes every listener, the lock and a socketpair; the new one starts its
 * children and sends a byte when all are ready; then the old one drains and
 * ends.  When the new one ends before that, or takes too long, nothing has
 * changed.
 */
int	upgrade_adopt(void);		/* at start: what the environment tells; the inherited lock or -1 */
void	upgrade_setup(struct supervisor *);	/* after loop_open() */
bool	upgrade_we_are_new(void);	/* an older supervisor still waits for us */
void	upgrade_we_are_ready(void);
void	upgrade_begin(struct supervisor *);
bool	upgrade_busy(void);
void	upgrade_abort(void);		/* the old supervisor ends otherwise */
bool	upgrade_reap(pid_t, int status);	/* false: not the new supervisor */

#endif
