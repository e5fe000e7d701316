/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SIM_CONN_H
#define WEIR_SIM_CONN_H

#include "sim/sim.h"

/* One client connection.  It owns itself: it goes when either side closes. */
void	conn_new(int fd, const struct sim_options *, struct script *);
/* From here on a connection closes once it has nothing to answer; `done` is called when none is left. */
void	conn_drain_all(void (*done)(void));
void	conn_close_all(void);

/* What happens, as JSON lines; nothing when no file was named. */
int	record_open(const char *path) MUST_USE;
void	record_request(const struct sim_request *);
void	record_gone(uint64_t number);		/* the client of this request left */
void	record_refused(uint64_t connection, int status, const char *why);
uint64_t sim_clock_ms(void);	/* since the start */

#endif
