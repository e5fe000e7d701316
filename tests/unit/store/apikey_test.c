/* SPDX-License-Identifier: Apache-2.0 */
/* apikey_test.c - fresh keys are random, kept as a hash and a hint. */
#include "base/seal.h"
#include "store/records.h"
#include "tap.h"

int
main(void)
{
	unsigned char hash[SHA256_BYTES];
	struct apikey k = { 0 };
	struct arena a;
	struct str one, two;
	int good = 1;

	arena_init(&a);
	one = apikey_generate(&a, STR("lr-"));
	two = apikey_generate(&a, STR("lr-"));
	ok(one.n == 3 + 43 && str_starts(one, STR("lr-")), "a key is its prefix and 43 characters");
	for (size_t i = 3; i < one.n; i++)
		good &= strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", one.p[i]) != NULL;
	ok(good, "of base64url");
	ok(!str_eq(one, two), "no two are alike");
	is_int(apikey_generate(&a, STR_NONE).n, 43, "the prefix may be empty");
	apikey_set_secret(&a, &k, one);
	sha256(hash, one);
	ok(k.hash.n == SHA256_BYTES && memcmp(k.hash.p, hash, SHA256_BYTES) == 0, "its SHA-256 is kept");
	ok(k.hint.n > 0 && k.hint.n < 20 && str_find(k.hint, str_from(one, 10)) == k.hint.n, "with a hint that does not tell it");
	apikey_set_secret(&a, &k, STR("short"));
	is_slice(k.hint, "***", "a short imported key has no hint at all");
	arena_done(&a);
	return tap_done();
}
