/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_RECORDS_H
#define WEIR_STORE_RECORDS_H

#include "store/record.h"

/* The stored kinds.  Their field tables, with help and bounds, are in provider.c, channel.c, upkey.c, apikey.c, model.c, price.c. */

struct provider {
	struct record	r;
	struct str	kind;		/* a preset of provider/provider.c: "openai", "openrouter", "ollama", "generic", "sim" ... */
	struct str	base_url;	/* empty: the preset's */
	struct str	class;		/* official aggregator reseller local subscription */
	struct str_list	headers;	/* "Name: value", added to every call */
	bool		allow_private;	/* private, loopback and link-local addresses may be called */
	int64_t		multiplier;	/* price multiplier in nano (1000000000 = 1) */
	struct str_list	dialects;	/* what it speaks, its own first; empty: as its preset */
};

struct channel {
	struct record	r;
	struct str	provider;	/* its name */
	struct str_list	models;		/* names, globs, or "discover"; empty means discover */
	struct str_list	aliases;	/* "asked=upstream name" */
	struct str_list	limits;		/* limit texts, see limit/limit.h */
	uint64_t	priority;	/* lower is better */
	uint64_t	weight;		/* share within one priority; 0 = only when no other is left */
	uint64_t	connect_timeout, first_byte_timeout, idle_timeout, total_timeout;	/* ms; 0 = the configuration's */
	uint64_t	min_interval;	/* ms between two calls; sooner skips the channel */
	struct str_list	tags;
	struct str_list	transforms;	/* names, see dialect/transform.h */
};

/* One upstream secret of a channel.  Named "channel/label". */
struct upkey {
	struct record	r;
	uint64_t	channel;	/* its id */
	struct str	sealed;		/* context "upkey/" + digest hex */
	struct str	digest;		/* first 8 bytes of the secret's SHA-256: its identity in logs and listings */
};

struct apikey {
	struct record	r;
	struct str	hash;		/* SHA-256 of the whole key, 32 bytes */
	struct str	hint;		/* masked, for listings */
	struct str	role;		/* "client" or "admin" */
	struct str	owner;		/* free text */
	struct str_list	models;		/* names or globs it may use; empty = all */
	struct str_list	channels;	/* names it may use; empty = all */
	struct str_list	limits;
	uint64_t	expires;	/* wall microseconds, 0 = never */
	bool		revoked;
	bool		strict;		/* what an upstream cannot be told is refused, not dropped */
};

struct model {
	struct record	r;
	struct str	channel;	/* its name */
	struct str	model;		/* what callers ask for */
	uint64_t	context, max_output;	/* tokens, 0 = unknown */
	struct str_list	capabilities;	/* tools vision audio embeddings json reasoning ... */
	uint64_t	seen;		/* wall microseconds of the last discovery that listed it */
};

/* Nano-dollars per million tokens; -1 = not given (falls back to the nearest class: reads to input, reasoning to output). */
struct price {
	struct record	r;		/* the name is free */
	struct str	channel;	/* a channel's name or glob; "*" = any */
	struct str	model;		/* upstream model name or glob */
	int64_t		input, cache_read, cache_write, output, reasoning, audio_input, audio_output, image;
	int64_t		request;	/* nano-dollars per request */
	struct str	source;		/* where the figure comes from */
};

extern const struct fields provider_fields, channel_fields, upkey_fields, apikey_fields, model_fields, price_fields;

/* A fresh key: prefix + 43 base64url characters of 32 random bytes; the arena holds the text, the caller wipes it. */
struct str apikey_generate(struct arena *, struct str prefix);
void	apikey_set_secret(struct arena *, struct apikey *, struct str key);	/* hash and hint */

#endif
