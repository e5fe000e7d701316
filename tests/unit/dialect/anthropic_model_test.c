/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_model_test.c - a model is known by its name, however a cloud or a router words it. */
#include "dialect/anthropic_write.h"
#include "tap.h"

static const struct {
	const char *name, *row;
} names[] = {
	{ "claude-opus-5-5", "claude-opus-5-5" },
	{ "claude-opus-5-20260724", "claude-opus-5" },
	{ "claude-opus-4-20250514", "claude-opus-4" },
	{ "claude-opus-4-1-20250805", "claude-opus-4-1" },
	{ "claude-sonnet-4@20250514", "claude-sonnet-4" },
	{ "anthropic/claude-sonnet-4.6", "claude-sonnet-4-6" },
	{ "us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5" },
	{ "Claude-3.7-Sonnet", "claude-3-7" },
	{ "claude-3-opus-20240229", "claude-3" },
	{ "claude-next-9", "claude-" },
	{ "kimi-k3", "" },
	{ "", "" },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(names); i++)
		is_str(anthropic_model_of(&a, str_of(names[i].name))->prefix, names[i].row, "'%s'", names[i].name);
	arena_done(&a);
	return tap_done();
}
