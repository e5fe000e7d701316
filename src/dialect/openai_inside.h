/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_OPENAI_INSIDE_H
#define WEIR_DIALECT_OPENAI_INSIDE_H

#include "dialect/openai.h"

/*
 * What the faces of the openai dialect share; nobody else includes it.
 */

/* --- words (openai_words.c) --- */
enum stop_reason openai_stop(struct str finish_reason);
/* `refused`: a refusal text says it already. */
const char *openai_finish(enum stop_reason, bool refused);
const char *openai_tier(struct str service_tier);	/* OpenAI's word for a tier of any vendor; NULL: it has none */
/* With the dialect's prefix before it: "chatcmpl-" or "cmpl-". */
struct str openai_reply_id(struct arena *, struct str id, const struct voice *);
/* For a call that came without one: the same for the same reply and index. */
struct str openai_call_id(struct arena *, struct str reply_id, uint32_t choice, uint32_t index);
/* Ids have any alphabet here and 40 bytes, names the alphabet of fit_word() and 64. */
struct str openai_fit_id(struct arena *, struct str id);
#define OPENAI_CHOICES_MOST 1024	/* of a reply: more are nobody's answer, and each has its state */
#define OPENAI_NAME_MOST 64
struct str openai_audio_mime(struct arena *, struct str format);	/* "mp3" */
struct str openai_audio_format(struct str mime);
struct str openai_file_mime(struct str name);	/* by its ending; a PDF when it tells nothing */
bool	openai_is_legacy(const struct chat *);	/* it came with `functions`: calls are answered as function_call */
bool	openai_is_said(const struct json *);	/* there and not null */

/* --- parts (openai_part.c) --- */
/*
 * One element of a content array, appended to the list.  -1 when no provider
 * could take it, with the member that is wrong.  What this file does not know
 * becomes PART_NATIVE.
 */
int	openai_read_part(struct arena *, const struct json *, struct part **list, const char **member) MUST_USE;
/* {name, arguments} or {name, input}: the name and the input of a call; false when it has no name. */
bool	openai_read_called(struct arena *, const struct json *function, struct part *call);
struct str openai_input(struct arena *, const struct json *arguments);	/* a string unescaped, an object as it stood */
/* Google's signature on a call or message: extra_content.google.thought_signature. */
struct str openai_thought_signature(struct arena *, const struct json *);
void	openai_read_image(struct arena *, const struct json *image_url, struct media *);
/* url_citation annotations onto a text; Perplexity's search_results and citations of the root likewise. */
void	openai_read_annotations(struct arena *, const struct json *annotations, struct part *text);
void	openai_read_sources(struct arena *, const struct json *root, struct part *text);
void	openai_write_annotation(struct json_out *, const struct citation *, uint64_t shift);

/* --- reasoning details, OpenRouter's (openai_details.c) --- */
/* Gemini's signatures keep the id of the call they belong to. */
void	openai_read_details(struct arena *, const struct json *details, struct part **list);
/* One detail of a stream: true when *p has something; its text is a piece of more. */
bool	openai_read_detail(struct arena *, const struct json *detail, struct part *p);
/* False when it has no such form: nothing proves it. */
bool	openai_write_details(struct json_out *, const struct part *, unsigned *index, struct str call_id);
bool	openai_has_proof(const struct part *);

/* --- log probabilities (openai_logprobs.c) --- */
/* The content array of a choice's logprobs in either form, raw; STR_NONE when there is none. */
struct str openai_read_logprobs(struct arena *, const struct json *logprobs);
/* As chat completions have them, or (`text`) in the form of completions; `offset`: characters before. */
void	openai_write_logprobs(struct json_out *, struct arena *, struct str raw, bool text, uint64_t *offset);

/* --- replies (openai_reply.c, openai_read_reply.c) --- */
bool	openai_says_error(const struct json *error);
struct str openai_error_message(struct arena *, const struct json *root);	/* of its error, or its own */
void	openai_read_head(struct arena *, const struct json *root, struct chat_reply *);	/* all but choices and usage */
bool	openai_read_usage(const struct json *root, struct usage *);
void	openai_read_stop(struct arena *, const struct json *choice, enum stop_reason *, struct str *sequence);

/* --- calls of a streamed choice (openai_called.c) --- */
struct openai_called {
	struct openai_called *next;
	int64_t	   wire;	/* its index as told; -1: none */
	struct str id;		/* as told first, or made up */
	uint32_t   index;	/* ours */
};
struct openai_calls {
	struct str reply_id;
	uint32_t   choice, n;
	struct openai_called *first, *last;
};
/*
 * The call of a piece, a new one when it begins one: by its index, unless
 * another id comes with another name; without an index by its id; without both,
 * a name begins a call and anything else goes on with the last.
 */
struct openai_called *openai_called(struct arena *life, struct openai_calls *, int64_t wire, struct str id, bool named);

/* --- a message (openai_read_turn.c) --- */
struct openai_bad {	/* what is wrong with it */
	const char *member, *should;
	bool	    in_part;	/* the member is one of content[part]; NULL: the part itself */
	uint32_t    part;
};
/* With `bad` NULL all that cannot be read is passed over, and 0 is returned. */
int	openai_read_content(struct arena *, const struct json *content, struct part **list, struct openai_bad *) MUST_USE;
int	openai_read_turn(struct arena *, const struct json *message, struct part **list, struct openai_bad *) MUST_USE;
void	openai_mark_last(const struct json *message, struct part *list);	/* a cache_control beside the content */

/* --- a request's messages and tools (openai_read_message.c, openai_read_tools.c) --- */
int	openai_read_messages(struct chat *, const struct json *messages, struct complaint *) MUST_USE;
/* tools and tool_choice, functions and function_call, parallel_tool_calls. */
int	openai_read_tools(struct chat *, const struct json *root, struct complaint *) MUST_USE;

/* --- a request being written (openai_write_*.c) --- */
struct openai_writing {
	struct arena	    *arena;
	const struct chat   *chat;
	const struct target *target;
	struct report	    *report;
	struct complaint    *why;
	struct json_out	    *out;
};
int	openai_write_messages(struct openai_writing *) MUST_USE;
/* Where the assistant's messages in a row end, and whether there is a call in any of them: then they are one. */
const struct message *openai_row_end(const struct message *first, bool *called);
/* `first` .. before the end as one message; it is the i-th of all. */
int	openai_write_turn(struct openai_writing *, const struct message *first, const struct message *end, unsigned i) MUST_USE;
/* One part of a content array; `where` names it in a complaint. */
int	openai_write_part(struct openai_writing *, const struct part *, struct str where) MUST_USE;
int	openai_cannot(struct openai_writing *, const struct part *, struct str where);	/* the complaint; -1 */
void	openai_write_cache(struct openai_writing *, struct str cache);	/* cache_control, or its report */
void	openai_write_tools(struct openai_writing *);

/* --- a reply being written (openai_write_reply.c) --- */
/* How a call stands on the wire: {"type": kind, kind: {"name", input}}. */
struct openai_call {
	struct str  name;	/* as the client knows the tool */
	const char *kind, *input;	/* "function" and "arguments", "custom" and "input" */
	bool	    hidden;	/* the upstream had a function where the client has a custom tool */
};
struct openai_call openai_call_form(const struct chat *, const struct part *call);
const char *openai_finish_of(const struct chat *, enum stop_reason, bool called, bool refused);
void	openai_write_audio(struct json_out *, struct arena *, const struct part *, struct str data, const struct voice *);
void	openai_write_image(struct json_out *, struct str url, unsigned index);
uint64_t openai_characters(struct str);

/* --- what OpenAI's own models refuse (openai_model.c) --- */
struct openai_model {
	const char *prefix;	/* of its name */
	const char *least, *most;	/* efforts; NULL: it does not reason */
	enum { SAMPLES, SAMPLES_UNREASONED, SAMPLES_NEVER } samples;	/* whether temperature and the like may be said */
	bool	    parallel;	/* parallel_tool_calls may be said */
};
const struct openai_model *openai_model_find(struct str name);	/* NULL: nothing is known of it */
/* The nearest effort that it takes; NULL when it takes none. */
const char *openai_model_effort(const struct openai_model *, const char *effort);

/* --- usage (openai_words.c) --- */
void	openai_write_usage(struct json_out *, const char *name, const struct usage *);

#endif
