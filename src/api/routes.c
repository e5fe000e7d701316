/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.c - the table of endpoints.
 *
 * Runs in: worker.
 */
#include "api/routes.h"

static const struct route routes[] = {
	{ "POST", "/v1/chat/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_CHAT, false },
	{ "POST", "/v1/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_COMPLETIONS, false },
	{ "POST", "/v1/embeddings", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, false },
	{ "GET", "/v1/models", ROUTE_MODELS, DIALECT_OPENAI, 0, false },
	{ "GET", "/v1/models/", ROUTE_MODEL, DIALECT_OPENAI, 0, false },
	{ "GET", "/health", ROUTE_HEALTH, DIALECT_OPENAI, 0, true },
	{ "GET", "/ready", ROUTE_READY, DIALECT_OPENAI, 0, true },
	/* A base URL given without /v1. */
	{ "POST", "/chat/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_CHAT, false },
	{ "POST", "/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_COMPLETIONS, false },
	{ "POST", "/embeddings", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, false },
	{ "GET", "/models", ROUTE_MODELS, DIALECT_OPENAI, 0, false },
	{ "GET", "/models/", ROUTE_MODEL, DIALECT_OPENAI, 0, false },
};

static bool
path_fits(const struct route *r, struct str path)
{
	struct str want = str_of(r->path);

	if (want.n > 1 && want.p[want.n - 1] == '/')
		return path.n > want.n && str_starts(path, want);
	return str_eq(path, want);
}

const struct route *
route_find(struct str method, struct str path, enum fault *fault, const char **allow)
{
	struct str asked = str_is(method, "HEAD") ? STR("GET") : method;

	*fault = FAULT_NOT_FOUND;
	for (size_t i = 0; i < LENGTH(routes); i++) {
		if (!path_fits(&routes[i], path))
			continue;
		if (str_is(asked, routes[i].method))
			return &routes[i];
		*fault = FAULT_BAD_METHOD;
		*allow = str_is(STR("GET"), routes[i].method) ? "GET, HEAD" : routes[i].method;
	}
	return NULL;
}

enum dialect_id
route_dialect(struct str path)
{
	for (size_t i = 0; i < LENGTH(routes); i++)
		if (path_fits(&routes[i], path))
			return routes[i].dialect;
	return DIALECT_OPENAI;
}

struct str
route_rest(struct arena *a, const struct route *r, struct str path)
{
	struct str    rest = str_from(path, str_of(r->path).n);
	char	     *out = arena_alloc(a, rest.n + 1);
	size_t	      n = 0;
	unsigned char byte;

	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] == '%' && i + 2 < rest.n && hex_read(&byte, 1, (struct str){ rest.p + i + 1, 2 }) == 0) {
			out[n++] = (char)byte;
			i += 2;
		} else {
			out[n++] = rest.p[i];
		}
	}
	return (struct str){ out, n };
}
