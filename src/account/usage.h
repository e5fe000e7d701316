/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ACCOUNT_USAGE_H
#define WEIR_ACCOUNT_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tokens.h"
#include "store/records.h"

extern const char *const usage_names[USAGE_CLASSES];

uint64_t usage_input(const struct usage *);	/* all that went in */
uint64_t usage_output(const struct usage *);	/* all that came out */

/* One price for one upstream model; NULL price = unpriced. */
struct tariff {
	bool	priced;
	int64_t per_million[USAGE_CLASSES];	/* nano-dollars per million tokens, multiplier applied */
	int64_t request;			/* nano-dollars per request */
};
void	tariff_make(struct tariff *, const struct price *, int64_t multiplier_nano);
/* Exact integer arithmetic (128 bit inside), rounded half up to the nano-dollar once, at the end. */
int64_t	tariff_cost(const struct tariff *, const struct usage *);
/* Nano-dollars as decimal dollars without needless zeros: "0.00792"; returns the length, no NUL. */
#define USD_BYTES 24
size_t	usd_write(char out[USD_BYTES], int64_t nano);
/* A cheap bounded estimate of tokens from JSON text bytes: bytes / 4, at least 1. */
uint64_t usage_estimate(uint64_t bytes);

#endif
