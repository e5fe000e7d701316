/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - weirctl: options, the command, its exit status.
 *
 * Runs in: weirctl.
 *
 * Data goes to standard output, talk to standard error; the exit status is one
 * of sysexits.h.
 */
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "conf/problem.h"
#include "ctl/command.h"
#include "ctl/help.h"
#include "ctl/open.h"

enum { OPTION_SECRET_STDIN = 256, OPTION_SECRET_FILE, OPTION_WAIT, OPTION_NO_COLOR };

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "data-dir", required_argument, NULL, 'd' },
	{ "run-dir", required_argument, NULL, 'r' },
	{ "json", no_argument, NULL, 'j' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "secret-stdin", no_argument, NULL, OPTION_SECRET_STDIN },
	{ "import-stdin", no_argument, NULL, OPTION_SECRET_STDIN },
	{ "secret-file", required_argument, NULL, OPTION_SECRET_FILE },
	{ "wait", no_argument, NULL, OPTION_WAIT },
	{ "no-color", no_argument, NULL, OPTION_NO_COLOR },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* ---------------------------------------------------------------- telling */

int
ctl_fail(struct ctl *c, int status, const char *fmt, ...)
{
	struct str text;
	va_list	   ap;

	va_start(ap, fmt);
	text = arena_vprintf(&c->arena, fmt, ap);
	va_end(ap);
	fprintf(stderr, "weirctl: " STR_FMT "\n", STR_ARG(text));
	return status;
}

int
ctl_problems(struct ctl *c, const struct conf_problem *problems, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, STR_FMT "\n", STR_ARG(problem_text(&c->arena, &problems[i])));
	return EX_CONFIG;
}

void
ctl_say(struct ctl *c, const char *fmt, ...)
{
	va_list ap;

	(void)c;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

const char *
ctl_cstr(struct ctl *c, struct str s)
{
	return arena_cstr(&c->arena, s);
}

/* ---------------------------------------------------------------- options */

static const char *
caller(struct ctl *c)
{
	const char    *sudo = getenv("SUDO_USER");
	struct passwd *user = getpwuid(getuid());

	if (getuid() == 0 && sudo != NULL && sudo[0] != '\0')
		return arena_printf(&c->arena, "%s (as root)", sudo).p;
	if (user != NULL)
		return arena_cstr(&c->arena, str_of(user->pw_name));
	return arena_printf(&c->arena, "%u", (unsigned)getuid()).p;
}

static void
print_and_exit(bool help)
{
	struct buf out = { 0 };

	if (help)
		help_options(&out);
	else
		buf_printf(&out, "weirctl %s\n", WEIR_VERSION);
	fwrite(out.p, 1, out.n, stdout);
	buf_done(&out);
	exit(0);
}

static int
take_option(struct ctl *c, int option)
{
	switch (option) {
	case 'c':
		c->conf_path = optarg;
		return 0;
	case 'd':
		c->data_dir = optarg;
		return 0;
	case 'r':
		c->run_dir = optarg;
		return 0;
	case 'j':
		c->json = true;
		return 0;
	case 'n':
		c->dry_run = true;
		return 0;
	case OPTION_SECRET_STDIN:
		c->secret_from = SECRET_STDIN;
		return 0;
	case OPTION_SECRET_FILE:
		c->secret_from = SECRET_FILE;
		c->secret_path = optarg;
		return 0;
	case OPTION_WAIT:
		c->wait = true;
		return 0;
	case OPTION_NO_COLOR:
		c->color = false;
		return 0;
	case 'h':
	case 'V':
		print_and_exit(option == 'h');
		return 0;
	default:
		return EX_USAGE;	/* getopt told */
	}
}

static int
read_options(struct ctl *c, int argc, char **argv)
{
	const char *plain = getenv("NO_COLOR");
	int	    option, rc = 0;

	c->color = isatty(STDOUT_FILENO) && (plain == NULL || plain[0] == '\0');
	while (rc == 0 && (option = getopt_long(argc, argv, "c:d:r:jnhV", options, NULL)) != -1)
		rc = take_option(c, option);
	return rc;
}

/* An option that a command does not know would silently do nothing. */
static int
check_options(struct ctl *c)
{
	unsigned flags = c->command->flags;

	if (c->dry_run && (flags & COMMAND_CHANGES) == 0)
		return ctl_fail(c, EX_USAGE, "--dry-run says nothing to: %s", c->command->sentence);
	if (c->secret_from != SECRET_NONE && (flags & COMMAND_SECRET) == 0)
		return ctl_fail(c, EX_USAGE, "no secret goes with: %s", c->command->sentence);
	if (c->wait && (flags & COMMAND_WAITS) == 0)
		return ctl_fail(c, EX_USAGE, "--wait says nothing to: %s", c->command->sentence);
	return 0;
}

/* ---------------------------------------------------------------- the command */

static int
run(struct ctl *c, char **argv, size_t n)
{
	struct str *words = arena_array(&c->arena, struct str, n + 1);
	struct str  why = STR_NONE;
	size_t	    skip = 0;
	int	    rc;

	for (size_t i = 0; i < n; i++)
		words[i] = str_of(argv[i]);
	c->command = command_match(&c->arena, words, n, &skip, &why);
	if (c->command == NULL)
		return ctl_fail(c, EX_USAGE, STR_FMT, STR_ARG(why));
	c->args = words + skip;
	c->n = n - skip;
	rc = check_options(c);
	return rc != 0 ? rc : c->command->run(c);
}

int
main(int argc, char **argv)
{
	struct ctl c = { 0 };
	int	   rc;

	log_init("weirctl", LOG_LEVEL_WARN);
	log_set_plain();
	clock_tick();
	umask(077);
	arena_init(&c.arena);
	c.user = caller(&c);
	rc = read_options(&c, argc, argv);
	if (rc == 0)
		rc = run(&c, argv + optind, (size_t)(argc - optind));
	open_close(&c);
	arena_done(&c.arena);
	if (fflush(stdout) != 0 || ferror(stdout))
		return EX_IOERR;
	return rc;
}
