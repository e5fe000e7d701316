/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - weir-sim: a provider that answers as it is told.
 *
 * Runs in: weir-sim.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
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
    "  -r, --replay DIR        recorded exchanges: the model 'replay/PATH' answers with DIR/exchanges/PATH.json\n"
    "  -c, --cut N             write recorded streams in pieces of N bytes\n"
    "  -p, --port-file FILE    write the address listened on into FILE\n"
    "  -t, --test              check the script and exit\n"
    "  -q, --quiet             do not print the address\n"
    "  -V, --version           print the version\n"
    "  -h, --help              print this\n"
    "\n"
    "example: weir-sim -l 127.0.0.1:7699 -s faults.sim\n";

static const struct option longs[] = {
	{ "listen", required_argument, NULL, 'l' }, { "fd", required_argument, NULL, 'F' },
	{ "script", required_argument, NULL, 's' }, { "record", required_argument, NULL, 'o' },
	{ "replay", required_argument, NULL, 'r' }, { "cut", required_argument, NULL, 'c' },
	{ "port-file", required_argument, NULL, 'p' }, { "test", no_argument, NULL, 't' },
	{ "quiet", no_argument, NULL, 'q' }, { "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 },
};

static struct watch signals, control;

static void
stop(struct watch *w, uint32_t events)
{
	(void)w;
	(void)events;
	loop_stop();
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
	signals.ready = stop;
	if (loop_add(&signals, signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), EPOLLIN) < 0)
		exit(71);
	/* A supervisor's end of this is closed when it dies. */
	if (getenv("WEIR_CONTROL_FD") != NULL) {
		control.ready = stop;
		if (loop_add(&control, atoi(getenv("WEIR_CONTROL_FD")), EPOLLIN | EPOLLRDHUP) < 0)
			exit(71);
	}
}

static int
read_script(struct script *s, const char *path)
{
	struct buf text = { 0 };
	struct str why;
	int	   fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), line, rc;
	ssize_t	   n;

	if (fd < 0) {
		fprintf(stderr, "weir-sim: %s: %s\n", path, strerror(errno));
		return 66;
	}
	while ((n = read(fd, buf_reserve(&text, 65536), 65536)) > 0)
		text.n += (size_t)n;
	if (fd != STDIN_FILENO)
		close(fd);
	rc = script_read(s, buf_view(&text), &line, &why);
	buf_done(&text);
	if (rc == 0)
		return 0;
	fprintf(stderr, "%s:%d: " STR_FMT "\n", path, line, STR_ARG(why));
	return 78;
}

static int
write_port_file(const char *path)
{
	FILE *f = fopen(path, "we");

	if (f == NULL || fprintf(f, "%s\n", sim_address()) < 0 || fclose(f) != 0) {
		fprintf(stderr, "weir-sim: %s: %s\n", path, strerror(errno));
		return 73;
	}
	return 0;
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

/* -1 to go on, else the exit status. */
static int
read_options(int argc, char **argv, struct command_line *c)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "l:F:s:o:r:c:p:tqVh", longs, NULL)) != -1) {
		switch (opt) {
		case 'l': c->options.listen = optarg; break;
		case 'F': c->options.listen_fd = atoi(optarg); break;
		case 's': c->options.script = optarg; break;
		case 'o': c->options.record = optarg; break;
		case 'r': c->options.replay = optarg; break;
		case 'c': c->options.cut = (size_t)strtoul(optarg, NULL, 10); break;
		case 'p': c->port_file = optarg; break;
		case 't': c->test = true; break;
		case 'q': c->quiet = true; break;
		case 'V': puts("weir-sim " WEIR_VERSION); return 0;
		case 'h': fputs(usage, stdout); return 0;
		default: fputs(usage, stderr); return 64;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "weir-sim: unexpected argument '%s'\n%s", argv[optind], usage);
		return 64;
	}
	return -1;
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
		return 0;
	}
	raise_files();
	loop_open();
	watch_signals();
	if (record_open(c.options.record) < 0) {
		fprintf(stderr, "weir-sim: %s: %s\n", c.options.record, strerror(errno));
		return 73;
	}
	if (sim_listen(&c.options, &script) < 0)
		return 69;
	if (c.port_file != NULL && (rc = write_port_file(c.port_file)) != 0)
		return rc;
	if (!c.quiet) {
		printf("weir-sim listens on %s\n", sim_address());
		fflush(stdout);
	}
	loop_run();
	loop_close();
	script_done(&script);
	return 0;
}
