/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_REFS_H
#define WEIR_STORE_REFS_H

#include "store/record.h"

/* Who names whom among the stored kinds; refs.c has the table. */

/* The record that `object` cannot be without (its provider or channel), in the arena; *missing names it when it is not there. */
struct record *refs_owner(struct txn *, enum record_kind, const void *object, struct arena *, struct str *missing);
const char *refs_owner_noun(enum record_kind);			/* "provider"; NULL: this kind has no owner */
/* Writes the new name of a provider or channel into all that name it. */
void	refs_rename(struct txn *, enum record_kind, uint64_t id, struct str was, struct str is);
/* Calls `each` for the records that belong to (kind, id), their own belongings first; how many there were. */
size_t	refs_belongings(struct txn *, enum record_kind, uint64_t id,
	    void (*each)(struct txn *, enum record_kind, uint64_t id));

/* record.c's, for refs.c: stores without checks, keeps the index. */
void	record_store(struct txn *, enum record_kind, void *object, const struct record *was);

#endif
