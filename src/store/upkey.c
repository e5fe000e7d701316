/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upkey.c - the fields of an upstream key: one sealed secret of a channel.
 *
 * Runs in: every process that opens the store.
 *
 * A field's number is its stored tag: never given to another field.
 */
#include "store/record_fields.h"

static const struct field rows[] = {
	RECORD_FIELDS(struct upkey, 0, valid_name),
	{ 10, "channel", FIELD_U64, offsetof(struct upkey, channel), FIELD_READONLY, NULL,
	    "Id of the channel it belongs to.", NULL },
	{ 11, "secret", FIELD_SEALED, offsetof(struct upkey, sealed), FIELD_READONLY | FIELD_HIDDEN, NULL,
	    "The secret, sealed under the master key.", NULL },
	{ 12, "digest", FIELD_BYTES, offsetof(struct upkey, digest), FIELD_READONLY, NULL,
	    "First 8 bytes of the secret's SHA-256: its identity in logs.", NULL },
};

const struct fields upkey_fields = RECORD_TABLE("upkey", struct upkey, rows);
