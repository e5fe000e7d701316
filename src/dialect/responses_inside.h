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

/* --- a request being written (responses_write_*.c) --- */
struct openai_model;
struct responses_writing {
	struct arena	    *arena;
	const struct chat   *chat;
	const struct target *target;
	struct report	    *report;
	struct complaint    *why;
	struct json_out	    *out;
	const struct openai_model *model;	/* what is known of OpenAI's own models; or NULL */
	unsigned	     made;		/* ids of items that had none */
};
/* The member "input"; the messages from `first` on. */
int	responses_write_input(struct responses_writing *, const struct message *first) MUST_USE;
/* Content parts, each an element of an array; `i` is the message's number, for a complaint. */
int	responses_write_parts(struct responses_writing *, const struct part *, unsigned i) MUST_USE;
void	responses_write_citation(struct json_out *, const struct citation *);
/* --- schemas (responses_schema.c) --- */
struct str responses_fit_parameters(struct arena *, struct str schema);	/* an object with properties */
bool	responses_schema_is_strict(struct arena *, struct str schema);	/* "strict" would not be refused */

/* The members tools, tool_choice and parallel_tool_calls, as they are sent. */
void	responses_write_tools(struct responses_writing *);
/* The members themselves, also as a reply repeats them: then `w` is NULL. */
void	responses_put_tools(struct json_out *, const struct chat *, struct responses_writing *w);
void	responses_put_choice(struct json_out *, const struct chat *, struct responses_writing *w);
void	responses_put_text(struct json_out *, const struct chat *, struct responses_writing *w);

#endif
