/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_CHAT_H
#define WEIR_DIALECT_CHAT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/tokens.h"

/*
 * The neutral form of a chat, in which the dialects meet: a request, a whole
 * reply, and the events of a streamed one.  Whoever reads a dialect fills it,
 * whoever writes one reads it; nobody knows a second dialect.
 *
 * Texts are unescaped UTF-8; what is called raw is JSON as it stood.  All of it
 * is borrowed from the body that was read, or lives in the arena of the reading.
 */
enum dialect_id { DIALECT_OPENAI, DIALECT_RESPONSES, DIALECT_ANTHROPIC, DIALECT_GEMINI, DIALECT_OLLAMA, DIALECTS };

enum chat_role { ROLE_SYSTEM, ROLE_DEVELOPER, ROLE_USER, ROLE_ASSISTANT, ROLE_TOOL };

enum part_kind {
	PART_TEXT,
	PART_IMAGE,
	PART_AUDIO,
	PART_VIDEO,
	PART_FILE,		/* a document: PDF, text ... */
	PART_CALL,		/* of a tool, by the assistant */
	PART_RESULT,		/* of a call: alone or with its like in a ROLE_TOOL message */
	PART_REASONING,
	PART_REFUSAL,
	PART_NATIVE,		/* what only its own dialect knows: `raw` of `origin` */
};

/* Bytes that are no text: exactly one of data, url, file_id is there. */
struct media {
	struct str mime;	/* "image/png"; may be empty with a url or file_id */
	struct str data;	/* base64, standard alphabet, as it came */
	struct str url;		/* http(s) or gs: never a data: URL, readers split those */
	struct str file_id;	/* a file that the upstream keeps */
	struct str name;	/* file name or title */
	struct str detail;	/* OpenAI's "low" "high" "auto" */
};

/* A link from text to its source. */
struct citation {
	struct citation *next;
	struct citation *last;		/* of the first of a list: its last */
	struct str url, title, quote;	/* any may be empty */
	uint64_t   begin, end;		/* characters of the part's text it speaks of; both 0 = not told */
	struct str raw;			/* as it stood, an object of `origin`'s dialect */
	enum dialect_id origin;
};

struct part {
	struct part    *next;
	struct part    *last;		/* of the first of a list: its last, as far as part_add() knows */
	enum part_kind	kind;
	struct str	text;		/* TEXT, REASONING, REFUSAL; AUDIO: its transcript */
	struct media	media;		/* IMAGE AUDIO VIDEO FILE */
	struct str	id;		/* CALL, RESULT: the call's; REASONING, AUDIO: the upstream's own, or empty */
	struct str	name;		/* CALL: the tool's; RESULT: the same once chat_link() ran */
	struct str	input;		/* CALL: arguments, JSON text as the model wrote it, or free text */
	struct part    *content;	/* RESULT: text, images, files */
	struct citation *citations;	/* TEXT */
	struct str	logprobs;	/* TEXT of a reply: raw array of {token, logprob, bytes, top_logprobs} */
	struct str	cache;		/* raw cache_control that stood on it */
	/*
	 * REASONING: what proves or hides it, to be given back to `origin` as it
	 * came.  `signature` proves the text (Anthropic), or belongs to the part
	 * that follows when there is no text (Gemini); `sealed` replaces the text
	 * (Anthropic's redacted data, Responses' encrypted_content).
	 */
	struct str	signature, sealed;
	struct str	raw;		/* NATIVE */
	enum dialect_id origin;		/* of signature, sealed, raw */
	bool		freeform;	/* CALL: of a custom tool, input is no JSON */
	bool		failed;		/* RESULT: is_error */
	bool		summary;	/* REASONING: text is a summary, not the thought itself */
	bool		item;		/* NATIVE of Responses: it stands beside the messages, not in one */
};

struct message {
	struct message *next;
	enum chat_role	role;
	struct str	name;		/* OpenAI's "name" */
	struct part    *parts;
};

enum tool_kind { TOOL_FUNCTION, TOOL_FREEFORM, TOOL_NATIVE };

struct tool {
	struct tool    *next;
	enum tool_kind	kind;
	struct str	name, description;
	struct str	schema;		/* FUNCTION: raw JSON Schema of the arguments; empty = none given */
	struct str	format;		/* FREEFORM: raw, its grammar; empty = text */
	struct str	cache;		/* raw cache_control */
	struct str	raw;		/* NATIVE: the whole tool as it stood */
	struct str	space;		/* Responses' namespace it stood in: `name` is both, joined */
	enum dialect_id origin;
	enum said { SAID_NOTHING, SAID_NO, SAID_YES } strict;
};

enum tool_choice { TOOLS_UNSAID, TOOLS_AUTO, TOOLS_NONE, TOOLS_REQUIRED, TOOLS_NAMED };
enum format_kind { FORMAT_UNSAID, FORMAT_TEXT, FORMAT_JSON, FORMAT_SCHEMA };

struct name_list {
	struct name_list *next;
	struct str	  name;
};

enum chat_field {
#define FIELD(id, name) FIELD_##id,
#include "dialect/chat_field.def"
#undef FIELD
	CHAT_FIELDS
};
extern const char *const chat_field_names[CHAT_FIELDS];

struct chat {
	struct arena   *arena;		/* of the reading; owns all below */
	enum dialect_id origin;
	struct message *messages;	/* in order; SYSTEM and DEVELOPER wherever they stood */
	struct tool    *tools;
	enum tool_choice choice;
	struct str	choice_name;	/* TOOLS_NAMED */
	struct name_list *allowed;	/* only these tools may be called; NULL = all */
	enum said	parallel;	/* parallel tool calls */
	uint64_t	max_output;	/* tokens; 0 = not said */
	struct name_list *stops;
	struct {
		enum format_kind kind;
		struct str name, description, schema;	/* schema raw */
		enum said strict;
	} format;
	struct {
		enum said  on;		/* SAID_NO: thinking is switched off */
		struct str effort;	/* "minimal" "low" "medium" "high" "xhigh" "max"; empty = not said */
		uint64_t   budget;	/* tokens; 0 = not said */
		bool	   dynamic;	/* as much as the model likes (Gemini's -1, Anthropic's adaptive) */
		enum said  shown;	/* thoughts are wanted in the reply */
		struct str summary;	/* Responses' "auto" "concise" "detailed" */
	} reasoning;
	struct str	field[CHAT_FIELDS];	/* raw values; n = 0: not said (null is not said) */
	struct name_list *notes;	/* members that the neutral form has no place for, by path: "prediction" */
	struct message *message_last;
	struct tool    *tool_last;
	struct name_list *note_last, *stop_last, *allowed_last;
};

/* What a writer had to leave out or change; goes into x-weir-dropped. */
struct report {
	struct arena	 *arena;
	struct name_list *names, *last;
	unsigned	  n;
};

enum stop_reason {
	STOP_NONE,		/* not told */
	STOP_END, STOP_LENGTH, STOP_SEQUENCE, STOP_TOOLS, STOP_FILTER, STOP_REFUSAL,
	STOP_PAUSE,		/* Anthropic's pause_turn: the client is to go on */
	STOP_CONTEXT,		/* the context window is full */
	STOP_MALFORMED,		/* the model called a tool that cannot be read */
	STOP_OTHER
};

/* One answer among n. */
struct chat_choice {
	struct chat_choice  *next;
	uint32_t	index;
	struct part    *parts;
	enum stop_reason stop;
	struct str	stop_sequence;	/* which, when told */
};

struct chat_reply {
	struct str	id, model;	/* as the upstream said; may be empty */
	uint64_t	created;	/* unix seconds; 0 = not told */
	struct chat_choice  *choices;
	struct usage	usage;
	struct str	service_tier, fingerprint;
	struct str	error;		/* an error inside a 200: its message; the rest is void */
};

/*
 * A streamed reply.  Per choice, blocks come one after the other, never
 * interleaved: BEGIN, any number of DELTA, END.  Readers whose dialect has no
 * blocks use dialect/blocks.h.  DELTA, CITE and LOGPROBS have the open block's
 * part as well.
 *
 *	START	once, first: reply->id, model, created
 *	BEGIN	part: kind, and what is known now (CALL: id, name; NATIVE: raw, whole)
 *	DELTA	text: more of the text, of the call's input, or of the media's base64
 *	CITE	part->citations: one more for the open TEXT
 *	LOGPROBS text: raw array of the open TEXT's tokens
 *	END	part: as in BEGIN, and of REASONING signature, sealed, id, of AUDIO the transcript
 *	STOP	a choice is through: reply->choices (one) with stop and stop_sequence
 *	USAGE	reply->usage (and service_tier), as known so far; a later one replaces it
 *	DONE	once, last: the stream is whole
 *	PING	nothing; a dialect that has a word for it may say it
 */
enum event_type { CHAT_START, CHAT_BEGIN, CHAT_DELTA, CHAT_CITE, CHAT_LOGPROBS, CHAT_END, CHAT_STOP, CHAT_USAGE, CHAT_DONE, CHAT_PING };

struct chat_event {
	enum event_type	type;
	uint32_t	choice;
	const struct part *part;
	struct str	text;
	const struct chat_reply *reply;
};

typedef void chat_sink(void *arg, const struct chat_event *);	/* borrows all of it */

/*
 * Building.  All return what they appended; NULL is never returned.
 */
void	chat_init(struct chat *, struct arena *, enum dialect_id origin);
struct message *chat_message(struct chat *, enum chat_role);
/* The last message when it has this role, else a new one. */
struct message *chat_message_joined(struct chat *, enum chat_role);
struct part *part_add(struct arena *, struct part **list, enum part_kind);	/* at the list's end */
void	part_append(struct part **list, struct part *more);	/* the lists may be long: both know their last */
struct tool *chat_tool(struct chat *, enum tool_kind);
void	chat_stop_add(struct chat *, struct str);
void	chat_allow(struct chat *, struct str tool);
void	chat_note(struct chat *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Notes each member of `object` that is not among the n names (sorted or not): `path` + name; path "" at the root. */
void	chat_note_others(struct chat *, const struct json *object, const char *const *names, size_t n, const char *path);
struct citation *citation_add(struct arena *, struct part *);
/* "data:image/png;base64,AAAA" into mime and data, another URL into url. */
void	media_from_url(struct media *, struct str url);
struct str media_to_url(struct arena *, const struct media *);	/* its url, or a data: URL; "" when it has neither */

/*
 * Every call gets an id and every result its call's name; a result without an
 * id belongs to the first unanswered call of its name, else the first
 * unanswered one.  Two calls with one id (servers do that) are told apart by
 * order.  A second result under one id goes: the same is told once, and what
 * names its tool is joined to the first.  Readers of requests call it last; -1
 * when a result answers no call and has no name: *why says which.
 */
struct complaint;
int	chat_link(struct chat *, struct complaint *why) MUST_USE;

/* The tools by name (of two the first), and the names that are allowed: names may be long and many. */
struct map;
void	chat_map_tools(const struct chat *, struct map *);
void	chat_map_allowed(const struct chat *, struct map *);

/* Reading helpers. */
struct str raw_of(const struct json *);		/* its JSON; STR_NONE for NULL and null */
struct str part_input_object(struct arena *, const struct part *call);	/* its input as a JSON object: as it is, {} or {"input": text} */
bool	raw_is_object(struct str json);		/* valid, and an object */
struct str parts_text(struct arena *, const struct part *);	/* all TEXT of a list, joined by "\n\n" unless alone */

/* Reporting. */
void	report_drop(struct report *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void	report_notes(struct report *, const struct chat *);	/* all that the reader noted */
void	report_native(struct report *, const struct part *);	/* a part that only its own dialect knows */
/* Reports each field that is said and whose bit is not in `can`, but for values that ask for nothing (n: 1). */
void	report_fields(struct report *, const struct chat *, uint64_t can);
#define CAN(id) (UINT64_C(1) << FIELD_##id)

/* effort and budget, each from the other: minimal 512, low 1024, medium 8192, high 24576, xhigh 32768, max 65536. */
uint64_t effort_budget(struct str effort);	/* 0 for an unknown word */
const char *budget_effort(uint64_t budget);	/* the nearest of low, medium, high */

#endif
