/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_test.c - a generation of the catalog: what is in it, what is left out, how long it lives. */
#include "catalog.h"
#include "tap.h"

static const struct route_channel *
channel(const char *name)
{
	for (size_t i = 0; i < catalog->channels_n; i++)
		if (str_is(catalog->channels[i].record->r.name, name))
			return &catalog->channels[i];
	return NULL;
}

static const struct offer *
offer(const char *name)
{
	return map_get(&catalog->offers, str_of(name));
}

static void
test_empty(void)
{
	rebuild();
	ok(catalog->channels_n == 0 && catalog->offers.n == 0 && catalog->keys.n == 0, "an empty store is an empty catalog");
	is_str(served("gpt-4o", NULL), "404", "that serves nothing");
}

static void
test_channels(void)
{
	put(RECORD_PROVIDER, "vendor", "kind", "openai", "multiplier", "1", NULL);
	put(RECORD_PROVIDER, "mine", "kind", "generic", "base_url", "https://host.example/api/v2/", "allow_private", "true", NULL);
	put(RECORD_PROVIDER, "lab", "kind", "vllm", NULL);
	put(RECORD_PROVIDER, "nowhere", "kind", "generic", NULL);
	put(RECORD_PROVIDER, "odd", "kind", "no-such-kind", NULL);
	put(RECORD_CHANNEL, "a", "provider", "vendor", "models", "m", "limits", "10 requests / 1m,5 usd / day", NULL);
	put(RECORD_CHANNEL, "b", "provider", "mine", "models", "m", NULL);
	put(RECORD_CHANNEL, "c", "provider", "lab", "models", "m", NULL);
	put(RECORD_CHANNEL, "d", "provider", "nowhere", "models", "m", NULL);
	put(RECORD_CHANNEL, "e", "provider", "odd", "models", "m", NULL);
	rebuild();
	is_int(catalog->channels_n, 3, "a channel without a URL or of an unknown kind is left out");
	is_str(channel("a")->urls[DIALECT_OPENAI][ENDPOINT_CHAT], "https://api.openai.com/v1/chat/completions", "the preset's URL");
	is_str(channel("b")->urls[DIALECT_OPENAI][ENDPOINT_EMBEDDINGS], "https://host.example/api/v2/embeddings", "the provider's own URL");
	ok(!channel("a")->allow_private && channel("b")->allow_private && channel("c")->allow_private,
	    "private addresses only where the provider or its kind says so");
	ok(channel("a")->limits.n == 2 && channel("a")->limits.of[1].metric == METRIC_COST, "limits are read");
	is_str(served("m", NULL), "a:m b:m c:m", "all others serve");
}

static void
test_models(void)
{
	const struct offer *o;

	put(RECORD_MODEL, NULL, "channel", "a", "model", "m", "context", "128000", "max_output", "4096", NULL);
	put(RECORD_CHANNEL, "a", "models", "m,n,m", "aliases", "m=other,x=n", NULL);
	rebuild();
	for (o = offer("m"); o != NULL && o->channel != channel("a"); o = o->next)
		;
	ok(o != NULL && o->context == 128000 && o->max_output == 4096, "a model record tells of an offer");
	is_str(served("m", NULL), "a:other b:m c:m", "an alias goes before the list, and a channel offers a name once");
	ok(o->upstream_hash == str_hash(STR("other")), "the breaker's model is the upstream's name");
	is_str(served("x", NULL), "a:n", "an alias of a listed name");
}

static void
test_keys(void)
{
	uint64_t id = put(RECORD_CHANNEL, "a", NULL);

	put_upkey(id, "one", "sk-first", true);
	put_upkey(id, "two", "sk-second", false);
	put_upkey(id, "three", "sk-third", true);
	put_upkey(id, "four", "sk\r\nx: y", true);
	for (int i = 0; i < 20; i++)
		put_upkey(put(RECORD_CHANNEL, "b", NULL), arena_printf(&arena, "k%d", i).p, arena_printf(&arena, "sk-%d", i).p, true);
	rebuild();
	is_int(channel("a")->upkeys_n, 2, "enabled upstream keys that a header may carry");
	is_slice(secret_bytes(&channel("a")->upkeys[0].secret), "sk-first", "are open");
	is_slice(secret_bytes(&channel("a")->upkeys[1].secret), "sk-third", "in their order");
	is_slice(channel("a")->upkeys[1].label, "a/three", "with their name");
	is_int(channel("b")->upkeys_n, 20, "there may be many");
	is_slice(secret_bytes(&channel("b")->upkeys[19].secret), "sk-19", "to the last");
	is_int(channel("c")->upkeys_n, 0, "or none");
}

static void
test_wrong_master_key(void)
{
	static const struct str_list none;
	struct str		     why;
	struct seal_ring	    *other = seal_ring_create(arena_printf(&arena, "%s/other.key", temp_dir).p, &arena, &why);
	struct txn		    *t = txn_read(store);
	struct snapshot		    *wrong = snapshot_build(t, other, &none), *without = snapshot_build(t, NULL, &none);

	txn_end(t);
	ok(wrong->channels_n == 3 && wrong->channels[0].upkeys_n == 0, "what another master key sealed is left out");
	ok(without->channels_n == 3 && without->channels[0].upkeys_n == 0, "so is all without a master key");
	snapshot_drop(wrong);
	snapshot_drop(without);
	seal_ring_free(other);
}

/* A limit that a newer program or another zone database understands may stand in the store. */
static void
test_broken_limits(void)
{
	put_key("good", "", "", "10 requests / 1m");
	put_key("bad", "", "", "10 requests / 1m,5 usd / month Nowhere/Land");
	put_key("many", "", "",
	    "1 requests / 1s,1 requests / 2s,1 requests / 3s,1 requests / 4s,1 requests / 5s,1 requests / 6s,1 requests / 7s,"
	    "1 requests / 8s,1 requests / 9s");
	rebuild();
	ok(key_of("good")->limits.n == 1 && !key_of("good")->broken, "a key's limits are read");
	ok(key_of("bad")->broken, "a key with a limit that cannot be read is broken, not unlimited");
	ok(key_of("many")->broken && key_of("many")->limits.n == LIMITS_MAX, "so is one with more than there may be");
	put(RECORD_CHANNEL, "b", "limits", "5 usd / month Nowhere/Land", NULL);
	rebuild();
	ok(channel("b") == NULL, "a channel with such a limit is left out");
	put(RECORD_CHANNEL, "b", "limits", "", NULL);
	rebuild();
	ok(channel("b") != NULL, "until it is mended");
}

static void
test_life(void)
{
	struct snapshot	       *old;
	const struct route_key *key = key_of("good");

	old = snapshot_hold(catalog);
	disable(RECORD_CHANNEL, "a", true);
	rebuild();
	ok(old != catalog && channel("a") == NULL, "a change makes a new catalog");
	is_slice(secret_bytes(&old->channels[0].upkeys[0].secret), "sk-first", "who holds the old one keeps it whole");
	is_slice(key->record->r.name, "good", "with its keys");
	is_int(old->refs, 1, "and is the last");
	snapshot_drop(old);
	snapshot_drop(NULL);
}

int
main(void)
{
	catalog_open();
	test_empty();
	test_channels();
	test_models();
	test_keys();
	test_wrong_master_key();
	test_broken_limits();
	test_life();
	catalog_close();
	return tap_done();
}
