/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_KEY_H
#define WEIR_STORE_KEY_H

#include "base/str.h"

/*
 * Keys packed from a format, integers big-endian so that byte order is
 * meaning: "B" u8, "H" u16, "I" u32, "Q" u64, "S" struct str (only last, or
 * followed by more after a NUL byte).
 *
 *	key_pack(&k, "HQ", slot, sequence)
 */
#define KEY_BYTES 511		/* LMDB's default bound */

struct key {
	unsigned char bytes[KEY_BYTES];
	size_t	      n;
};

/* Integers are passed as int for B and H, uint32_t for I, uint64_t for Q.  Too long a key is cut with a hash at its end. */
struct str key_pack(struct key *, const char *format, ...);
int	key_unpack(struct str key, const char *format, ...) MUST_USE;	/* pointers: uint8_t uint16_t uint32_t uint64_t struct str */

#endif
