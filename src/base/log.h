/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_LOG_H
#define WEIR_BASE_LOG_H

#include "base/str.h"

/*
 * The daemon's own log: one event, one line, lower case, no full stop, no
 * secret.  To stderr unless a file is given; each line is one write(2), so
 * processes may share a file.  Under systemd (JOURNAL_STREAM is set) lines
 * start with <N> priorities and carry no time of their own.
 *
 * One format string is printed at most ten times a second (debug lines are
 * not limited); what was held back is reported as "N more like this: TEXT".
 */
enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

int	log_level_read(struct str name, enum log_level *) MUST_USE;
void	log_init(const char *role, enum log_level);	/* role: "worker 2"; borrowed, must stay */
int	log_open(const char *path) MUST_USE;		/* NULL or "" means stderr */
void	log_reopen(void);				/* USR1: same path again */
void	log_set_level(enum log_level);
void	log_set_plain(void);				/* an operator's tool: "weirctl: text", no time, no level */
void	log_flush(void);				/* reports what is held back; for the end, and now and then */

void	log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));	/* adds ": strerror(errno)" */
void	log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));	/* adds strerror */
void	log_errorx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* An accident at start: logs and exits with `status` (sysexits). */
void	fatal(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));
void	fatalx(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));

/* The same with an exchange's id in front. */
void	xlog_info(struct str id, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void	xlog_warnx(struct str id, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void	xlog_debug(struct str id, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
