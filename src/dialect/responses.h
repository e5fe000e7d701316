/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_RESPONSES_H
#define WEIR_DIALECT_RESPONSES_H

#include "base/json.h"
#include "dialect/dialect.h"

/* The faces of the responses dialect; contracts in dialect/dialect.h.  Its error bodies are OpenAI's. */
int	responses_ask(struct arena *, const struct inbound *, struct ask *, struct complaint *);
struct str responses_forward(struct arena *, const struct ask *, struct str model, bool inject_usage);
int	responses_reply(struct arena *, enum endpoint, struct str body, struct tap *);
enum event_kind responses_event(struct arena *, enum endpoint, struct str name, struct str payload, struct tap *);
void	responses_error_event(struct buf *, enum framing, bool first, enum fault, struct str message);
int	responses_read_request(struct arena *, const struct ask *, struct chat *, struct complaint *);
int	responses_write_request(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	responses_read_reply(struct arena *, struct str body, struct chat_reply *);
void	responses_write_reply(struct arena *, const struct chat_reply *, const struct voice *, struct buf *);
struct chat_reader *responses_reader_new(struct arena *, chat_sink *, void *arg);
enum event_kind responses_read_event(struct chat_reader *, struct arena *scratch, struct str name, struct str payload, struct tap *);
bool	responses_read_end(struct chat_reader *);
void	responses_reader_free(struct chat_reader *);
struct chat_writer *responses_writer_new(struct arena *, const struct voice *, struct buf *out);
chat_sink responses_write_event;
void	responses_write_error(struct chat_writer *, enum fault, struct str message);
void	responses_writer_free(struct chat_writer *);

/* The message of an error, wherever it stands: `error` is a string or an object; "" when it has none. */
struct str responses_error_text(struct arena *, const struct json *error);

/* The id of the response that an item of ours belongs to; STR_NONE when it is none of ours. */
struct str responses_reply_of(struct arena *, struct str item_id);
/* The item of that id as JSON, or STR_NONE. */
typedef struct str responses_find(void *arg, struct str item_id);
/* The body with the items that it names by their id alone; as it was when none of them is found. */
struct str responses_refer(struct arena *, struct str body, uint32_t depth, responses_find *, void *arg);

#endif
