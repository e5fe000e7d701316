/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_LISTEN_H
#define WEIR_PROC_LISTEN_H

#include "base/json.h"
#include "conf/conf.h"
#include "proc/rights.h"

/*
 * Every listening socket of the daemon.  The supervisor makes them and keeps
 * them for life; children inherit, so what waits in a dead worker's accept
 * queue is served by its replacement.  For each address of the API there is
 * one SO_REUSEPORT socket per worker index; a unix socket, the admin's, the
 * simulator's and those passed by the service manager are single and shared.
 */
enum listen_kind { LISTEN_API, LISTEN_ADMIN, LISTEN_SIM, LISTEN_KINDS };

void	listen_adopt(void);	/* what the service manager or the supervisor before us passed */
/* Makes what is missing for so many workers; -1 with *why (arena), and what was there stays. */
int	listen_open(struct arena *, const struct conf *, const struct rights_user *, unsigned workers,
	    struct str *why) MUST_USE;
unsigned listen_addresses(void);	/* of the API */
int	listen_fd(enum listen_kind, unsigned address, unsigned index);	/* -1: there is none */
const char *listen_text(unsigned address);	/* what an address of the API is bound to */
/*
 * New connections go to the first `workers` indexes only.  listen_trim() closes
 * the others, once whoever accepted from them has taken what waited there.
 */
void	listen_steer(unsigned workers);
void	listen_settle(unsigned workers);	/* at the first start: what was inherited may be more, or grew */
void	listen_trim(unsigned workers);
void	listen_write(struct buf *);	/* for the next binary's environment */
void	listen_keep_on_exec(void);	/* between fork and exec of the next binary */
void	listen_json(struct json_out *);	/* "listeners": what is really listened on */
void	listen_close(bool unlink_paths);

#endif
