/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_test.c - who calls, and which models there are, in the words of each client. */
#include "stage.h"
#include "tap.h"

static void
fill(void)
{
	put(RECORD_PROVIDER, "p", "kind", "generic", "base_url", "https://one.example", NULL);
	put(RECORD_CHANNEL, "c", "provider", "p", "models", "alpha,beta,gamma,org/m:free,tagged:latest", NULL);
	put(RECORD_MODEL, NULL, "channel", "c", "model", "beta", "context", "1000", "max_output", "100", "capabilities",
	    "tools,reasoning", NULL);
	put(RECORD_MODEL, NULL, "channel", "c", "model", "gamma", "capabilities", "embeddings", NULL);
	put_key("user", "", "", "");
	put_key("narrow", "beta", "", "");
}

/* ---- keys ---- */

static const struct {
	const char *what, *path, *x_api_key, *headers;
	int	    status;
} keys[] = {
	{ "x-api-key", "/v1/models", "user", NULL, 200 },
	{ "a bearer", "/v1/models", NULL, "Authorization: Bearer user\n", 200 },
	{ "x-goog-api-key", "/v1/models", NULL, "x-goog-api-key: user\n", 200 },
	{ "a key in the query", "/v1/models?key=user", NULL, NULL, 200 },
	{ "one that is written with percent signs", "/v1/models?a=b&key=%75ser", NULL, NULL, 200 },
	{ "the same in all places", "/v1/models?key=user", "user", "Authorization: Bearer user\nx-goog-api-key: user\n", 200 },
	{ "two that differ", "/v1/models", "user", "Authorization: Bearer narrow\n", 400 },
	{ "another in the query", "/v1/models?key=narrow", "user", NULL, 400 },
	{ "another of Gemini's", "/v1/models", "user", "x-goog-api-key: narrow\n", 400 },
	{ "none", "/v1/models", NULL, NULL, 401 },
	{ "an unknown one", "/v1/models?key=nobody", NULL, NULL, 401 },
	{ "an empty one", "/v1/models?key=", NULL, NULL, 401 },
};

static void
test_keys(void)
{
	for (size_t i = 0; i < LENGTH(keys); i++) {
		sends = keys[i].headers;
		is_int(ask("GET", keys[i].path, keys[i].x_api_key, "")->status, keys[i].status, "%s", keys[i].what);
	}
	is_int(ask("GET", "/api/version", NULL, "")->status, 200, "a version is nobody's secret");
	is_int(ask("GET", "/", NULL, "")->status, 200, "nor is the root");
}

/* ---- lists ---- */

static const struct {
	const char *what, *path, *headers, *has, *lacks;
} lists[] = {
	{ "OpenAI's list", "/v1/models", NULL,
	    "{\"object\":\"list\",\"data\":[{\"id\":\"alpha\",\"object\":\"model\",\"created\":0,\"owned_by\":\"p\"},{\"id\":\"beta\"",
	    "\"models\"" },
	{ "with what is known", "/models", NULL, "\"context_length\":1000,\"max_output_tokens\":100", "\"models\"" },
	{ "Codex's", "/v1/models?client_version=0.1", NULL, "],\"models\":[]}", "has_more" },
	{ "Anthropic's", "/v1/models", "anthropic-version: 2023-06-01\n",
	    "{\"data\":[{\"type\":\"model\",\"id\":\"alpha\",\"display_name\":\"alpha\",\"created_at\":\"1970-01-01T00:00:00.000Z\"}",
	    "object" },
	{ "to its end", "/v1/models", "anthropic-version: 2026-10-21\n",
	    "\"has_more\":false,\"first_id\":\"alpha\",\"last_id\":\"tagged:latest\"}", "object" },
	{ "a part of it", "/v1/models?limit=2&after_id=alpha", "anthropic-version: 2023-06-01\n",
	    "\"has_more\":true,\"first_id\":\"beta\",\"last_id\":\"gamma\"}", "\"alpha\"" },
	{ "a part before another", "/v1/models?limit=1&before_id=gamma", "anthropic-version: 2023-06-01\n",
	    "\"has_more\":true,\"first_id\":\"beta\",\"last_id\":\"beta\"}", "\"alpha\"" },
	{ "behind its end", "/v1/models?after_id=zzz", "anthropic-version: 2023-06-01\n",
	    "{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}", "alpha" },
	{ "a limit that is none", "/v1/models?limit=x", "anthropic-version: 2023-06-01\n", "\"has_more\":false", "object" },
	{ "Gemini's by its path", "/v1beta/models", NULL, "{\"models\":[{\"name\":\"models/alpha\"", "object" },
	{ "by its key", "/v1/models", "x-goog-api-key: user\n", "{\"models\":[{\"name\":\"models/alpha\"", "object" },
	{ "by its client", "/v1/models", "x-goog-api-client: x\n", "\"supportedGenerationMethods\":[\"generateContent\"", "object" },
	{ "by the key in the query", "/v1/models?key=user", NULL, "\"name\":\"models/org/m:free\"", "nextPageToken" },
	{ "with what is known of it", "/v1beta/models", NULL,
	    "\"displayName\":\"beta\",\"inputTokenLimit\":1000,\"outputTokenLimit\":100", "object" },
	{ "an embedder among them", "/v1beta/models", NULL,
	    "\"displayName\":\"gamma\",\"supportedGenerationMethods\":[\"embedContent\",\"batchEmbedContents\"]", "object" },
	{ "a page of it", "/v1beta/models?pageSize=1&pageToken=alpha", NULL, "],\"nextPageToken\":\"beta\"}", "alpha" },
	{ "Ollama's", "/api/tags", NULL, "{\"models\":[{\"name\":\"alpha\",\"model\":\"alpha\",\"modified_at\":", "object" },
	{ "what it holds in memory", "/api/ps", NULL, "{\"models\":[]}", "alpha" },
	{ "its version", "/api/version", NULL, "{\"version\":\"0.", "alpha" },
	{ "its root", "/", NULL, "Ollama is running", "{" },
	{ "one model", "/v1/models/org%2Fm:free", NULL, "{\"id\":\"org/m:free\",\"object\":\"model\"", "data" },
	{ "one of Anthropic's", "/v1/models/beta", "anthropic-version: x\n",
	    "{\"type\":\"model\",\"id\":\"beta\",\"display_name\":\"beta\"", "data" },
	{ "one of Gemini's", "/v1beta/models/beta", NULL, "{\"name\":\"models/beta\",\"baseModelId\":\"beta\"", "\"models\":" },
};

static void
test_lists(void)
{
	for (size_t i = 0; i < LENGTH(lists); i++) {
		struct request *r;

		sends = lists[i].headers;
		r = ask("GET", lists[i].path, "user", "");
		ok(r->status == 200 && answer_has(r, lists[i].has) && !answer_has(r, lists[i].lacks), "%s", lists[i].what);
	}
	ok(!answer_has(ask("GET", "/v1/models", "narrow", ""), "alpha"), "a key sees only what it may use");
	ok(!answer_has(ask("GET", "/api/tags", "narrow", ""), "alpha"), "in every shape");
	is_int(ask("GET", "/v1beta/models/alpha", "narrow", "")->status, 404, "one by one as well");
}

static const struct {
	const char *what, *body;
	int	    status;
	const char *has;
} shows[] = {
	{ "a model is shown", "{\"model\":\"beta\"}", 200, "\"weir.context_length\":1000" },
	{ "with what it can", "{\"model\":\"beta\"}", 200, "\"capabilities\":[\"completion\",\"tools\",\"thinking\"]" },
	{ "by its older name", "{\"name\":\"gamma\"}", 200, "\"capabilities\":[\"embedding\"]" },
	{ "without its tag", "{\"model\":\"tagged\"}", 200, "\"general.basename\":\"tagged:latest\"" },
	{ "with one it has not", "{\"model\":\"alpha:latest\"}", 200, "\"capabilities\":[\"completion\",\"tools\",\"vision\"]" },
	{ "one that is not there", "{\"model\":\"none\"}", 404, "'none' does not exist" },
	{ "none", "{}", 400, "model" },
	{ "no JSON", "{", 400, "JSON" },
};

static void
test_show(void)
{
	for (size_t i = 0; i < LENGTH(shows); i++) {
		struct request *r = ask("POST", "/api/show", "user", shows[i].body);

		ok(r->status == shows[i].status && answer_has(r, shows[i].has), "%s", shows[i].what);
	}
}

static void
test_tags(void)
{
	struct request *r = ask("GET", "/v1/models", "user", "");
	const char     *tag = strstr(r->headers.p, "ETag: ");

	ok(tag != NULL, "a list has a tag");
	sends = arena_printf(&arena, "If-None-Match: W/%.18s\n", tag + 6).p;
	r = ask("GET", "/v1/models", "user", "");
	ok(r->status == 304 && r->answer.n == 0, "who has the list already does not get it again");
	sends = "If-None-Match: \"0123456789abcdef\"\n";
	is_int(ask("GET", "/v1/models", "user", "")->status, 200, "who has another does");
}

int
main(void)
{
	catalog_open();
	fill();
	stage_open();
	test_keys();
	test_lists();
	test_show();
	test_tags();
	ok(all_clean(), "nothing is left");
	stage_close();
	return tap_done();
}
