/* SPDX-License-Identifier: Apache-2.0 */
/* The programs' own layers are in no archive: the source is part of this test, with a table of its own. */
#include "ctl/command.c"

#include "tap.h"

const struct command commands[] = {
	{ "init", NULL, 0, 0, "" },
	{ "channel add NAME FIELD=VALUE...", NULL, 0, 0, "" },
	{ "channel list [FIELD=PATTERN...]", NULL, 0, 0, "" },
	{ "channel show NAME", NULL, 0, 0, "" },
	{ "breaker reset CHANNEL [MODEL]", NULL, 0, 0, "" },
	{ "show config", NULL, 0, 0, "" },
};
const size_t commands_count = LENGTH(commands);

static struct arena arena;
static struct str   why;
static size_t	    skip;

/* The sentence that was chosen, or why none was. */
static const char *
match(const char *line)
{
	struct str	      words[16], rest = str_of(line);
	const struct command *c;
	size_t		      n = 0;

	while (n < 16 && str_split(&rest, ' ', &words[n]))
		n++;
	c = command_match(&arena, words, n, &skip, &why);
	return c != NULL ? c->sentence : arena_cstr(&arena, why);
}

static void
test_matches(void)
{
	is_str(match("init"), "init", "one word can be a command");
	is_str(match("channel show x"), "channel show NAME", "literal words choose the sentence");
	is_int(skip, 2, "its arguments begin behind them");
	is_str(match("channel list"), "channel list [FIELD=PATTERN...]", "what is in brackets may be missing");
	is_str(match("channel list a=b c=d e=f"), "channel list [FIELD=PATTERN...]", "and may come many times with dots");
	is_str(match("channel add x a=b c=d"), "channel add NAME FIELD=VALUE...", "at least one may be demanded");
	is_str(match("breaker reset x"), "breaker reset CHANNEL [MODEL]", "an optional argument may be left out");
	is_str(match("breaker reset x y"), "breaker reset CHANNEL [MODEL]", "or given");
}

static void
test_refusals(void)
{
	is_str(match(""), "a command is missing; `weirctl help` lists them", "nothing is no command");
	is_str(match("chanel list"), "there is no \"chanel\" here; did you mean \"channel\"?", "a misspelt first word finds its like");
	is_str(match("channel lst"), "there is no \"lst\" here; did you mean \"list\"?", "a misspelt second word as well");
	is_str(match("channel frobnicate"), "there is no \"frobnicate\" here; it can be one of: add, list, show",
	    "a strange word gets the choice");
	is_str(match("channel"), "\"channel\" goes on with one of: add, list, show", "half a command gets the choice");
	is_str(match("channel show"), "NAME is missing: weirctl channel show NAME", "a missing argument is named");
	is_str(match("channel add x"), "FIELD=VALUE... is missing: weirctl channel add NAME FIELD=VALUE...", "also a later one");
	is_str(match("channel show x y"), "\"y\" is one word too many: weirctl channel show NAME", "a needless one is named");
	is_str(match("init x"), "\"x\" is one word too many: weirctl init", "also where none is taken");
}

static void
test_words(void)
{
	is_int(command_words(&commands[1]), 2, "the literal words are counted");
	is_slice(command_word(&commands[1], 1), "add", "and found by their place");
	is_slice(command_word(&commands[1], 2), "", "upper-case words are none of them");
	is_slice(command_rest(&commands[1]), "NAME FIELD=VALUE...", "the rest are the arguments");
	is_slice(command_rest(&commands[0]), "", "of which there may be none");
}

int
main(void)
{
	arena_init(&arena);
	test_matches();
	test_refusals();
	test_words();
	arena_done(&arena);
	return tap_done();
}
