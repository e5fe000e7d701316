/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fields.h"

#include "fields_sample.h"
#include "tap.h"

static struct arena  a;
static struct sample s;
static struct str    why;

static int
set(const char *name, const char *value)
{
	return fields_set(&sample_fields, &a, &s, str_of(name), str_of(value), &why);
}

static void
test_set(void)
{
	fields_preset(&sample_fields, &a, &s);
	ok(s.enabled && s.weight == 1 && s.timeout_ms == 30000, "defaults are set from their text");
	ok(s.name.n == 0 && s.price == 0 && s.tags.n == 0, "the rest is zero");
	is_int(set("name", "eu-3"), 0, "a field is set by name");
	is_slice(s.name, "eu-3", "to its value");
	is_int(set("name", "a/b"), -1, "the field's own check may refuse");
	is_slice(why, "name: no slash in \"a/b\"", "in its words");
	is_slice(s.name, "eu-3", "then nothing changes");
	is_int(set("weight", "many"), -1, "a wrong value is refused");
	is_slice(why, "weight must be a whole number from 0", "with what would be right");
	is_int(s.weight, 1, "and the field is as before");
	is_int(set("wieght", "2"), -1, "an unknown field is refused");
	is_slice(why, "a sample has no field \"wieght\"; did you mean \"weight\"?",
	    "with the nearest one");
	is_int(set("colour", "2"), -1, "when none is near");
	is_slice(why, "a sample has no field \"colour\"", "none is named");
	is_int(set("digest", "00"), -1, "what weir sets is refused");
	is_slice(why, "digest is set by weir and cannot be changed", "with the reason");
	is_int(set("secret", "sk-abc"), -1, "a secret is refused");
	is_slice(why, "secret must be given as a secret, not as a value", "without repeating it");
}

static void
test_find(void)
{
	ok(fields_find(&sample_fields, STR("price")) == &sample_rows[6],
	    "a field is found by its name");
	ok(fields_find(&sample_fields, STR("Price")) == NULL, "which has one spelling");
	is_slice(fields_nearest(&sample_fields, STR("timeout")), "",
	    "three letters off are too far for seven");
	is_slice(fields_nearest(&sample_fields, STR("timeoutms")), "timeout_ms", "one is not");
	is_slice(fields_nearest(&sample_fields, STR("")), "", "nothing is near to nothing");
}

static void
test_text_and_json(void)
{
	struct json_out	  o;
	struct json_error err;
	struct buf	  b = { 0 };

	fields_preset(&sample_fields, &a, &s);
	is_int(set("name", "eu \"3\"") + set("price", "0.25") + set("tags",
	    "a,b\\,c") + set("offset", "-4") +
	    set("headers", "X-Title: weir"), 0, "several fields are set");
	s.secret = STR("sealed bytes");
	s.digest = STR("\x01\x02");
	is_slice(fields_text(&sample_fields, &a, &s, &sample_rows[7]), "a,b\\,c",
	    "a field is shown as text");
	json_start(&o, &b, false);
	json_object(&o, NULL);
	fields_json(&sample_fields, &s, &o);
	json_object_end(&o);
	is_slice(buf_view(&b),
	    "{\"name\":\"eu \\\"3\\\"\",\"enabled\":true,\"weight\":1,\"offset\":-4,"
	    "\"timeout_ms\":\"30s\",\"expires\":null,\"price\":\"0.25\",\"tags\":[\"a\",\"b,c\"],"
	    "\"headers\":[\"X-Title: weir\"],\"digest\":\"0102\"}",
	    "all are shown as JSON, save the secret");
	is_int(json_check(buf_view(&b), 0, &err), 0, "which is JSON");
	s.expires = UINT64_C(1795253069123456);
	buf_clear(&b);
	json_start(&o, &b, false);
	fields_json(&sample_fields, &s, &o);
	ok(str_find(buf_view(&b), STR("\"expires\":\"2026-11-21T09:24:29.123Z\"")) < b.n,
	    "a time is a string");
	buf_done(&b);
}

static void
test_diff(void)
{
	const struct field *differ[2];
	struct sample	    other;

	fields_preset(&sample_fields, &a, &s);
	other = s;
	is_int(fields_diff(&sample_fields, &s, &other, differ, 2), 0, "a copy does not differ");
	is_int(set("tags", "a") + set("enabled", "no") + set("price", "-1"), 0,
	    "three fields are changed");
	is_int(fields_diff(&sample_fields, &s, &other, differ, 2), 3, "all three are counted");
	is_str(differ[0]->name, "enabled", "the first is named");
	is_str(differ[1]->name, "price", "as far as there is room");
	other = s;
	is_int(set("tags", "b"), 0, "an item is changed");
	is_int(fields_diff(&sample_fields, &s, &other, differ, 2), 1, "which is a difference");
}

int
main(void)
{
	arena_init(&a);
	test_set();
	test_find();
	test_text_and_json();
	test_diff();
	arena_done(&a);
	return tap_done();
}
