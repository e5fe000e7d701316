/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_OLLAMA_READ_H
#define WEIR_DIALECT_OLLAMA_READ_H

#include "dialect/ollama.h"

/* A request being read: ollama_read_request.c its settings, ollama_read_message.c its messages. */
struct ollama_reading {
	struct arena	 *a;
	struct chat	 *c;
	struct complaint *why;
};

/* "'param' must be should": fills why, returns -1. */
int	ollama_refuse(struct ollama_reading *, struct str param, const char *should);
/* Notes each member but the n known ones and those that say nothing. */
void	ollama_note_others(struct chat *, const struct json *object, const char *const *known, size_t n, struct str path);
int	ollama_read_messages(struct ollama_reading *, const struct json *messages);
int	ollama_read_prompt(struct ollama_reading *, const struct json *root);	/* of /api/generate */

#endif
