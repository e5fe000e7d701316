/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_count.c - the answer of count_tokens, read and written.
 *
 * Runs in: worker.
 */
#include "dialect/anthropic.h"

int
anthropic_read_count_reply(struct arena *a, struct str body, uint64_t *tokens)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;

	if (json_read(a, body, limits, &root, &e) < 0)
		return -1;
	return json_u64(json_get(root, "input_tokens"), tokens);
}

void
anthropic_write_count_reply(struct buf *to, uint64_t tokens)
{
	buf_printf(to, "{\"input_tokens\":%llu}", (unsigned long long)tokens);
}
