/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_RELAY_H
#define WEIR_API_RELAY_H

#include "api/exchange.h"
#include "dialect/fold.h"
#include "dialect/sse.h"
#include "dialect/transform.h"

/*
 * What an upstream sends with a good status, made into what the client sees:
 * its bytes, when both speak one dialect and want it in one form, else through
 * the neutral form.  One per attempt; x->way tells which.
 *
 * Of a stream, whole framed events wait in `out`.  They may go to the client
 * once x->output is set, which the relay does with the first that is output;
 * before that an attempt may fail and leave nothing behind.
 */
enum relay_says {
	RELAY_MORE,	/* go on */
	RELAY_WHOLE,	/* nothing more is wanted: x->body is the whole reply, or `out` has the stream's last events */
	RELAY_BROKEN,	/* `fault` and `message` tell why */
};

enum relay_mode { RELAY_UNKNOWN, RELAY_BODY, RELAY_EVENTS, RELAY_VALUES };

struct relay {
	struct exchange	  *x;
	struct way	   way;		/* of this attempt: the exchange's may be another by the end */
	const struct dialect *client;
	enum relay_mode	   mode;
	struct buf	   body;	/* of what came whole */
	struct buf	   out;
	struct sse	   sse;
	struct values	   values;
	bool		   begun;	/* verbatim: an event was framed */
	struct arena	   life;	/* of the reader and the writer */
	struct arena	   scratch;	/* of one event, or one whole reply */
	struct voice	   voice;
	struct chat_reader *reader;	/* NULL until the first event that crosses */
	struct chat_writer *writer;	/* of a client that wants a stream */
	struct fold	  *fold;	/* of one that does not */
	struct strip	  *strip;	/* of a channel with transforms */
	enum fault	   fault;
	struct str	   message;	/* in x->arena */
	bool		   worded;	/* `out` ends in the error, as the upstream worded it */
};

void	relay_init(struct relay *, struct exchange *);
void	relay_done(struct relay *);
enum relay_says relay_bytes(struct relay *, struct str);
enum relay_says relay_end(struct relay *);	/* the upstream's message is complete */
/* The error with which a stream ends that was given up, behind what waits in `out`. */
void	relay_error(struct relay *, enum fault, struct str message);

void	relay_head(struct relay *, const struct transfer_head *);	/* of a good status */

/* Between the files of it. */
void	relay_pass_head(struct relay *, const struct transfer_head *);
enum relay_says relay_pass_bytes(struct relay *, struct str);
enum relay_says relay_pass_end(struct relay *);
void	relay_pass_error(struct relay *, enum fault, struct str message);
enum relay_says relay_broken(struct relay *, enum fault, struct str message);
enum relay_says relay_cross_event(struct relay *, struct str name, struct str payload);
enum relay_says relay_cross_end(struct relay *);	/* of a stream that ended without saying so */
enum relay_says relay_cross_whole(struct relay *, struct str body);
bool	relay_can_cross(const struct relay *);		/* stream and whole can be made into each other */
bool	relay_crosses(const struct relay *);		/* events are read, not passed */

#endif
