/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ADMIN_METRICS_H
#define WEIR_ADMIN_METRICS_H

#include "admin/admin.h"
#include "base/buf.h"

/* All counters and gauges as Prometheus text 0.0.4. */
void	metrics_write(const struct admin_env *, struct buf *);

#endif
