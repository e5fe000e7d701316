/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_EXCHANGE_H
#define WEIR_API_EXCHANGE_H

#include "api/api.h"
#include "api/routes.h"
#include "api/way.h"
#include "net/client.h"
#include "net/loop.h"
#include "net/server.h"

/*
 * One client request, from its head to its log line.  The steps, in order:
 *
 *	OPEN    a route is found, the key is checked		(head of the request)
 *	PARSE   the body is read as its dialect demands		(whole body)
 *	PLAN    the candidates are found and ordered
 *	ADMIT   limits are reserved, a candidate is chosen	(may wait for the turn's transaction)
 *	TRY     an attempt runs; a fault before the first byte goes back to ADMIT
 *	REPLY   the answer or stream goes to the client
 *	SETTLE  the reservation becomes what was used; ledger, counters, access line
 *
 * Each step is one function; it returns NEXT to go on at once or WAIT when an
 * event will go on.  The exchange is freed when the server is done with the
 * request and the settlement is stored, whichever comes last.
 */
enum step { STEP_OPEN, STEP_PARSE, STEP_PLAN, STEP_ADMIT, STEP_TRY, STEP_REPLY, STEP_SETTLE, STEPS };
enum next { NEXT, WAIT };

struct attempt;
struct pass;
struct kept;

struct exchange {
	uint32_t	  magic;
	struct node	  node;		/* among the worker's open exchanges */
	struct arena	  arena;	/* owns all that is not said otherwise */
	struct request	 *request;
	const struct route *route;	/* NULL: none was found */
	const struct dialect *dialect;	/* of the client */
	struct snapshot	 *snapshot;	/* held */
	const struct route_key *key;	/* of the snapshot; NULL when nobody is known */
	char		  id[31];
	enum step	  step;
	const char	 *allow;	/* for a 405 */

	struct ask	  ask;
	struct plan	  plan;
	struct amounts	  need;		/* reserved at most */
	struct usage	  worst;	/* the same as token classes, for each candidate's price */
	struct grant	  grant;
	struct grant	  grant_before;	/* as committed: a transaction that is tried again starts from it */
	struct refusal	  refusal;
	struct rate_views rates;
	struct batch_op	  admission, settlement;
	enum fault	  admit_fault;	/* what the admission decided: NONE = candidate `chosen` */
	bool		  admitted;	/* its transaction is stored, the step has yet to go on */
	enum fault	  refused_for;	/* why the last candidate that was passed over is cooling */
	uint64_t	  admit_wait_ms;	/* until a candidate may be free */
	size_t		  chosen;	/* index in the plan */
	const struct route_upkey *upkey;	/* for the chosen one; NULL = keyless */
	bool		  probe;	/* the chosen one's breaker lets this request through as its probe */

	struct attempt	 *attempt;	/* the one that runs; NULL between */
	unsigned	  attempts;
	unsigned	  calls;	/* of them, those that reached for an upstream */
	struct offer const *used;	/* of the last attempt */
	struct way	  way;		/* how its channel is asked */
	struct chat	 *chat;		/* the request in the neutral form, once something needed it */
	struct embed	 *embed;
	struct pass	 *pass;		/* of a request that is passed on as it is (api/pass.h); else NULL */
	struct str	  said;		/* of the Responses API: the conversation's items, to be kept with the reply */
	struct kept	 *kept;		/* that reply (api/remember.h) */
	struct str	  dropped;	/* what of it the present attempt could not say */
	bool		  strict;	/* the caller wants nothing dropped */
	bool		  estimated;	/* the answer is our guess */
	const struct route_upkey *used_upkey;	/* its key; an admission that is tried again chooses `upkey` anew */
	bool		  probing;	/* it is its breaker's probe, and the breaker has not heard how it ended */
	bool		  opened;	/* telling its failure opened the breaker; counted when that is stored */
	struct verdict	  failure;	/* of the last failed attempt; its texts are in the arena */
	struct str	  failure_body;	/* as the upstream sent it, when it may be shown */
	bool		  failure_ours;	/* no upstream failed: the request cannot be said to it, `failure_param` tells what */
	struct str	  failure_param;
	struct verdict	  failure_before;	/* of the last upstream that did fail, for a caller who could do nothing about ours */
	struct str	  failure_body_before;
	bool		  blame;	/* that failure is not yet told to its breaker */
	bool		  praise;	/* the last attempt succeeded: tell its breaker */
	struct tap	  tap;

	struct stream	 *stream;	/* while one is open to the client */
	struct timer	  silence;	/* commits a silent stream with a comment */
	bool		  output;	/* something of an answer went to the client: no further attempt */
	bool		  answered;	/* request_answer() or stream_end() was called */
	bool		  gone;		/* the client left */
	/*
	 * Sends what makes the answer whole, once the settlement is stored: a
	 * client that has its answer is counted, whoever is killed when.
	 */
	void		(*last_word)(struct exchange *);
	bool		  server_done, settled, freed;
	struct timer	  again;	/* a settlement that could not be stored is tried again */
	unsigned	  tries;
	struct buf	  body;		/* of the answer; heap */

	struct entry	  entry;	/* filled as we go */
	uint64_t	  arrived_us, first_byte_us, upstream_us;	/* mono; 0 = not yet */
};

extern const struct server_handler exchange_handler;

void	exchange_cut_all(void);				/* the grace is over: what is open ends now, in its protocol */
void	exchange_run(struct exchange *);		/* from x->step on, until WAIT */
/* Ends it with an error answer of our own; `message` empty = the fault's text. */
enum next exchange_refuse(struct exchange *, enum fault, struct str message, struct str param);
void	exchange_settle(struct exchange *, enum end_reason);	/* once; later calls change nothing (finish.c) */
void	exchange_part_done(struct exchange *);		/* one of server, settlement, attempt is through: free when all are */

#endif
