/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SIM_PLAY_H
#define WEIR_SIM_PLAY_H

#include "sim/sim.h"

/* What comes next.  Whatever it is: first all of `out` must have gone. */
enum play_next {
	PLAY_ON,	/* the next step */
	PLAY_WAIT,	/* the next step, wait_ms later */
	PLAY_FIN,	/* the sending side is closed, then the next step */
	PLAY_HANG,	/* nothing, until the client leaves */
	PLAY_CLOSE,
	PLAY_RESET,
	PLAY_END,	/* the request is answered */
};

/* A request being answered: the actions of its rule, performed one after the other. */
struct play {
	struct arena	    arena;		/* of the request */
	struct sim_request  request;
	struct buf	    out;		/* bytes for the wire, and nothing else */
	struct buf	    headers;
	const struct action *action;		/* the next one; NULL: all are done */
	uint64_t	    repeats;		/* of it, left; 0 or 1: this is the last time */
	uint64_t	    more;		/* events or bytes that it has left; 0: it has not begun */
	uint64_t	    wait_ms;
	uint64_t	    drip_bytes, drip_ms;	/* out is written in such pieces; 0 = whole */
	uint64_t	    random;
	int		    file;		/* being sent; -1 none */
};

void	play_init(struct play *);
void	play_done(struct play *);
/* `request` is filled in; a rule of NULL is the built-in answer. */
void	play_begin(struct play *, const struct rule *);
enum play_next play_step(struct play *, const struct sim_options *);
void	play_end(struct play *);	/* before the next request, also when the play was not at its end */

#endif
