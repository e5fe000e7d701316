/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apikey.c - the fields of a client key: what a caller presents.
 *
 * Runs in: every process that opens the store.
 *
 * The key itself is never stored, only its SHA-256 and a masked hint.
 * A field's number is its stored tag: never given to another field.
 */
#include <string.h>

#include "base/rand.h"
#include "base/seal.h"
#include "store/record_fields.h"

#define SECRET_BYTES 32
#define SECRET_CHARS ((SECRET_BYTES * 4 + 2) / 3)

static const struct field rows[] = {
	RECORD_FIELDS(struct apikey, FIELD_REQUIRED, valid_name),
	{ 10, "hash", FIELD_BYTES, offsetof(struct apikey, hash), FIELD_READONLY | FIELD_HIDDEN, NULL,
	    "SHA-256 of the key.", NULL },
	{ 11, "hint", FIELD_STR, offsetof(struct apikey, hint), FIELD_READONLY, NULL,
	    "The key's first and last characters.", NULL },
	{ 12, "role", FIELD_STR, offsetof(struct apikey, role), 0, "client",
	    "client, or admin for the admin API.", valid_role },
	{ 13, "owner", FIELD_STR, offsetof(struct apikey, owner), 0, NULL,
	    "Who it was given to.", valid_text },
	{ 14, "models", FIELD_LIST, offsetof(struct apikey, models), FIELD_HIDDEN, NULL,
	    "Model names or globs it may use; empty: all.", valid_globs },
	{ 15, "channels", FIELD_LIST, offsetof(struct apikey, channels), FIELD_HIDDEN, NULL,
	    "Channels it may use; empty: all.", valid_globs },
	{ 16, "limits", FIELD_LIST, offsetof(struct apikey, limits), 0, NULL,
	    "Limits of all requests with it, such as 5.00 usd / month.", valid_limits },
	{ 17, "expires", FIELD_TIME, offsetof(struct apikey, expires), 0, NULL,
	    "When it ceases to be valid; empty: never.", NULL },
	{ 18, "revoked", FIELD_BOOL, offsetof(struct apikey, revoked), 0, NULL,
	    "Whether it was withdrawn for good.", NULL },
	{ 19, "strict", FIELD_BOOL, offsetof(struct apikey, strict), FIELD_HIDDEN, NULL,
	    "Whether what a model's upstream has no way to take is refused, not left out.", NULL },
};

const struct fields apikey_fields = RECORD_TABLE("apikey", struct apikey, rows);

struct str
apikey_generate(struct arena *a, struct str prefix)
{
	unsigned char secret[SECRET_BYTES];
	char *text = arena_alloc(a, prefix.n + SECRET_CHARS + 1);
	size_t n;

	rand_bytes(secret, sizeof(secret));
	if (prefix.n > 0)
		memcpy(text, prefix.p, prefix.n);
	n = base64url_write(text + prefix.n, secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	return (struct str){ text, prefix.n + n };
}

void
apikey_set_secret(struct arena *a, struct apikey *k, struct str key)
{
	unsigned char *hash = arena_alloc(a, SHA256_BYTES);

	sha256(hash, key);
	k->hash = (struct str){ (const char *)hash, SHA256_BYTES };
	k->hint = seal_mask(a, key);
}
