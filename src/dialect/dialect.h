/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_DIALECT_H
#define WEIR_DIALECT_DIALECT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/tokens.h"

/*
 * The wire formats and what each must be able to do.  A dialect is a row of
 * functions; a gateway request uses the row of its endpoint for what the
 * client sent and sees, and the row of the provider for what goes upstream.
 * When both are the same row the bytes pass verbatim (dialect/verbatim.h).
 */
enum dialect_id { DIALECT_OPENAI, DIALECTS };

/* What a caller may ask for; each endpoint belongs to one dialect. */
enum endpoint {
	ENDPOINT_CHAT,		/* chat.completions */
	ENDPOINT_COMPLETIONS,	/* the legacy text completions */
	ENDPOINT_EMBEDDINGS,
	ENDPOINTS
};

extern const char *const endpoint_names[ENDPOINTS];	/* "chat.completions" ... */

/*
 * What routing, limits and forwarding need to know of a request, as slices of
 * its body.  The rest stays unread.
 */
struct ask {
	enum endpoint endpoint;
	struct str    body;		/* the whole request, checked JSON */
	struct str    model;		/* unescaped */
	struct str    model_span;	/* the JSON string in body, with quotes */
	bool	      stream;
	bool	      wants_usage;	/* the client asked for the usage chunk itself */
	struct str    stream_options;	/* its JSON value in body, or STR_NONE */
	struct str    include_usage;	/* its JSON value inside stream_options, or STR_NONE */
	uint64_t      max_output;	/* tokens asked for at most, times n; 0 = not said */
	uint64_t      choices;		/* n, at least 1 */
};

/* Why a request is refused: the fault, and a sentence naming the field (arena). */
struct complaint {
	enum fault fault;
	struct str message;
	struct str param;	/* "messages[2].role", or STR_NONE */
};

/* What one event of a stream means to the gateway, besides being passed on. */
enum event_kind {
	EVENT_DATA,	/* ordinary output */
	EVENT_USAGE,	/* carries usage and nothing else: shown only to a client that asked */
	EVENT_FINAL,	/* the stream is whole once this was passed on */
	EVENT_SKIP,	/* nothing for the client: a ping in a dialect that has none */
	EVENT_ERROR,	/* an in-band error */
	EVENT_GARBAGE,	/* not what this dialect sends */
};

/* The state of one passing reply. */
struct tap {
	struct usage usage;		/* as reported so far */
	uint64_t     pieces;		/* events with output: about a token each, for an estimate when nothing is reported */
	struct str   error;		/* an in-band error's message, borrowed from the event or in the arena */
};

struct error_view {
	int	   status;	/* HTTP as the upstream sent it */
	struct str message, type, code;	/* borrowed or arena; STR_NONE when the body has none */
	bool	   native;	/* the body is this dialect's error shape and may be shown as it is */
	uint64_t   retry_ms;	/* told inside the body; 0 = not told */
};

struct dialect {
	const char *name;
	/* Reads what is asked; -1 with the complaint. `depth` is the JSON depth cap. */
	int  (*ask)(struct arena *, enum endpoint, struct str body, uint32_t depth, struct ask *, struct complaint *);
	/* The same request for an upstream of the same dialect: only what must change is spliced. */
	struct str (*forward)(struct arena *, const struct ask *, struct str model, bool inject_usage);
	/* A whole reply: usage is tapped; -1 when it is not a reply of this dialect. */
	int  (*reply)(struct arena *, enum endpoint, struct str body, struct tap *);
	/* One event of a stream: its name (often empty) and payload. */
	enum event_kind (*event)(struct arena *, enum endpoint, struct str name, struct str payload, struct tap *);
	/* An upstream's error body, read. */
	void (*read_error)(struct arena *, int status, struct str body, struct error_view *);
	/* An error in this dialect: the body of an answer ... */
	void (*error)(struct buf *, enum fault, struct str message, struct str param);
	/* ... and the payload of an in-band event. */
	void (*error_event)(struct buf *, enum fault, struct str message);
};

extern const struct dialect dialects[DIALECTS];

#endif
