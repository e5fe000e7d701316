/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_EMBED_H
#define WEIR_DIALECT_EMBED_H

#include "dialect/chat.h"

/* The neutral form of a request for embeddings, and of its reply. */
struct embed_input {
	struct embed_input *next;
	struct str	    text;	/* STR_NONE when it came as tokens */
	struct str	    tokens;	/* raw array of token ids */
};

struct embed {
	struct embed_input *inputs;
	uint32_t	    n;
	struct str	    dimensions;	/* raw number, or STR_NONE */
	struct str	    user;	/* OpenAI's */
	struct str	    task, title;	/* Gemini's taskType and title */
	struct str	    truncate;	/* raw true or false, Ollama's */
	bool		    base64;	/* vectors are wanted as base64 of little-endian float32 */
	struct name_list   *notes, *note_last;	/* as in struct chat */
};

struct embed_vector {
	struct embed_vector *next;
	struct str	     floats;	/* raw JSON array of numbers; STR_NONE when it came as base64 */
	struct str	     base64;
};

struct embed_reply {
	struct str	     model;
	struct embed_vector *vectors;
	uint32_t	     n;
	struct usage	     usage;
};

void	embed_note(struct arena *, struct embed *, struct str name);	/* as chat_note() */

/* Each form from the other: little-endian float32.  STR_NONE when it is no such thing. */
struct str floats_to_base64(struct arena *, struct str floats);
struct str floats_from_base64(struct arena *, struct str base64);

#endif
