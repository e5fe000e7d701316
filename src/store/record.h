/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_RECORD_H
#define WEIR_STORE_RECORD_H

#include "base/fields.h"
#include "store/txn.h"

/*
 * What the five stored kinds have in common: each is a struct that begins with
 * struct record, described by a field table, kept under its id.  A put or del
 * bumps the generation.  Names are unique within a kind.
 */
enum record_kind { RECORD_PROVIDER, RECORD_CHANNEL, RECORD_UPKEY, RECORD_APIKEY, RECORD_MODEL, RECORD_PRICE, RECORD_KINDS };

enum origin { ORIGIN_LIVE, ORIGIN_FILE, ORIGIN_FOUND };	/* made by hand, declared in a file, discovered */

struct record {
	uint64_t   id;		/* given by record_put() when 0; never reused */
	/*
	 * Unique.  As stored, a model's is "channel/model" and an upstream key's "channel/label": record_put()
	 * makes them (a label alone is enough) and leaves the object's own name as it was.
	 */
	struct str name;
	bool	   enabled;
	uint64_t   origin;	/* enum origin; file records are read-only elsewhere */
	uint64_t   created, changed;	/* wall microseconds */
	struct str unknown;	/* TLVs of a newer binary, kept */
};

struct record_info {
	const char	    *noun;	/* "provider": the word in weirctl */
	const char	    *plural;
	enum db_table	     table;
	const struct fields *fields;
};

extern const struct record_info record_info[RECORD_KINDS];

/* All copy into the arena; false / -1 / NULL when there is none. */
void   *record_new(enum record_kind, struct arena *);			/* defaults set */
void   *record_get(struct txn *, enum record_kind, uint64_t id, struct arena *);
void   *record_find(struct txn *, enum record_kind, struct str name_or_id, struct arena *);
/*
 * Adds (id 0) or changes a record: sets id, created, changed, bumps the
 * generation; does nothing when nothing differs.  A new name of a provider or a
 * channel is written into all that name it.  -1 and nothing is stored: a field
 * is not valid, the name is taken, a reference is missing, the record to change
 * is gone, or the transaction failed.  *why is good until the next call.
 */
int	record_put(struct txn *, enum record_kind, void *object, struct str *why) MUST_USE;
/* With what belongs to it: a provider's channels, a channel's upstream keys and models. */
bool	record_del(struct txn *, enum record_kind, uint64_t id);
/* How many records go with it. */
size_t	record_belongings(struct txn *, enum record_kind, uint64_t id);
/* Bytes as stored under `id`, decoded; NULL when they are damaged.  For the inspector. */
void   *record_decode(enum record_kind, uint64_t id, struct str bytes, struct arena *);
/* A word of weirctl ("key") or of a declaration ("apikey"); -1 when it names no kind. */
int	record_kind_read(struct str noun, enum record_kind *) MUST_USE;

struct record_walk {
	struct walk	 walk;
	enum record_kind kind;
	struct arena	*arena;
};
void   *record_first(struct record_walk *, struct txn *, enum record_kind, struct arena *);
void   *record_next(struct record_walk *);				/* NULL at the end */

#endif
