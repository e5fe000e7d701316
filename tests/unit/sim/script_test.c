/* SPDX-License-Identifier: Apache-2.0 */
/* script_test.c - scripts are read, refused with line and reason, and matched. */
#include "sim/script.h"

#include "base/buf.h"
#include "tap.h"

static struct script script;

/* The reason a text is refused for, with its line: "2: there is ..."; "" when it is accepted. */
static const char *
refused(const char *text)
{
	static char said[256];
	struct str  why;
	int	    line = -1;

	said[0] = '\0';
	if (script_read(&script, str_of(text), &line, &why) < 0)
		snprintf(said, sizeof(said), "%d: " STR_FMT, line, STR_ARG(why));
	script_done(&script);
	return said;
}

static void
read_or_fail(const char *text)
{
	struct str why = STR_NONE;
	int	   line = 0, rc = script_read(&script, str_of(text), &line, &why);

	ok(rc == 0, "a script is accepted: line %d, " STR_FMT, line, STR_ARG(why));
}

static struct rule *
match(const char *method, const char *path, const char *model, const char *head, const char *body)
{
	return script_match(&script, str_of(method), str_of(path), str_of(model), str_of(head), str_of(body));
}

/* Its line, 0 for none. */
static int
matched(const char *path, const char *model)
{
	struct rule *r = match("POST", path, model, "", "");

	return r != NULL ? r->line : 0;
}

static void
actions_are_read(void)
{
	const struct action *a;

	read_or_fail("# a comment\n\non path=/v1/*\n\tdelay 1500ms\n  reply 429 \"{\\\"a\\\":\\n\\x41\\0}\" # slow\n"
		     "fill 1g\n\tevents 3 2s\n\tmodels a \"b\" c\n\tstream\n\tgarbage 10 7\n\t1xx 2 102\r\n");
	a = script.rules->actions;
	is_int(a->kind, ACTION_DELAY, "the first action is a delay");
	is_int(a->number, 1500, "a duration is in milliseconds");
	is_int(a->line, 4, "an action knows its line");
	a = a->next;
	is_int(a->number, 429, "a reply has its status");
	ok(str_eq(a->text, STR("{\"a\":\nA\0}")), "escapes are undone, also a NUL");
	a = a->next;
	is_int(a->number, INT64_C(1) << 30, "a size may have a unit");
	a = a->next;
	ok(a->number == 3 && a->second == 2000, "an action may have two numbers");
	a = a->next;
	is_slice(a->text, "a b c", "an action may have all words of its line");
	a = a->next;
	is_int(a->text.n, 0, "a text may be left out");
	a = a->next;
	ok(a->number == 10 && a->second == 7, "a seed may follow");
	a = a->next;
	ok(a->kind == ACTION_INTERIM && a->second == 102 && a->next == NULL, "a line may end in CRLF");
	script_done(&script);
}

static void
a_rule_without_an_answer_gets_one(void)
{
	read_or_fail("on model=a\n\tusage 1 2\n\trepeat 2\n\tdelay 1\non model=b\n\thang\non model=c");
	is_int(script.rules->actions->next->next->next->kind, ACTION_ANSWER,
	    "a rule that decides nothing ends with the built-in answer");
	ok(script.rules->next->actions->next == NULL, "a rule that decides stays as it is");
	is_int(script.rules->next->next->actions->kind, ACTION_ANSWER, "so has a rule without any action");
	script_done(&script);
}

static void
what_is_wrong_is_told(void)
{
	is_str(refused("on path=/\n\tanswr"), "2: there is no action 'answr'", "a misspelt action is refused");
	is_str(refused("answer\n"), "1: an action before the first 'on'", "an action needs a rule");
	is_str(refused("on\n\treply\n"), "2: 'reply' wants more arguments", "a reply needs its status");
	is_str(refused("on\n\treply 99\n"), "2: '99' is not what 'reply' wants", "a status has three digits");
	is_str(refused("on\n\treply 1000\n"), "2: '1000' is not what 'reply' wants", "and not four");
	is_str(refused("on\n\t1xx 1 200\n"), "2: '200' is not what '1xx' wants", "an interim status is below 200");
	is_str(refused("on\n\tdelay 101d\n"), "2: '101d' is not what 'delay' wants", "a delay has an end");
	is_str(refused("on\n\tfill -1\n"), "2: '-1' is not what 'fill' wants", "a size is not negative");
	is_str(refused("on\n\tclose now\n"), "2: too much behind 'close'", "nothing stands behind the arguments");
	is_str(refused("on\n\tsend \"a\n"), "2: a text without its closing quote", "a quote is closed");
	is_str(refused("on\n\tsend \"a\"b\n"), "2: a blank is missing behind a closing quote", "a text ends there");
	is_str(refused("on\n\tclose \"a\n"), "2: a text without its closing quote", "also one that is too much");
	ok(strstr(refused("on\n\tsend \"\\y\"\n"), "no such escape") != NULL, "an unknown escape is refused");
	ok(strstr(refused("on\n\tsend \"\\x4\"\n"), "no such escape") != NULL, "a hex escape has two digits");
	is_str(refused("on\n\trepeat 2\n\trepeat 3\n\tend\n"), "3: a 'repeat' of a 'repeat'",
	    "a repeat is not repeated");
	is_str(refused("on\n\trepeat 2\non\n"), "2: a 'repeat' without an action behind it",
	    "a repeat needs something to repeat, told at its line");
	is_str(refused("on\n\tanswer\n\trepeat 2"), "3: a 'repeat' without an action behind it", "also at the end");
	ok(strstr(refused("\non modell=a\n"), "2: 'modell=a' is no condition") != NULL, "a condition is known");
	ok(strstr(refused("on nth=0\n"), "1: 'nth=0' is no condition") != NULL, "requests are counted from 1");
	ok(strstr(refused("on body=x\n"), "is no condition") != NULL, "a body is not compared but searched");
	is_str(refused(""), "", "an empty script is none at all");
}

static void
conditions_are_all_met(void)
{
	read_or_fail("on method=GET\n"
		     "on path=/a/* model=m? header~X-A: body~\"q\"\n"
		     "on \"body~two words\"\n"
		     "on model=m?\n");
	is_int(match("GET", "/", "", "", "")->line, 1, "a method is compared");
	is_int(match("POST", "/a/b", "m1", "X-A: 1", "a\"q\"")->line, 2, "all conditions of a rule are met");
	is_int(match("POST", "/b", "m1", "X-A: 1", "a\"q\"")->line, 4, "another path is another rule's");
	is_int(match("POST", "/a/b", "m1", "X-B: 1", "a\"q\"")->line, 4, "so is another head");
	is_int(match("POST", "/a/b", "m1", "X-A: 1", "aq")->line, 4, "so is another body");
	is_int(match("POST", "/a/b", "m", "", "one two words")->line, 3, "a condition with blanks is quoted");
	ok(match("POST", "/a/b", "m", "", "") == NULL, "a request may match no rule");
	script_done(&script);
}

static void
uses_are_counted(void)
{
	read_or_fail("on model=a nth=2\non model=a times=2\non model=a path=/x\n");
	is_int(matched("/", "b"), 0, "a request that does not match is not counted");
	is_int(matched("/", "a"), 2, "the first is not the second");
	is_int(matched("/", "a"), 1, "the second is");
	is_int(matched("/", "a"), 2, "the third is the other rule's second");
	is_int(matched("/", "a"), 0, "a rule that is used up does not match");
	is_int(matched("/x", "a"), 3, "those behind it are tried");
	script_reset(&script);
	is_int(matched("/", "a"), 2, "after a reset all is as at the start");
	is_int(matched("/", "a"), 1, "counted from 1 again");
	script_done(&script);
}

int
main(void)
{
	for (int kind = 0; kind < ACTIONS; kind++)
		ok(script_action_word((enum action_kind)kind)[0] != '\0' &&
		    script_action_help((enum action_kind)kind)[0] != '\0', "action %d has a word and a help", kind);
	actions_are_read();
	a_rule_without_an_answer_gets_one();
	what_is_wrong_is_told();
	conditions_are_all_met();
	uses_are_counted();
	return tap_done();
}
