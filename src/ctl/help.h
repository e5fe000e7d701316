/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_HELP_H
#define WEIR_CTL_HELP_H

#include "base/buf.h"
#include "ctl/ctl.h"

int	help_run(struct ctl *);
int	help_completion(struct ctl *);
void	help_options(struct buf *);	/* what --help prints */

/* Pure, for tests: the script for a shell; -1 when it is none of bash, zsh, fish. */
int	completion_write(struct buf *, struct arena *, struct str shell) MUST_USE;

#endif
