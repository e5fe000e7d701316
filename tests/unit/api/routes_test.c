/* SPDX-License-Identifier: Apache-2.0 */
/* routes_test.c - every path that clients ask means what they mean by it. */
#include "api/routes.h"
#include "tap.h"

#define NOWHERE (-1)

static const struct {
	const char *method, *path;
	int	    does;		/* or NOWHERE */
	int	    dialect;
	int	    endpoint;
	const char *model;		/* of the path */
	bool	    stream;
} found[] = {
	{ "POST", "/v1/chat/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/v1/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_COMPLETIONS, NULL, false },
	{ "POST", "/v1/embeddings", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, NULL, false },
	{ "POST", "/v1/responses", ROUTE_EXCHANGE, DIALECT_RESPONSES, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/v1/messages", ROUTE_EXCHANGE, DIALECT_ANTHROPIC, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/v1/messages/count_tokens", ROUTE_EXCHANGE, DIALECT_ANTHROPIC, ENDPOINT_COUNT, NULL, false },
	{ "POST", "/chat/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/responses", ROUTE_EXCHANGE, DIALECT_RESPONSES, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/embeddings", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, NULL, false },
	{ "POST", "/messages", ROUTE_EXCHANGE, DIALECT_ANTHROPIC, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/v1/v1/messages", ROUTE_EXCHANGE, DIALECT_ANTHROPIC, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/v1/v1/chat/completions", ROUTE_EXCHANGE, DIALECT_OPENAI, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/v1beta/models/g:generateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "g", false },
	{ "POST", "/v1beta/models/g:streamGenerateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "g", true },
	{ "POST", "/v1beta/models/g:countTokens", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_COUNT, "g", false },
	{ "POST", "/v1beta/models/g:embedContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_EMBED_ONE, "g", false },
	{ "POST", "/v1beta/models/g:batchEmbedContents", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_EMBEDDINGS, "g", false },
	{ "POST", "/v1/models/g:generateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "g", false },
	{ "POST", "/models/g:streamGenerateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "g", true },
	{ "POST", "/v1alpha/models/g:generateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "g", false },
	{ "POST", "/v1/v1beta/models/g:generateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "g", false },
	{ "POST", "/v1beta/models/org/m:free:generateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "org/m:free", false },
	{ "POST", "/v1beta/models/org%2Fm%3afree:generateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "org/m:free", false },
	{ "POST", "/v1beta/models/org%2Fm%3Afree%3AcountTokens", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_COUNT, "org/m:free", false },
	{ "POST", "/v1beta/org/m:generateContent", ROUTE_EXCHANGE, DIALECT_GEMINI, ENDPOINT_CHAT, "org/m", false },
	{ "POST", "/api/chat", ROUTE_EXCHANGE, DIALECT_OLLAMA, ENDPOINT_CHAT, NULL, false },
	{ "POST", "/api/generate", ROUTE_EXCHANGE, DIALECT_OLLAMA, ENDPOINT_COMPLETIONS, NULL, false },
	{ "POST", "/api/embed", ROUTE_EXCHANGE, DIALECT_OLLAMA, ENDPOINT_EMBEDDINGS, NULL, false },
	{ "POST", "/api/embeddings", ROUTE_EXCHANGE, DIALECT_OLLAMA, ENDPOINT_EMBED_ONE, NULL, false },
	{ "GET", "/api/tags", ROUTE_MODELS, DIALECT_OLLAMA, 0, NULL, false },
	{ "POST", "/api/show", ROUTE_SHOW, DIALECT_OLLAMA, 0, NULL, false },
	{ "GET", "/api/ps", ROUTE_RUNNING, DIALECT_OLLAMA, 0, NULL, false },
	{ "GET", "/api/version", ROUTE_VERSION, DIALECT_OLLAMA, 0, NULL, false },
	{ "HEAD", "/", ROUTE_ROOT, DIALECT_OLLAMA, 0, NULL, false },
	{ "GET", "/v1beta/models", ROUTE_MODELS, DIALECT_GEMINI, 0, NULL, false },
	{ "GET", "/v1beta/models/g", ROUTE_MODEL, DIALECT_GEMINI, 0, "g", false },
	{ "GET", "/v1/models", ROUTE_MODELS, DIALECT_OPENAI, 0, NULL, false },
	{ "GET", "/v1/models/org/m:free", ROUTE_MODEL, DIALECT_OPENAI, 0, "org/m:free", false },
	{ "GET", "/v1/models/org%2Fm%3Afree", ROUTE_MODEL, DIALECT_OPENAI, 0, "org/m:free", false },
	{ "GET", "/v1/v1/models", ROUTE_MODELS, DIALECT_OPENAI, 0, NULL, false },
	{ "GET", "/models/x", ROUTE_MODEL, DIALECT_OPENAI, 0, "x", false },
};

/* Those that are refused: how, what would be allowed, and in whose words when the headers tell nothing. */
static const struct {
	const char *method, *path;
	enum fault  fault;
	const char *allow;
	int	    dialect;
} refused[] = {
	{ "GET", "/v1/chat/completions", FAULT_BAD_METHOD, "POST", DIALECT_OPENAI },
	{ "PUT", "/v1/messages", FAULT_BAD_METHOD, "POST", DIALECT_ANTHROPIC },
	{ "GET", "/v1beta/models/g:generateContent", FAULT_BAD_METHOD, "POST", DIALECT_GEMINI },
	{ "GET", "/v1/models/g:countTokens", FAULT_BAD_METHOD, "POST", DIALECT_GEMINI },
	{ "POST", "/v1/models/g", FAULT_BAD_METHOD, "GET, HEAD", DIALECT_OPENAI },
	{ "DELETE", "/api/tags", FAULT_BAD_METHOD, "GET, HEAD", DIALECT_OLLAMA },
	{ "POST", "/v1beta/models/g:fly", FAULT_NOT_FOUND, NULL, DIALECT_GEMINI },
	{ "GET", "/v1beta/files", FAULT_NOT_FOUND, NULL, DIALECT_GEMINI },
	{ "POST", "/api/pull", FAULT_NOT_FOUND, NULL, DIALECT_OLLAMA },
	{ "POST", "/v1/messages/batches", FAULT_NOT_FOUND, NULL, DIALECT_ANTHROPIC },
	{ "GET", "/v1/nothing", FAULT_NOT_FOUND, NULL, DIALECT_OPENAI },
	{ "GET", "/v1/models/", FAULT_NOT_FOUND, NULL, DIALECT_OPENAI },
	{ "POST", "/v1/chat/completions/", FAULT_NOT_FOUND, NULL, DIALECT_OPENAI },
	{ "POST", "/v1beta/generateContent", FAULT_NOT_FOUND, NULL, DIALECT_GEMINI },
	{ "POST", "", FAULT_NOT_FOUND, NULL, DIALECT_OPENAI },
};

static void
check_found(struct arena *a, size_t i)
{
	enum fault	    f;
	const char	   *allow = NULL;
	struct str	    path = str_of(found[i].path);
	const struct route *r = route_find(str_of(found[i].method), path, &f, &allow);

	if (!ok(r != NULL && (int)r->does == found[i].does, "%s %s is known", found[i].method, found[i].path))
		return;
	ok((int)r->dialect == found[i].dialect && (int)r->endpoint == found[i].endpoint, "%s is %s", found[i].path,
	    dialects[found[i].dialect].name);
	ok(((r->flags & ROUTE_STREAM) != 0) == found[i].stream, "%s %s", found[i].path,
	    found[i].stream ? "wants a stream" : "tells nothing of a stream");
	if (found[i].model != NULL)
		is_slice(route_model(a, r, path), found[i].model, "%s names its model", found[i].path);
}

static void
check_hints(void)
{
	enum fault	    f;
	const char	   *allow;
	const struct route *twice = route_find(STR("POST"), STR("/v1/v1/messages"), &f, &allow);
	const struct route *once = route_find(STR("POST"), STR("/v1/messages"), &f, &allow);

	ok(!route_hint(once), "a right base URL is worth no word");
	ok(route_hint(twice), "a wrong one is");
	ok(!route_hint(twice), "once");
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(found); i++)
		check_found(&a, i);
	for (size_t i = 0; i < LENGTH(refused); i++) {
		enum fault  f;
		const char *allow = NULL;
		struct str  path = str_of(refused[i].path);

		ok(route_find(str_of(refused[i].method), path, &f, &allow) == NULL && f == refused[i].fault, "%s %s is a %d",
		    refused[i].method, refused[i].path, fault_info(refused[i].fault)->status);
		is_str(allow, refused[i].allow, "and allows %s", refused[i].allow != NULL ? refused[i].allow : "nothing");
		is_int(route_dialect(path, DIALECT_OPENAI), refused[i].dialect, "told in %s", dialects[refused[i].dialect].name);
	}
	is_int(route_dialect(STR("/v1/models"), DIALECT_GEMINI), DIALECT_GEMINI, "the headers tell whose /v1/models it is");
	is_int(route_dialect(STR("/v1/nothing"), DIALECT_ANTHROPIC), DIALECT_ANTHROPIC, "and whose unknown path");
	is_int(route_dialect(STR("/v1/chat/completions"), DIALECT_ANTHROPIC), DIALECT_OPENAI, "a path that tells wins");
	check_hints();
	arena_done(&a);
	return tap_done();
}
