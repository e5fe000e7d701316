/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_NOTIFY_H
#define WEIR_PROC_NOTIFY_H

#include <stdint.h>

/*
 * The service manager's protocol, one datagram a message: READY, RELOADING,
 * STOPPING, STATUS, WATCHDOG, MAINPID.  Does nothing when NOTIFY_SOCKET is not
 * set.
 */
void	 notify_open(void);			/* reads NOTIFY_SOCKET and WATCHDOG_USEC, takes WATCHDOG_PID out */
void	 notify_send(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	 notify_reloading(void);		/* RELOADING with MONOTONIC_USEC */
uint64_t notify_watchdog_ms(void);		/* how often WATCHDOG=1 is due; 0 = never */

#endif
