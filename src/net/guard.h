/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_GUARD_H
#define WEIR_NET_GUARD_H

#include <stdbool.h>

#include "base/fault.h"

/*
 * Stands between the sockets and libmicrohttpd: reads whole requests, checks
 * every byte, answers what is malformed.  guard.c tells how and why.
 */
struct connection;

bool	guard_stands(void);	/* is our recv() the one that libmicrohttpd calls? */
void	guard_add(int fd, struct connection *);
void	guard_forget(int fd);
struct connection *guard_find(int fd);	/* NULL when it is none */
/* Answers, gives up the request, marks the connection dead; poke it unless within recv(). */
void	guard_refuse(struct connection *, enum fault, int status, const char *why);
/* The same for a socket that is no connection yet; takes it. */
void	guard_turn_away(int fd, enum fault);
void	guard_close(void);

#endif
