/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_ATTEMPT_H
#define WEIR_API_ATTEMPT_H

#include "api/exchange.h"

/*
 * One try against one candidate, made anew each time.  It ends in exactly one
 * of: a reply to the client, a failure (the next candidate or an error
 * answer), a cancellation.
 */
void	attempt_begin(struct exchange *);	/* of the plan's chosen candidate */
void	attempt_cancel(struct exchange *);	/* the client left: the upstream connection is closed within this turn */
void	attempt_break(struct exchange *, enum fault);	/* we end it: a stream with output says why first */
/* More of a live request's body: true when that is enough for now. */
bool	attempt_upload(struct exchange *, struct str bytes);
void	attempt_resume(struct exchange *);	/* the client takes bytes again */

#endif
