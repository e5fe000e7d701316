/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth.c - which client key a request carries, and whether it is good.
 *
 * Runs in: worker.
 *
 * The key is hashed and looked up by digest: nothing compares secrets byte by
 * byte, so time tells nothing about them.
 */
#include "api/auth.h"

/* "Bearer KEY", or the bare key. */
static struct str
bearer(struct str value)
{
	if (str_starts_nocase(value, STR("bearer ")))
		value = str_from(value, 7);
	return str_trim(value);
}

static enum fault
key_fault(const struct route_key *key, uint64_t wall_us)
{
	const struct apikey *k = key->record;

	if (k->revoked)
		return FAULT_KEY_REVOKED;
	if (k->expires != 0 && k->expires <= wall_us)
		return FAULT_KEY_EXPIRED;
	return k->r.enabled && !key->broken ? FAULT_NONE : FAULT_KEY_DISABLED;
}

enum fault
auth_check(const struct snapshot *s, const struct request *r, bool required, uint64_t wall_us,
    const struct route_key **key)
{
	struct str    a = bearer(request_header(r, "Authorization")), b = str_trim(request_header(r, "x-api-key"));
	unsigned char hash[SHA256_BYTES];

	*key = NULL;
	if (a.n > 0 && b.n > 0 && !str_eq(a, b))
		return FAULT_KEY_CONFLICT;
	if (a.n == 0)
		a = b;
	if (a.n == 0)
		return required ? FAULT_KEY_MISSING : FAULT_NONE;
	sha256(hash, a);
	*key = snapshot_key(s, hash);
	if (*key == NULL)
		return required ? FAULT_KEY_UNKNOWN : FAULT_NONE;
	return key_fault(*key, wall_us);
}
