/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_HASH_H
#define WEIR_BASE_HASH_H

#include "base/str.h"

/* For tables of what strangers choose: another one in each process, and nobody can make two collide. */
uint64_t hash_secret(struct str);

#endif
