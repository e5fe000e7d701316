/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_TRY_H
#define WEIR_CTL_TRY_H

#include "ctl/ctl.h"

/* Commands that ask a provider for its models, and the one that asks what a model costs. */
int	try_provider(struct ctl *);
int	try_channel(struct ctl *);
int	try_upkey(struct ctl *);
int	try_model(struct ctl *);
int	try_price(struct ctl *);

#endif
