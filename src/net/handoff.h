/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_HANDOFF_H
#define WEIR_NET_HANDOFF_H

#include <stdbool.h>

/* Streams: request_stream() and its kin are in net/server.h; this is for the server alone. */
struct connection;

void	handoff_open(void);
/* What streams left to do in this turn; true: there may be more. */
bool	handoff_work(void);
bool	handoff_pending(void);
/* Its client left or must leave; the rest happens in handoff_work(). */
void	handoff_cut(struct connection *);
/* Its stream never got the socket, and its request ends. */
void	handoff_forget(struct connection *);

#endif
