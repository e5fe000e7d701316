/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.c - tells of the commands, from their table.
 *
 * Runs in: weirctl.
 */
#include "ctl/help.h"

#include <stdio.h>

#include "base/json.h"
#include "ctl/command.h"

static const char options[] =
    "usage: weirctl [OPTIONS] COMMAND\n"
    "\n"
    "  -c, --config FILE      the configuration; default: ~/.config/weir/weir.conf, else the system's\n"
    "  -d, --data-dir DIR     the data directory, instead of the configured one\n"
    "  -r, --run-dir DIR      the run directory, instead of the configured one\n"
    "  -j, --json             JSON on standard output\n"
    "  -n, --dry-run          tell what would change, change nothing\n"
    "      --secret-stdin     the secret is the first line of standard input\n"
    "      --secret-file FILE the secret is the first line of FILE\n"
    "      --import-stdin     like --secret-stdin, for key add\n"
    "      --wait             reload: wait for the result\n"
    "      --no-color         no colours, as with NO_COLOR set or when not at a terminal\n"
    "  -h, --help             this text\n"
    "  -V, --version          the version\n"
    "\n"
    "`weirctl help` lists the commands, `weirctl help COMMAND` tells of one; weirctl(8) tells all.\n";

void
help_options(struct buf *out)
{
	buf_cstr(out, options);
}

static bool
begins(const struct command *c, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!str_eq(command_word(c, i), words[i]))
			return false;
	return true;
}

static int
print_json(struct ctl *c)
{
	struct json_out out;
	struct buf	json = { 0 };

	json_start(&out, &json, true);
	json_array(&out, NULL);
	for (size_t i = 0; i < commands_count; i++) {
		if (!begins(&commands[i], c->args, c->n))
			continue;
		json_object(&out, NULL);
		json_cstr(&out, "command", commands[i].sentence);
		json_cstr(&out, "help", commands[i].help);
		json_object_end(&out);
	}
	json_array_end(&out);
	printf(STR_FMT "\n", STR_ARG(buf_view(&json)));
	buf_done(&json);
	return 0;
}

/* The fields that FIELD=VALUE may name. */
static void
print_fields(enum record_kind kind)
{
	const struct fields *fields = record_info[kind].fields;

	printf("\nfields:\n");
	for (size_t i = 0; i < fields->n; i++)
		if ((fields->rows[i].flags & FIELD_READONLY) == 0)
			printf("  %-20s %s\n", fields->rows[i].name, fields->rows[i].help);
}

static void
print_list(struct ctl *c)
{
	for (size_t i = 0; i < commands_count; i++)
		if (begins(&commands[i], c->args, c->n))
			printf("  %-42s %s\n", commands[i].sentence, commands[i].help);
}

int
help_run(struct ctl *c)
{
	const struct command *found = NULL;
	size_t		      n = 0;

	for (size_t i = 0; i < commands_count; i++)
		if (begins(&commands[i], c->args, c->n)) {
			found = &commands[i];
			n++;
		}
	if (n == 0)
		return ctl_fail(c, EX_USAGE, "there is no command that begins with \"" STR_FMT "\"", STR_ARG(c->args[0]));
	if (c->json)
		return print_json(c);
	if (c->n == 0)
		fputs(options, stdout);
	if (c->n == 0)
		fputs("\ncommands:\n", stdout);
	if (n > 1) {
		print_list(c);
		return 0;
	}
	printf("weirctl %s\n\n%s\n", found->sentence, found->help);
	if (str_find(str_of(found->sentence), STR("FIELD=VALUE")) < str_of(found->sentence).n)
		print_fields(found->kind);
	return 0;
}

int
help_completion(struct ctl *c)
{
	struct buf out = { 0 };

	if (completion_write(&out, &c->arena, c->args[0]) < 0) {
		buf_done(&out);
		return ctl_fail(c, EX_USAGE, "there is a completion for bash, zsh and fish");
	}
	fwrite(out.p, 1, out.n, stdout);
	buf_done(&out);
	return 0;
}
