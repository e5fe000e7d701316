/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_GEMINI_H
#define WEIR_DIALECT_GEMINI_H

#include "base/json.h"
#include "dialect/dialect.h"

/* The faces of the gemini dialect; contracts in dialect/dialect.h. */
int	gemini_ask(struct arena *, const struct inbound *, struct ask *, struct complaint *);
struct str gemini_forward(struct arena *, const struct ask *, struct str model, bool inject_usage);
int	gemini_reply(struct arena *, enum endpoint, struct str body, struct tap *);
enum event_kind gemini_event(struct arena *, enum endpoint, struct str name, struct str payload, struct tap *);
void	gemini_read_error(struct arena *, int status, struct str body, struct error_view *);
void	gemini_error(struct buf *, const struct complaint *, struct str request_id);
void	gemini_error_event(struct buf *, enum framing, bool first, enum fault, struct str message);

int	gemini_read_request(struct arena *, const struct ask *, struct chat *, struct complaint *);
int	gemini_write_request(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	gemini_read_reply(struct arena *, struct str body, struct chat_reply *);
void	gemini_write_reply(struct arena *, const struct chat_reply *, const struct voice *, struct buf *);

struct chat_reader *gemini_reader_new(struct arena *life, chat_sink *, void *arg);
enum event_kind gemini_read_event(struct chat_reader *, struct arena *scratch, struct str name, struct str payload,
	    struct tap *);
bool	gemini_read_end(struct chat_reader *);
void	gemini_reader_free(struct chat_reader *);
struct chat_writer *gemini_writer_new(struct arena *life, const struct voice *, struct buf *out);
chat_sink gemini_write_event;
void	gemini_write_error(struct chat_writer *, enum fault, struct str message);
void	gemini_writer_free(struct chat_writer *);

int	gemini_read_embed(struct arena *, const struct ask *, struct embed *, struct complaint *);
int	gemini_write_embed(struct arena *, const struct embed *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	gemini_read_embed_reply(struct arena *, struct str body, struct embed_reply *);
void	gemini_write_embed_reply(struct arena *, const struct embed *, const struct embed_reply *, const struct voice *,
	    struct buf *);
int	gemini_write_count(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	gemini_read_count_reply(struct arena *, struct str body, uint64_t *tokens);
void	gemini_write_count_reply(struct buf *, uint64_t tokens);

/* The usageMetadata object, cut into disjoint classes; false when it holds no figure. */
bool	gemini_usage(const struct json *usage, struct usage *);

#endif
