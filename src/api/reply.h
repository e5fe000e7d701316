/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_REPLY_H
#define WEIR_API_REPLY_H

#include "api/exchange.h"

/* What the client gets: every answer and every stream goes through here. */
enum next reply_json(struct exchange *, int status, struct str json);	/* of our own; settles, as the next two do */
enum next reply_text(struct exchange *, struct str);
enum next reply_tagged(struct exchange *, struct str json);	/* 304 without it for a client that has it already */
void	reply_error(struct exchange *, enum fault, struct str message, struct str param);
/* The admission refused: a limit, no channel, or (after attempts) the last failure. Settles. */
enum next reply_refused(struct exchange *);
/* The upstream's whole reply, verbatim; x->body holds it.  Sent when the settlement that must follow is stored. */
void	reply_whole(struct exchange *, int status);
/* No candidate answered: the last failure in the client's dialect, in-band when its stream is open. */
void	reply_failure(struct exchange *);
/* What is told of a fault of an upstream, with its own words when there are any. */
struct str reply_message(struct exchange *, enum fault, struct str words);

void	reply_stream_open(struct exchange *);	/* once; harmless later */
void	reply_break_silence(struct exchange *);	/* in a while, when nothing was written until then */
/* Whole events; true: pause the source. */
bool	reply_stream_write(struct exchange *, struct str events);
/* The last event and the end of a complete stream: sent when the settlement that must follow is stored. */
void	reply_stream_end(struct exchange *, struct str last);
void	reply_stream_break(struct exchange *, enum fault, struct str message);	/* in-band error, unterminated */
/* The upstream's own in-band error among the last events: passed on as it is, unterminated. */
void	reply_stream_cut(struct exchange *, struct str events, enum fault, struct str message);

#endif
