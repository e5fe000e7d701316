/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_count_test.c - a count is read as it is written. */
#include "dialect/anthropic.h"
#include "tap.h"

int
main(void)
{
	struct arena a;
	struct buf   b = { 0 };
	uint64_t     n = 0;

	arena_init(&a);
	anthropic_write_count_reply(&b, 671);
	is_slice(buf_view(&b), "{\"input_tokens\":671}", "a count");
	ok(anthropic_read_count_reply(&a, buf_view(&b), &n) == 0 && n == 671, "is read back");
	ok(anthropic_read_count_reply(&a, STR("{}"), &n) < 0, "nothing is no count");
	ok(anthropic_read_count_reply(&a, STR("no"), &n) < 0, "nor is text");
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
