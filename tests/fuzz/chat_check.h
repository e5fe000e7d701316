/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_CHAT_CHECK_H
#define WEIR_TESTS_CHAT_CHECK_H

/* What the fuzz targets of dialects check of what was written. */
#include <assert.h>

#include "base/json.h"
#include "dialect/chat.h"

static inline void
is_json(struct str text)
{
	struct json_error e;

	assert(json_check(text, JSON_DEPTH_MOST, &e) == 0);
}

static inline unsigned
count_parts(const struct chat *c, enum part_kind kind)
{
	unsigned n = 0;

	for (const struct message *m = c->messages; m != NULL; m = m->next)
		for (const struct part *p = m->parts; p != NULL; p = p->next)
			n += p->kind == kind;
	return n;
}

#endif
