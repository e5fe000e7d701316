/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_GEMINI_INSIDE_H
#define WEIR_DIALECT_GEMINI_INSIDE_H

#include "dialect/gemini.h"

/* What the files of the gemini dialect share; nobody else includes it. */

/*
 * Members (gemini_member.c).  Google reads each name in camelCase and in
 * snake_case, null as absent, numbers also as strings, enums also as numbers.
 */
bool	gemini_named(struct str name, const char *camel);
const struct json *gemini_get(const struct json *object, const char *camel);	/* NULL-safe; NULL for null */
void	gemini_note_others(struct chat *, const struct json *object, const char *const *names, size_t n, const char *path);
struct str gemini_number(struct arena *, const struct json *);	/* raw; whole numbers without fraction; STR_NONE when it is none */
int	gemini_i64(const struct json *, int64_t *) MUST_USE;
struct str gemini_word(struct arena *, const struct json *, const char *const *words, size_t n);	/* lower case; of a number the n-th of `words` */
struct str gemini_model_name(struct str);	/* without "models/" */

/* The signature that Google documents for calls which none of its models made; valid base64, like all of them. */
#define GEMINI_UNSIGNED "skip_thought_signature_validator"

/* What a model of that name can do (gemini_model.c). */
struct gemini_model {
	bool gemma;		/* no systemInstruction, no tools' configuration */
	bool third;		/* generation 3 or later: levels instead of budgets, checked signatures, media in results */
	bool thinks;		/* thinkingConfig is taken */
	bool always;		/* and cannot be switched off */
	bool budgets;		/* thinkingBudget rather than thinkingLevel */
	bool minimal, medium;	/* these levels are taken */
	bool penalties;		/* presencePenalty and frequencyPenalty are taken */
	bool json_with_tools;	/* a response type beside function declarations */
	int64_t least, most;	/* of thinkingBudget */
};
struct gemini_model gemini_model_of(struct str name);

/*
 * Parts of a model's turn (gemini_part.c), in a request's history and in a
 * reply alike.  Adjacent pieces of text are one part, as in a stream.
 */
struct gemini_turn {
	struct arena *arena;
	struct part **list;
	bool	      asked;	/* of a request: signatures and ids may hold what was carried */
	struct str    seed;	/* of the ids of calls that have none */
	uint32_t      calls;	/* so far */
	enum part_kind kind;	/* of the text being gathered */
	bool	      gathering;
	struct buf    text;
	struct part  *shown;	/* the last thought without a proof; NULL: none */
};
int	gemini_turn_add(struct gemini_turn *, const struct json *part);	/* -1: no part of this dialect */
void	gemini_turn_end(struct gemini_turn *);	/* tells the last text, frees */
bool	gemini_native(const struct json *part);	/* executableCode, toolCall ... */
struct str gemini_call_id(struct arena *, struct str seed, uint32_t n);
struct str gemini_id_seed(struct arena *, const struct json *root);	/* responseId, or a hash */

/* Bytes and files (gemini_media.c). */
bool	gemini_media(struct arena *, const struct json *part, struct part *);	/* inlineData or fileData: kind and media */
enum part_kind gemini_kind_of(struct str mime, struct str url);
const char *gemini_mime_of(struct str url_or_name);	/* by extension; NULL when unknown */
struct str gemini_media_mime(const struct part *);	/* never empty */

#define GEMINI_CANDIDATES 1024	/* more in one reply is nobody's answer */
#define GEMINI_CITATIONS 1024	/* of one candidate: each costs a walk through its text */

/* Reasons and tiers (gemini_word.c). */
enum stop_reason gemini_stop(const struct json *finish_reason);
const char *gemini_finish(enum stop_reason);
struct str gemini_read_tier(struct arena *, const struct json *tier);	/* in OpenAI's words, which are the neutral ones */
struct str gemini_tier(struct str neutral);

/* Tools and configuration of a request (gemini_read_config.c). */
int	gemini_read_tools(struct chat *, const struct json *root, struct complaint *);
int	gemini_read_config(struct chat *, const struct json *root, struct complaint *);

/* And written (gemini_write_config.c). */
void	gemini_write_tools(struct arena *, struct json_out *, const struct chat *, const struct gemini_model *, struct report *);
void	gemini_write_config(struct arena *, struct json_out *, const struct chat *, const struct target *,
	    const struct gemini_model *, struct report *);
struct str gemini_fit_name(struct arena *, struct str name);	/* of a function: [A-Za-z_][A-Za-z0-9_.:-]{0,63} */
/* contents and systemInstruction (gemini_write_parts.c). */
int	gemini_write_contents(struct arena *, struct json_out *, const struct chat *, const struct gemini_model *,
	    struct report *, struct complaint *);

/* Parts of a reply being written (gemini_out.c). */
struct gemini_out {
	struct arena	*arena;
	const struct chat *chat;	/* the request: names of tools are as it has them */
	struct json_out *out;	/* inside "parts" */
	uint32_t	 n;	/* parts so far */
	struct str	 signature;	/* that waits for the next part; arena */
	bool		 bare;		/* when none comes it stands on an empty text, as Google's own does, not on a thought */
	bool		 for_call;	/* it waits for a call, and goes when none comes: it proves nothing */
};
void	gemini_put_part(struct gemini_out *, const struct part *);
void	gemini_put_text(struct gemini_out *, struct str, bool thought);
void	gemini_put_proof(struct gemini_out *, const struct part *reasoning);
void	gemini_put_end(struct gemini_out *);	/* no part follows */

/* Log probabilities (gemini_logprobs.c). */
void	gemini_logprobs_add(struct buf *elements, struct str raw);	/* an array's, behind those that are there */
struct str gemini_read_logprobs(struct arena *, const struct json *result);	/* raw, OpenAI's array; STR_NONE */
void	gemini_write_logprobs(struct arena *, struct json_out *, struct str raw);	/* avgLogprobs, logprobsResult */

/*
 * Citations (gemini_cite.c).  Google counts bytes, the neutral form characters.
 * Reading tells each of a candidate's to fn with the TEXT among `parts` that it
 * speaks of; nothing when there is none.
 */
typedef void gemini_cite_fn(void *arg, struct part *text, const struct citation *);
void	gemini_read_citations(struct arena *, const struct json *candidate, struct part *parts, gemini_cite_fn *, void *arg);
struct gemini_support {
	struct gemini_support *next;
	struct str  url, title, quote, raw;
	struct str  segment;	/* of the reply's text; empty = not told */
	uint64_t    begin;	/* of the segment, in bytes of its part */
	uint32_t    part;	/* its number in the content */
	uint32_t    source;	/* its number among the sources, once written */
	bool	    first;	/* and it is the first that names this source */
};
struct gemini_support *gemini_support_new(struct arena *, const struct citation *, struct str text, uint32_t part);
void	gemini_write_supports(struct json_out *, struct gemini_support *);	/* groundingMetadata; nothing for NULL */

/* A passing reply (gemini_tap.c), whose nodes may be there or not: like reply() and event(). */
int	gemini_look_reply(struct arena *, enum endpoint, const struct json *root, struct tap *);
bool	gemini_skips(struct str name, struct str payload);	/* no event of Google's, and none for its clients */
enum event_kind gemini_look_event(struct arena *, struct str name, struct json *root, struct tap *);
void	gemini_write_usage(struct json_out *, const struct chat_reply *);

#endif
