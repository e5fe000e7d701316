/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c - where a provider's endpoints are.
 *
 * Runs in: worker, scheduler, weirctl.
 *
 * A model's name comes from the client where a channel takes any: within a path
 * every byte of it that could end a segment is written with a percent sign.
 */
#include <ctype.h>
#include <string.h>

#include "provider/provider.h"

static const struct place {
	const char *version;		/* a base URL without one gets it */
	const char *paths[ENDPOINTS];
	const char *list, *list_next;	/* the model list, and what names its further pages */
} places[DIALECTS] = {
	[DIALECT_OPENAI] = { "/v1",
	    { [ENDPOINT_CHAT] = "/chat/completions", [ENDPOINT_COMPLETIONS] = "/completions", [ENDPOINT_EMBEDDINGS] = "/embeddings",
		[ENDPOINT_PASS] = "" },
	    "/models", NULL },
	[DIALECT_RESPONSES] = { "/v1", { [ENDPOINT_CHAT] = "/responses", [ENDPOINT_PASS] = "" }, "/models", NULL },
	[DIALECT_ANTHROPIC] = { "/v1", { [ENDPOINT_CHAT] = "/messages", [ENDPOINT_COUNT] = "/messages/count_tokens" },
	    "/models?limit=1000", "&after_id=" },
	[DIALECT_GEMINI] = { "/v1beta",
	    { [ENDPOINT_CHAT] = "/models/", [ENDPOINT_EMBEDDINGS] = "/models/", [ENDPOINT_EMBED_ONE] = "/models/",
		[ENDPOINT_COUNT] = "/models/" },
	    "/models?pageSize=1000", "&pageToken=" },
	[DIALECT_OLLAMA] = { "",
	    { [ENDPOINT_CHAT] = "/api/chat", [ENDPOINT_COMPLETIONS] = "/api/generate", [ENDPOINT_EMBEDDINGS] = "/api/embed",
		[ENDPOINT_EMBED_ONE] = "/api/embeddings" },
	    "/api/tags", NULL },
};

static bool
cut_end(struct str *s, const char *end)
{
	bool has = end != NULL && str_ends(*s, str_of(end));

	if (has)
		s->n -= strlen(end);
	return has;
}

/* A base URL may be given with an endpoint's path behind it, and with slashes. */
static struct str
clean_base(struct str base)
{
	while (cut_end(&base, "/"))
		;
	for (size_t d = 0; d < DIALECTS; d++)
		for (size_t e = 0; e < ENDPOINTS; e++)
			if (d != DIALECT_GEMINI)
				cut_end(&base, places[d].paths[e]);
	while (cut_end(&base, "/"))
		;
	return base;
}

/* Behind the last slash of a path: "v1", "v4", "v1beta". */
static bool
ends_in_version(struct str base)
{
	size_t i = base.n;

	while (i > 0 && isalnum((unsigned char)base.p[i - 1]))
		i--;
	return i > 0 && base.p[i - 1] == '/' && base.n - i >= 2 && base.p[i] == 'v' && isdigit((unsigned char)base.p[i + 1]);
}

static bool
has_path(struct str base)
{
	struct str rest = str_from(base, str_find(base, STR("://")) + 3);

	return str_find_byte(rest, '/') < rest.n;
}

static bool
is_openai_family(enum dialect_id d)
{
	return d == DIALECT_OPENAI || d == DIALECT_RESPONSES;
}

/* With the version that the dialect's paths stand behind, when the base has none of its own. */
static struct str
versioned(struct arena *a, struct str base, enum dialect_id own, enum dialect_id d)
{
	if (own == DIALECT_OLLAMA || d == DIALECT_OLLAMA) {
		cut_end(&base, "/v1");
		cut_end(&base, "/api");
	}
	if (ends_in_version(base))
		return base;
	/* OpenAI's compatible servers live below any path: theirs is taken as it is. */
	if (is_openai_family(own) && is_openai_family(d) && has_path(base))
		return base;
	return arena_printf(a, STR_FMT "%s", STR_ARG(base), places[d].version);
}

struct str
provider_url(struct arena *a, struct str base, enum dialect_id own, enum dialect_id d, enum endpoint e)
{
	if (places[d].paths[e] == NULL)
		return STR_NONE;
	return arena_printf(a, STR_FMT "%s", STR_ARG(versioned(a, clean_base(base), own, d)), places[d].paths[e]);
}

static void
put_percent(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (isalnum(c) || (c != '\0' && strchr("-._~", c) != NULL))
			buf_byte(b, (char)c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

static const char *const gemini_verbs[ENDPOINTS] = {
	[ENDPOINT_CHAT] = "generateContent",
	[ENDPOINT_EMBEDDINGS] = "batchEmbedContents",
	[ENDPOINT_EMBED_ONE] = "embedContent",
	[ENDPOINT_COUNT] = "countTokens",
};

struct str
provider_call_url(struct arena *a, const char *url, enum dialect_id d, enum endpoint e, struct str model, bool stream)
{
	struct str base = str_of(url), whole;
	struct buf b = { 0 };

	if (d != DIALECT_GEMINI)
		return base;
	if (str_starts(model, STR("tunedModels/"))) {
		cut_end(&base, "models/");
		buf_str(&b, base);
		buf_cstr(&b, "tunedModels/");
		model = str_from(model, STR("tunedModels/").n);
	} else {
		buf_str(&b, base);
		model = str_starts(model, STR("models/")) ? str_from(model, STR("models/").n) : model;
	}
	put_percent(&b, model);
	if (e == ENDPOINT_CHAT && stream)
		buf_cstr(&b, ":streamGenerateContent?alt=sse");
	else
		buf_printf(&b, ":%s", gemini_verbs[e]);
	whole = arena_take(a, &b);
	return whole;
}

struct str
provider_list_url(struct arena *a, struct str base, enum dialect_id own, struct str page)
{
	struct buf b = { 0 };

	buf_str(&b, versioned(a, clean_base(base), own, own));
	buf_cstr(&b, places[own].list);
	if (page.n > 0 && places[own].list_next != NULL) {
		buf_cstr(&b, places[own].list_next);
		put_percent(&b, page);
	}
	return arena_take(a, &b);
}
