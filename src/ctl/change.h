/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_CHANGE_H
#define WEIR_CTL_CHANGE_H

#include "ctl/edit.h"

/* Commands that change a record of any kind. */
int	change_add(struct ctl *);
int	change_set(struct ctl *);
int	change_enable(struct ctl *);
int	change_disable(struct ctl *);
int	change_remove(struct ctl *);

/* For commands on several names: calls `each` for every one, all or none are stored. */
typedef void change_fn(struct edit *, void *object);
int	change_each(struct ctl *, enum record_kind, change_fn *each);

/* "channel/rest": the longest name of a stored channel in front of it; NULL and told when there is none. */
struct channel *change_owner(struct edit *, struct str name, struct str *rest);

#endif
