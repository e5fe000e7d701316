/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_ANTHROPIC_H
#define WEIR_DIALECT_ANTHROPIC_H

#include "base/json.h"
#include "dialect/dialect.h"

/* The faces of the anthropic dialect; contracts in dialect/dialect.h. */
int	anthropic_ask(struct arena *, const struct inbound *, struct ask *, struct complaint *);
struct str anthropic_forward(struct arena *, const struct ask *, struct str model, bool inject_usage);
int	anthropic_reply(struct arena *, enum endpoint, struct str body, struct tap *);
enum event_kind anthropic_event(struct arena *, enum endpoint, struct str name, struct str payload, struct tap *);
void	anthropic_read_error(struct arena *, int status, struct str body, struct error_view *);
void	anthropic_error(struct buf *, const struct complaint *, struct str request_id);
void	anthropic_error_event(struct buf *, enum framing, bool first, enum fault, struct str message);
int	anthropic_read_request(struct arena *, const struct ask *, struct chat *, struct complaint *);
int	anthropic_write_request(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	anthropic_read_reply(struct arena *, struct str body, struct chat_reply *);
void	anthropic_write_reply(struct arena *, const struct chat_reply *, const struct voice *, struct buf *);
struct chat_reader *anthropic_reader_new(struct arena *life, chat_sink *, void *arg);
enum event_kind anthropic_read_event(struct chat_reader *, struct arena *scratch, struct str name, struct str payload,
	    struct tap *);
bool	anthropic_read_end(struct chat_reader *);
void	anthropic_reader_free(struct chat_reader *);
struct chat_writer *anthropic_writer_new(struct arena *life, const struct voice *, struct buf *out);
void	anthropic_write_event(void *writer, const struct chat_event *);
void	anthropic_write_error(struct chat_writer *, enum fault, struct str message);
void	anthropic_writer_free(struct chat_writer *);
int	anthropic_write_count(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	anthropic_read_count_reply(struct arena *, struct str body, uint64_t *tokens);
void	anthropic_write_count_reply(struct buf *, uint64_t tokens);

#endif
