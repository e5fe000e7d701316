/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "tap.h"

static char path[64];
static char text[1 << 16];

/* What was written since the last look. */
static const char *
written(void)
{
	int	fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	close(fd);
	if (truncate(path, 0) < 0)
		abort();
	return text;
}

static int
lines(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

static void
test_levels(void)
{
	enum log_level level;

	ok(log_level_read(STR("warn"), &level) == 0 && level == LOG_LEVEL_WARN,
	    "a level has a name");
	is_int(log_level_read(STR("loud"), &level), -1, "and no other name");
	log_debug("low");
	log_info("said");
	ok(strstr(written(), " info worker 2[") != NULL, "a line names level and role");
	ok(strstr(text, "]: said\n") != NULL, "and then says it");
	ok(strncmp(text, "2026-11-21T09:24:29.123Z ", 25) == 0, "the time stands in front");
	is_int(lines(text), 1, "what is below the level is not written");
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("low");
	ok(strstr(written(), " debug ") != NULL, "a lower level lets it through");
	log_set_level(LOG_LEVEL_ERROR);
	log_warnx("no");
	log_errorx("yes");
	ok(strstr(written(), "yes") != NULL && lines(text) == 1, "a higher one keeps warnings out");
	log_set_level(LOG_LEVEL_INFO);
}

static void
test_forms(void)
{
	char wide[5000];

	errno = ENOENT;
	log_warn("open %s", "x");
	ok(errno == ENOENT, "errno is as before");
	ok(strstr(written(), "]: open x: No such file or directory\n") != NULL, "warn adds errno");
	errno = EACCES;
	log_error("bind");
	ok(strstr(written(), "]: bind: Permission denied\n") != NULL, "so does error");
	xlog_info(STR("req_1"), "done");
	ok(strstr(written(), "]: req_1: done\n") != NULL, "an exchange's id stands in front");
	xlog_warnx(STR("req_1"), "odd");
	ok(strstr(written(), " warn ") != NULL && strstr(text, "]: req_1: odd\n") != NULL,
	    "in a warning too");
	log_info("from upstream: %s", "a\nb\r\x1b[31m\x7f");
	ok(strstr(written(), "upstream: a?b??[31m?\n") != NULL, "control characters are replaced");
	memset(wide, 'w', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	log_info("%s", wide);
	ok(lines(written()) == 1 && strlen(text) == 2048, "a long line is cut and still ends");
}

static void
repeat(int times)
{
	for (int i = 0; i < times; i++)
		log_warnx("channel %d: refused", i);
}

static void
test_repeats(void)
{
	repeat(500);
	is_int(lines(written()), 10, "of 500 equal warnings ten are written");
	log_info("something else");
	is_int(lines(written()), 1, "another line is not held back");
	clock_advance(1000000);
	repeat(1);
	ok(strstr(written(), "490 more like this: channel 9: refused\n") != NULL,
	    "a second later the rest is reported");
	is_int(lines(text), 2, "once, before the next one");
	repeat(30);
	written();
	clock_advance(1000000);
	log_info("something else again");
	ok(strstr(written(), " warn worker 2") != NULL &&
	    strstr(text, "21 more like this: channel 8: refused\n") != NULL,
	    "any later line brings the report, at the level of what it reports");
	repeat(12);
	written();
	log_flush();
	ok(strstr(written(), "2 more like this") != NULL, "a flush does not wait for the second");
	log_flush();
	is_int(lines(written()), 0, "and reports only once");
	log_set_level(LOG_LEVEL_DEBUG);
	for (int i = 0; i < 30; i++)
		log_debug("turn");
	is_int(lines(written()), 30, "debug lines are never held back");
	log_set_level(LOG_LEVEL_INFO);
}

static void
test_reopen(void)
{
	char	    moved[80];
	struct stat st;

	snprintf(moved, sizeof(moved), "%s.1", path);
	ok(rename(path, moved) == 0, "the file is moved away");
	log_info("into the old");
	log_reopen();
	log_info("into the new");
	ok(strstr(written(), "into the new") != NULL && lines(text) == 1,
	    "reopened, a new one is made");
	ok(stat(path, &st) == 0 && (st.st_mode & 07) == 0, "which is not for everybody");
	unlink(moved);
	is_int(log_open("/nonexistent/dir/log"), -1, "a path that cannot be opened is an error");
	log_info("still here");
	ok(strstr(written(), "still here") != NULL, "and the log stays where it was");
}

/* Runs fatal() in a child; returns its exit status. */
static int
end_in_child(bool with_errno)
{
	int   status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (freopen("/dev/null", "w", stdout) == NULL)
			_exit(1);
		errno = EADDRINUSE;
		if (with_errno)
			fatal(71, "listen");
		fatalx(78, "no configuration");
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_fatal(void)
{
	is_int(end_in_child(true), 71, "fatal ends the process with its status");
	ok(strstr(written(), "]: listen: Address already in use\n") != NULL, "and says why");
	is_int(end_in_child(false), 78, "so does fatalx");
	ok(strstr(written(), "]: no configuration\n") != NULL, "without errno");
}

/* In the journal and for tools, the line looks different. */
static void
test_looks(void)
{
	struct stat st;
	char	    stream[64];
	int	    kept = dup(STDERR_FILENO), fd = open(path, O_WRONLY | O_APPEND);

	dup2(fd, STDERR_FILENO);
	fstat(STDERR_FILENO, &st);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	is_int(log_open(NULL), 0, "no path means stderr");
	log_warnx("in the journal");
	is_str(written(), "<4>worker 2: in the journal\n",
	    "the journal gets priorities and no time");
	setenv("JOURNAL_STREAM", "1:1", 1);
	log_init("worker 2", LOG_LEVEL_INFO);
	log_warnx("elsewhere");
	ok(written()[0] == '2', "a stderr that is not the journal does not");
	log_set_plain();
	written();
	log_init("weirctl", LOG_LEVEL_INFO);
	log_warnx("for people");
	is_str(written(), "weirctl: for people\n", "a tool's line has its name alone");
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(fd);
}

int
main(void)
{
	strcpy(path, "/tmp/weir-log-XXXXXX");
	close(mkstemp(path));
	clock_freeze(5000000, UINT64_C(1795253069123000));
	log_init("worker 2", LOG_LEVEL_INFO);
	is_int(log_open(path), 0, "a log file is opened");
	test_levels();
	test_forms();
	test_repeats();
	test_reopen();
	test_fatal();
	test_looks();
	unlink(path);
	return tap_done();
}
