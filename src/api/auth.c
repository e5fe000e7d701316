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

#include "api/query.h"

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

/* *key becomes the one that is there; false when it is another one already. */
static bool
take(struct str *key, struct str one)
{
	if (one.n == 0)
		return true;
	if (key->n > 0 && !str_eq(*key, one))
		return false;
	*key = one;
	return true;
}

static enum fault
look_up(const struct snapshot *s, struct str presented, bool required, uint64_t wall_us, const struct route_key **key)
{
	unsigned char hash[SHA256_BYTES];

	if (presented.n == 0)
		return required ? FAULT_KEY_MISSING : FAULT_NONE;
	sha256(hash, presented);
	*key = snapshot_key(s, hash);
	if (*key == NULL)
		return required ? FAULT_KEY_UNKNOWN : FAULT_NONE;
	return key_fault(*key, wall_us);
}

enum fault
auth_check(const struct snapshot *s, const struct request *r, bool required, uint64_t wall_us,
    const struct route_key **key)
{
	struct arena a;
	struct str   presented = STR_NONE;
	enum fault   f;

	*key = NULL;
	arena_init(&a);
	f = take(&presented, bearer(request_header(r, "Authorization"))) &&
		take(&presented, str_trim(request_header(r, "x-api-key"))) &&
		take(&presented, str_trim(request_header(r, "x-goog-api-key"))) &&
		(request_query(r).n == 0 || take(&presented, query_value(&a, request_query(r), "key")))
	    ? look_up(s, presented, required, wall_us, key)
	    : FAULT_KEY_CONFLICT;
	arena_done(&a);
	return f;
}
