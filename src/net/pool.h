/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_POOL_H
#define WEIR_NET_POOL_H

#include <stdbool.h>

#include "net/transfer.h"

/*
 * Two pools, one for short requests and one for streams, each made of shards:
 * multi handles that hold a bounded number of transfers, since several of
 * libcurl's walks are linear in what one multi holds.
 */
void	pool_open(const struct client_options *);
void	pool_close(void);			/* nothing runs any more */
void	pool_library(void);			/* libcurl is loaded and begun with; pool_take() does so too */
struct transfer *pool_take(bool stream);	/* an unused transfer with a place in a shard */
void	pool_give(struct transfer *);		/* after pool_remove() */
void	pool_add(struct transfer *);		/* it runs from the next pool_work() on */
void	pool_remove(struct transfer *);		/* at once; closes the connection unless it is complete */
void	pool_unpause(struct transfer *);
void	pool_fed(struct transfer *);		/* more of its upload is there */
bool	pool_busy(void);			/* libcurl is on the stack: nothing may be removed */
void	pool_act(struct shard *, int fd, int bits);
bool	pool_work(void);			/* kicks what was added, ends what is complete; true = more at once */
bool	pool_pending(void);			/* there is work for pool_work() */
unsigned pool_shards(bool stream);
CURLSH *pool_share(void);			/* resolved names and TLS sessions, common to all shards */
/* Whom TLS trusts: a file, or a hashed directory, or, when both are NULL, libcurl's own file. */
const char *pool_ca_file(void);
const char *pool_ca_path(void);

/* peer.c: libcurl's sockets in our loop. */
void	peer_open(void);
void	peer_close(void);
int	peer_want(CURL *, curl_socket_t, int what, void *shard, void *unused);
curl_socket_t peer_socket(void *transfer, curlsocktype, struct curl_sockaddr *);
int	peer_shut(void *unused, curl_socket_t);
void	peer_leave(struct transfer *);	/* the transfer is over, its connection may stay */

#endif
