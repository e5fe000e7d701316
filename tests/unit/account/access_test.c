/* SPDX-License-Identifier: Apache-2.0 */
/* access_test.c - lines are whole, files are a day's, old ones go, a full disk only loses lines. */
#include "account/access.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "books.h"

static const char *
path(const char *name)
{
	static char texts[2][400];
	static int  turn;
	char	   *text = texts[turn++ % 2];

	snprintf(text, sizeof(texts[0]), "%s/log/%s", temp_dir, name);
	return text;
}

static struct str
slurp(const char *name, struct buf *b)
{
	FILE *f = fopen(path(name), "r");

	buf_clear(b);
	if (f != NULL) {
		b->n = fread(buf_reserve(b, 4 << 20), 1, 4 << 20, f);
		fclose(f);
	}
	return buf_view(b);
}

/* How many lines there are; -1 when one is no JSON object. */
static int
count(const char *name)
{
	struct buf	  b = { NULL, 0, 0 };
	struct str	  rest = slurp(name, &b), l;
	struct json_error err;
	int		  n = 0;

	while (n >= 0 && str_split(&rest, '\n', &l))
		n = l.n == 0 && rest.n == 0 ? n : json_check(l, 0, &err) == 0 ? n + 1 : -1;
	buf_done(&b);
	return n;
}

static char log_dir[300];

static void
test_lines(void)
{
	struct access_log *log = access_open(log_dir);
	struct entry	   e = sample();

	clock_freeze(1000 * SECOND, NOON);
	access_add(log, &e);
	access_add(log, &e);
	is_int(count("weir-2026-11-21.log"), 0, "lines are buffered");
	access_flush(log);
	is_int(count("weir-2026-11-21.log"), 2, "until the end of the turn; the directory is made");
	clock_advance(DAY / 2 - SECOND);
	access_add(log, &e);
	access_flush(log);
	clock_advance(SECOND);
	access_add(log, &e);
	access_flush(log);
	is_int(count("weir-2026-11-21.log"), 3, "until midnight UTC all go to one file");
	is_int(count("weir-2026-11-22.log"), 1, "then to the next");
	rename(path("weir-2026-11-22.log"), path("moved"));
	access_add(log, &e);
	access_reopen(log);
	access_add(log, &e);
	access_free(log);
	is_int(count("moved"), 2, "a reopening writes what is buffered to the old file");
	is_int(count("weir-2026-11-22.log"), 1, "and goes on in a new one");
}

static void
test_shared(void)
{
	struct entry e = sample();

	clock_freeze(1000 * SECOND, NOON + 10 * DAY);
	fflush(stdout);
	for (int i = 0; i < 4; i++) {
		if (fork() == 0) {
			struct access_log *log = access_open(log_dir);

			for (int k = 0; k < 200; k++) {
				for (int n = 0; n <= k % 5; n++)
					access_add(log, &e);
				access_flush(log);
			}
			_exit(access_lost(log) != 0);
		}
	}
	for (int i = 0; i < 4; i++)
		wait(NULL);
	is_int(count("weir-2026-12-01.log"), 4 * 600, "four workers share a file without tearing a line");
}

/* A file that may not grow is a full disk. */
static void
test_full_disk(void)
{
	struct access_log *log = access_open(log_dir);
	struct entry	   e = sample();
	struct rlimit	   old, small;
	struct buf	   b = { NULL, 0, 0 };
	struct str	   text;

	clock_freeze(1000 * SECOND, NOON + 20 * DAY);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	access_add(log, &e);
	access_flush(log);
	small.rlim_cur = slurp("weir-2026-12-11.log", &b).n * 5 / 2;
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 3; i++)
		access_add(log, &e);
	access_flush(log);
	is_int(access_lost(log), 2, "lines that did not fit are counted");
	access_add(log, &e);
	access_flush(log);
	is_int(access_lost(log), 3, "also when nothing fits");
	setrlimit(RLIMIT_FSIZE, &old);
	access_add(log, &e);
	access_flush(log);
	access_free(log);
	text = slurp("weir-2026-12-11.log", &b);
	is_int(text.p[text.n - 1], '\n', "when there is room again lines are whole");
	ok(str_find(text, STR("\n{\"timestamp\"")) < text.n, "and begin on a line of their own");
	buf_done(&b);
}

static void
test_no_file(void)
{
	struct access_log *log = access_open("");
	struct entry	   e = sample();

	access_add(log, &e);
	access_flush(log);
	is_int(access_lost(log), 0, "a log without a directory writes nothing and loses nothing");
	access_free(log);
	access_free(NULL);
	log = access_open("/proc/none/such");
	access_add(log, &e);
	access_flush(log);
	is_int(access_lost(log), 1, "one whose directory cannot be made loses lines");
	access_free(log);
}

static void
touch(const char *name)
{
	int fd = open(path(name), O_WRONLY | O_CREAT, 0600);

	if (fd >= 0)
		close(fd);
}

static void
test_prune(void)
{
	touch("weir-2026-01-01.log");
	touch("weir-2026-01-02.log.gz");
	touch("weir-2026-01-03.log");
	touch("weir-2026-01-04.log");
	touch("weir-2026-01-01.log.bak");
	touch("weir-2026-13-01.log");
	touch("other.log");
	is_int(access_prune(log_dir, 0, NOON), 0, "0 days keep all");
	is_int(access_prune(log_dir, 30, UINT64_C(20486) * DAY), 2, "days older than thirty go, compressed ones too");
	ok(access(path("weir-2026-01-03.log"), F_OK) == 0, "the thirtieth stays");
	ok(access(path("weir-2026-01-01.log.bak"), F_OK) == 0 && access(path("other.log"), F_OK) == 0,
	    "what has another name stays");
	is_int(access_prune("/nonexistent", 30, NOON), 0, "a directory that is not there has nothing to prune");
}

int
main(void)
{
	log_set_level(LOG_LEVEL_ERROR);
	temp_init();
	snprintf(log_dir, sizeof(log_dir), "%s/log", temp_dir);
	test_lines();
	test_shared();
	test_full_disk();
	test_no_file();
	test_prune();
	temp_done();
	return tap_done();
}
