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
void	anthropic_error(struct buf *, enum fault, struct str message, struct str param);
void	anthropic_error_event(struct buf *, enum framing, bool first, enum fault, struct str message);
int	anthropic_read_count_reply(struct arena *, struct str body, uint64_t *tokens);
void	anthropic_write_count_reply(struct buf *, uint64_t tokens);

/*
 * What the files of the dialect share.
 */

/* Takes a usage object into *usage: message_start's, then message_delta's cumulative one, or a whole reply's. */
void	anthropic_usage(const struct json *usage, struct usage *);
/* The message of an error object or text, never empty. */
struct str anthropic_error_message(struct arena *, const struct json *error);

#endif
