/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c - the daemon's own log: one event, one line, one write(2).
 *
 * Runs in: everywhere.
 *
 * A line is built on the stack: the log must work when memory does not.  What
 * a stranger sent may stand in a line, so control characters are replaced.
 *
 * Under load one cause can give 10^5 equal warnings a second.  Lines are known
 * by the address of their format string; the eleventh within a second is only
 * counted, and the count is reported when the second is over: by the next line
 * with that format, by any other line (once a second it looks), or by
 * log_flush().  Two formats that share a slot evict each other, which may let
 * a few lines more through and loses no count.
 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/clock.h"

#define LINE_BYTES 2048
#define PATH_BYTES 4096
#define BURST 10
#define BURST_US 1000000
#define REPEATS 64
#define SAMPLE_BYTES 120

struct level {
	const char *name;
	int	    priority;	/* syslog's */
};

static const struct level levels[] = {
	[LOG_LEVEL_DEBUG] = { "debug", 7 },
	[LOG_LEVEL_INFO] = { "info", 6 },
	[LOG_LEVEL_WARN] = { "warn", 4 },
	[LOG_LEVEL_ERROR] = { "error", 3 },
};

static const char    *role = "weir";
static enum log_level least = LOG_LEVEL_INFO;
static bool	      plain, journal;
static int	      out = STDERR_FILENO;
static char	      out_path[PATH_BYTES];	/* "" while it is stderr */

/* A format string that came lately. */
struct repeat {
	const char    *fmt;	/* NULL: free */
	enum log_level level;
	uint64_t       since;	/* start of its second, clock_now_us() */
	unsigned       printed;	/* lines in this second, at most BURST */
	uint64_t       held;	/* lines that were not printed */
	char	       sample[SAMPLE_BYTES];	/* the last printed one */
};

static struct repeat repeats[REPEATS];
static uint64_t	     swept;	/* when all of them were last looked at */

struct line {
	char   text[LINE_BYTES];
	size_t n;
	size_t message;	/* where the text proper starts */
};

/* ---------------------------------------------------------------- settings */

int
log_level_read(struct str name, enum log_level *level)
{
	for (size_t i = 0; i < LENGTH(levels); i++) {
		if (str_is(name, levels[i].name)) {
			*level = (enum log_level)i;
			return 0;
		}
	}
	return -1;
}

/* systemd names the socket in JOURNAL_STREAM; a redirected stderr is another file. */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char	    mine[64];

	if (stream == NULL || fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(mine, sizeof(mine), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(stream, mine) == 0;
}

void
log_init(const char *name, enum log_level level)
{
	role = name;
	least = level;
	journal = out == STDERR_FILENO && stderr_is_journal();
}

static int
open_append(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

static void
use(int fd)
{
	if (out != STDERR_FILENO)
		close(out);
	out = fd;
	journal = fd == STDERR_FILENO && stderr_is_journal();
}

int
log_open(const char *path)
{
	int fd = STDERR_FILENO;

	if (path == NULL)
		path = "";
	if (strlen(path) >= sizeof(out_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (path[0] != '\0' && (fd = open_append(path)) < 0)
		return -1;
	use(fd);
	strcpy(out_path, path);
	return 0;
}

void
log_reopen(void)
{
	int fd;

	log_flush();
	if (out_path[0] == '\0')
		return;
	if ((fd = open_append(out_path)) < 0)
		log_warn("log %s: cannot reopen it, the old one stays", out_path);
	else
		use(fd);
}

void
log_set_level(enum log_level level)
{
	least = level;
}

void
log_set_plain(void)
{
	plain = true;
}

/* ---------------------------------------------------------------- one line */

__attribute__((format(printf, 2, 0))) static void
line_vadd(struct line *l, const char *fmt, va_list ap)
{
	size_t room = sizeof(l->text) - l->n;
	int    n = vsnprintf(l->text + l->n, room, fmt, ap);

	if (n > 0)
		l->n += (size_t)n < room ? (size_t)n : room - 1;
}

__attribute__((format(printf, 2, 3))) static void
line_add(struct line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_vadd(l, fmt, ap);
	va_end(ap);
}

static void
line_start(struct line *l, enum log_level level)
{
	char stamp[25];

	l->n = 0;
	if (plain) {
		line_add(l, "%s: ", role);
	} else if (journal) {
		line_add(l, "<%d>%s: ", levels[level].priority, role);
	} else {
		clock_format(stamp, clock_now_wall_us());
		line_add(l, "%s %s %s[%d]: ", stamp, levels[level].name, role, (int)getpid());
	}
	l->message = l->n;
}

static void
line_write(struct line *l)
{
	ssize_t done;

	for (size_t i = l->message; i < l->n; i++)
		if ((unsigned char)l->text[i] < 0x20 || l->text[i] == 0x7f)
			l->text[i] = '?';
	l->text[l->n++] = '\n';	/* over the NUL: there is always room */
	do
		done = write(out, l->text, l->n);
	while (done < 0 && errno == EINTR);
}

/* ---------------------------------------------------------------- the same over and over */

static void
repeat_report(struct repeat *r)
{
	struct line l;

	if (r->held == 0)
		return;
	line_start(&l, r->level);
	line_add(&l, "%" PRIu64 " more like this: %s", r->held, r->sample);
	line_write(&l);
	r->held = 0;
}

void
log_flush(void)
{
	int kept = errno;

	for (size_t i = 0; i < REPEATS; i++)
		repeat_report(&repeats[i]);
	errno = kept;
}

static void
sweep(uint64_t now)
{
	if (now - swept < BURST_US)
		return;
	swept = now;
	for (size_t i = 0; i < REPEATS; i++)
		if (now - repeats[i].since >= BURST_US)
			repeat_report(&repeats[i]);
}

/* The slot of this format, or NULL when the line must wait for the report. */
static struct repeat *
repeat_admit(const char *fmt, enum log_level level)
{
	uint64_t       now = clock_now_us();
	struct repeat *r = &repeats[((uintptr_t)fmt * UINT64_C(0x9e3779b97f4a7c15)) >> 58];

	sweep(now);
	if (r->fmt != fmt || now - r->since >= BURST_US) {
		repeat_report(r);
		r->fmt = fmt;
		r->level = level;
		r->since = now;
		r->printed = 0;
	}
	if (r->printed == BURST) {
		r->held++;
		return NULL;
	}
	r->printed++;
	return r;
}

static void
repeat_keep(struct repeat *r, const struct line *l)
{
	size_t n = l->n - l->message;

	if (n >= sizeof(r->sample))
		n = sizeof(r->sample) - 1;
	memcpy(r->sample, l->text + l->message, n);
	r->sample[n] = '\0';
}

/* ---------------------------------------------------------------- the family */

struct event {
	enum log_level level;
	struct str     id;	/* of the exchange, or STR_NONE */
	int	       number;	/* errno to add, or -1 */
	bool	       last;	/* the process ends with it: never held back */
};

__attribute__((format(printf, 2, 0))) static void
emit(struct event e, const char *fmt, va_list ap)
{
	struct repeat *r = NULL;
	struct line    l;
	int	       kept = errno;

	if (e.level < least)
		return;
	if (e.level > LOG_LEVEL_DEBUG && !e.last && (r = repeat_admit(fmt, e.level)) == NULL)
		return;
	line_start(&l, e.level);
	if (e.id.n > 0)
		line_add(&l, STR_FMT ": ", STR_ARG(e.id));
	line_vadd(&l, fmt, ap);
	if (e.number >= 0)
		line_add(&l, ": %s", strerror(e.number));
	if (r != NULL && r->printed == BURST)
		repeat_keep(r, &l);
	line_write(&l);
	errno = kept;
}

#define EMIT(...)                                          \
	do {                                               \
		struct event e_ = { __VA_ARGS__ };         \
		va_list	     ap_;                          \
		va_start(ap_, fmt);                        \
		emit(e_, fmt, ap_);                        \
		va_end(ap_);                               \
	} while (0)

void
log_debug(const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_DEBUG, .number = -1);
}

void
log_info(const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_INFO, .number = -1);
}

void
log_warn(const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_WARN, .number = errno);
}

void
log_warnx(const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_WARN, .number = -1);
}

void
log_error(const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_ERROR, .number = errno);
}

void
log_errorx(const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_ERROR, .number = -1);
}

void
fatal(int status, const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_ERROR, .number = errno, .last = true);
	log_flush();
	exit(status);
}

void
fatalx(int status, const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_ERROR, .number = -1, .last = true);
	log_flush();
	exit(status);
}

void
xlog_info(struct str id, const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_INFO, .id = id, .number = -1);
}

void
xlog_warnx(struct str id, const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_WARN, .id = id, .number = -1);
}

void
xlog_debug(struct str id, const char *fmt, ...)
{
	EMIT(.level = LOG_LEVEL_DEBUG, .id = id, .number = -1);
}
