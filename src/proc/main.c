/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - the command line of weir.
 *
 * Runs in: everywhere; it decides what this process becomes.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "conf/paths.h"
#include "proc/check.h"
#include "proc/role.h"
#include "proc/supervisor.h"

static const char usage_text[] =
	"usage: weir [-c FILE] [-f | -d]\n"
	"       weir -t [-c FILE]\n"
	"\n"
	"  -c, --config FILE   configuration file\n"
	"  -t, --test          check the configuration and exit: 0 when it is fine, else 78\n"
	"  -f, --foreground    stay in the foreground (the default)\n"
	"  -d, --daemon        go to the background once ready\n"
	"  -V, --version       print the version\n"
	"  -h, --help          print this\n"
	"\n"
	"signals: HUP reload, USR1 reopen logs, USR2 upgrade the binary, QUIT drain, TERM stop\n"
	"example: weir -t -c etc/weir.conf && weir -c etc/weir.conf\n";

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "test", no_argument, NULL, 't' },
	{ "foreground", no_argument, NULL, 'f' },
	{ "daemon", no_argument, NULL, 'd' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct command {
	const char *conf, *role;
	bool	    test, daemon;
	unsigned    slot, listeners;
};

static unsigned
number(const char *text)
{
	uint64_t n;

	if (str_u64(str_of(text), &n) < 0 || n > UINT16_MAX)
		fatalx(EX_USAGE, "not a number: %s", text);
	return (unsigned)n;
}

__attribute__((noreturn)) static void
print_and_exit(const char *text)
{
	fputs(text, stdout);
	exit(fflush(stdout) == 0 ? 0 : EX_IOERR);
}

__attribute__((noreturn)) static void
wrong_usage(void)
{
	fputs(usage_text, stderr);
	exit(EX_USAGE);
}

/* -P, -I and -L are the supervisor's own: role, slot, number of listeners. */
static void
read_option(struct command *c, int option)
{
	switch (option) {
	case 'c':
		c->conf = optarg;
		break;
	case 't':
		c->test = true;
		break;
	case 'f':
		c->daemon = false;
		break;
	case 'd':
		c->daemon = true;
		break;
	case 'P':
		c->role = optarg;
		break;
	case 'I':
		c->slot = number(optarg);
		break;
	case 'L':
		c->listeners = number(optarg);
		break;
	case 'V':
		print_and_exit("weir " WEIR_VERSION "\n");
	case 'h':
		print_and_exit(usage_text);
	default:
		wrong_usage();
	}
}

/* Absolute, because a daemon changes its directory; a missing file keeps its name for the message. */
static const char *
absolute(const char *path)
{
	static char real[PATH_MAX];

	return realpath(path, real) != NULL ? real : path;
}

static const char *
conf_path(const struct command *c)
{
	static struct arena a;

	if (c->conf != NULL)
		return absolute(c->conf);
	return paths_default_conf(&a).p;
}

int
main(int argc, char **argv)
{
	struct command command = { 0 };
	int	       option;

	while ((option = getopt_long(argc, argv, "c:tfdVhP:I:L:", long_options, NULL)) != -1)
		read_option(&command, option);
	if (optind < argc)
		wrong_usage();
	if (command.role != NULL)
		return role_run(command.role, command.slot, command.listeners);
	if (command.test)
		return check_run(conf_path(&command));
	log_init("weir", LOG_LEVEL_INFO);
	return supervisor_run(&(struct supervisor_options){ .program = argv[0], .conf = conf_path(&command),
	    .daemon = command.daemon });
}
