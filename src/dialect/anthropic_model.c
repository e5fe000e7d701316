/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_model.c - what Claude models take and refuse, by name.
 *
 * Runs in: worker.
 *
 * From the vendor's pages on adaptive thinking, effort, structured outputs, tool
 * use and its migration guides (platform.claude.com, November 2026) and from the
 * profiles in pydantic-ai and the AI SDK.  The first row whose prefix fits counts.  A
 * Claude that is not listed is newer than the table and taken for the strictest
 * of its kind; another name is a compatible server.
 */
#include "dialect/anthropic_write.h"

#define OLD	(ABLE_FORCE | ABLE_SAMPLE | ABLE_BOTH | ABLE_PREFILL)
#define CLAUDE4 (ABLE_MANUAL | ABLE_OFF | OLD)
#define CLAUDE45 (ABLE_MANUAL | ABLE_OFF | ABLE_FORCE | ABLE_SAMPLE | ABLE_PREFILL | ABLE_SCHEMA)
#define CLAUDE46 (ABLE_MANUAL | ABLE_ADAPTIVE | ABLE_EFFORT | ABLE_OFF | ABLE_FORCE | ABLE_SAMPLE | ABLE_SCHEMA)
#define MINDFUL	(ABLE_ADAPTIVE | ABLE_EFFORT | ABLE_XHIGH | ABLE_SCHEMA)

static const struct anthropic_model models[] = {
	{ "claude-opus-5-5", 128000, MINDFUL },
	{ "claude-sonnet-5-5", 128000, MINDFUL },
	{ "claude-haiku-5-5", 0, MINDFUL | ABLE_OFF | ABLE_FORCE },
	{ "claude-fable-5-1", 128000, MINDFUL },
	{ "claude-mythos-5-1", 128000, MINDFUL },
	{ "claude-mythos-preview", 0, MINDFUL },
	{ "claude-fable-5", 128000, MINDFUL | ABLE_FORCE },
	{ "claude-mythos-5", 128000, MINDFUL | ABLE_FORCE },
	{ "claude-opus-5", 128000, MINDFUL | ABLE_OFF | ABLE_FORCE },
	{ "claude-sonnet-5", 128000, MINDFUL | ABLE_OFF | ABLE_FORCE },
	{ "claude-opus-4-8", 128000, MINDFUL | ABLE_OFF | ABLE_FORCE },
	{ "claude-opus-4-7", 128000, MINDFUL | ABLE_OFF | ABLE_FORCE },
	{ "claude-opus-4-6", 128000, CLAUDE46 },
	{ "claude-sonnet-4-6", 128000, CLAUDE46 },
	{ "claude-opus-4-5", 64000, CLAUDE45 | ABLE_EFFORT },
	{ "claude-sonnet-4-5", 64000, CLAUDE45 },
	{ "claude-haiku-4-5", 64000, CLAUDE45 },
	{ "claude-opus-4-1", 32000, CLAUDE45 },
	{ "claude-opus-4", 32000, CLAUDE4 },
	{ "claude-sonnet-4", 64000, CLAUDE4 },
	{ "claude-3-7", 64000, CLAUDE4 },
	{ "claude-3-5", 8192, OLD },
	{ "claude-3", 4096, OLD },
	{ "claude-2", 4096, OLD },
	{ "claude-instant", 4096, OLD },
	{ "claude-", 0, MINDFUL | ABLE_OFF },
	{ "", 0, CLAUDE4 | ABLE_SCHEMA },
};

/* "us.anthropic.Claude-Opus-4.6" is claude-opus-4-6. */
static struct str
plain_name(struct arena *a, struct str name)
{
	char  *p = arena_cstr(a, name);
	size_t at;

	for (size_t i = 0; i < name.n; i++)
		p[i] = p[i] == '.' ? '-' : p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + ('a' - 'A')) : p[i];
	name.p = p;
	at = str_find(name, STR("claude-"));
	return at < name.n ? str_from(name, at) : name;
}

const struct anthropic_model *
anthropic_model_of(struct arena *a, struct str name)
{
	size_t i = 0;

	name = plain_name(a, name);
	while (!str_starts(name, str_of(models[i].prefix)))
		i++;
	return &models[i];
}
