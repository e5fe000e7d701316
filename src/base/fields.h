/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_FIELDS_H
#define WEIR_BASE_FIELDS_H

#include "base/arena.h"
#include "base/json.h"
#include "base/seal.h"
#include "base/str.h"

/*
 * A struct described by a table.  From the one table come the stored bytes
 * (tag-length-value by field number: an old binary keeps tags it does not
 * know), the JSON, the operator's `name=value`, and the help text.
 *
 * Types and what the struct member is:
 */
enum field_type {
	FIELD_STR,	/* struct str */
	FIELD_BOOL,	/* bool */
	FIELD_U64,	/* uint64_t */
	FIELD_I64,	/* int64_t */
	FIELD_MS,	/* uint64_t milliseconds; shown and read as "30s" */
	FIELD_TIME,	/* uint64_t wall microseconds, 0 = never; shown as RFC 3339 or null */
	FIELD_NANO,	/* int64_t nano-dollars; shown and read as decimal dollars "0.25" */
	FIELD_LIST,	/* struct str_list: strings; shown as an array, read as comma-separated */
	FIELD_PAIRS,	/* struct str_list of "name=value" (or "Name: value"): shown as an object-less array */
	FIELD_BYTES,	/* struct str of bytes; shown as hex */
	FIELD_SEALED,	/* struct str of sealed bytes; never shown, never read from text */
};

struct str_list {
	struct str *items;	/* arena */
	size_t	    n;
};

#define FIELD_READONLY	0x01	/* set by weir, refused in `set` */
#define FIELD_REQUIRED	0x02	/* `add` refuses without it */
#define FIELD_HIDDEN	0x04	/* not in listings, only in `show` */

struct field {
	uint16_t	number;		/* stored tag: never reused, never renumbered */
	const char     *name;
	enum field_type	type;
	size_t		offset;
	unsigned	flags;
	const char     *preset;		/* default as text, or NULL for zero */
	const char     *help;		/* one sentence */
	/* Checks one value as text before it is set; NULL accepts all.  *why: what is wrong, arena text. */
	int	      (*check)(struct arena *, struct str value, struct str *why);
};

struct fields {
	const char	   *noun;	/* "channel" */
	const struct field *rows;
	size_t		    n;
	size_t		    size;	/* sizeof the struct */
	size_t		    unknown;	/* offset of a struct str: TLVs of unknown tags, carried along */
};

void	fields_preset(const struct fields *, struct arena *, void *object);	/* clears, then the defaults */
void	fields_encode(const struct fields *, const void *object, struct buf *);
int	fields_decode(const struct fields *, struct arena *, struct str bytes, void *object) MUST_USE;
const struct field *fields_find(const struct fields *, struct str name);
struct str fields_nearest(const struct fields *, struct str name);	/* "did you mean", or STR_NONE */
/* Sets one field from text; -1 with *why in words for the operator. */
int	fields_set(const struct fields *, struct arena *, void *object, struct str name, struct str value,
	    struct str *why) MUST_USE;
void	fields_json(const struct fields *, const void *object, struct json_out *);	/* members only, no braces */
struct str fields_text(const struct fields *, struct arena *, const void *object, const struct field *);
/* Names of the fields in which a and b differ. */
size_t	fields_diff(const struct fields *, const void *a, const void *b, const struct field **out, size_t max);

#endif
