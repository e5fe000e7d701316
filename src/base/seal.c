/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.c - secrets: encrypted at rest, wiped in memory, masked for people.
 *
 * Runs in: everywhere.
 *
 * OpenSSL looks an algorithm up by name at every use unless told not to: the
 * cipher and its context are fetched once, by who opens or seals a secret.
 * When OpenSSL fails at what it is there for, the process ends.
 */
#include "base/seal.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define OPENSSL_API_COMPAT 10101	/* SHA256_Init() and its like are meant to be called */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/seal_ring.h"

#define VERSION 1
#define HEAD_BYTES 5	/* version, key id */
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define LEAST_BYTES (HEAD_BYTES + NONCE_BYTES + TAG_BYTES)

#define MASK_LEAST 20
#define MASK_FRONT 6
#define MASK_BACK 4

/* ---------------------------------------------------------------- secrets in memory */

void
secret_done(struct secret *s)
{
	if (s->bytes != NULL)
		explicit_bzero(s->bytes, s->n);
	free(s->bytes);
	*s = (struct secret){ 0 };
}

void
secret_set(struct secret *s, struct str bytes)
{
	char *copy = xmalloc(bytes.n + 1);

	if (bytes.n > 0)
		memcpy(copy, bytes.p, bytes.n);
	copy[bytes.n] = '\0';
	secret_done(s);
	s->bytes = copy;
	s->n = bytes.n;
}

struct str
secret_bytes(const struct secret *s)
{
	return (struct str){ s->bytes == NULL ? "" : s->bytes, s->n };
}

/* ---------------------------------------------------------------- OpenSSL, once per process */

static void
must(bool good)
{
	if (!good)
		fatalx(EX_SOFTWARE, "crypto library failed");
}

static EVP_CIPHER_CTX *
cipher_context(void)
{
	static EVP_CIPHER_CTX *ctx;

	if (ctx == NULL)
		ctx = EVP_CIPHER_CTX_new();
	must(ctx != NULL);
	return ctx;
}

static const EVP_CIPHER *
cipher(void)
{
	static EVP_CIPHER *c;

	if (c == NULL)
		c = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	must(c != NULL);
	return c;
}

/*
 * The functions below EVP, which a process that only looks keys up needs alone: EVP would load its providers and all
 * their names first, 0.4 MB and a millisecond in each process, and then take half as long again.
 */
void
sha256(unsigned char out[SHA256_BYTES], struct str s)
{
	SHA256_CTX ctx;

	must(SHA256_Init(&ctx) == 1 && SHA256_Update(&ctx, s.p, s.n) == 1 && SHA256_Final(out, &ctx) == 1);
	OPENSSL_cleanse(&ctx, sizeof(ctx));
}

bool
bytes_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

/* ---------------------------------------------------------------- sealing */

static unsigned char *
put_u32(unsigned char *p, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*p++ = (unsigned char)(v >> shift);
	return p;
}

uint32_t
sealed_key_id(struct str sealed)
{
	const unsigned char *p = (const unsigned char *)sealed.p;

	if (sealed.n < LEAST_BYTES || p[0] != VERSION)
		return 0;
	return (uint32_t)p[1] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 8 | p[4];
}

/* Starts either direction: key, nonce, and what is authenticated but not hidden. */
static bool
start(EVP_CIPHER_CTX *ctx, const unsigned char *key, const unsigned char *head, struct str context,
	int encrypt)
{
	int n;

	return EVP_CipherInit_ex2(ctx, cipher(), key, head + HEAD_BYTES, encrypt, NULL) == 1 &&
	    EVP_CipherUpdate(ctx, NULL, &n, head, HEAD_BYTES) == 1 &&
	    (context.n == 0 || EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *)context.p,
		(int)context.n) == 1);
}

/* n may be 0, for which OpenSSL has a meaning of its own. */
static bool
run(EVP_CIPHER_CTX *ctx, unsigned char *out, const unsigned char *in, size_t n)
{
	int done;

	return n == 0 || (EVP_CipherUpdate(ctx, out, &done, in, (int)n) == 1 && (size_t)done == n);
}

struct str
seal(const struct seal_ring *ring, struct arena *a, struct str context, const struct secret *s)
{
	EVP_CIPHER_CTX	    *ctx = cipher_context();
	const unsigned char *key = seal_ring_key(ring, 0);
	size_t		     n = LEAST_BYTES + s->n;
	unsigned char	    *head = arena_alloc(a, n), *text = head + HEAD_BYTES + NONCE_BYTES,
	    rest[1];
	int		     left = 0;

	head[0] = VERSION;
	rand_bytes(put_u32(head + 1, seal_ring_id(ring)), NONCE_BYTES);
	must(start(ctx, key, head, context, 1) &&
	    run(ctx, text, (const unsigned char *)s->bytes, s->n) &&
	    EVP_CipherFinal_ex(ctx, rest, &left) == 1 && left == 0 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, text + s->n) == 1);
	EVP_CIPHER_CTX_reset(ctx);	/* wipes the key schedule */
	return (struct str){ (const char *)head, n };
}

static bool
decrypt(const unsigned char *key, struct str context, struct str sealed, unsigned char *plain)
{
	EVP_CIPHER_CTX	    *ctx = cipher_context();
	const unsigned char *head = (const unsigned char *)sealed.p;
	const unsigned char *text = head + HEAD_BYTES + NONCE_BYTES;
	size_t		     n = sealed.n - LEAST_BYTES;
	unsigned char	     tag[TAG_BYTES], rest[1];
	int		     left;
	bool		     good;

	memcpy(tag, text + n, TAG_BYTES);
	good = start(ctx, key, head, context, 0) && run(ctx, plain, text, n) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1 &&
	    EVP_CipherFinal_ex(ctx, rest, &left) == 1;
	EVP_CIPHER_CTX_reset(ctx);
	return good;
}

int
unseal(const struct seal_ring *ring, struct str context, struct str sealed, struct secret *s)
{
	uint32_t	     id = sealed_key_id(sealed);
	const unsigned char *key = id == 0 ? NULL : seal_ring_key(ring, id);
	size_t		     n = sealed.n - LEAST_BYTES;
	char		    *plain;
	bool		     good;

	if (key == NULL || n > INT32_MAX)
		return -1;
	plain = xcalloc(n + 1, 1);
	good = decrypt(key, context, sealed, (unsigned char *)plain);
	if (good) {
		secret_done(s);
		*s = (struct secret){ plain, n };
		return 0;
	}
	explicit_bzero(plain, n);
	free(plain);
	return -1;
}

/* ---------------------------------------------------------------- for people */

struct str
seal_mask(struct arena *a, struct str key)
{
	if (key.n < MASK_LEAST)
		return STR("***");
	return arena_printf(a, STR_FMT "..." STR_FMT, STR_ARG(str_upto(key, MASK_FRONT)),
	    STR_ARG(str_from(key, key.n - MASK_BACK)));
}
