/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SIM_CONN_H
#define WEIR_SIM_CONN_H

#include "sim/sim.h"

/* One client connection.  It owns itself: it goes when either side closes. */
void	conn_new(int fd, const struct sim_options *, struct script *);

/* Requests and departures as JSON lines; nothing when no file was named. */
int	record_open(const char *path) MUST_USE;
void	record_request(const struct sim_request *);
void	record_gone(uint64_t number, uint64_t at_ms);
uint64_t sim_clock_ms(void);	/* since the start */

#endif
