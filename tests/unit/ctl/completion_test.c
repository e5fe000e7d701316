/* SPDX-License-Identifier: Apache-2.0 */
/* The programs' own layers are in no archive: the sources are part of this test, with a table of its own. */
#include "ctl/command.c"
#include "ctl/completion.c"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

const struct command commands[] = {
	{ "init", NULL, 0, 0, "" },
	{ "channel add NAME FIELD=VALUE...", NULL, 0, 0, "" },
	{ "channel list [FIELD=PATTERN...]", NULL, 0, 0, "" },
	{ "breaker reset CHANNEL [MODEL]", NULL, 0, 0, "" },
};
const size_t commands_count = LENGTH(commands);

static const char *
script(struct arena *a, const char *shell)
{
	struct buf  out = { 0 };
	const char *text;

	if (completion_write(&out, a, str_of(shell)) < 0)
		return "";
	text = arena_cstr(a, buf_view(&out));
	buf_done(&out);
	return text;
}

/* What bash offers for these words, the last of which is being typed. */
static const char *
offered(struct arena *a, const char *path, const char *words, int last)
{
	char  answer[512] = "";
	FILE *p = popen(arena_printf(a, "bash -c 'source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _weirctl; echo -n \"${COMPREPLY[*]}\"'",
	    path, words, last).p, "r");

	if (p == NULL)
		return "bash does not run";
	if (fgets(answer, sizeof(answer), p) == NULL)
		answer[0] = '\0';
	pclose(p);
	return arena_cstr(a, str_of(answer));
}

static void
test_bash(struct arena *a)
{
	char  path[] = "/tmp/weir-completion-XXXXXX";
	int   fd = mkstemp(path);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

	ok(f != NULL && fputs(script(a, "bash"), f) >= 0 && fclose(f) == 0, "the script is written");
	is_str(offered(a, path, "weirctl \"\"", 1), "init channel breaker", "the first words are offered");
	is_str(offered(a, path, "weirctl ch", 1), "channel", "those that begin so");
	is_str(offered(a, path, "weirctl channel \"\"", 2), "add list", "then the words that go on");
	is_str(offered(a, path, "weirctl --json -c x channel l", 5), "list", "options before them do not count");
	is_str(offered(a, path, "weirctl channel list --sec", 3), "--secret-stdin --secret-file", "options are offered");
	is_str(offered(a, path, "weirctl channel list \"\"", 3), "", "arguments are the operator's");
	unlink(path);
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	test_bash(&a);
	ok(strstr(script(&a, "fish"), "__fish_seen_subcommand_from channel; and not") != NULL, "fish has the second words");
	ok(strstr(script(&a, "zsh"), "channel) words_now='add list'") != NULL, "zsh has the second words");
	is_str(script(&a, "tcsh"), "", "other shells have none");
	arena_done(&a);
	return tap_done();
}
