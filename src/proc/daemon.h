/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_DAEMON_H
#define WEIR_PROC_DAEMON_H

#include <stdbool.h>

/*
 * -d: goes on in a new session while the caller's process waits for the first
 * generation and exits with its outcome.
 */
void	daemon_begin(void);
void	daemon_outcome(int status, bool has_log);	/* harmless without daemon_begin() and when repeated */

#endif
