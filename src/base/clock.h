/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_CLOCK_H
#define WEIR_BASE_CLOCK_H

#include <stdint.h>

#include "base/str.h"

/*
 * The time of this loop turn.  clock_tick() reads both clocks once; the
 * others return what it read, so that one turn has one time.  "mono" is
 * CLOCK_BOOTTIME: it survives suspends, is the same in all processes of a boot, and is what deadlines, windows and
 * breakers use.  "wall" is for logs, ledgers and calendar quotas only.
 */
void	 clock_tick(void);
uint64_t clock_mono_us(void);
uint64_t clock_mono_ms(void);
uint64_t clock_wall_us(void);	/* since 1970, UTC */
uint64_t clock_wall_ms(void);
uint64_t clock_now_us(void);	/* mono read right now: for phases within a turn */
uint64_t clock_now_wall_us(void);	/* wall read right now: for the log */

/* Tests only: from here on clock_tick() changes nothing. */
void	 clock_freeze(uint64_t mono_us, uint64_t wall_us);
void	 clock_advance(uint64_t us);	/* both clocks; freezes first */

/* "2026-11-21T09:24:29.123Z"; `out` holds 25 bytes. */
void	 clock_format(char out[25], uint64_t wall_us);
/* RFC 3339 or YYYY-MM-DD, UTC, to wall microseconds. */
int	 clock_parse(struct str, uint64_t *wall_us) MUST_USE;

#endif
