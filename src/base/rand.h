/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_RAND_H
#define WEIR_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

void	 rand_bytes(void *, size_t);	/* for secrets: getrandom(2); failure is fatal */
uint64_t rand_u64(void);		/* for ids and weights: fast, not for secrets */
uint64_t rand_below(uint64_t bound);	/* 0 .. bound - 1, no bias; bound > 0 */
/* "req_" + 26 characters that sort by time (48 bits of wall ms, 80 random); `out` holds 31 bytes. */
void	 rand_request_id(char out[31]);

#endif
