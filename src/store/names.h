/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_NAMES_H
#define WEIR_STORE_NAMES_H

#include "store/record.h"

/* The index behind unique names: (kind, name) to id.  A client key's hash is indexed likewise, as a kind of its own. */
#define NAMES_APIKEY_HASH 0x40

uint64_t names_find(struct txn *, int kind, struct str name);	/* 0: nobody has it */
void	 names_put(struct txn *, int kind, struct str name, uint64_t id);
void	 names_del(struct txn *, int kind, struct str name, uint64_t id);	/* only when it is this id's */

#endif
