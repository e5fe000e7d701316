/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_ROUTES_H
#define WEIR_API_ROUTES_H

#include "dialect/dialect.h"

/* What a method and path mean. */
enum route_does {
	ROUTE_EXCHANGE,		/* a request for a model */
	ROUTE_MODELS,		/* GET /v1/models */
	ROUTE_MODEL,		/* GET /v1/models/{id} */
	ROUTE_HEALTH,
	ROUTE_READY,
};

struct route {
	const char     *method;
	const char     *path;		/* whole, or a prefix when it ends in '/' */
	enum route_does does;
	enum dialect_id dialect;
	enum endpoint	endpoint;	/* ROUTE_EXCHANGE */
	bool		open;		/* needs no key */
};

/*
 * The route, or NULL with *fault NOT_FOUND or BAD_METHOD and *allow the
 * methods the path takes ("GET, HEAD").  HEAD is answered where GET is.
 */
const struct route *route_find(struct str method, struct str path, enum fault *, const char **allow);
/* The dialect in which errors about a path are told. */
enum dialect_id route_dialect(struct str path);
/* What follows the route's prefix, percent-decoded into the arena. */
struct str route_rest(struct arena *, const struct route *, struct str path);

#endif
