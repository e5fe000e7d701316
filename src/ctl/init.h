/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_INIT_H
#define WEIR_CTL_INIT_H

#include "ctl/ctl.h"

int	init_run(struct ctl *);	/* everything that weir needs to start */

#endif
