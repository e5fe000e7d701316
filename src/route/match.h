/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ROUTE_MATCH_H
#define WEIR_ROUTE_MATCH_H

#include "route/snapshot.h"

/*
 * From the name a caller asked for to the offers that may serve it, in this
 * order, the first that finds any wins:
 *
 *	"model [provider or channel]"	a pin
 *	the exact name (listed, alias, discovered, or matching a channel's glob)
 *	"provider/model" or "channel/model"
 *	the name in another case
 *	the whole of what stands behind a name's last slash ("gpt-4o" for "openai/gpt-4o")
 *
 * A disabled model is not there, whatever lists or globs say.
 */
struct match {
	const struct offer **offers;
	size_t		     n;
	bool		     forbidden;		/* something matched, but not for this key */
	struct str	     near[3];		/* when nothing matched: closest names the key may use */
	size_t		     near_n;
};

/* The key may be NULL (authentication off).  All memory from the arena or the snapshot. */
void	match_offers(const struct snapshot *, struct arena *, struct str asked, const struct route_key *, struct match *);
bool	match_permits(const struct route_key *, const struct offer *);	/* a disabled model's to nobody */

#endif
