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
void	openai_error(struct buf *, enum fault, struct str message, struct str param);
void	openai_error_event(struct buf *, enum framing, bool first, enum fault, struct str message);

/* The usage object, cut into disjoint classes; false when it holds no figure. */
bool	openai_usage(const struct json *usage, struct usage *);

#endif
