/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ROUTE_SNAPSHOT_H
#define WEIR_ROUTE_SNAPSHOT_H

#include "account/usage.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/seal.h"
#include "limit/limit.h"
#include "provider/provider.h"
#include "store/records.h"

/*
 * The catalog in memory: one generation of providers, channels, keys, models
 * and prices, with all text parsed and all secrets open.  Built aside when the
 * store's generation moves, then swapped; an exchange keeps the one it began
 * with, by reference count.  Read-only after snapshot_build().
 */
struct route_upkey {
	uint64_t      id;
	struct secret secret;
	struct str    label;		/* "channel/label" */
};

struct route_limits {
	struct limit *of;
	size_t	      n;
};

struct route_channel {
	struct channel	     *record;
	struct provider	     *provider;
	const struct preset  *preset;
	struct tongues	      tongues;
	struct str	      base_url;
	const char	     *urls[DIALECTS][ENDPOINTS];	/* of the dialects it speaks, NULL where there is none */
	bool		      allow_private;
	unsigned	      transforms;	/* bits of enum transform */
	struct route_limits   limits;
	struct route_upkey   *upkeys;		/* enabled ones */
	size_t		      upkeys_n;
	bool		      keyed;		/* it has keys, usable or not: it is not to be called without one */
	struct str_list	      patterns;		/* globs among its models */
};

/* One model of one channel: what a caller asks for and what is sent upstream. */
struct offer {
	const struct route_channel *channel;
	struct str		    asked, upstream;
	uint64_t		    upstream_hash;	/* of `upstream`: the breaker's model */
	uint64_t		    context, max_output;	/* 0 = unknown */
	const struct str_list	   *capabilities;	/* NULL or empty: unknown */
	struct tariff		    tariff;
	uint64_t		    since;		/* wall us it is known since; 0 = declared */
	bool			    off;		/* its model was disabled: never served, by no glob either */
	struct offer		   *next;		/* of another channel, same name */
	struct offer		   *like, *tail_like;	/* of a chain's head: another name, the same but for case or in its tail */
};

struct route_key {
	struct apikey	   *record;
	struct route_limits limits;
	bool		    broken;	/* a limit of it cannot be read: it is refused, never unlimited */
};

struct snapshot {
	unsigned	      refs;
	uint64_t	      generation;
	struct arena	      arena;
	struct route_channel *channels;		/* enabled, with an enabled provider */
	size_t		      channels_n;
	struct map	      offers;		/* name to struct offer chain */
	struct map	      lower;		/* lower-case name to the head of a chain; others by `like` */
	struct map	      tails;		/* lower-case name behind the last slash to the same; others by `tail_like` */
	struct map	      keys;		/* 32-byte hash to struct route_key */
	struct map	      prices_exact;	/* model name to struct price_rule chain */
	struct price_rule    *prices_glob;
	struct route_limits   global;
};

/* Everything from one read transaction of the store.  Records that cannot be used are logged and left out. */
struct snapshot *snapshot_build(struct txn *store, const struct seal_ring *, const struct str_list *global_limits);
struct snapshot *snapshot_hold(struct snapshot *);
void	snapshot_drop(struct snapshot *);

const struct route_key *snapshot_key(const struct snapshot *, const unsigned char hash[SHA256_BYTES]);
/* The tariff of one upstream model of one channel: the most specific rule wins, channel before model. */
void	snapshot_tariff(const struct snapshot *, const struct route_channel *, struct str upstream, struct tariff *);

#endif
