/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_WAY_H
#define WEIR_API_WAY_H

#include "dialect/dialect.h"
#include "route/snapshot.h"

/*
 * How a request reaches one channel: verbatim when the channel speaks the
 * client's dialect, else through the neutral form in another one.
 */
enum way_kind {
	WAY_NONE,	/* it cannot be asked that */
	WAY_VERBATIM,
	WAY_CROSSING,
	WAY_EMPTY,	/* nothing is asked: a model that is loaded or not is no matter there */
	WAY_ESTIMATE,	/* nobody counts tokens there: they are estimated */
};

struct way {
	enum way_kind	      kind;
	const struct dialect *up;	/* of the call */
	enum endpoint	      endpoint;	/* the same */
};

struct way way_find(const struct route_channel *, const struct dialect *client, const struct ask *, uint64_t mono_ms);
/*
 * The channel does not know the endpoint that *way asked: *way becomes another,
 * and for a while it is not asked there.  False, and nothing changes, when
 * there is no other, or the endpoint is one that every server of its own
 * dialect has.
 */
bool	way_other(const struct route_channel *, const struct dialect *client, const struct ask *, uint64_t mono_ms,
	    struct way *way);

#endif
