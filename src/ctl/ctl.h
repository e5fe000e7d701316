/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_CTL_H
#define WEIR_CTL_CTL_H

#include <sysexits.h>

#include "base/seal.h"
#include "conf/conf.h"
#include "store/records.h"

/* One run of weirctl: what the command line said, and what was opened for it. */
enum secret_from { SECRET_NONE, SECRET_STDIN, SECRET_FILE };

struct ctl {
	struct arena arena;		/* as long as the process */
	/* options */
	const char *conf_path;		/* -c; NULL: the default place */
	const char *data_dir, *run_dir;	/* -d, -r; NULL: as configured */
	bool	    json, dry_run, wait, color;
	enum secret_from secret_from;
	const char *secret_path;	/* SECRET_FILE */
	const char *user;		/* who calls, for the audit */
	/* the command */
	const struct command *command;
	const struct str *args;		/* the words in the places of its sentence's upper-case words */
	size_t	    n;
	/* opened on demand, see open.h */
	bool	    configured;
	struct conf conf;
	struct db  *store, *state;
	struct seal_ring *ring;
};

/* Prints "weirctl: TEXT" to standard error; returns the status. */
int	ctl_fail(struct ctl *, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* "file:line: message" for each; returns EX_CONFIG. */
int	ctl_problems(struct ctl *, const struct conf_problem *, size_t n);
/* What was done, for people: to standard error, so that standard output is data only. */
void	ctl_say(struct ctl *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *ctl_cstr(struct ctl *, struct str);

#endif
