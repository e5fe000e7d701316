/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_OLLAMA_H
#define WEIR_DIALECT_OLLAMA_H

#include "base/json.h"
#include "dialect/dialect.h"

/* The faces of the ollama dialect; contracts in dialect/dialect.h. */
int	ollama_ask(struct arena *, const struct inbound *, struct ask *, struct complaint *);
struct str ollama_forward(struct arena *, const struct ask *, struct str model, bool inject_usage);
int	ollama_reply(struct arena *, enum endpoint, struct str body, struct tap *);
enum event_kind ollama_event(struct arena *, enum endpoint, struct str name, struct str payload, struct tap *);
void	ollama_read_error(struct arena *, int status, struct str body, struct error_view *);
void	ollama_error(struct buf *, const struct complaint *, struct str request_id);
void	ollama_error_event(struct buf *, enum framing, bool first, enum fault, struct str message);

int	ollama_read_request(struct arena *, const struct ask *, struct chat *, struct complaint *);
int	ollama_write_request(struct arena *, const struct chat *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	ollama_read_reply(struct arena *, struct str body, struct chat_reply *);
void	ollama_write_reply(struct arena *, const struct chat_reply *, const struct voice *, struct buf *);
struct chat_reader *ollama_reader_new(struct arena *life, chat_sink *, void *arg);
enum event_kind ollama_read_event(struct chat_reader *, struct arena *scratch, struct str name, struct str payload, struct tap *);
bool	ollama_read_end(struct chat_reader *);
void	ollama_reader_free(struct chat_reader *);
struct chat_writer *ollama_writer_new(struct arena *life, const struct voice *, struct buf *out);
void	ollama_write_event(void *writer, const struct chat_event *);
void	ollama_write_error(struct chat_writer *, enum fault, struct str message);
void	ollama_writer_free(struct chat_writer *);

int	ollama_read_embed(struct arena *, const struct ask *, struct embed *, struct complaint *);
int	ollama_write_embed(struct arena *, const struct embed *, const struct target *, struct report *, struct str *body,
	    struct complaint *);
int	ollama_read_embed_reply(struct arena *, struct str body, struct embed_reply *);
void	ollama_write_embed_reply(struct arena *, const struct embed *, const struct embed_reply *, const struct voice *,
	    struct buf *);

/* What whole replies and the lines of a stream have in common. */
bool	ollama_usage(const struct json *root, struct usage *);	/* false when it holds no figure */
bool	ollama_says_error(struct arena *, const struct json *root, struct str *message);
uint64_t ollama_created(struct arena *, const struct json *root);	/* unix seconds; 0 = not told */
enum stop_reason ollama_stop(struct arena *, const struct json *root);
/* The n-th call of a reply as a part; one without an id gets one made of the reply's time and of what it calls. */
void	ollama_call(struct arena *, const struct json *root, const struct json *call, unsigned n, struct part *);
bool	ollama_image(struct arena *, const struct json *image, struct media *);	/* false: no base64 */
/* The members of a final reply behind its content: done, done_reason, durations, counts. */
void	ollama_write_end(struct json_out *, enum stop_reason, const struct usage *, const struct voice *);
void	ollama_write_head(struct json_out *, struct str model, uint64_t created, const struct voice *);
void	ollama_write_call(struct arena *, struct json_out *, const struct part *call, struct str id, unsigned n,
	    const struct chat *);

#endif
