/* SPDX-License-Identifier: Apache-2.0 */
/*
 * routes.c - the table of endpoints.
 *
 * Runs in: worker.
 *
 * Clients add different paths to the base URL they are given, and people give
 * it with and without its version: each such path is a row, none is rewritten.
 * A model's name may hold '/' and ':', so a verb is what stands behind the
 * path's last colon.
 */
#include "api/routes.h"

#include "api/query.h"

#define POST(path, dialect, endpoint, flags) \
	{ "POST", path, NULL, ROUTE_EXCHANGE, DIALECT_##dialect, ENDPOINT_##endpoint, flags }
#define GET(path, does, dialect, flags) { "GET", path, NULL, ROUTE_##does, DIALECT_##dialect, 0, flags }
#define VERB(path, verb, endpoint, flags) \
	{ "POST", path, verb, ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_##endpoint, flags }

#define KEPT(method, path, flags) { method, path, NULL, ROUTE_PASS, DIALECT_RESPONSES, ENDPOINT_PASS, ROUTE_FREE | ROUTE_KEPT | (flags) }
#define PASS(method, path, flags) { method, path, NULL, ROUTE_PASS, DIALECT_OPENAI, ENDPOINT_PASS, flags }

/* What only OpenAI's family has. */
#define PASSED(base, flags) \
	KEPT("GET", base "/responses/", flags), \
	KEPT("DELETE", base "/responses/", flags), \
	KEPT("POST", base "/responses/", flags), \
	PASS("POST", base "/audio/speech", flags), \
	PASS("POST", base "/audio/transcriptions", ROUTE_FORM | (flags)), \
	PASS("POST", base "/audio/translations", ROUTE_FORM | (flags)), \
	PASS("POST", base "/images/generations", flags), \
	PASS("POST", base "/images/edits", ROUTE_FORM | (flags)), \
	PASS("POST", base "/images/variations", ROUTE_FORM | (flags)), \
	PASS("POST", base "/moderations", flags), \
	PASS("POST", base "/rerank", flags), \
	PASS("POST", base "/files", ROUTE_FORM | ROUTE_FREE | (flags)), \
	PASS("GET", base "/files", ROUTE_FREE | (flags)), \
	PASS("GET", base "/files/", ROUTE_FREE | (flags)), \
	PASS("DELETE", base "/files/", ROUTE_FREE | (flags)), \
	PASS("POST", base "/batches", ROUTE_FREE | (flags)), \
	PASS("GET", base "/batches", ROUTE_FREE | (flags)), \
	PASS("GET", base "/batches/", ROUTE_FREE | (flags)), \
	PASS("POST", base "/batches/", ROUTE_FREE | (flags))

/* All that the OpenAI family and Anthropic's clients ask below their base URL. */
#define BELOW(base, flags) \
	POST(base "/chat/completions", OPENAI, CHAT, flags), \
	POST(base "/responses", RESPONSES, CHAT, flags), \
	POST(base "/messages", ANTHROPIC, CHAT, flags), \
	POST(base "/messages/count_tokens", ANTHROPIC, COUNT, flags), \
	POST(base "/completions", OPENAI, COMPLETIONS, flags), \
	POST(base "/embeddings", OPENAI, EMBEDDINGS, flags), \
	GET(base "/models", MODELS, OPENAI, ROUTE_SHARED | (flags)), \
	GET(base "/models/", MODEL, OPENAI, ROUTE_SHARED | (flags)), \
	PASSED(base, flags)

/* What Gemini's clients ask of a model.  Some leave "models/" out when its name has a slash. */
#define VERBS(base) \
	VERB(base "/", "generateContent", CHAT, 0), \
	VERB(base "/", "streamGenerateContent", CHAT, ROUTE_STREAM), \
	VERB(base "/", "countTokens", COUNT, 0), \
	VERB(base "/", "embedContent", EMBED_ONE, 0), \
	VERB(base "/", "batchEmbedContents", EMBEDDINGS, 0)

static const struct route routes[] = {
	BELOW("/v1", 0),
	POST("/api/chat", OLLAMA, CHAT, 0),
	POST("/api/generate", OLLAMA, COMPLETIONS, 0),
	POST("/api/embed", OLLAMA, EMBEDDINGS, 0),
	POST("/api/embeddings", OLLAMA, EMBED_ONE, 0),
	VERBS("/v1beta"),
	VERBS("/v1/v1beta"),
	VERBS("/v1/v1"),
	VERBS("/v1"),
	VERBS("/models"),
	VERBS("/v1alpha"),
	GET("/v1beta/models", MODELS, GEMINI, 0),
	GET("/v1beta/models/", MODEL, GEMINI, 0),
	GET("/v1alpha/models", MODELS, GEMINI, 0),
	GET("/v1alpha/models/", MODEL, GEMINI, 0),
	GET("/api/tags", MODELS, OLLAMA, 0),
	{ "POST", "/api/show", NULL, ROUTE_SHOW, DIALECT_OLLAMA, 0, 0 },
	GET("/api/ps", RUNNING, OLLAMA, 0),
	GET("/api/version", VERSION, OLLAMA, ROUTE_OPEN),
	GET("/", ROOT, OLLAMA, ROUTE_OPEN | ROUTE_SHARED),
	GET("/health", HEALTH, OPENAI, ROUTE_OPEN),
	GET("/ready", READY, OPENAI, ROUTE_OPEN),
	BELOW("", 0),
	BELOW("/v1/v1", ROUTE_DOUBLED),
};

/* Paths that are no route, but whose askers are known. */
static const struct {
	const char     *begin;
	enum dialect_id dialect;
} families[] = {
	{ "/v1beta/", DIALECT_GEMINI },
	{ "/v1alpha/", DIALECT_GEMINI },
	{ "/api/", DIALECT_OLLAMA },
	{ "/v1/messages", DIALECT_ANTHROPIC },
	{ "/v1/responses", DIALECT_RESPONSES },
	{ "/v1/chat/", DIALECT_OPENAI },
};

/* Whether a path's rest ends in a colon, written as it may be, and the verb. */
static bool
ends_in(struct str rest, const char *verb)
{
	struct str v = str_of(verb), name = str_upto(rest, rest.n - v.n);

	if (rest.n <= v.n || !str_ends(rest, v))
		return false;
	return name.p[name.n - 1] == ':' || (name.n >= 3 && str_eq_nocase(str_from(name, name.n - 3), STR("%3a")));
}

static bool
has_verb(struct str rest)
{
	for (size_t i = 0; i < LENGTH(routes); i++)
		if (routes[i].verb != NULL && ends_in(rest, routes[i].verb))
			return true;
	return false;
}

static bool
path_fits(const struct route *r, struct str path)
{
	struct str want = str_of(r->path), rest;

	if (want.n <= 1 || want.p[want.n - 1] != '/')
		return str_eq(path, want);
	if (path.n <= want.n || !str_starts(path, want))
		return false;
	rest = str_from(path, want.n);
	return r->verb != NULL ? ends_in(rest, r->verb) : !has_verb(rest);
}

/* Of a path for a model's description: a verb that nobody knows, not a method that is wrong. */
static bool
unknown_verb(const struct route *r, struct str method, struct str path)
{
	return r->does == ROUTE_MODEL && str_is(method, "POST") && str_find_byte(path, ':') < path.n;
}

const struct route *
route_find(struct str method, struct str path, enum fault *fault, const char **allow)
{
	struct str asked = str_is(method, "HEAD") ? STR("GET") : method;

	*fault = FAULT_NOT_FOUND;
	for (size_t i = 0; i < LENGTH(routes); i++) {
		const struct route *r = &routes[i];

		if (!path_fits(r, path))
			continue;
		if (str_is(asked, r->method))
			return r;
		if (unknown_verb(r, method, path))
			continue;
		*fault = FAULT_BAD_METHOD;
		*allow = str_is(STR("GET"), r->method) ? "GET, HEAD" : r->method;
	}
	return NULL;
}

enum dialect_id
route_dialect(struct str path, enum dialect_id by_headers)
{
	for (size_t i = 0; i < LENGTH(routes); i++)
		if (path_fits(&routes[i], path))
			return (routes[i].flags & ROUTE_SHARED) != 0 ? by_headers : routes[i].dialect;
	for (size_t i = 0; i < LENGTH(families); i++)
		if (str_starts(path, str_of(families[i].begin)))
			return families[i].dialect;
	return by_headers;
}

struct str
route_model(struct arena *a, const struct route *r, struct str path)
{
	struct str want = str_of(r->path), rest;

	if (r->does == ROUTE_EXCHANGE && r->verb == NULL)
		return STR_NONE;
	rest = percent_decode(a, str_from(path, want.n));
	if (r->verb != NULL)
		rest = str_upto(rest, rest.n - str_of(r->verb).n - 1);
	if (r->verb != NULL && str_starts(rest, STR("models/")))
		rest = str_from(rest, STR("models/").n);
	return rest;
}

bool
route_hint(const struct route *r)
{
	static bool hinted[LENGTH(routes)];
	bool	   *was = &hinted[r - routes], first = (r->flags & ROUTE_DOUBLED) != 0 && !*was;

	*was = true;
	return first;
}
