/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_ANTHROPIC_WRITE_H
#define WEIR_DIALECT_ANTHROPIC_WRITE_H

#include "dialect/anthropic.h"

/* What the writers of the anthropic dialect share. */

#define TOOL_NAME_MOST 128	/* bytes: ^[a-zA-Z0-9_-]{1,128}$ */
#define CALL_ID_MOST 128

/* What a model takes, as bits. */
enum ability {
	ABLE_MANUAL = 1,	/* thinking {type: enabled, budget_tokens} */
	ABLE_ADAPTIVE = 2,	/* thinking {type: adaptive} */
	ABLE_EFFORT = 4,	/* output_config.effort */
	ABLE_XHIGH = 8,		/* ... of "xhigh" */
	ABLE_OFF = 16,		/* thinking {type: disabled} */
	ABLE_FORCE = 32,	/* tool_choice any, tool */
	ABLE_SAMPLE = 64,	/* temperature, top_p, top_k */
	ABLE_BOTH = 128,	/* temperature and top_p together */
	ABLE_SCHEMA = 256,	/* output_config.format, strict tools */
	ABLE_PREFILL = 512,	/* the last message may be the assistant's */
};

struct anthropic_model {
	const char *prefix;
	uint64_t    most;	/* output tokens; 0 = not known */
	unsigned    able;
};
const struct anthropic_model *anthropic_model_of(struct arena *, struct str name);	/* never NULL */

/*
 * The conversation as Anthropic wants it: user and assistant in turns, the user
 * first, each call answered at the beginning of the turn after it.
 */
enum item_kind {
	ITEM_PART,
	ITEM_UNANSWERED,	/* stands for the result of `part`, a call that has none */
	ITEM_ORPHAN,		/* `part` is a result that answers no call in sight: told as text */
	ITEM_TEXT,		/* `text` */
};
struct item {
	struct item	  *next;
	enum item_kind	   kind;
	const struct part *part;
	struct str	   text;
};
struct turn {
	struct turn *next, *prev;
	struct item *items, *last;
	bool	     assistant;
	bool	     calls;	/* assistant: holds calls */
	bool	     thinks;	/* assistant: begins with thinking of Anthropic's own */
	bool	     results_only;	/* user: nothing but results */
};

/* How the model shall think, and how much it may say. */
struct mind {
	enum { MIND_UNSAID, MIND_OFF, MIND_MANUAL, MIND_ADAPTIVE } kind;
	uint64_t    budget;
	const char *effort, *display;	/* NULL: not said */
	uint64_t    max_tokens;
};

struct writing {
	struct arena	    *arena;
	const struct chat   *chat;
	const struct target *target;
	struct report	    *report;
	struct complaint    *why;
	const struct anthropic_model *model;
	struct turn	    *turns, *last;
	struct mind	     mind;
	unsigned	     unmarked;	/* so many cache marks of messages must be left out */
	bool		     counting;
	struct json_out	     out;
};

static inline bool
anthropic_able(const struct writing *w, enum ability a)
{
	return (w->model->able & (unsigned)a) != 0;
}

/* Whitespace only, Unicode's as well: the API takes no such text. */
bool	anthropic_is_blank(struct str);
struct str anthropic_trim_end(struct str);	/* without the white space at its end */

void	anthropic_plan_turns(struct writing *);
/* A user turn at the end, when the last is the assistant's and the model may not go on with it. */
void	anthropic_end_turns(struct writing *);
/* The calls being answered belong to an assistant turn whose thinking was not given back. */
bool	anthropic_turns_are_bare(const struct writing *);
/* While the model shall not think, the turn that it goes on with may hold no thoughts. */
void	anthropic_hide_thoughts(struct writing *);
int	anthropic_write_turns(struct writing *) MUST_USE;	/* the member "messages" */
void	anthropic_write_cache(struct writing *, struct str cache, bool of_message);

void	anthropic_choose_mind(struct writing *);
void	anthropic_write_mind(struct writing *);			/* thinking */
void	anthropic_write_sampling(struct writing *);		/* temperature, top_p, top_k */
void	anthropic_write_tools(struct writing *);		/* tools, tool_choice */

/*
 * A JSON Schema as structured output takes it; *changed when a constraint went
 * into a description or was lost.  False when it cannot be said (recursion).
 */
bool	anthropic_schema_lower(struct arena *, struct str schema, struct str *lowered, bool *changed);
/* A tool's schema as the API takes it: an object's, without a union at its root; *changed when something was lost. */
struct str anthropic_schema_object(struct arena *, struct str schema, bool *changed);

/* One block of a reply's or a history's reasoning, and what proves it. */
bool	anthropic_is_own(const struct part *reasoning);		/* Anthropic made it, and it can be given back */
void	anthropic_write_thinking(struct json_out *, const char *name, struct str text, struct str signature);
void	anthropic_write_redacted(struct json_out *, const char *name, struct str data);

/*
 * Replies, whole or streamed.
 */
const char *anthropic_stop_word(enum stop_reason, bool called);
struct str anthropic_model_told(const struct chat_reply *, const struct voice *);
struct str anthropic_message_id(struct arena *, struct str id, const struct voice *);
struct str anthropic_call_id(struct arena *, struct str id, const struct voice *, unsigned n);	/* the n-th call's */
/* A signature or sealed data for the client to give back; the carrier of another's holds the text unless `text` stands beside. */
struct str anthropic_proof(struct arena *, const struct part *reasoning, struct str text);
/* Media as text, for which the API has no block: a link, or the transcript; its begin, before data that is still to come. */
struct str anthropic_media_text(struct arena *, const struct part *media);
struct str anthropic_media_lead(struct arena *, const struct part *media);
void	anthropic_write_citation(struct json_out *, const char *name, const struct citation *);
void	anthropic_write_usage(struct json_out *, const struct usage *, struct str tier);
void	anthropic_write_stop(struct json_out *, const struct chat_choice *, bool called, bool refused, struct str explanation);

#endif
