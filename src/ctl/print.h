/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_PRINT_H
#define WEIR_CTL_PRINT_H

#include "base/json.h"
#include "ctl/ctl.h"

/*
 * A command makes JSON and nothing else; with --json that is what is printed,
 * for people it becomes a table or a list of names and values.
 */

/* An array of objects.  Columns are member names, NULL at the end; NULL columns: the members of the first object. */
void	print_rows(struct ctl *, struct buf *json, const char *const *columns);
void	print_object(struct ctl *, struct buf *json);	/* one object: a line for each member */

/* Pure, for tests: what people see. */
void	print_table(struct buf *out, struct arena *, const struct json *rows, const char *const *columns, bool color);
void	print_members(struct buf *out, struct arena *, const struct json *object, bool color);

#endif
