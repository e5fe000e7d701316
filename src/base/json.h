/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_JSON_H
#define WEIR_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/*
 * A strict RFC 8259 reader in one pass.  The whole text is always checked
 * (grammar, UTF-8, depth); nodes are made only down to `tree_depth`, as spans
 * of the source, so that a value can be forwarded byte for byte and a text of
 * 300 KB costs a scan and a dozen nodes.  Numbers stay text; strings are
 * unescaped on demand.  In every object that gets nodes, a name that comes
 * twice is an error: whoever reads first and whoever reads last would disagree.
 */
enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type	type;
	struct str	raw;	/* the value as it stands in the source, quotes included */
	struct str	name;	/* a member's name, unescaped; STR_NONE in arrays */
	struct str	text;	/* a string's value when it has no escapes, else use json_text() */
	struct json    *child;	/* first member or element; NULL below tree_depth */
	struct json    *next;	/* sibling */
	uint32_t	count;	/* members or elements, also below tree_depth */
	bool		escaped;	/* a string with escapes */
};

struct json_limits {
	uint32_t depth;		/* deepest nesting accepted; 0 means JSON_DEPTH */
	uint32_t tree_depth;	/* nodes down to here: 0 = the root only, 1 = its members; JSON_WHOLE = all */
	const char *deep;	/* a member of the root whose value gets nodes down to deep_depth; NULL = none */
	uint32_t deep_depth;
	uint32_t nodes;		/* made at most; 0 means JSON_NODES_MOST */
};

#define JSON_DEPTH 512
#define JSON_DEPTH_MOST 1024	/* whatever the limit says */
#define JSON_WHOLE UINT32_MAX
#define JSON_MEMBERS_MOST 131072	/* in one object or array that gets nodes */
#define JSON_NODES_MOST 1048576	/* of one text: 32 MB of "[1,1,1..." must not become 1.5 GB of nodes */

struct json_error {
	size_t	    offset;	/* where in the source */
	const char *what;	/* static text: "bad escape", "nested too deep" */
};

/* 0, or -1 with *err filled.  The nodes borrow `src` and live in the arena. */
int	json_read(struct arena *, struct str src, struct json_limits, struct json **root,
	    struct json_error *err) MUST_USE;
/* Only the check, no nodes. */
int	json_check(struct str src, uint32_t depth, struct json_error *err) MUST_USE;
/* Reads the children of a node that stood below tree_depth, one level deep; its source was checked. */
int	json_open(struct arena *, struct json *, struct json_error *err) MUST_USE;

const struct json *json_member(const struct json *object, struct str name);	/* NULL-safe */
static inline const struct json *
json_get(const struct json *object, const char *name)
{
	return json_member(object, str_of(name));
}
const struct json *json_path(const struct json *, const char *dotted);		/* "usage.prompt_tokens" */
const struct json *json_at(const struct json *array, uint32_t index);
bool	json_is(const struct json *, enum json_type);				/* NULL-safe */
struct str json_text(struct arena *, const struct json *string);		/* unescaped; "" for others */
bool	json_true(const struct json *);						/* JSON_TRUE */
/* An integer without fraction or exponent (1e3 and 5.0 are accepted when whole); -1 else. */
int	json_u64(const struct json *, uint64_t *) MUST_USE;
int	json_i64(const struct json *, int64_t *) MUST_USE;
bool	utf8_valid(struct str);

/* The writer: commas and quotes are its business, order is the caller's. */
struct json_out {
	struct buf *to;		/* borrowed */
	bool	    comma;	/* the next value needs one */
	bool	    pretty;	/* two blanks a level, for people */
	bool	    named;	/* json_named() wrote the name of the next value */
	int	    depth;
};

void	json_start(struct json_out *, struct buf *to, bool pretty);
void	json_object(struct json_out *, const char *name);	/* name NULL in arrays and at the root */
void	json_object_end(struct json_out *);
void	json_array(struct json_out *, const char *name);
void	json_array_end(struct json_out *);
void	json_str(struct json_out *, const char *name, struct str);	/* bad UTF-8 becomes U+FFFD */
void	json_cstr(struct json_out *, const char *name, const char *);	/* NULL writes null */
void	json_num(struct json_out *, const char *name, int64_t);
void	json_unum(struct json_out *, const char *name, uint64_t);
void	json_bool(struct json_out *, const char *name, bool);
void	json_null(struct json_out *, const char *name);
void	json_raw(struct json_out *, const char *name, struct str json);	/* already JSON */
void	json_named(struct json_out *, struct str name);	/* a name for the value that follows, when it is no literal */
void	json_quote(struct buf *, struct str);		/* the bare string with quotes */

#endif
