/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/conf.h"

#include "tap.h"

static struct conf	    c;
static struct conf_problem *problems;
static size_t		    problems_n;

static int
read_text(const char *text)
{
	conf_done(&c);
	conf_init(&c);
	return conf_read_text(&c, str_of(text), &problems, &problems_n);
}

static const struct conf_record *
record(size_t i)
{
	static const struct conf_record none;
	const struct conf_record       *r = c.records;

	while (r != NULL && i-- > 0)
		r = r->next;
	return r == NULL ? &none : r;
}

static struct str
value(const struct conf_record *r, const char *name)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (str_is(r->names.items[i], name))
			return r->values.items[i];
	return STR("(absent)");
}

static void
test_records(void)
{
	is_int(read_text("providers = ( { name = \"a\"; kind = \"openai\"; },\n { name = \"b\"; allow_private = true;\n"
	    "  multiplier = 1.25; headers = [ \"X: a,b\", \"Y: c\\\\d\" ]; } );\nprices = ( { model = \"m\"; input = 3; } );"), 0,
	    "records are read");
	is_slice(record(0)->noun, "provider", "the list's name tells the noun");
	is_slice(value(record(0), "kind"), "openai", "fields are kept as texts");
	is_int(record(1)->line, 2, "a record has its line");
	is_int(record(1)->lines[2], 3, "and so has each of its fields");
	is_slice(value(record(1), "allow_private"), "true", "a boolean becomes its word");
	is_slice(value(record(1), "multiplier"), "1.25", "a float its exact text");
	is_slice(value(record(1), "headers"), "X: a\\,b,Y: c\\\\d", "a list is joined so that its items can be told apart");
	is_slice(record(2)->noun, "price", "lists come in the order of the file");
	is_slice(value(record(2), "input"), "3", "a whole number its digits");
}

static void
test_upkeys(void)
{
	is_int(read_text("channels = ( { name = \"c\"; provider = \"p\"; keys = ( \"file:/run/secrets/one\", \"env:TWO\",\n"
	    "\"sk-three\", { label = \"four\"; secret = \"x\"; enabled = false; } ); }, { name = \"d\"; } );"), 0, "keys are read");
	is_slice(record(0)->noun, "channel", "first comes the channel");
	is_slice(value(record(0), "keys"), "(absent)", "without its keys");
	is_slice(value(record(1), "name"), "d", "then the other channels");
	is_slice(record(2)->noun, "upkey", "then the keys");
	is_slice(value(record(2), "name"), "c/one", "a file's key is named after the file");
	is_slice(value(record(2), "channel"), "c", "and knows its channel");
	is_slice(value(record(3), "name"), "c/TWO", "a variable's after the variable");
	is_slice(value(record(4), "name"), "c/46a984dc", "a bare key's after its digest");
	is_slice(value(record(4), "secret"), "sk-three", "and it is kept");
	is_slice(value(record(5), "name"), "c/four", "a label is a name");
	is_slice(value(record(5), "enabled"), "false", "a key may be disabled");
	is_int(read_text("channels = ( { name = \"c\"; keys = \"env:X\"; } );"), 0, "one key needs no list");
	is_slice(value(record(1), "name"), "c/X", "it is read as well");
}

static const char *
problem_of(const char *text)
{
	if (read_text(text) == 0)
		return "";
	return arena_cstr(&c.arena, problems[0].message);
}

static void
test_problems(void)
{
	is_str(problem_of("providers = { name = \"x\"; };"), "providers must be a list of groups: providers = ( { ... }, { ... } );",
	    "one group alone is no list");
	is_str(problem_of("providers = ( \"x\" );"), "a provider must be a group: { name = \"...\"; ... }", "a text is no record");
	is_str(problem_of("providers = ( { kind = \"x\"; } );"), "this provider has no name", "a provider needs a name");
	is_str(problem_of("channels = ( { name = \"c\"; keys = ( \"env:A\", \"env:A\" ); } );"),
	    "upkey \"c/A\" is declared twice, first at configuration:1", "two keys of the same name are refused");
	is_str(problem_of("channels = ( { name = \"c\"; keys = ( { label = \"a\"; } ); } );"),
	    "a key of a channel needs a secret: \"file:/PATH\", \"env:NAME\" or the key itself", "a key needs a secret");
	is_str(problem_of("channels = ( { name = \"c\"; keys = ( { secret = \"a\"; secrt = \"b\"; } ); } );"),
	    "a key of a channel has no field \"secrt\": it has label, secret and enabled", "a key has no other fields");
	is_str(problem_of("channels = ( { name = \"c\"; limits = { a = 1; }; } );"),
	    "limits is a group; a text, a number, true, false or a list of them is expected", "a field is no group");
	is_str(problem_of("providers = [ ];"), "", "an empty list may be written either way");
	is_str(problem_of("prices = ( { model = \"m\"; }, { model = \"m\"; channel = \"c\"; } );"), "", "prices need no name");
}

int
main(void)
{
	test_records();
	test_upkeys();
	test_problems();
	conf_done(&c);
	return tap_done();
}
