/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - the program weir-lmdb: looks into the store and the state.
 *
 * Runs in: weir-lmdb.
 *
 * All but load open read-only, so it may be used on a running weir.  LMDB's
 * readers write its lock file: run it as the daemon's user.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "inspect/inspect.h"

static const struct command {
	const char *name, *arguments;
	int	    least, most;	/* arguments */
	inspect_fn *run;
	const char *help;
} commands[] = {
	{ "tables", "", 0, 0, tables_list, "list the tables and how many records each has" },
	{ "print", "TABLE [KEY-PREFIX]", 1, 2, print_table, "print records in words" },
	{ "watch", "TABLE", 1, 1, watch_table, "print changes of a table as they happen" },
	{ "dump", "TABLE|--all", 0, 1, dump_tables, "write records as portable text" },
	{ "load", "FILE", 1, 1, load_file, "read such text back; - reads standard input" },
	{ "copy", "store|state PATH", 2, 2, figures_copy, "copy a live environment into the directory PATH" },
	{ "check", "", 0, 0, check_all, "verify what must be true of the records" },
	{ "stat", "", 0, 0, figures_stat, "show sizes, readers and transaction numbers" },
};

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void
usage(FILE *to)
{
	fprintf(to, "usage: weir-lmdb [-d data_dir] [-r run_dir] [--json] command [argument ...]\n\n");
	for (size_t i = 0; i < LENGTH(commands); i++)
		fprintf(to, "  %-7s%-20s %s\n", commands[i].name, commands[i].arguments, commands[i].help);
	fprintf(to, "\n  -d data_dir   where store/ is\n"
		    "  -r run_dir    where state/ is\n"
		    "  -n count      watch: end after that many changes\n"
		    "  --all         dump: every table of both\n"
		    "  --json        one JSON object a line\n"
		    "  --help        this text\n"
		    "  --version     the version\n");
}

/* Where weir has its files when it is not told: the system's places for root, a user's own for others. */
static const char *
default_dir(const char *system, const char *variable, const char *fallback)
{
	static char paths[2][4096];
	static int used;
	const char *base = getenv(variable), *home = getenv("HOME");
	char *path = paths[used++ & 1];

	if (geteuid() == 0)
		return system;
	if (base != NULL && base[0] == '/')
		snprintf(path, sizeof(paths[0]), "%s/weir", base);
	else if (fallback != NULL && home != NULL && home[0] == '/')
		snprintf(path, sizeof(paths[0]), "%s/%s/weir", home, fallback);
	else
		snprintf(path, sizeof(paths[0]), "/tmp/weir-%u%s%s/weir", (unsigned)geteuid(), fallback != NULL ? "/" : "",
		    fallback != NULL ? fallback : "");
	return path;
}

static int
read_options(struct inspect *in, int argc, char **argv)
{
	struct str count;
	int c;

	while ((c = getopt_long(argc, argv, "d:r:n:h", options, NULL)) != -1) {
		switch (c) {
		case 'd':
			in->data_dir = optarg;
			break;
		case 'r':
			in->run_dir = optarg;
			break;
		case 'n':
			count = str_of(optarg);
			if (str_u64(count, &in->count) == 0 && in->count > 0)
				break;
			inspect_complain("-n takes a whole number from 1");
			return EX_USAGE;
		case 'j':
			in->json = true;
			break;
		case 'a':
			in->all = true;
			break;
		case 'h':
			usage(stdout);
			exit(EX_OK);
		case 'V':
			printf("weir-lmdb %s\n", WEIR_VERSION);
			exit(EX_OK);
		default:
			usage(stderr);
			return EX_USAGE;
		}
	}
	return EX_OK;
}

static int
run(struct inspect *in, int argc, char **argv)
{
	for (size_t i = 0; argc > 0 && i < LENGTH(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(argv[0], c->name) != 0)
			continue;
		if (argc - 1 >= c->least && argc - 1 <= c->most)
			return c->run(in, argc - 1, argv + 1);
		fprintf(stderr, "usage: weir-lmdb %s %s\n", c->name, c->arguments);
		return EX_USAGE;
	}
	if (argc > 0)
		inspect_complain("there is no command \"%s\"", argv[0]);
	usage(stderr);
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	struct inspect in = { 0 };
	const char *plain = getenv("NO_COLOR");
	int status;

	log_init("weir-lmdb", LOG_LEVEL_WARN);
	clock_tick();
	in.data_dir = default_dir("/var/lib/weir", "XDG_STATE_HOME", ".local/state");
	in.run_dir = default_dir("/run/weir", "XDG_RUNTIME_DIR", NULL);
	in.colour = isatty(STDOUT_FILENO) && (plain == NULL || plain[0] == '\0');
	status = read_options(&in, argc, argv);
	if (status == EX_OK)
		status = run(&in, argc - optind, argv + optind);
	db_close(in.db[ENV_STORE]);
	db_close(in.db[ENV_STATE]);
	if (status == EX_OK && (fflush(stdout) != 0 || ferror(stdout)))
		status = EX_IOERR;
	return status;
}
