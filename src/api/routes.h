/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_ROUTES_H
#define WEIR_API_ROUTES_H

#include "dialect/dialect.h"

/* What a method and path mean. */
enum route_does {
	ROUTE_EXCHANGE,		/* a request for a model */
	ROUTE_PASS,		/* a request that is passed on as it is */
	ROUTE_MODELS,		/* the models that there are */
	ROUTE_MODEL,		/* one of them, named by the path */
	ROUTE_SHOW,		/* one of them, named by the body: Ollama's /api/show */
	ROUTE_RUNNING,		/* Ollama's /api/ps: models held in memory */
	ROUTE_VERSION,		/* Ollama's /api/version */
	ROUTE_ROOT,
	ROUTE_HEALTH,
	ROUTE_READY,
};

#define ROUTE_OPEN	0x01	/* needs no key */
#define ROUTE_STREAM	0x02	/* the path says that the reply is streamed */
#define ROUTE_SHARED	0x04	/* the path belongs to several dialects: the headers tell which */
#define ROUTE_FORM	0x10	/* PASS: the body may be a multipart form */
#define ROUTE_FREE	0x20	/* PASS: it needs no model */
#define ROUTE_KEPT	0x40	/* PASS: a response by its id, which may be kept here */
#define ROUTE_DOUBLED	0x08	/* a base URL that ends in /v1 where the client adds that itself */

struct route {
	const char     *method;
	const char     *path;		/* whole, or a prefix when it ends in '/' */
	const char     *verb;		/* of Gemini's paths: what stands behind the last ':'; else NULL */
	enum route_does does;
	enum dialect_id dialect;
	enum endpoint	endpoint;	/* ROUTE_EXCHANGE */
	unsigned	flags;
};

/*
 * The route, or NULL with *fault NOT_FOUND or BAD_METHOD and *allow the
 * methods the path takes ("GET, HEAD").  HEAD is answered where GET is.
 */
const struct route *route_find(struct str method, struct str path, enum fault *fault, const char **allow);
/* The dialect in which a path is answered, found or not; `by_headers` where the path does not tell. */
enum dialect_id route_dialect(struct str path, enum dialect_id by_headers);
/* The model that the path names, decoded into the arena; STR_NONE when it names none. */
struct str route_model(struct arena *, const struct route *, struct str path);
/* True the first time that a route is taken whose base URL is given wrongly: worth a line in the log. */
bool	route_hint(const struct route *);

#endif
