/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_RESPONSES_INSIDE_H
#define WEIR_DIALECT_RESPONSES_INSIDE_H

#include "dialect/responses.h"

/*
 * What the faces of the responses dialect share; nobody else includes it.
 */
#define NAME_MOST 64	/* bytes of a tool's name */
#define ID_MOST 64	/* of an item's or a call's id */

/* --- reading (responses_part.c, responses_item.c) --- */
bool	responses_is_said(const struct json *);	/* there and not null */
/*
 * One element of a content array, appended to the list.  -1 when no provider
 * could take it, with the member that is wrong.
 */
int	responses_read_part(struct arena *, const struct json *, struct part **list, const char **member) MUST_USE;
void	responses_read_annotation(struct arena *, const struct json *, struct citation *);
/*
 * The parts of an item that is the model's own: a message, a call, a thought,
 * an image; what only this dialect knows is PART_NATIVE.  Nothing is unwrapped.
 */
void	responses_read_item(struct arena *, const struct json *item, struct part **list);
/* The texts of a reasoning item: what was thought, else its summary. */
struct str responses_read_thought(struct arena *, const struct json *item, bool *summary);
/* A tool of a namespace, as the neutral form calls it. */
struct str responses_join_name(struct arena *, struct str space, struct str name);

/* --- a request (responses_read_input.c, responses_read_tools.c) --- */
int	responses_read_input(struct chat *, const struct json *input, struct complaint *) MUST_USE;
/* tools, tool_choice, parallel_tool_calls. */
int	responses_read_tools(struct chat *, const struct json *root, struct complaint *) MUST_USE;
int	responses_read_tool_list(struct chat *, const struct json *tools, struct str path, struct complaint *) MUST_USE;

#endif
