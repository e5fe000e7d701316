/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_UPKEY_H
#define WEIR_CTL_UPKEY_H

#include "ctl/edit.h"

/* Upstream keys, and the master keys that seal them. */
int	upkey_add(struct ctl *);
int	upkey_replace(struct ctl *);
int	upkey_reset(struct ctl *);
int	upkey_rotate(struct ctl *);

/* The secret that the options say: 0 with it (none when not `needed` and no option names one), or a status. */
int	upkey_read_secret(struct ctl *, bool needed, struct secret *) MUST_USE;
void	upkey_put_new(struct edit *, const struct channel *, struct str label, const struct secret *);
/* -1 and told when it does not open. */
int	upkey_open(struct ctl *, const struct upkey *, struct secret *) MUST_USE;

#endif
