/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_DIALECT_H
#define WEIR_DIALECT_DIALECT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/tokens.h"
#include "dialect/chat.h"
#include "dialect/embed.h"
#include "dialect/frame.h"

/*
 * The wire formats and what each must be able to do.  A dialect is a row of
 * functions; a gateway request uses the row of its endpoint for what the
 * client sent and sees, and the row of the provider for what goes upstream.
 * When both are the same row the bytes pass verbatim (ask, forward, reply,
 * event); else they meet in the neutral form (dialect/chat.h, dialect/embed.h).
 */

/* What a caller may ask for.  Every dialect has a wire form of some of them. */
enum endpoint {
	ENDPOINT_CHAT,		/* chat/completions, responses, messages, generateContent, api/chat */
	ENDPOINT_COMPLETIONS,	/* completions, api/generate: a prompt, not a chat */
	ENDPOINT_EMBEDDINGS,	/* embeddings, batchEmbedContents, api/embed */
	ENDPOINT_EMBED_ONE,	/* embedContent, api/embeddings: one text */
	ENDPOINT_COUNT,		/* count_tokens, countTokens */
	ENDPOINT_PASS,		/* audio, images, files ...: passed on as it is (api/pass.h) */
	ENDPOINTS
};

/* A request as it arrived. */
struct inbound {
	enum endpoint endpoint;
	struct str    body;
	struct str    model;	/* from the path, where the dialect has it there; else STR_NONE */
	bool	      stream;	/* the path says so (streamGenerateContent) */
	bool	      sse;	/* alt=sse */
	uint32_t      depth;	/* the JSON depth cap */
};

/*
 * What routing, limits and forwarding need to know of a request, as slices of
 * its body.  The rest stays unread.
 */
struct ask {
	enum endpoint endpoint;
	struct str    body;		/* the whole request, checked JSON */
	struct str    model;		/* unescaped */
	struct str    model_span;	/* the JSON string in body, with quotes; STR_NONE when the path named it */
	bool	      stream;
	enum framing  framing;		/* of the stream the client wants */
	bool	      wants_usage;	/* the client asked for the usage chunk itself */
	struct str    stream_options;	/* its JSON value in body, or STR_NONE */
	struct str    include_usage;	/* its JSON value inside stream_options, or STR_NONE */
	uint64_t      max_output;	/* tokens asked for at most, times n; 0 = not said */
	uint64_t      choices;		/* n, at least 1 */
	uint32_t      depth;
	/*
	 * Ollama's request without messages or prompt: only that the model be in memory
	 * (load) or no longer (load and unload).  It streams nothing.  Another
	 * dialect's upstream has no word for it: the answer is write_reply() of an
	 * empty reply, with no upstream asked.
	 */
	bool	      load, unload;
};

#define ASK_MODEL_MOST 512	/* bytes of a model's name: it goes into each log and ledger line */

/* Why a request is refused: the fault, and a sentence naming the field (arena). */
struct complaint {
	enum fault fault;
	struct str message;
	struct str param;	/* "messages[2].role", or STR_NONE */
};
/* Fills *why, returns -1. */
int	complain(struct complaint *why, enum fault, struct str param, struct str message);

/* --- what the ask() of each dialect is made of (ask.c) --- */
/* The body's members, in `nodes`, and those of each element of the array that is called `deep`. */
int	ask_body(struct arena *, struct arena *nodes, const struct ask *, const char *deep, struct json **root,
	    struct complaint *) MUST_USE;
/* The body's "model" into ask->model and its span. */
int	ask_model(struct arena *, const struct json *root, struct ask *, struct complaint *) MUST_USE;

/* One row of what a request may say; members no row names pass unseen. */
struct ask_member {
	const char *name;
	unsigned    endpoints;	/* bits of enum endpoint: where it is checked */
	unsigned    types;	/* bits of enum json_type; null is welcome unless it is required */
	bool	    required;
	const char *should;	/* "a string" */
};

/* -1 and a complaint when a member has the wrong type, or a required one is missing. */
int	ask_members(struct arena *, const struct ask *, const struct json *root, const struct ask_member *table, size_t n,
	    struct complaint *) MUST_USE;
/* Each message is an object with a role, and content of these types: JSON_NULL's bit lets it be left out. */
int	ask_messages(struct arena *, const struct json *messages, unsigned content, const char *should, struct complaint *)
	    MUST_USE;
/* A number that is no count (-1, 1.5) is the upstream's to refuse: it is forwarded, and reserves nothing. */
uint64_t ask_count(const struct json *root, const char *name, uint64_t most);

/* What one event of a stream means to the gateway, besides being passed on. */
enum event_kind {
	EVENT_DATA,	/* ordinary output */
	EVENT_USAGE,	/* carries usage and nothing else: shown only to a client that asked */
	EVENT_FINAL,	/* the stream is whole once this was passed on */
	EVENT_SKIP,	/* nothing for the client: a ping in a dialect that has none */
	EVENT_ERROR,	/* an in-band error */
	EVENT_GARBAGE,	/* not what this dialect sends */
	EVENT_PREFIX,	/* passed on, but no output yet: a later error may still fail over */
};

/* The state of one passing reply. */
struct tap {
	struct usage usage;		/* as reported so far */
	uint64_t     pieces;		/* events with output: about a token each, for an estimate when nothing is reported */
	struct str   error;		/* an in-band error's message, borrowed from the event or in the arena */
	struct str   name;		/* event(): what the event is called on the wire, when the upstream left it out; or STR_NONE */
	bool	     stopped;		/* a finish reason was seen (a stream that ends by closing is whole then) */
};

struct error_view {
	int	   status;	/* HTTP as the upstream sent it */
	struct str message, type, code;	/* borrowed or arena; STR_NONE when the body has none */
	bool	   native;	/* the body is this dialect's error shape and may be shown as it is */
	uint64_t   retry_ms;	/* told inside the body; 0 = not told */
};

/* Of an upstream that a request is written for. */
enum flavour {
	FLAVOUR_PLAIN,		/* compatible servers: they ignore what they do not know */
	FLAVOUR_OFFICIAL,	/* the vendor itself: refuses what it does not know */
	FLAVOUR_OPENROUTER,	/* takes cache_control, reasoning, top_k ... in OpenAI's dialect */
};
struct target {
	struct str   model;
	enum flavour flavour;
	uint64_t     max_output;	/* what the catalog knows of the model; 0 = nothing */
	size_t	     room;		/* bytes that the body will need, about; 0 = unknown */
	bool	     stream;
	bool	     usage_option;	/* stream_options.include_usage may be sent */
	bool	     max_completion_tokens; /* that name rather than max_tokens, whatever the flavour */
};

/* What a writer of replies must know of the request it answers. */
struct voice {
	/* True when the client may mean another reply by that id, as upstreams may give one twice.  NULL: never. */
	bool	   (*taken)(void *arg, struct str id);
	void	    *arg;
	struct str   id;		/* of the exchange: where the upstream gave none */
	struct str   model;		/* as the client asked: where the upstream gave none */
	bool	     renamed;		/* the upstream knows it by another name */
	uint64_t     now;		/* unix seconds */
	enum endpoint endpoint;
	bool	     stream, wants_usage;
	bool	     load, unload;	/* as in struct ask */
	enum framing framing;
	const struct chat *chat;	/* the request; never NULL */
};

/*
 * A stream being read or written.  Each dialect's own struct begins with one of
 * these and is made in the life arena by reader_new() / writer_new(); *_free()
 * releases only heap buffers.
 */
struct chat_reader {
	chat_sink *sink;
	void	  *arg;
};

struct chat_writer {
	const struct voice *voice;
	struct buf	   *out;	/* whole framed events are appended */
	bool		    begun;	/* something was written */
};
/* Frames a payload as voice->framing says and keeps `begun`; `name` may be empty. */
void	writer_put(struct chat_writer *, struct str name, struct str payload);

/* Of a whole reply's JSON: 20 log probabilities for each of 20000 tokens. */
#define REPLY_NODES_MOST 4194304u

struct dialect {
	const char    *name;
	enum dialect_id id;
	enum framing   framing;		/* of its streams, from upstreams and (unless the request says else) to clients */
	const char    *endpoints[ENDPOINTS];	/* as in logs: "chat.completions"; NULL: the dialect has no such thing */
	bool	       ends_by_close;	/* a stream is whole when the connection ends after a finish reason (tap.stopped) */
	/* --- both sides speak it --- */
	/* Reads what is asked; -1 with the complaint. */
	int  (*ask)(struct arena *, const struct inbound *, struct ask *, struct complaint *);
	/* The same request for an upstream of the same dialect: only what must change is spliced. */
	struct str (*forward)(struct arena *, const struct ask *, struct str model, bool inject_usage);
	/* A whole reply: usage is tapped; -1 when it is not a reply of this dialect. */
	int  (*reply)(struct arena *, enum endpoint, struct str body, struct tap *);
	/* One event of a stream: its name (often empty) and payload. */
	enum event_kind (*event)(struct arena *, enum endpoint, struct str name, struct str payload, struct tap *);
	/* An upstream's error body, read. */
	void (*read_error)(struct arena *, int status, struct str body, struct error_view *);
	/* An error in this dialect: the body of an answer (request_id may be empty) ... */
	void (*error)(struct buf *, const struct complaint *, struct str request_id);
	/* ... and the framed in-band event. */
	void (*error_event)(struct buf *, enum framing, bool first, enum fault, struct str message);
	/* --- through the neutral form; each may be NULL for a dialect that lacks the endpoint --- */
	/* CHAT and COMPLETIONS: all of the request.  `ask` was accepted by ask(). */
	int  (*read_request)(struct arena *, const struct ask *, struct chat *, struct complaint *);
	/*
	 * The body for an upstream, in the arena.  What cannot be said is reported,
	 * save content (an image, a file ...): that is a complaint, FAULT_INEXPRESSIBLE.
	 */
	int  (*write_request)(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
	/* A whole reply; -1 when it is none of this dialect. */
	int  (*read_reply)(struct arena *, struct str body, struct chat_reply *);
	void (*write_reply)(struct arena *, const struct chat_reply *, const struct voice *, struct buf *);
	struct chat_reader *(*reader_new)(struct arena *life, chat_sink *, void *arg);
	/* One event: tells the sink.  Same answers as event(), usage and errors tapped likewise. */
	enum event_kind (*read_event)(struct chat_reader *, struct arena *scratch, struct str name, struct str payload,
	    struct tap *);
	/* The upstream closed cleanly: true when that is a whole stream (DONE was or is told now). */
	bool (*read_end)(struct chat_reader *);
	void (*reader_free)(struct chat_reader *);
	struct chat_writer *(*writer_new)(struct arena *life, const struct voice *, struct buf *out);
	chat_sink *write_event;		/* arg is the writer */
	/* An in-band error, framed, after which nothing follows. */
	void (*write_error)(struct chat_writer *, enum fault, struct str message);
	void (*writer_free)(struct chat_writer *);
	/* EMBEDDINGS, EMBED_ONE; an upstream is always asked in the form of EMBEDDINGS (dialect/embed.h). */
	int  (*read_embed)(struct arena *, const struct ask *, struct embed *, struct complaint *);
	int  (*write_embed)(struct arena *, const struct embed *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
	int  (*read_embed_reply)(struct arena *, struct str body, struct embed_reply *);
	void (*write_embed_reply)(struct arena *, const struct embed *, const struct embed_reply *, const struct voice *,
	    struct buf *);
	/* COUNT: the request is read by read_request(). */
	int  (*write_count)(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
	int  (*read_count_reply)(struct arena *, struct str body, uint64_t *tokens);
	void (*write_count_reply)(struct buf *, uint64_t tokens);
};

extern const struct dialect dialects[DIALECTS];

#endif
