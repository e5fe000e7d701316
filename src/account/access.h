/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ACCOUNT_ACCESS_H
#define WEIR_ACCOUNT_ACCESS_H

#include "account/entry.h"

/*
 * The access log: one JSON object a line, in DIR/weir-YYYY-MM-DD.log by UTC
 * date.  Lines of one loop turn go out in one O_APPEND write, so workers share
 * the file and no line is torn.  A full disk loses lines, is counted, and
 * never delays a request.
 */
struct access_log;

struct access_log *access_open(const char *dir);	/* NULL or "": a log that writes nothing */
void	 access_free(struct access_log *);
void	 access_add(struct access_log *, const struct entry *);	/* buffered */
void	 access_flush(struct access_log *);			/* once per turn; changes the file at midnight UTC */
void	 access_reopen(struct access_log *);			/* USR1 */
uint64_t access_lost(const struct access_log *);		/* lines that could not be written */
/* The scheduler's: removes days older than `keep_days` (0 = keep all); how many files went. */
int	 access_prune(const char *dir, unsigned keep_days, uint64_t wall_us);

#endif
