/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_INSPECT_INSPECT_H
#define WEIR_INSPECT_INSPECT_H

#include "base/buf.h"
#include "base/json.h"
#include "store/txn.h"

/* What one call of weir-lmdb was asked for.  Each command returns an exit status of <sysexits.h>. */
struct inspect {
	const char *data_dir, *run_dir;
	bool	    json;		/* one JSON object a line instead of words */
	bool	    colour;
	bool	    all;		/* dump: every table */
	uint64_t    count;		/* watch: ends after so many changes; 0 = never */
	struct db  *db[2];		/* by enum db_env; opened when first used */
};

typedef int inspect_fn(struct inspect *, int argc, char **argv);

inspect_fn tables_list, print_table, watch_table, dump_tables, load_file, figures_copy, figures_stat, check_all;

/* The environment, opened with db.h's flags; NULL and a message when it cannot be. */
struct db *inspect_open(struct inspect *, enum db_env, unsigned flags);
/* The same without a message. */
struct db *inspect_try_open(struct inspect *, enum db_env, unsigned flags, struct str *why);
const char *inspect_env_name(enum db_env);
const char *inspect_env_dir(const struct inspect *, enum db_env);

/* Lower case, as the user writes it.  -1 and a message that names the nearest. */
int	tables_find(const char *name, enum db_table *) MUST_USE;
struct str tables_name(struct arena *, enum db_table);

/*
 * Output that does not keep a snapshot open while a slow pager reads: what
 * comes from the state is held back until its transaction has ended.
 */
struct sink {
	struct buf buf;
	bool	   hold;
	bool	   failed;
};
void	sink_init(struct sink *, enum db_env);
void	sink_turn(struct sink *);		/* after each record */
int	sink_done(struct sink *) MUST_USE;	/* an exit status */

__attribute__((format(printf, 1, 2))) void inspect_complain(const char *fmt, ...);

#endif
