/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SIM_SIM_H
#define WEIR_SIM_SIM_H

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "net/loop.h"
#include "sim/script.h"

/* What the command line says. */
struct sim_options {
	const char *listen;	/* "127.0.0.1:7699" */
	int	    listen_fd;	/* inherited; -1 = none */
	const char *script;	/* a file, or NULL */
	const char *record;	/* a file: one JSON line per request and per client that left; or NULL */
	const char *replay;	/* a directory of recorded exchanges, or NULL */
	size_t	    cut;	/* recorded bodies are written in pieces of so many bytes; 0 = as recorded */
};

/* Counted since the start or the last POST /sim/reset; requests to /sim/ itself are not. */
struct sim_stats {
	uint64_t requests;
	uint64_t open;		/* connections now */
	uint64_t connections;	/* accepted */
	uint64_t gone;		/* clients that left while their request was answered */
	uint64_t refused;	/* requests that are no HTTP, or too large */
	uint64_t tokens_in, tokens_out;
};

/* A whole request.  Slices of the connection's buffer, good until it is answered. */
struct sim_request {
	uint64_t	   number;	/* 1, 2, ... */
	uint64_t	   connection;	/* 1, 2, ... */
	struct str	   method, path, head, body;	/* head: request line and fields */
	const struct json *json;	/* of the body, or NULL */
	struct str	   model;	/* or the path's, or "" */
	bool		   stream;
	bool		   array;	/* Gemini's: as one JSON array, not as events */
	uint64_t	   arrived_ms;	/* since the start */
	/* What the rule tells of the built-in answer. */
	bool		   usage_told;
	uint64_t	   usage_input, usage_output;
	struct str	   models;	/* with blanks between; "" = sim-small and its like */
};

/* An answer being put together: the bytes as they go on the wire. */
struct sim_reply {
	struct buf *out;	/* borrowed */
	struct buf *headers;	/* more "Name: value\r\n" lines for a whole answer or a stream's head */
	bool	    no_body;	/* the answer to HEAD */
};
/* Of a Content-Type or Content-Length that stands in `headers` no second one is made. */
void	sim_whole(struct sim_reply *, int status, struct str content_type, struct str body);
void	sim_json(struct sim_reply *, struct str body);	/* 200 */
void	sim_head_chunked(struct sim_reply *, struct str content_type);
void	sim_chunk(struct sim_reply *, struct str bytes);
void	sim_chunks_end(struct sim_reply *);
void	sim_event(struct sim_reply *, struct str payload);	/* a chunk: "data: payload\n\n" */
void	sim_interim(struct sim_reply *, int status);

/* The built-in answer of the vendor that the path belongs to; false when none does. */
bool	vendor_answer(struct arena *, const struct sim_request *, struct sim_reply *);
/* A recorded exchange, for a model named "replay/PATH"; false when there is none. */
bool	replay_answer(struct arena *, const struct sim_options *, const struct sim_request *,
	    struct sim_reply *);

/* Pieces of the built-in chat stream, for scripts. */
void	vendor_piece(struct sim_reply *, struct str model, struct str text);
void	vendor_finish(struct sim_reply *, const struct sim_request *);

int	sim_listen(const struct sim_options *, struct script *);	/* -1: why was told on stderr */
void	sim_accept_no_more(void);
const char *sim_address(void);			/* "127.0.0.1:7699" */

struct sim_stats *sim_stats(void);
/* /sim/stats and /sim/reset; false for other paths. */
bool	stats_answer(const struct sim_request *, struct sim_reply *);

#endif
