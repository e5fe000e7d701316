/* SPDX-License-Identifier: Apache-2.0 */
/* url_test.c - URLs are joined once, however their base is given; no model's name leaves its place in one. */
#include "provider/provider.h"
#include "tap.h"

#define O DIALECT_OPENAI
#define R DIALECT_RESPONSES
#define A DIALECT_ANTHROPIC
#define G DIALECT_GEMINI
#define L DIALECT_OLLAMA
#define C ENDPOINT_CHAT

static const struct {
	const char     *base;
	enum dialect_id own, asked;
	enum endpoint	endpoint;
	const char     *want;	/* NULL: there is no such endpoint */
} urls[] = {
	{ "https://api.openai.com/v1", O, O, C, "https://api.openai.com/v1/chat/completions" },
	{ "https://api.openai.com/v1/", O, O, C, "https://api.openai.com/v1/chat/completions" },
	{ "https://api.openai.com", O, O, C, "https://api.openai.com/v1/chat/completions" },
	{ "https://api.openai.com/", O, R, C, "https://api.openai.com/v1/responses" },
	{ "http://127.0.0.1:8000", O, O, ENDPOINT_EMBEDDINGS, "http://127.0.0.1:8000/v1/embeddings" },
	{ "https://api.z.ai/api/paas/v4", O, O, C, "https://api.z.ai/api/paas/v4/chat/completions" },
	{ "https://host/v1/chat/completions", O, O, C, "https://host/v1/chat/completions" },
	{ "https://host/openai//", O, O, C, "https://host/openai/chat/completions" },
	{ "https://host/openai", O, A, C, "https://host/openai/v1/messages" },
	{ "https://host/openai", O, O, ENDPOINT_COUNT, NULL },
	{ "https://host/x/v1/responses", R, R, C, "https://host/x/v1/responses" },
	{ "https://host/x/v1/responses", R, O, ENDPOINT_COMPLETIONS, "https://host/x/v1/completions" },
	{ "https://api.anthropic.com", A, A, C, "https://api.anthropic.com/v1/messages" },
	{ "https://api.anthropic.com/v1", A, A, ENDPOINT_COUNT, "https://api.anthropic.com/v1/messages/count_tokens" },
	{ "https://api.anthropic.com/v1/messages/", A, A, C, "https://api.anthropic.com/v1/messages" },
	{ "https://api.z.ai/api/anthropic", A, A, C, "https://api.z.ai/api/anthropic/v1/messages" },
	{ "https://api.z.ai/api/anthropic", A, O, C, "https://api.z.ai/api/anthropic/v1/chat/completions" },
	{ "https://api.anthropic.com", A, A, ENDPOINT_EMBEDDINGS, NULL },
	{ "https://g.example", G, G, C, "https://g.example/v1beta/models/" },
	{ "https://g.example/v1", G, G, C, "https://g.example/v1/models/" },
	{ "https://g.example/v1beta/", G, G, ENDPOINT_COUNT, "https://g.example/v1beta/models/" },
	{ "https://g.example/proxy", G, G, C, "https://g.example/proxy/v1beta/models/" },
	{ "http://127.0.0.1:11434", L, L, C, "http://127.0.0.1:11434/api/chat" },
	{ "http://127.0.0.1:11434/v1", L, L, C, "http://127.0.0.1:11434/api/chat" },
	{ "http://127.0.0.1:11434/v1/", L, O, C, "http://127.0.0.1:11434/v1/chat/completions" },
	{ "http://127.0.0.1:11434/api", L, L, ENDPOINT_EMBED_ONE, "http://127.0.0.1:11434/api/embeddings" },
	{ "http://127.0.0.1:11434/api/chat", L, O, C, "http://127.0.0.1:11434/v1/chat/completions" },
	{ "http://host/ollama/", L, O, C, "http://host/ollama/v1/chat/completions" },
	{ "http://127.0.0.1:7699/v1", O, L, C, "http://127.0.0.1:7699/api/chat" },
	{ "http://127.0.0.1:7699/v1", O, G, C, "http://127.0.0.1:7699/v1/models/" },
};

static const struct {
	const char     *what;
	enum dialect_id dialect;
	enum endpoint	endpoint;
	const char     *model;
	bool		stream;
	const char     *want;
} calls[] = {
	{ "a call", O, C, "m", true, "https://h/v1/models/" },
	{ "Gemini's call", G, C, "gemini-2.5-pro", false, "https://h/v1/models/gemini-2.5-pro:generateContent" },
	{ "a stream of Gemini's", G, C, "g", true, "https://h/v1/models/g:streamGenerateContent?alt=sse" },
	{ "its count", G, ENDPOINT_COUNT, "g", true, "https://h/v1/models/g:countTokens" },
	{ "its embeddings", G, ENDPOINT_EMBEDDINGS, "g", false, "https://h/v1/models/g:batchEmbedContents" },
	{ "a name that says what it is", G, C, "models/g", false, "https://h/v1/models/g:generateContent" },
	{ "one that is tuned", G, C, "tunedModels/t-1", false, "https://h/v1/tunedModels/t-1:generateContent" },
	{ "a name that would leave its place", G, C, "../x?y#z:a b%", false, "https://h/v1/models/..%2Fx%3Fy%23z%3Aa%20b%25:generateContent" },
};

static const struct {
	const char     *base;
	enum dialect_id own;
	const char     *page, *want;
} list_urls[] = {
	{ "https://api.openai.com/v1", O, "", "https://api.openai.com/v1/models" },
	{ "https://host/x", O, "ignored", "https://host/x/models" },
	{ "https://api.anthropic.com", A, "", "https://api.anthropic.com/v1/models?limit=1000" },
	{ "https://api.anthropic.com", A, "claude-x", "https://api.anthropic.com/v1/models?limit=1000&after_id=claude-x" },
	{ "https://g.example", G, "a/b=", "https://g.example/v1beta/models?pageSize=1000&pageToken=a%2Fb%3D" },
	{ "http://127.0.0.1:11434/v1", L, "", "http://127.0.0.1:11434/api/tags" },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(urls); i++) {
		struct str got = provider_url(&a, str_of(urls[i].base), urls[i].own, urls[i].asked, urls[i].endpoint);

		is_slice(got, urls[i].want != NULL ? urls[i].want : "", "%s of %s at %s", dialects[urls[i].asked].name,
		    dialects[urls[i].own].name, urls[i].base);
	}
	for (size_t i = 0; i < LENGTH(calls); i++)
		is_slice(provider_call_url(&a, "https://h/v1/models/", calls[i].dialect, calls[i].endpoint, str_of(calls[i].model),
			     calls[i].stream), calls[i].want, "%s", calls[i].what);
	for (size_t i = 0; i < LENGTH(list_urls); i++)
		is_slice(provider_list_url(&a, str_of(list_urls[i].base), list_urls[i].own, str_of(list_urls[i].page)), list_urls[i].want,
		    "the list of %s", list_urls[i].base);
	arena_done(&a);
	return tap_done();
}
