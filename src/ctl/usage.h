/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_USAGE_H
#define WEIR_CTL_USAGE_H

#include "ctl/ctl.h"

int	usage_run(struct ctl *);	/* sums of what was used, from the roll-ups */

#endif
