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

static void
check_lacks(void)
{
	struct way w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 1000);

	way_lacks(channel("sim"), &w, 1000);
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 2000);
	ok(w.kind != WAY_VERBATIM, "a channel that does not know an endpoint is not asked there");
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_COUNT, 2000);
	ok(w.kind == WAY_VERBATIM, "but at others");
	w = find("other", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 2000);
	ok(w.kind == WAY_VERBATIM, "nor does another channel hear of it");
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 601001);
	ok(w.kind == WAY_VERBATIM, "and it is asked again later");
}

static void
check_without(void)
{
	struct ask ask = { .endpoint = ENDPOINT_EMBEDDINGS };
	struct way w = find("openai", DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, 700000), other;

	ok(!way_without(channel("openai"), &dialects[DIALECT_OPENAI], &ask, 700000, &w, &other), "embeddings go one way only");
	w = find("openai", DIALECT_OPENAI, ENDPOINT_EMBEDDINGS, 700001);
	ok(w.kind == WAY_VERBATIM, "so the next request goes it as well");
	ask.endpoint = ENDPOINT_CHAT;
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 700000);
	ok(way_without(channel("sim"), &dialects[DIALECT_ANTHROPIC], &ask, 700000, &w, &other) && other.kind == WAY_CROSSING,
	    "a chat that may go another way does");
	w = find("sim", DIALECT_ANTHROPIC, ENDPOINT_CHAT, 700001);
	ok(w.kind == WAY_CROSSING, "and the next one goes there at once");
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
	check_without();
	catalog_close();
	return tap_done();
}
