/* SPDX-License-Identifier: Apache-2.0 */
/* match_test.c - each way a name can find its offers, and what disabled records and permissions take away. */
#include "catalog.h"
#include "tap.h"

static void
fill(void)
{
	put(RECORD_PROVIDER, "vendor", "kind", "openai", NULL);
	put(RECORD_PROVIDER, "broker", "kind", "openrouter", NULL);
	put(RECORD_PROVIDER, "lab", "kind", "ollama", NULL);
	put(RECORD_CHANNEL, "main", "provider", "vendor", "models", "gpt-4o,o1", "aliases", "fast=gpt-4o-mini, blank = spaced", NULL);
	put(RECORD_CHANNEL, "spare", "provider", "vendor", "models", "gpt-4o,gpt-*", NULL);
	put(RECORD_CHANNEL, "wide", "provider", "broker", "models", "discover", NULL);
	put(RECORD_CHANNEL, "home", "provider", "lab", NULL);
	put_found("wide", "openai/gpt-4o");
	put_found("wide", "meta/llama-3");
	put_found("home", "meta/llama-3");
	put_found("home", "Qwen3");
	put_found("spare", "gpt-3.5");
	put_found("spare", "dall-e");
	put_found("main", "gpt-secret");
	put(RECORD_MODEL, NULL, "channel", "main", "model", "by-hand", "context", "1000", NULL);
}

static void
test_names(void)
{
	is_str(served("o1", NULL), "main:o1", "a listed name");
	is_str(served("gpt-4o", NULL), "main:gpt-4o spare:gpt-4o", "a name of two channels");
	is_str(served("fast", NULL), "main:gpt-4o-mini", "an alias goes upstream under its other name");
	is_str(served("blank", NULL), "main:spaced", "blanks around an alias's sign do not belong to it");
	is_str(served("gpt-4o-mini", NULL), "spare:gpt-4o-mini", "what an alias stands for is not listed by it");
	is_str(served("gpt-5-new", NULL), "spare:gpt-5-new", "a glob serves names that nobody listed");
	is_str(served("gpt-3.5", NULL), "spare:gpt-3.5", "a discovered name that the globs take is there once");
	is_str(served("by-hand", NULL), "main:by-hand", "a model record made by hand is served whatever the list says");
	is_str(served("meta/llama-3", NULL), "wide:meta/llama-3 home:meta/llama-3", "discovered by two channels");
	ok(strncmp(served("dall-e", NULL), "404", 3) == 0, "a discovered name that no glob takes is not served");
	is_str(served("gpt-secret", NULL), "spare:gpt-secret", "nor by a channel that lists others, even discovered there");
}

static void
test_pins(void)
{
	is_str(served("gpt-4o [spare]", NULL), "spare:gpt-4o", "a pin to a channel");
	is_str(served("gpt-4o [ MAIN ]", NULL), "main:gpt-4o", "in any case, with blanks");
	is_str(served("meta/llama-3 [broker]", NULL), "wide:meta/llama-3", "a pin to a provider");
	is_str(served("meta/llama-3 [ollama]", NULL), "home:meta/llama-3", "a pin to a kind");
	is_str(served("gpt-new [spare]", NULL), "spare:gpt-new", "a pinned glob gets the bare name");
	is_str(served("gpt-4o [nobody]", NULL), "spare:gpt-4o [nobody]", "a pin that fits nobody is part of the name");
	is_str(served("vendor/gpt-4o", NULL), "main:gpt-4o spare:gpt-4o", "provider/model");
	is_str(served("Spare/gpt-4o", NULL), "spare:gpt-4o", "channel/model, in any case");
	is_str(served("openrouter/openai/gpt-4o", NULL), "wide:openai/gpt-4o", "a name with a slash behind its provider");
	is_str(served("openai/gpt-4o", NULL), "wide:openai/gpt-4o", "an exact name goes before provider/model");
}

static void
test_case_and_tail(void)
{
	is_str(served("O1", NULL), "main:o1", "another case");
	is_str(served("qWEN3", NULL), "home:Qwen3", "the upstream sees its own spelling");
	is_str(served("llama-3", NULL), "wide:meta/llama-3 home:meta/llama-3", "what stands behind the last slash");
	is_str(served("LLAMA-3", NULL), "wide:meta/llama-3 home:meta/llama-3", "that in another case");
	ok(strncmp(served("lama-3", NULL), "404", 3) == 0, "but a part of it is not enough");
	ok(strncmp(served("meta", NULL), "404", 3) == 0, "nor is what stands before the slash");
	ok(strncmp(served("/", NULL), "404", 3) == 0 && strncmp(served("a/", NULL), "404", 3) == 0 &&
		strncmp(served("[x]", NULL), "404", 3) == 0 && strncmp(served(" [x]", NULL), "404", 3) == 0 &&
		strncmp(served("a []", NULL), "404", 3) == 0, "odd names are not found");
	put_found("wide", "qwen3");
	put_found("wide", "vendor/Qwen3");
	rebuild();
	is_str(served("QWEN3", NULL), "wide:qwen3 home:Qwen3", "two names that differ in case are both found");
	is_str(served("qwen3", NULL), "wide:qwen3", "the exact one first");
}

static void
test_disabled(void)
{
	disable(RECORD_CHANNEL, "main", true);
	rebuild();
	is_str(served("gpt-4o", NULL), "spare:gpt-4o", "a disabled channel serves nothing");
	disable(RECORD_CHANNEL, "main", false);
	disable(RECORD_PROVIDER, "vendor", true);
	rebuild();
	ok(strncmp(served("o1", NULL), "404", 3) == 0, "nor does a disabled provider's");
	is_str(served("gpt-4o", NULL), "wide:openai/gpt-4o", "then another's tail is found");
	disable(RECORD_PROVIDER, "vendor", false);
	disable(RECORD_MODEL, "wide/meta/llama-3", true);
	put(RECORD_MODEL, NULL, "channel", "main", "model", "o1", "enabled", "false", NULL);
	put(RECORD_MODEL, NULL, "channel", "spare", "model", "gpt-off", "enabled", "false", NULL);
	rebuild();
	is_str(served("meta/llama-3", NULL), "home:meta/llama-3", "a disabled discovered model is not served");
	ok(strncmp(served("o1", NULL), "404", 3) == 0, "nor is a listed one");
	ok(strncmp(served("gpt-off", NULL), "404", 3) == 0, "nor does a glob bring one back");
	ok(strncmp(served("O1", NULL), "404", 3) == 0 && strstr(served("o2", NULL), "o1") == NULL, "nor is it named");
	disable(RECORD_MODEL, "wide/meta/llama-3", false);
	disable(RECORD_MODEL, "main/o1", false);
	rebuild();
	is_str(served("o1", NULL), "main:o1", "until it is enabled again");
}

static void
test_permissions(void)
{
	put_key("any", "", "", "");
	put_key("four", "gpt-4*", "", "");
	put_key("only-spare", "", "sp*", "");
	put_key("both", "meta/*", "home", "");
	put_key("alias", "fast", "", "");
	rebuild();
	is_str(served("gpt-4o", "any"), "main:gpt-4o spare:gpt-4o", "a key without a list may all");
	is_str(served("gpt-4o", "four"), "main:gpt-4o spare:gpt-4o", "a key's model glob");
	is_str(served("o1", "four"), "403", "what it does not take is refused, not unknown");
	is_str(served("GPT-4O", "four"), "main:gpt-4o spare:gpt-4o", "permission is about the catalog's spelling");
	is_str(served("gpt-4o", "only-spare"), "spare:gpt-4o", "a key's channel glob");
	is_str(served("gpt-4o [main]", "only-spare"), "403", "a pin to another channel is refused");
	is_str(served("llama-3", "both"), "home:meta/llama-3", "models and channels together");
	is_str(served("gpt-5", "both"), "403", "a glob's offer needs permission too");
	is_str(served("fast", "alias"), "main:gpt-4o-mini", "permission for an alias");
	is_str(served("gpt-4o-mini", "alias"), "403", "is none for what it stands for");
	ok(key_of("nobody") == NULL, "an unknown key is not there");
}

static void
test_nearest(void)
{
	is_str(served("meta/llama-4", "both"), "404 meta/llama-3", "the nearest name, when it is permitted");
	is_str(served("qwen2", "four"), "404", "and none that the key may not use");
	is_str(served("meta/lama-3", "only-spare"), "404", "not even one that others may");
	is_str(served("qwen", NULL), "404 qwen3 vendor/Qwen3", "nearest first, a name that contains it after that");
	is_str(served("zzzzzzzzzzzzzzzz", NULL), "404", "nothing is like it");
	put_key("home-only", "", "home", "");
	rebuild();
	is_str(served("qwen4", "home-only"), "404 Qwen3", "of names alike but for case the permitted one is told");
}

static void
test_long_names(void)
{
	char name[4096];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	is_str(served(name, NULL), "404", "a very long name is not found");
	name[0] = '/';
	is_str(served(name, NULL), "404", "nor one that begins with a slash");
}

int
main(void)
{
	catalog_open();
	fill();
	rebuild();
	test_names();
	test_pins();
	test_case_and_tail();
	test_disabled();
	test_permissions();
	test_nearest();
	test_long_names();
	catalog_close();
	return tap_done();
}
