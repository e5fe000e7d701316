/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_ADMISSION_H
#define WEIR_API_ADMISSION_H

#include "api/exchange.h"

/* What the exchange may cost at most: from the request, the plan's prices and the configuration. */
void	admission_estimate(struct exchange *);
/*
 * Reserves the limits and chooses the next candidate.  NEXT with STEP_TRY when
 * no limit concerns the request; else WAIT for the turn's transaction.  Also
 * the way back from a failed attempt: tells its breaker first.
 */
enum next admission_begin(struct exchange *);
/* The settlement's part: what the breaker and the upstream key of the last attempt must hear. */
void	admission_verdict(struct exchange *, struct txn *);
/* The failure is the upstream key's alone, and the channel has others: they are tried before the next candidate. */
bool	admission_key_at_fault(const struct exchange *);

#endif
