/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/settings.h"

#include "tap.h"

static const char *
set(struct conf *c, const char *path, const char *text)
{
	struct str   item = str_of(text), why = STR("");
	struct value v = { &item, 1, false };

	if (value_set(c, settings_find(str_of(path)), &v, &why) == 0)
		return "";
	return arena_cstr(&c->arena, why);
}

static const char *
shown(struct conf *c, const char *path)
{
	return arena_cstr(&c->arena, conf_value(c, &c->arena, settings_find(str_of(path))));
}

static void
test_types(struct conf *c)
{
	is_str(set(c, "http.head_timeout", "1500ms"), "", "a time span with its unit is taken");
	is_int(c->head_ms, 1500, "in milliseconds");
	is_str(shown(c, "http.head_timeout"), "1500ms", "and shown as it was written");
	is_str(set(c, "http.head_timeout", "20"), "", "a bare number of a time span is seconds");
	is_int(c->head_ms, 20000, "so 20 is 20 s");
	is_str(set(c, "http.max_body", "2m"), "", "a size with its unit is taken");
	is_str(shown(c, "http.max_body"), "2m", "and shown in the greatest unit");
	is_str(set(c, "http.max_body", "2049"), "", "a bare number of a size is bytes");
	is_str(shown(c, "http.max_body"), "2049", "an odd size is shown in bytes");
	is_str(set(c, "pricing.ceiling", "0.25"), "", "an amount in dollars is taken");
	is_int(c->ceiling, 250000000, "in nano-dollars");
	is_str(shown(c, "pricing.ceiling"), "0.25", "and shown without trailing zeros");
	is_str(set(c, "workers", "4"), "", "workers may be a number");
	is_str(set(c, "workers", "auto"), "", "or auto");
	is_str(shown(c, "workers"), "auto", "auto is shown as auto");
	is_str(set(c, "log.level", "warn"), "", "a level is taken by its name");
	is_str(shown(c, "log.level"), "warn", "and shown by it");
	is_str(set(c, "auth.required", "false"), "", "false is taken");
	is_str(shown(c, "auth.required"), "false", "and shown");
	is_str(set(c, "listen", ""), "", "one empty text empties a list");
	is_int(c->listen.n, 0, "then it has no items");
}

static void
test_refusals(struct conf *c)
{
	is_str(set(c, "http.head_timeout", "50ms"), "http.head_timeout is out of bounds: it can be 100ms to 10m",
	    "what is too small is told with the bounds");
	is_str(set(c, "http.max_body", "2g"), "http.max_body is out of bounds: it can be 1k to 1g",
	    "what is too large is told with the bounds");
	is_str(set(c, "workers", "0"), "workers must be \"auto\" or a whole number from 1", "no worker at all is refused");
	is_str(set(c, "workers", "513"), "workers is out of bounds: it can be auto, 1 to 512", "too many workers are refused");
	is_str(set(c, "pricing.ceiling", "-1"), "pricing.ceiling is out of bounds: it can be 0 to 1000000",
	    "a negative amount is refused");
	ok(strlen(set(c, "http.head_timeout", "10 s")) > 0, "a blank before the unit is refused");
	ok(strlen(set(c, "http.max_body", "10mb")) > 0, "an unknown unit is refused");
	ok(strlen(set(c, "auth.required", "yes")) > 0, "only true and false are booleans");
	ok(strlen(set(c, "log.level", "loud")) > 0, "an unknown level is refused");
	ok(strlen(set(c, "data_dir", "/a\nb")) > 0, "a control character in a text is refused");
	ok(strlen(set(c, "breaker.faults", "99999999999999999999")) > 0, "a number that does not fit is refused");
}

static void
test_lists(struct conf *c)
{
	struct str   items[] = { STR(" a:1 "), STR("b:2") }, empty[] = { STR("") }, why;
	struct value two = { items, 2, true }, bad = { empty, 1, true };

	is_int(value_set(c, settings_find(STR("listen")), &two, &why), 0, "a list is taken");
	is_str(shown(c, "listen"), "a:1, b:2", "its items are trimmed and shown with commas");
	is_int(value_set(c, settings_find(STR("listen")), &bad, &why), -1, "an empty item in a list is refused");
	is_int(value_set(c, settings_find(STR("workers")), &two, &why), -1, "a list is refused where one value belongs");
}

static void
test_rows(struct conf *c)
{
	struct conf fresh;
	size_t	    bad = 0;

	conf_init(&fresh);
	for (size_t i = 0; i < settings_count; i++) {
		const char *text = arena_cstr(&fresh.arena, conf_value(&fresh, &fresh.arena, &settings[i]));

		bad += set(c, settings[i].path, text)[0] != '\0';
		bad += strcmp(shown(c, settings[i].path), text) != 0;
		bad += settings[i].help[strlen(settings[i].help) - 1] != '.';
		for (size_t j = 0; j < i; j++)
			bad += strcmp(settings[i].path, settings[j].path) == 0 || settings[i].offset == settings[j].offset;
	}
	is_int(bad, 0, "every row has a name and a member of its own, a sentence, and a default that reads back");
	conf_done(&fresh);
}

static void
test_nearest(void)
{
	is_slice(settings_nearest(STR("http.max_boddy")), "http.max_body", "a misspelt setting finds its name");
	is_slice(settings_nearest(STR("htpp")), "http", "a misspelt group finds its name");
	is_slice(settings_nearest(STR("chanels")), "channels", "a misspelt list finds its name");
	is_slice(settings_nearest(STR("foo")), "", "half of a short word is not near");
	is_slice(settings_nearest(STR("http.colour_of_it")), "", "what is far from all has no suggestion");
	is_slice(settings_nearest(STR("max_body")), "http.max_body", "a setting without its group finds it");
	is_slice(settings_nearest(STR("idle_timeout")), "", "two groups with that name are no suggestion");
	ok(settings_group(STR("http")), "http is a group");
	ok(!settings_group(STR("htt")), "the beginning of a group's name is none");
	ok(!settings_group(STR("workers")), "a setting is no group");
}

int
main(void)
{
	struct conf c;

	conf_init(&c);
	test_types(&c);
	test_refusals(&c);
	test_lists(&c);
	test_rows(&c);
	test_nearest();
	conf_done(&c);
	return tap_done();
}
