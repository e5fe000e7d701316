/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_ANSWER_H
#define WEIR_NET_ANSWER_H

#include <stdbool.h>

/* Whole answers: request_answer() is in net/server.h; this is for the server alone. */
struct connection;

void	answer_open(void);
bool	answer_work(void);			/* ends the requests whose answers are out; true: there were some */
bool	answer_pending(void);
void	answer_room(struct connection *);	/* its socket takes more of what is left of an answer */

#endif
