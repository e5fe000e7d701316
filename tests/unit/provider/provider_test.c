/* SPDX-License-Identifier: Apache-2.0 */
/* provider_test.c - URLs are joined once, headers replaced by name, model lists read in every usual shape. */
#include "provider/provider.h"
#include "tap.h"

static const struct {
	const char *base, *want;
} urls[] = {
	{ "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions" },
	{ "https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions" },
	{ "https://api.openai.com", "https://api.openai.com/v1/chat/completions" },
	{ "https://api.openai.com/", "https://api.openai.com/v1/chat/completions" },
	{ "http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/chat/completions" },
	{ "https://api.z.ai/api/paas/v4", "https://api.z.ai/api/paas/v4/chat/completions" },
	{ "https://host/v1/chat/completions", "https://host/v1/chat/completions" },
	{ "https://host/openai//", "https://host/openai/chat/completions" },
};

static const struct {
	const char *what, *body;
	int	    rc;
	size_t	    n;
	const char *first;
	uint64_t    context;
} lists[] = {
	{ "OpenAI's", "{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b/c:d\"}]}", 0, 2, "a", 0 },
	{ "OpenRouter's, with its context", "{\"data\":[{\"id\":\"x/y\",\"context_length\":8192}]}", 0, 1, "x/y", 8192 },
	{ "Gemini's", "{\"models\":[{\"name\":\"models/g\",\"inputTokenLimit\":100}]}", 0, 1, "g", 100 },
	{ "Ollama's", "{\"models\":[{\"name\":\"l:7b\"}]}", 0, 1, "l:7b", 0 },
	{ "a bare array of objects", "[{\"id\":\"a\"}]", 0, 1, "a", 0 },
	{ "a bare array of names", "[\"a\",\"b\"]", 0, 2, "a", 0 },
	{ "entries without a name are passed over", "{\"data\":[{},{\"id\":\"b\"}]}", 0, 1, "b", 0 },
	{ "an empty list", "{\"data\":[]}", 0, 0, NULL, 0 },
	{ "no list", "{\"error\":{}}", -1, 0, NULL, 0 },
	{ "a web page", "<html>", -1, 0, NULL, 0 },
};

static void
check_headers(struct arena *a)
{
	struct str	    own[] = { STR("X-Title: mine"), STR("authorization: Basic x") };
	struct str_list	    list = { own, LENGTH(own) };
	struct header_lines h = provider_headers(a, preset_find(STR("openrouter")), &list, STR("k"), STR("me/1"));
	int		    titles = 0, signs = 0;

	for (size_t i = 0; i < h.n; i++) {
		titles += str_starts_nocase(str_of(h.lines[i]), STR("x-title:"));
		signs += str_starts_nocase(str_of(h.lines[i]), STR("authorization:"));
	}
	ok(titles == 1 && signs == 1, "a header of the provider's own replaces the one of the same name");
	h = provider_headers(a, preset_find(STR("openai")), &(struct str_list){ 0 }, STR("k"), STR("me/1"));
	is_str(h.secret, "Authorization: Bearer k", "the line that holds the secret is named");
	is_int(h.n, 3, "a call carries the key, its type and the caller's agent, and nothing else");
	h = provider_headers(a, preset_find(STR("ollama")), &(struct str_list){ 0 }, STR_NONE, STR_NONE);
	ok(h.secret == NULL && h.n == 1, "a keyless call carries only its type");
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(urls); i++)
		is_slice(provider_url(&a, str_of(urls[i].base), "/chat/completions"), urls[i].want, "joined: %s", urls[i].base);
	check_headers(&a);
	for (size_t i = 0; i < LENGTH(lists); i++) {
		struct listed_model *m = NULL;
		size_t		     n = 0;
		int		     rc = provider_read_models(&a, str_of(lists[i].body), &m, &n);

		ok(rc == lists[i].rc && n == lists[i].n &&
			(n == 0 || (str_is(m[0].id, lists[i].first) && m[0].context == lists[i].context)),
		    "a model list: %s", lists[i].what);
	}
	for (size_t i = 0; i < presets_count; i++)
		ok(preset_find(str_of(presets[i].kind)) == &presets[i], "the preset %s is found by its name", presets[i].kind);
	ok(preset_find(STR("nonsense")) == NULL, "an unknown kind is no preset");
	arena_done(&a);
	return tap_done();
}
