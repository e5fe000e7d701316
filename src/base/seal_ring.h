/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_SEAL_RING_H
#define WEIR_BASE_SEAL_RING_H

#include "base/seal.h"

/* For seal.c alone: the master keys themselves. */
#define MASTER_BYTES 32

/* The key with this id, or NULL; 0 means the newest.  Borrowed. */
const unsigned char *seal_ring_key(const struct seal_ring *, uint32_t id);

#endif
