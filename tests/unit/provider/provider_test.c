/* SPDX-License-Identifier: Apache-2.0 */
/* provider_test.c - how a call is signed, what a provider speaks, and its model list in every usual shape. */
#include "provider/provider.h"
#include "tap.h"

#define O DIALECT_OPENAI
#define R DIALECT_RESPONSES
#define A DIALECT_ANTHROPIC
#define G DIALECT_GEMINI
#define L DIALECT_OLLAMA

static const struct {
	const char *what, *body;
	int	    rc;
	size_t	    n;
	const char *first;
	uint64_t    context;
	const char *next;
} lists[] = {
	{ "OpenAI's", "{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b/c:d\"}]}", 0, 2, "a", 0, "" },
	{ "OpenRouter's, with its context", "{\"data\":[{\"id\":\"x/y\",\"context_length\":8192}]}", 0, 1, "x/y", 8192, "" },
	{ "Gemini's", "{\"models\":[{\"name\":\"models/g\",\"inputTokenLimit\":100}]}", 0, 1, "g", 100, "" },
	{ "Gemini's, of what answers chats or embeds",
	    "{\"models\":[{\"name\":\"models/i\",\"supportedGenerationMethods\":[\"predict\"]},"
	    "{\"name\":\"models/g\",\"supportedGenerationMethods\":[\"x\",\"generateContent\"]},"
	    "{\"name\":\"models/e\",\"supportedGenerationMethods\":[\"embedContent\"]}],\"nextPageToken\":\"p=2\"}", 0, 2, "g", 0, "p=2" },
	{ "Anthropic's", "{\"data\":[{\"type\":\"model\",\"id\":\"c\",\"max_input_tokens\":9}],\"has_more\":true,\"last_id\":\"c\"}", 0, 1, "c", 9, "c" },
	{ "its last page", "{\"data\":[{\"id\":\"c\"}],\"has_more\":false,\"last_id\":\"c\"}", 0, 1, "c", 0, "" },
	{ "Ollama's", "{\"models\":[{\"name\":\"l:7b\"}]}", 0, 1, "l:7b", 0, "" },
	{ "a bare array of objects", "[{\"id\":\"a\"}]", 0, 1, "a", 0, "" },
	{ "a bare array of names", "[\"a\",\"b\"]", 0, 2, "a", 0, "" },
	{ "entries without a name are passed over", "{\"data\":[{},{\"id\":\"b\"}]}", 0, 1, "b", 0, "" },
	{ "an empty list", "{\"data\":[]}", 0, 0, NULL, 0, "" },
	{ "no list", "{\"error\":{}}", -1, 0, NULL, 0, "" },
	{ "a web page", "<html>", -1, 0, NULL, 0, "" },
};

static struct header_lines
headers(struct arena *a, const char *kind, enum dialect_id d, const struct str_list *own, const char *secret)
{
	static const char *const taken[] = { "anthropic-version: 2026-10-21" };
	struct header_wish	 w = { .dialect = d, .own = own, .secret = str_of(secret), .user_agent = str_of("me/1") };

	if (str_is(STR("taken"), secret != NULL ? secret : "")) {
		w.taken = taken;
		w.taken_n = 1;
	}
	return provider_headers(a, preset_find(str_of(kind)), &w);
}

static const struct str_list none;

static bool
has_line(const struct header_lines *h, const char *line)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->lines[i], line) == 0)
			return true;
	return false;
}

static const struct {
	const char     *kind;
	enum dialect_id dialect;
	size_t		n;
	const char     *has[2];
} signs[] = {
	{ "openai", O, 3, { "Authorization: Bearer k", "Content-Type: application/json" } },
	{ "openai", R, 3, { "Authorization: Bearer k", "User-Agent: me/1" } },
	{ "anthropic", A, 4, { "x-api-key: k", "anthropic-version: 2023-06-01" } },
	{ "gemini", G, 3, { "x-goog-api-key: k", "Content-Type: application/json" } },
	{ "ollama", L, 3, { "Authorization: Bearer k", NULL } },
	{ "generic", A, 5, { "x-api-key: k", "Authorization: Bearer k" } },
	{ "generic", G, 4, { "x-goog-api-key: k", "Authorization: Bearer k" } },
};

static void
check_headers(struct arena *a)
{
	struct str	    own[] = { STR("X-Title: mine"), STR("authorization: Basic x") };
	struct str_list	    list = { own, LENGTH(own) };
	struct header_lines h = headers(a, "openrouter", O, &list, "k");
	int		    titles = 0, authorizations = 0;

	for (size_t i = 0; i < h.n; i++) {
		titles += str_starts_nocase(str_of(h.lines[i]), STR("x-title:"));
		authorizations += str_starts_nocase(str_of(h.lines[i]), STR("authorization:"));
	}
	ok(titles == 1 && authorizations == 1, "a header of the provider's own replaces the one of the same name");
	for (size_t i = 0; i < LENGTH(signs); i++) {
		h = headers(a, signs[i].kind, signs[i].dialect, &none, "k");
		ok(h.n == signs[i].n && has_line(&h, signs[i].has[0]) && (signs[i].has[1] == NULL || has_line(&h, signs[i].has[1])),
		    "a call of %s to %s carries its key, its type, the caller's agent and nothing else", dialects[signs[i].dialect].name,
		    signs[i].kind);
	}
	h = headers(a, "anthropic", A, &none, "taken");
	ok(has_line(&h, "anthropic-version: 2026-10-21") && !has_line(&h, "anthropic-version: 2023-06-01"),
	    "the client's version stands instead of the usual one");
	h = headers(a, "generic", A, &none, "k");
	ok(h.secrets[0] != NULL && h.secrets[1] != NULL && h.secrets[2] == NULL, "the lines that hold the secret are named");
	provider_headers_wipe(&h);
	ok(!has_line(&h, "x-api-key: k") && !has_line(&h, "Authorization: Bearer k"), "and wiped");
	h = headers(a, "ollama", L, &none, NULL);
	ok(h.secrets[0] == NULL && h.n == 2, "a keyless call carries only its type and the agent");
}

static void
check_tongues(void)
{
	struct str	named[] = { STR("gemini"), STR("klingon"), STR("openai") };
	struct str_list list = { named, LENGTH(named) };
	struct tongues	t = provider_tongues(preset_find(STR("openai")), &none);

	ok(t.own == O && t.all == (SPEAKS(OPENAI) | SPEAKS(RESPONSES)), "a kind speaks its dialects");
	t = provider_tongues(preset_find(STR("openai")), &list);
	ok(t.own == G && t.all == (SPEAKS(OPENAI) | SPEAKS(GEMINI)), "a record's list stands instead, its first the provider's own");
	list.n = 0;
	t = provider_tongues(preset_find(STR("anthropic")), &list);
	ok(t.own == A && t.all == SPEAKS(ANTHROPIC), "an empty one changes nothing");
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	check_headers(&a);
	check_tongues();
	for (size_t i = 0; i < LENGTH(lists); i++) {
		struct model_list l;
		int		  rc = provider_read_models(&a, str_of(lists[i].body), &l);

		ok(rc == lists[i].rc && l.n == lists[i].n && str_is(l.next, lists[i].next) &&
			(l.n == 0 || (str_is(l.of[0].id, lists[i].first) && l.of[0].context == lists[i].context)),
		    "a model list: %s", lists[i].what);
	}
	for (size_t i = 0; i < presets_count; i++)
		ok(preset_find(str_of(presets[i].kind)) == &presets[i], "the preset %s is found by its name", presets[i].kind);
	ok(preset_find(STR("nonsense")) == NULL, "an unknown kind is no preset");
	arena_done(&a);
	return tap_done();
}
