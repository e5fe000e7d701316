/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.c - what a client is told of its limits.
 *
 * Runs in: worker.
 *
 * Each vendor has names of its own, and only two have any: OpenAI tells how long
 * until all is free again, Anthropic when it is.  OpenAI's are told to everybody.
 */
#include "api/rate.h"

#include <inttypes.h>

#include "base/clock.h"

static const char *
wait_text(struct arena *a, uint64_t ms)
{
	return arena_printf(a, "%" PRIu64 ".%03us", ms / 1000, (unsigned)(ms % 1000)).p;
}

static const char *
date_text(struct arena *a, uint64_t ms)
{
	char text[25];

	clock_format(text, clock_wall_us() + ms * 1000);
	return arena_dup(a, text, sizeof(text));
}

static const struct vendor {
	const char *requests[3], *tokens[3];	/* limit, remaining, reset */
	const char *(*reset)(struct arena *, uint64_t ms);
} openai = {
	{ "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" },
	{ "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens" },
	wait_text,
}, anthropic = {
	{ "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset" },
	{ "anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset" },
	date_text,
};

static size_t
put_rate(struct arena *a, const struct vendor *vendor, const char *const names[3], const struct rate_view *v, struct header *to)
{
	if (!v->known)
		return 0;
	to[0] = (struct header){ names[0], arena_decimal(a, (uint64_t)v->limit) };
	to[1] = (struct header){ names[1], arena_decimal(a, v->remaining > 0 ? (uint64_t)v->remaining : 0) };
	to[2] = (struct header){ names[2], vendor->reset(a, v->reset_ms) };
	return 3;
}

static size_t
put_vendor(struct arena *a, const struct vendor *vendor, const struct rate_views *v, struct header *to)
{
	size_t n = put_rate(a, vendor, vendor->requests, &v->requests, to);

	return n + put_rate(a, vendor, vendor->tokens, &v->tokens, to + n);
}

size_t
rate_headers(struct arena *a, enum dialect_id client, const struct rate_views *v, struct header *to)
{
	size_t n = put_vendor(a, &openai, v, to);

	return client == DIALECT_ANTHROPIC ? n + put_vendor(a, &anthropic, v, to + n) : n;
}
