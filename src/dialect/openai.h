/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_OPENAI_H
#define WEIR_DIALECT_OPENAI_H

#include "base/json.h"
#include "dialect/dialect.h"

/* The faces of the openai dialect; contracts in dialect/dialect.h. */
int	openai_ask(struct arena *, const struct inbound *, struct ask *, struct complaint *);
struct str openai_forward(struct arena *, const struct ask *, struct str model, bool inject_usage);
int	openai_reply(struct arena *, enum endpoint, struct str body, struct tap *);
enum event_kind openai_event(struct arena *, enum endpoint, struct str name, struct str payload, struct tap *);
void	openai_read_error(struct arena *, int status, struct str body, struct error_view *);
void	openai_error(struct buf *, const struct complaint *, struct str request_id);
void	openai_error_event(struct buf *, enum framing, bool first, enum fault, struct str message);

int	openai_read_embed(struct arena *, const struct ask *, struct embed *, struct complaint *);
int	openai_write_embed(struct arena *, const struct embed *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	openai_read_embed_reply(struct arena *, struct str body, struct embed_reply *);
void	openai_write_embed_reply(struct arena *, const struct embed *, const struct embed_reply *, const struct voice *,
	    struct buf *);
/*
 * A reply with each vector as base64 (or as numbers) and all else byte for byte,
 * for a client that asked for one form and an upstream that knows only the other.
 * What is in that form already, or is no vector of floats, stays; a body that
 * needs no change is returned itself.
 */
struct str openai_embed_encode(struct arena *, struct str body, bool base64);
int	openai_read_request(struct arena *, const struct ask *, struct chat *, struct complaint *);
int	openai_write_request(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	openai_read_reply(struct arena *, struct str body, struct chat_reply *);
void	openai_write_reply(struct arena *, const struct chat_reply *, const struct voice *, struct buf *);
struct chat_reader *openai_reader_new(struct arena *life, chat_sink *, void *arg);
enum event_kind openai_read_event(struct chat_reader *, struct arena *scratch, struct str name, struct str payload, struct tap *);
bool	openai_read_end(struct chat_reader *);
void	openai_reader_free(struct chat_reader *);
struct chat_writer *openai_writer_new(struct arena *life, const struct voice *, struct buf *out);
chat_sink openai_write_event;
void	openai_write_error(struct chat_writer *, enum fault, struct str message);
void	openai_writer_free(struct chat_writer *);

/* The usage object, cut into disjoint classes; false when it holds no figure. */
bool	openai_usage(const struct json *usage, struct usage *);

#endif
