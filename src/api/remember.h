/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_REMEMBER_H
#define WEIR_API_REMEMBER_H

#include "api/exchange.h"
#include "store/kept.h"

/*
 * Replies of the Responses API that their client may name later, where no
 * upstream keeps them: what crossed into another dialect.
 */

/* The request with the conversation in it that its previous_response_id stands for; -1: there is none such. */
int	remember_expand(struct exchange *, struct str *body, struct complaint *) MUST_USE;
/* The same for an upstream that keeps its own: what is not kept here is its affair. */
void	remember_forward(struct exchange *);
/* A reply with that id is kept already for this client; arg is the exchange. */
bool	remember_taken(void *arg, struct str id);
/* The whole response object that the client gets: kept with the settlement, unless the request says store: false. */
void	remember_reply(struct exchange *, struct str response);
/* The same as the last event of a stream has it, among framed events. */
void	remember_events(struct exchange *, struct str events);
void	remember_store(struct exchange *, struct txn *);	/* within the settlement's transaction; may run twice */

/* GET and DELETE of one by its id: NEXT when it is not kept here. */
enum next remember_show(struct exchange *, struct str id);

#endif
