/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_OPEN_H
#define WEIR_CTL_OPEN_H

#include "ctl/ctl.h"

/* Opening what a command needs.  0, or a sysexits status when it cannot be had and the operator was told. */
int	open_conf(struct ctl *) MUST_USE;	/* with -d, -r and all defaults put in */
int	open_store(struct ctl *, bool write) MUST_USE;	/* and the configuration */
int	open_new_store(struct ctl *) MUST_USE;	/* makes directory and store when missing */
int	open_state(struct ctl *, bool write) MUST_USE;
bool	open_state_if_any(struct ctl *, bool write);	/* says nothing; false when the daemon never ran */
int	open_ring(struct ctl *) MUST_USE;	/* the master keys */
void	open_close(struct ctl *);

#endif
