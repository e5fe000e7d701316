/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_KEEP_H
#define WEIR_PROC_KEEP_H

#include "conf/conf.h"

/* What a reload changes is logged; settings that need a restart keep their value in `fresh`, with a warning. */
void	keep_settings(struct conf *fresh, const struct conf *running);

#endif
