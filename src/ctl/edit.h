/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_EDIT_H
#define WEIR_CTL_EDIT_H

#include "base/json.h"
#include "ctl/ctl.h"

/*
 * One change of the store: a transaction that is committed whole or, when
 * anything failed or with --dry-run, not at all.  Each changed record is told
 * to the operator, written into the audit table, and part of the JSON result.
 */
struct edit {
	struct ctl     *c;
	struct txn     *t;
	int		status;		/* the first failure, or 0 */
	struct buf	json;		/* {"dry_run":..,"records":[...]} */
	struct json_out out;
	struct buf	done;		/* lines for people, told when all is stored */
	size_t		changed;
};

int	edit_begin(struct ctl *, struct edit *) MUST_USE;	/* opens the store for it */
/* NULL, and the operator was told: no such record (with near names), or one that a file declares. */
void   *edit_find(struct edit *, enum record_kind, struct str name);
void	edit_fail(struct edit *, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* FIELD=VALUE from the words; -1 and told. */
int	edit_fields(struct edit *, enum record_kind, void *object, const struct str *words, size_t n) MUST_USE;
/* What the field table cannot tell; -1 and told. */
int	edit_check(struct edit *, enum record_kind, const void *object) MUST_USE;
/*
 * Stores it.  `what` is "added", "changed", "enabled" ...; `secret` (may be
 * NULL) is put into the result, to be shown this once.
 */
int	edit_put(struct edit *, enum record_kind, void *object, const char *what, const struct str *secret);
int	edit_remove(struct edit *, enum record_kind, struct record *);
/* The same as edit_put() for what is no record: only told and audited. */
void	edit_note(struct edit *, const char *noun, struct str name, const char *what);
int	edit_end(struct edit *);	/* commits or not, prints the result, gives the exit status */

#endif
