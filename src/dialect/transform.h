/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_TRANSFORM_H
#define WEIR_DIALECT_TRANSFORM_H

#include "dialect/chat.h"

/*
 * What an operator may have done to what passes through a channel, all off by
 * default.  A channel with transforms always goes through the neutral form.
 */
enum transform {
	TRANSFORM_STRIP_THINKING = 1,	/* <think> [think] <thinking> <reasoning> blocks in answers are removed */
	TRANSFORM_STRIP_FENCES = 2,	/* ```json fences and [json] blocks are unwrapped, their JSON on one line */
	TRANSFORM_DISABLE_THINKING = 4,	/* reasoning is switched off, and the model is told /no_think */
	TRANSFORM_MAX_COMPLETION_TOKENS = 8, /* max_tokens is sent as max_completion_tokens */
};

/* The bit of a name ("strip_thinking"), 0 when there is no such transform. */
unsigned transform_find(struct str name);
const char *transform_name(unsigned index);	/* of the index-th; NULL behind the last */

void	transform_request(struct chat *, unsigned transforms);

/* A chat_sink between a reader and whoever comes next. */
struct strip;
struct strip *strip_new(struct arena *, unsigned transforms, chat_sink *next, void *arg);
void	strip_free(struct strip *);	/* its heap buffers */
chat_sink strip_event;		/* arg is the strip */
/* The same for a whole reply, in the arena. */
const struct chat_reply *strip_reply(struct arena *, unsigned transforms, const struct chat_reply *);

#endif
