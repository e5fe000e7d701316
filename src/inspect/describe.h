/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_INSPECT_DESCRIBE_H
#define WEIR_INSPECT_DESCRIBE_H

#include "base/buf.h"
#include "base/json.h"
#include "store/db.h"
#include "store/key.h"

/* A record's JSON object: table, key as describe_prefix() reads it, and record, or hex when its bytes are not understood. */
void	describe_json(struct buf *out, enum db_table, struct str key, struct str value);
/* The same in indented words. */
void	describe_words(struct buf *out, enum db_table, struct str key, struct str value, bool colour);
/* True when the table's bytes are understood. */
bool	describe_understands(enum db_table, struct str key, struct str value);
/* A key in words: its numbers and text with slashes between, or 0x and hex digits. */
struct str describe_key(struct arena *, enum db_table, struct str key);
/* What a user typed for the beginning of a key; -1 when it does not fit the table's keys. */
int	describe_prefix(enum db_table, struct str text, struct key *) MUST_USE;

#endif
