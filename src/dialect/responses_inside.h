/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_RESPONSES_INSIDE_H
#define WEIR_DIALECT_RESPONSES_INSIDE_H

#include "base/map.h"
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
void	responses_tools_once(struct chat *);	/* the first of each name stays */
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
	struct map	     calls, results;	/* that there are, by the call's id */
	const struct part   *last_item;	/* of the turn being written; NULL once it was */
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

/* --- a reply being read (responses_read_reply.c) --- */
void	responses_read_head(struct arena *, const struct json *response, struct chat_reply *);	/* id, model, created, tier */
enum stop_reason responses_read_stop(struct arena *, const struct json *response, bool called);
struct str responses_read_failure(struct arena *, const struct json *response);	/* STR_NONE: it did not fail */

/* --- the items of a reply being written (responses_output.c) --- */
struct responses_output {
	struct arena	   *arena;
	const struct voice *voice;
	struct str	    tail;	/* of the response's id, which all items' ids have in them */
	struct buf	    items;	/* whole ones, with commas between */
	unsigned	    n;		/* how many: the place of the next, or of the open message */
	struct buf	    content;	/* of the open message: whole parts, with commas between */
	unsigned	    contents;
	bool		    open;
};
struct responses_call {
	struct str id, call_id, space, name, input;
	bool	   freeform;
	bool	   hidden;	/* it came as JSON around the text */
};
struct str responses_reply_id(struct arena *, struct str id, const struct voice *);
void	responses_output_init(struct responses_output *, struct arena *, const struct voice *, struct str reply_id);
void	responses_output_done(struct responses_output *);
struct str responses_item_id(const struct responses_output *, const char *prefix);
/* What is added is returned as it stands there, until the next is. */
struct str responses_add_content(struct responses_output *, bool refusal, struct str text, struct str annotations, struct str logprobs);
struct str responses_add_own_content(struct responses_output *, struct str raw);
struct str responses_end_message(struct responses_output *, const char *status);
struct str responses_add_call(struct responses_output *, const struct responses_call *);
struct str responses_add_thought(struct responses_output *, const struct part *, struct str id);
struct str responses_add_image(struct responses_output *, const struct part *);
struct str responses_add_native(struct responses_output *, const struct part *);
/* The same as members or elements elsewhere. */
void	responses_put_content(struct json_out *, const char *name, bool refusal, struct str text, struct str annotations,
	    struct str logprobs);
void	responses_put_call(struct json_out *, const char *name, const struct responses_call *, const char *status);
void	responses_put_image(struct json_out *, const char *name, struct str id, const struct part *, const char *status);
struct responses_call responses_call_of(const struct responses_output *, const struct part *);	/* without its input */
struct str responses_thought_id(const struct responses_output *, const struct part *);
bool	responses_is_raw_thought(const struct part *);	/* its text is shown as content, not as a summary */
bool	responses_is_sayable(const struct part *);
bool	responses_is_content(const struct part *);	/* of a message, not an item beside it */
bool	responses_is_own_content(const struct part *);	/* and only this dialect knows it */

/* --- the response object (responses_write_reply.c) --- */
struct responses_view {
	const struct voice *voice;
	struct str	    id, model;
	uint64_t	    created;
	enum stop_reason    stop;
	bool		    running;	/* nothing is known of the end yet */
	struct str	    error;	/* why it failed, or STR_NONE */
	struct str	    items;	/* the output, without its brackets */
	struct usage	    usage;
	struct str	    tier;
	struct str	    echo;	/* of the request */
};
const char *responses_status(const struct responses_view *);
void	responses_put_response(struct json_out *, const char *name, const struct responses_view *);
struct str responses_echo(struct arena *, const struct voice *);	/* members, with commas between */
struct str responses_inside_array(struct str raw);			/* its elements */
enum stop_reason responses_stop_of(enum stop_reason, bool refused);	/* `refused`: a refusal was told */

#endif
