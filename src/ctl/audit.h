/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_AUDIT_H
#define WEIR_CTL_AUDIT_H

#include "base/json.h"
#include "ctl/ctl.h"
#include "store/txn.h"

/* Who changed what: one JSON object for each change, stored together with it.  No value of any field is in it. */
void	audit_add(struct txn *, struct ctl *, const char *noun, struct str name, const char *what);
void	audit_list(struct txn *, uint64_t from_us, uint64_t to_us, struct json_out *);	/* an array, oldest first */

#endif
