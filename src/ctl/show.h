/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_SHOW_H
#define WEIR_CTL_SHOW_H

#include "base/json.h"
#include "ctl/ctl.h"

/* Commands that only look: at records (show.c) and at the program's own tables (show_table.c). */
int	show_list(struct ctl *);
int	show_one(struct ctl *);
int	show_audit(struct ctl *);
int	show_kinds(struct ctl *);
int	show_config(struct ctl *);
int	show_settings(struct ctl *);
int	show_faults(struct ctl *);

/* A record's members as weirctl shows them: the origin by its word, no hash. */
void	show_fields(struct ctl *, enum record_kind, const struct record *, struct json_out *);
/* "from=DATE to=DATE" among the words: [*from, *to) in wall microseconds; a status when a word is no such option. */
int	show_read_span(struct ctl *, const struct str *words, size_t n, uint64_t *from, uint64_t *to) MUST_USE;

#endif
