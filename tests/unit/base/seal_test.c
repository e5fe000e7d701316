/* SPDX-License-Identifier: Apache-2.0 */
#include "base/seal.h"

#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static struct arena	 a;
static struct seal_ring *ring;

static void
test_hash(void)
{
	unsigned char digest[SHA256_BYTES];
	char	      hex[2 * SHA256_BYTES + 1];

	sha256(digest, STR("abc"));
	hex_write(hex, digest, sizeof(digest));
	is_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "abc hashes as FIPS 180 says");
	sha256(digest, STR_NONE);
	hex_write(hex, digest, sizeof(digest));
	is_str(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    "nothing does too");
	ok(bytes_equal("abc", "abc", 3) && !bytes_equal("abc", "abd", 3), "bytes are equal or not");
	ok(bytes_equal("abc", "abd", 2), "as many as are asked for");
}

static void
test_secret(void)
{
	struct secret s = { 0 };

	is_slice(secret_bytes(&s), "", "a zeroed secret is empty");
	secret_set(&s, STR("sk-one"));
	is_slice(secret_bytes(&s), "sk-one", "a secret keeps its bytes");
	secret_set(&s, str_upto(secret_bytes(&s), 2));
	is_slice(secret_bytes(&s), "sk", "it may be set from itself");
	secret_done(&s);
	ok(s.bytes == NULL && s.n == 0, "a secret that is done is empty");
	secret_done(&s);
}

static int
opens(struct str context, struct str sealed, const char *want)
{
	struct secret s = { 0 };
	int	      result = unseal(ring, context, sealed, &s);

	if (result == 0 && !str_is(secret_bytes(&s), want))
		result = -2;
	if (result < 0 && s.bytes != NULL)
		result = -3;
	secret_done(&s);
	return result;
}

static void
test_seal(void)
{
	struct str    context = STR("upkey/7/secret"), sealed, again;
	struct secret s = { 0 };
	bool	      all = true;
	char	     *bent;

	secret_set(&s, STR("sk-very-secret-key"));
	sealed = seal(ring, &a, context, &s);
	again = seal(ring, &a, context, &s);
	is_int(sealed.n, 1 + 4 + 12 + 18 + 16, "a sealed secret has its head, nonce and tag");
	is_int(str_find(sealed, STR("secret")), sealed.n, "and hides its bytes");
	ok(!str_eq(sealed, again), "sealing it twice gives two results");
	is_int(sealed_key_id(sealed), 1, "it names its key");
	is_int(opens(context, sealed, "sk-very-secret-key"), 0, "it is opened where it belongs");
	is_int(opens(STR("upkey/8/secret"), sealed, ""), -1, "but not as another record's");
	is_int(opens(STR(""), sealed, ""), -1, "nor as nobody's");
	bent = arena_dup(&a, sealed.p, sealed.n);
	for (size_t i = 0; i < sealed.n; i++) {
		bent[i] ^= 1;
		all = all && opens(context, (struct str){ bent, sealed.n }, "") == -1;
		bent[i] ^= 1;
		all = all && opens(context, str_upto(sealed, i), "") == -1;
	}
	ok(all, "a flipped bit or a missing end anywhere is refused");
	is_int(sealed_key_id(STR("short")), 0, "what is malformed names no key");
	secret_set(&s, STR(""));
	is_int(opens(STR(""), seal(ring, &a, STR(""), &s), ""), 0, "an empty secret can be sealed");
	secret_set(&s, STR("kept"));
	is_int(unseal(ring, context, STR("x"), &s), -1, "a failure");
	is_slice(secret_bytes(&s), "kept", "changes nothing");
	secret_done(&s);
}

int
main(void)
{
	char	   dir[] = "/tmp/weir-seal-XXXXXX", path[64];
	struct str why;

	arena_init(&a);
	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(path, sizeof(path), "%s/key", dir);
	ring = seal_ring_create(path, &a, &why);
	ok(ring != NULL, "there are master keys");
	test_hash();
	test_secret();
	test_seal();
	is_slice(seal_mask(&a, STR("sk-abcdefghijklmnopqrstuvwxyz")), "sk-abc...wxyz",
	    "a key is shown by its ends");
	is_slice(seal_mask(&a, STR("sk-abcdefghijklmnop")), "***",
	    "a short one is not shown at all");
	is_slice(seal_mask(&a, STR_NONE), "***", "nor is whether there is one");
	seal_ring_free(ring);
	seal_ring_free(NULL);
	unlink(path);
	rmdir(dir);
	arena_done(&a);
	return tap_done();
}
