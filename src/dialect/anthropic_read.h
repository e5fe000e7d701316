/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_ANTHROPIC_READ_H
#define WEIR_DIALECT_ANTHROPIC_READ_H

#include "dialect/anthropic.h"

/* What the readers of the anthropic dialect share. */

/* One reading, of a request (notes go into chat) or a reply (chat is NULL, nothing is noted or unwrapped). */
struct reading {
	struct arena	 *arena;
	struct chat	 *chat;
	struct complaint *why;
};

/* Where in the body, innermost first: its text is only made for a complaint. */
struct place {
	const struct place *up;
	const char	   *name;	/* NULL: an element of `up` */
	uint32_t	    index;
};
int	anthropic_bad(struct reading *, const struct place *, const char *name, const char *should);	/* complains, returns -1 */

/* Which content a block stands in; they differ in what they may hold. */
enum block_in { IN_SYSTEM = 1, IN_USER = 2, IN_ASSISTANT = 4, IN_RESULT = 8 };

/* Appends what the block holds: none, one or more parts. */
int	anthropic_read_block(struct reading *, const struct json *block, enum block_in, const struct place *, struct part **list) MUST_USE;
/* The same of a string or an array of blocks. */
int	anthropic_read_content(struct reading *, const struct json *content, enum block_in, const struct place *, struct part **list)
	    MUST_USE;
void	anthropic_read_citation(struct arena *, const struct json *, struct citation *);

enum stop_reason anthropic_read_stop(struct str stop_reason);
struct str anthropic_read_tier(struct str service_tier);	/* as OpenAI words it */
/* stop_details: what a refusal explains becomes a REFUSAL of Anthropic's origin. */
void	anthropic_read_refusal(struct arena *, const struct json *details, struct part **list);
/* What an event means, its root read as deep as one likes; *type comes in as its name and goes out as what it is. */
enum event_kind anthropic_tap_event(struct arena *, struct json *root, struct str *type, struct tap *);
/* Takes a usage object into *usage: message_start's, then message_delta's cumulative one, or a whole reply's. */
void	anthropic_usage(const struct json *usage, struct usage *);
/* The message of an error object or text, never empty. */
struct str anthropic_error_message(struct arena *, const struct json *error);

/* Every object of a JSON Schema is closed and requires all that it has: what "strict" means elsewhere. */
bool	anthropic_schema_is_closed(struct arena *, const struct json *schema);

#endif
