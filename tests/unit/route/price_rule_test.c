/* SPDX-License-Identifier: Apache-2.0 */
/* price_rule_test.c - the most specific price holds, unpriced is not free, local is. */
#include "catalog.h"
#include "tap.h"

#define DOLLAR INT64_C(1000000000)

static struct tariff
tariff_of(const char *channel, const char *model)
{
	struct tariff t = { 0 };

	for (size_t i = 0; i < catalog->channels_n; i++)
		if (str_is(catalog->channels[i].record->r.name, channel))
			snapshot_tariff(catalog, &catalog->channels[i], str_of(model), &t);
	return t;
}

/* Dollars per million input tokens; -1 when unpriced. */
static int64_t
input(const char *channel, const char *model)
{
	struct tariff t = tariff_of(channel, model);

	return t.priced ? t.per_million[USAGE_INPUT] / DOLLAR : -1;
}

static void
price(const char *channel, const char *model, const char *dollars)
{
	put(RECORD_PRICE, NULL, "channel", channel, "model", model, "input", dollars, "output", dollars, NULL);
}

static void
test_specific(void)
{
	is_int(input("eu", "gpt-4o"), -1, "without a rule a model is unpriced");
	price("*", "gpt-4o", "10");
	price("*", "gpt-*", "5");
	price("*", "gpt-4*", "6");
	price("*", "*", "1");
	rebuild();
	is_int(input("eu", "gpt-4o"), 10, "a named model goes before every glob");
	is_int(input("eu", "gpt-4.1"), 6, "a longer glob before a shorter one");
	is_int(input("eu", "gpt-3"), 5, "whatever came later");
	is_int(input("eu", "o1"), 1, "the catch-all is last");
	price("e*", "gpt-*", "20");
	rebuild();
	is_int(input("eu", "gpt-4o"), 20, "a channel's glob goes before any model's name");
	is_int(input("us", "gpt-4o"), 10, "and holds for its channels only");
	price("eu", "*", "30");
	rebuild();
	is_int(input("eu", "gpt-4o"), 30, "a named channel goes before a channel's glob");
	price("eu", "gpt-4o", "40");
	rebuild();
	is_int(input("eu", "gpt-4o"), 40, "and with a named model before all");
	is_int(input("eu", "GPT-4o"), 30, "names are taken as they are written");
	put(RECORD_PRICE, "eu/gpt-4o", "enabled", "false", NULL);
	rebuild();
	is_int(input("eu", "gpt-4o"), 30, "a disabled rule does not hold");
	put(RECORD_PRICE, "a second", "channel", "eu", "model", "*", "input", "31", NULL);
	rebuild();
	is_int(input("eu", "gpt-4o"), 31, "of equals the newest holds");
}

static void
test_classes(void)
{
	struct tariff t;

	put(RECORD_PRICE, NULL, "channel", "us", "model", "classes", "input", "2", "output", "8", "cache_read", "0.5", "reasoning",
	    "9", "request", "0.25", NULL);
	put(RECORD_PROVIDER, "dear", "multiplier", "1.5", NULL);
	rebuild();
	t = tariff_of("us", "classes");
	ok(t.per_million[USAGE_CACHE_READ] == DOLLAR / 2 && t.per_million[USAGE_REASONING] == 9 * DOLLAR, "classes have their own price");
	ok(t.per_million[USAGE_CACHE_WRITE] == 2 * DOLLAR && t.per_million[USAGE_AUDIO_OUTPUT] == 8 * DOLLAR,
	    "or that of their side");
	is_int(t.request, DOLLAR / 4, "a request may have a price of its own");
	put(RECORD_PRICE, NULL, "channel", "dear", "model", "classes", "input", "2", "request", "1", NULL);
	rebuild();
	t = tariff_of("dear", "classes");
	ok(t.per_million[USAGE_INPUT] == 3 * DOLLAR && t.request == DOLLAR + DOLLAR / 2, "the provider's multiplier is applied");
	put(RECORD_PROVIDER, "dear", "multiplier", "0", NULL);
	rebuild();
	t = tariff_of("dear", "classes");
	ok(t.priced && t.per_million[USAGE_INPUT] == 0, "a multiplier of 0 makes it free, not unpriced");
}

static void
test_free(void)
{
	struct tariff t;

	put(RECORD_PRICE, "*/*", "enabled", "false", NULL);
	rebuild();
	t = tariff_of("home", "llama");
	ok(t.priced && t.per_million[USAGE_INPUT] == 0 && t.request == 0, "a local preset is free");
	is_int(input("us", "llama"), -1, "any other is unpriced");
	price("home", "llama", "3");
	rebuild();
	is_int(input("home", "llama"), 3, "unless a price says otherwise");
	is_int(catalog->channels_n, 4, "all channels are there");
}

int
main(void)
{
	catalog_open();
	put(RECORD_PROVIDER, "plain", "kind", "openai", NULL);
	put(RECORD_PROVIDER, "dear", "kind", "openai", NULL);
	put(RECORD_PROVIDER, "local", "kind", "ollama", NULL);
	put(RECORD_CHANNEL, "eu", "provider", "plain", NULL);
	put(RECORD_CHANNEL, "us", "provider", "plain", NULL);
	put(RECORD_CHANNEL, "dear", "provider", "dear", NULL);
	put(RECORD_CHANNEL, "home", "provider", "local", NULL);
	rebuild();
	test_specific();
	test_classes();
	test_free();
	catalog_close();
	return tap_done();
}
