/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_SLOTS_H
#define WEIR_PROC_SLOTS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Which slot numbers live workers hold.  What is kept per slot (reservations,
 * journal, counters) belongs to one live worker, and two generations, or two
 * supervisors during an upgrade, run at once: a worker gets the lowest number
 * that nobody holds and keeps it through its restarts.
 */
#define SLOTS 1024

int	slots_take(void);		/* -1: all are taken */
void	slots_give(int slot);		/* -1 is harmless */
/* Numbers that the supervisor before us holds until it ends: "0,1,5". */
void	slots_foreign(const char *list);
void	slots_foreign_gone(void);
void	slots_list(struct buf *);	/* all that are held, in that form */

#endif
