/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_SEAL_H
#define WEIR_BASE_SEAL_H

#include "base/arena.h"
#include "base/str.h"

/*
 * Secrets at rest and in memory.  struct secret is a type of its own so that
 * no log, JSON or field writer takes it: whoever needs the bytes calls
 * secret_bytes(), and a grep finds every such place.
 *
 * A sealed secret is: version byte | key id (u32 be) | 96-bit nonce |
 * ciphertext | 128-bit tag, AES-256-GCM; the caller's `context` ("upkey/7/secret")
 * is authenticated with it, so a ciphertext moved to another record fails.
 */
#define SHA256_BYTES 32

struct secret {
	char  *bytes;	/* heap, wiped by secret_done() */
	size_t n;
};

void	secret_set(struct secret *, struct str);	/* copies; what it held (zero-initialised: nothing) is wiped */
void	secret_done(struct secret *);			/* wipes and frees */
struct str secret_bytes(const struct secret *);		/* the bare bytes: borrowed */

struct seal_ring;	/* the master keys: the newest seals, all unseal */

/*
 * Reads a master key file: lines "id hex64" (newest last), mode 0600 demanded.
 * NULL with *why (static or arena text) when missing, unsafe or malformed.
 */
struct seal_ring *seal_ring_open(const char *path, struct arena *, struct str *why);
/* Makes the file with one fresh key when it is missing; then opens it. */
struct seal_ring *seal_ring_create(const char *path, struct arena *, struct str *why);
int	seal_ring_add(const char *path, struct str *why) MUST_USE;	/* rotation: appends a fresh key, atomically */
int	seal_ring_drop(const char *path, uint32_t below_id, struct str *why) MUST_USE;	/* forgets older keys */
void	seal_ring_free(struct seal_ring *);
uint32_t seal_ring_id(const struct seal_ring *);	/* the newest key's id */

struct str seal(const struct seal_ring *, struct arena *, struct str context, const struct secret *);
int	unseal(const struct seal_ring *, struct str context, struct str sealed, struct secret *) MUST_USE;
uint32_t sealed_key_id(struct str sealed);		/* 0 when malformed */

void	sha256(unsigned char out[SHA256_BYTES], struct str);	/* a tenth of a microsecond for a client key */
bool	bytes_equal(const void *, const void *, size_t);	/* constant time */
/* "sk-abc...wxyz" for listings: first 6 and last 4 of 20 or more characters, else "***". */
struct str seal_mask(struct arena *, struct str key);

#endif
