/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - weir-sim: a provider that answers as it is told.
 *
 * Runs in: weir-sim.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "sim/conn.h"

static const char usage[] =
    "usage: weir-sim [options]\n"
    "\n"
    "  -l, --listen HOST:PORT  where to listen (127.0.0.1:7699; port 0 = any free one)\n"
    "  -F, --fd N              an inherited listening socket instead\n"
    "  -s, --script FILE       what to answer; without one, the built-in answers\n"
    "  -o, --record FILE       append each request, and each client that left, as a JSON line\n"
    "  -r, --replay DIR        the model 'replay/PATH' answers with the recording DIR/exchanges/PATH.json\n"
    "  -c, --cut N             write recorded streams in pieces of N bytes\n"
    "  -p, --port-file FILE    write the address listened on into FILE\n"
    "  -t, --test              check the script and exit\n"
    "  -q, --quiet             do not print the address\n"
    "  -V, --version           print the version\n"
    "  -h, --help              print this\n"
    "\n"
    "A script is rules, each with its actions; weir-sim(1) tells of them:\n"
    "\n"
    "  on path=GLOB model=GLOB method=GLOB header~TEXT body~TEXT nth=N times=N\n";

static const struct option longs[] = {
	{ "listen", required_argument, NULL, 'l' }, { "fd", required_argument, NULL, 'F' },
	{ "script", required_argument, NULL, 's' }, { "record", required_argument, NULL, 'o' },
	{ "replay", required_argument, NULL, 'r' }, { "cut", required_argument, NULL, 'c' },
	{ "port-file", required_argument, NULL, 'p' }, { "test", no_argument, NULL, 't' },
	{ "quiet", no_argument, NULL, 'q' }, { "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 },
};

static struct watch signals;

/* QUIT: nothing new is accepted, what is being answered is answered.  TERM and INT: now. */
static void
take_signal(struct watch *w, uint32_t events)
{
	struct signalfd_siginfo info;

	(void)events;
	if (read(w->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo != SIGQUIT) {
		loop_stop();
		return;
	}
	sim_accept_no_more();
	conn_drain_all(loop_stop);
}

static void
watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signals.ready = take_signal;
	if (loop_add(&signals, signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), EPOLLIN) < 0)
		exit(71);
}

/* All of a file; -1 with errno. */
static int
read_all(const char *path, struct buf *text)
{
	int	fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, buf_reserve(text, 65536), 65536)) > 0)
		text->n += (size_t)n;
	if (fd != STDIN_FILENO)
		close(fd);
	return n < 0 ? -1 : 0;
}

static int
read_script(struct script *s, const char *path)
{
	struct buf text = { 0 };
	struct str why;
	int	   line, rc;

	if (read_all(path, &text) < 0) {
		fprintf(stderr, "weir-sim: %s: %s\n", path, strerror(errno));
		buf_done(&text);
		return 66;
	}
	rc = script_read(s, buf_view(&text), &line, &why);
	buf_done(&text);
	if (rc == 0)
		return 0;
	fprintf(stderr, "%s:%d: " STR_FMT "\n", path, line, STR_ARG(why));
	script_done(s);
	return 78;
}

/* Who waits for the file finds it whole or not at all. */
static int
write_port_file(const char *path)
{
	struct buf part = { 0 };
	FILE	  *f;
	bool	   good;

	buf_printf(&part, "%s.%d", path, (int)getpid());
	f = fopen(part.p, "we");
	good = f != NULL && fprintf(f, "%s\n", sim_address()) > 0;
	good = (f == NULL || fclose(f) == 0) && good && rename(part.p, path) == 0;
	if (!good) {
		fprintf(stderr, "weir-sim: %s: %s\n", path, strerror(errno));
		unlink(part.p);
	}
	buf_done(&part);
	return good ? 0 : 73;
}

static void
raise_files(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

struct command_line {
	struct sim_options options;
	const char	  *port_file;
	bool		   quiet, test;
};

static int
read_count(const char *text, uint64_t most, uint64_t *n)
{
	if (str_u64(str_of(text), n) == 0 && *n <= most)
		return 0;
	fprintf(stderr, "weir-sim: '%s' is no number that can be used here\n", text);
	return -1;
}

static void
print_help(void)
{
	fputs(usage, stdout);
	for (int kind = 0; kind < ACTIONS; kind++)
		printf("    %-8s %s\n", script_action_word((enum action_kind)kind),
		    script_action_help((enum action_kind)kind));
	puts("\nexample: weir-sim -l 127.0.0.1:7699 -s faults.sim");
}

/* -1 to go on, else the exit status. */
static int
take_option(struct command_line *c, int opt)
{
	uint64_t n;

	switch (opt) {
	case 'l': c->options.listen = optarg; return -1;
	case 's': c->options.script = optarg; return -1;
	case 'o': c->options.record = optarg; return -1;
	case 'r': c->options.replay = optarg; return -1;
	case 'p': c->port_file = optarg; return -1;
	case 't': c->test = true; return -1;
	case 'q': c->quiet = true; return -1;
	case 'V': puts("weir-sim " WEIR_VERSION); return 0;
	case 'h': print_help(); return 0;
	case 'F':
		if (read_count(optarg, INT_MAX, &n) < 0)
			return 64;
		c->options.listen_fd = (int)n;
		return -1;
	case 'c':
		if (read_count(optarg, SIZE_MAX, &n) < 0)
			return 64;
		c->options.cut = n;
		return -1;
	default: fputs(usage, stderr); return 64;
	}
}

static int
read_options(int argc, char **argv, struct command_line *c)
{
	int opt, rc;

	while ((opt = getopt_long(argc, argv, "l:F:s:o:r:c:p:tqVh", longs, NULL)) != -1)
		if ((rc = take_option(c, opt)) >= 0)
			return rc;
	if (optind < argc) {
		fprintf(stderr, "weir-sim: unexpected argument '%s'\n%s", argv[optind], usage);
		return 64;
	}
	return -1;
}

/* Until a signal ends it. */
static int
serve(const struct command_line *c, struct script *script)
{
	int rc;

	if (record_open(c->options.record) < 0) {
		fprintf(stderr, "weir-sim: %s: %s\n", c->options.record, strerror(errno));
		return 73;
	}
	if (sim_listen(&c->options, script) < 0)
		return 69;
	if (c->port_file != NULL && (rc = write_port_file(c->port_file)) != 0)
		return rc;
	if (!c->quiet) {
		printf("weir-sim listens on %s\n", sim_address());
		fflush(stdout);
	}
	loop_run();
	conn_close_all();
	return 0;
}

int
main(int argc, char **argv)
{
	struct command_line c = { .options = { .listen = "127.0.0.1:7699", .listen_fd = -1 } };
	struct script	    script = { 0 };
	int		    rc = read_options(argc, argv, &c);

	if (rc >= 0)
		return rc;
	if (c.options.script != NULL && (rc = read_script(&script, c.options.script)) != 0)
		return rc;
	if (c.test) {
		puts("the script is fine");
	} else {
		raise_files();
		loop_open();
		watch_signals();
		rc = serve(&c, &script);
		loop_close();
	}
	script_done(&script);
	return rc > 0 ? rc : 0;
}
