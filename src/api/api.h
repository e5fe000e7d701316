/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_API_H
#define WEIR_API_API_H

#include "account/access.h"
#include "account/counters.h"
#include "conf/conf.h"
#include "limit/admit.h"
#include "limit/breaker.h"
#include "route/plan.h"
#include "store/batch.h"

/*
 * A worker's serving side.  The process gives it the configuration, the two
 * environments, its slot and its listener; it opens the server and the
 * upstream client on the process's loop.
 */
struct api_env {
	const struct conf *conf;
	struct db	  *store, *state;
	uint16_t	   slot;
	struct slot_owner  owner;
	const int	  *listen_fds;
	size_t		   listen_n;
};

/* -1 when it cannot serve; the reason was logged. */
int	api_open(const struct api_env *) MUST_USE;
void	api_drain(void);
bool	api_idle(void);		/* drained: nothing is open, nothing waits to be settled */
void	api_close(void);
void	api_reopen_logs(void);

/* What the files of this directory share; read-only for them but for the counters. */
struct api {
	struct api_env	     env;
	struct seal_ring    *ring;
	struct snapshot	    *snapshot;
	struct meters	    *meters;
	struct batch	    *batch;
	struct counters	     counters;
	struct access_log   *access;
	struct breaker_rules rules;
	unsigned	     open;	/* exchanges not yet freed */
	bool		     draining;
};

struct api *api(void);
enum health api_health(uint64_t channel);	/* as the scheduler last probed it */
void	api_journal(const struct entry *);	/* into this transaction's journal block */

#endif
