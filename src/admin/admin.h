/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ADMIN_ADMIN_H
#define WEIR_ADMIN_ADMIN_H

#include "conf/conf.h"
#include "store/db.h"

/* The admin listener: GET /metrics, /health and /ready, without a key; what listens elsewhere than on loopback or a unix socket must be fenced off. */
struct admin_env {
	const struct conf *conf;
	struct db	  *store, *state;
	int		   listen_fd;
};

int	admin_open(const struct admin_env *) MUST_USE;	/* after loop_open(); -1: the reason was logged */
void	admin_drain(void);
bool	admin_idle(void);
void	admin_close(void);

#endif
