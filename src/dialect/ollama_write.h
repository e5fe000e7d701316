/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_OLLAMA_WRITE_H
#define WEIR_DIALECT_OLLAMA_WRITE_H

#include "dialect/ollama.h"

/* A request being written: ollama_write_request.c its settings, ollama_write_message.c its messages. */
struct ollama_writing {
	struct arena	    *a;
	const struct chat   *c;
	const struct target *t;
	struct report	    *report;
	struct complaint    *why;
	struct json_out	     o;
};

int	ollama_write_messages(struct ollama_writing *);	/* the member "messages"; -1 with the complaint */

#endif
