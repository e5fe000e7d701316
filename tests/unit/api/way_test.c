/* SPDX-License-Identifier: Apache-2.0 */
/* way_test.c - in which dialect a channel is asked: the client's where it can, else its own. */
#include "../route/catalog.h"
#include "api/way.h"
#include "tap.h"

static const struct route_channel *
channel(const char *name)
{
	for (size_t i = 0; i < catalog->channels_n; i++)
		if (str_is(catalog->channels[i].record->r.name, name))
			return &catalog->channels[i];
	bail(name, STR("is no channel"));
	return NULL;
}

static struct way
find(const char *to, enum dialect_id client, enum endpoint e, uint64_t now)
{
	return way_find(channel(to), &dialects[client], &(struct ask){ .endpoint = e }, now);
}

static bool
other(const char *of, enum dialect_id client, enum endpoint e, uint64_t now, struct way *w)
{
	return way_other(channel(of), &dialects[client], &(struct ask){ .endpoint = e }, now, w);
}

static void
check_lacks(void)
{
	struct way w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 1000);

	ok(other("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 1000, &w), "a server that does not know a dialect's path");
	ok(w.kind == WAY_CROSSING && w.up->id == DIALECT_OPENAI, "is asked in its own");
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 2000);
	ok(w.kind == WAY_CROSSING, "from then on");
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_COUNT, 2000);
	ok(w.kind == WAY_VERBATIM, "but as before at its other paths");
	w = find("other", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 2000);
	ok(w.kind == WAY_VERBATIM, "nor does another channel hear of it");
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 601001);
	ok(w.kind == WAY_VERBATIM, "and it is asked again later");
	w = find("openai", DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, 1000);
	ok(!other("openai", DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, 1000, &w), "a path of its own dialect is none that it lacks");
	w = find("openai", DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, 2000);
	ok(w.kind == WAY_VERBATIM, "and nothing is remembered of it");
	w = find("openai", DIALECT_OPENAI, ENDPOINT_COMPLETIONS, 1000);
	ok(other("openai", DIALECT_OPENAI, ENDPOINT_COMPLETIONS, 1000, &w) && w.kind == WAY_CROSSING && w.endpoint == ENDPOINT_CHAT,
	    "but that for prompts, which newer servers leave out");
	w = find("named", DIALECT_ANTHROPIC, ENDPOINT_COUNT, 1000);
	ok(other("named", DIALECT_ANTHROPIC, ENDPOINT_COUNT, 1000, &w) && w.kind == WAY_ESTIMATE, "or that for counts: then they are estimated");
	w = find("sim", DIALECT_GEMINI, ENDPOINT_COUNT, 1000);
	ok(other("sim", DIALECT_GEMINI, ENDPOINT_COUNT, 1000, &w) && w.up != NULL && w.up->id == DIALECT_ANTHROPIC,
	    "tokens are counted by whoever can");
}

int
main(void)
{
	struct way w;

	catalog_open();
	put(RECORD_PROVIDER, "openai", "kind", "openai", NULL);
	put(RECORD_PROVIDER, "sim", "kind", "sim", NULL);
	put(RECORD_PROVIDER, "named", "kind", "generic", "base_url", "https://h.example", "dialects", "anthropic,openai", NULL);
	put(RECORD_CHANNEL, "openai", "provider", "openai", NULL);
	put(RECORD_CHANNEL, "sim", "provider", "sim", NULL);
	put(RECORD_CHANNEL, "other", "provider", "sim", NULL);
	put(RECORD_CHANNEL, "named", "provider", "named", NULL);
	rebuild();
	w = find("openai", DIALECT_OPENAI, ENDPOINT_CHAT, 0);
	ok(w.kind == WAY_VERBATIM && w.up->id == DIALECT_OPENAI && w.endpoint == ENDPOINT_CHAT, "its own dialect is verbatim");
	w = find("named", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 0);
	ok(w.kind == WAY_VERBATIM && w.up->id == DIALECT_ANTHROPIC, "so is one that the record names");
	is_str(channel("named")->urls[DIALECT_ANTHROPIC][ENDPOINT_CHAT], "https://h.example/v1/messages", "at its place");
	w = find("openai", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 0);
	ok(w.kind != WAY_VERBATIM, "one that it does not speak is not");
	w = find("openai", DIALECT_OPENAI, ENDPOINT_COUNT, 0);
	ok(w.kind == WAY_NONE, "what the client's dialect has no words for is not asked");
	check_lacks();
	catalog_close();
	return tap_done();
}
