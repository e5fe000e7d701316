/* SPDX-License-Identifier: Apache-2.0 */
/* rate_test.c - a client reads its limits in the names of its vendor. */
#include "api/rate.h"
#include "base/clock.h"
#include "tap.h"

static const struct {
	const char	 *what;
	enum dialect_id   client;
	struct rate_views views;
	const char	 *want;
} cases[] = {
	{ "no limit", DIALECT_ANTHROPIC, { { 0 }, { 0 } }, "" },
	{ "OpenAI's", DIALECT_OPENAI, { { true, 3, 2, 59001 }, { true, 1200, -7, 0 } },
	    "x-ratelimit-limit-requests: 3\nx-ratelimit-remaining-requests: 2\nx-ratelimit-reset-requests: 59.001s\n"
	    "x-ratelimit-limit-tokens: 1200\nx-ratelimit-remaining-tokens: 0\nx-ratelimit-reset-tokens: 0.000s\n" },
	{ "a vendor's without names", DIALECT_GEMINI, { { 0 }, { true, 10, 9, 1500 } },
	    "x-ratelimit-limit-tokens: 10\nx-ratelimit-remaining-tokens: 9\nx-ratelimit-reset-tokens: 1.500s\n" },
	{ "Anthropic's", DIALECT_ANTHROPIC, { { true, 3, 2, 59001 }, { 0 } },
	    "x-ratelimit-limit-requests: 3\nx-ratelimit-remaining-requests: 2\nx-ratelimit-reset-requests: 59.001s\n"
	    "anthropic-ratelimit-requests-limit: 3\nanthropic-ratelimit-requests-remaining: 2\n"
	    "anthropic-ratelimit-requests-reset: 2026-11-21T09:25:28.124Z\n" },
};

int
main(void)
{
	struct header to[RATE_HEADERS_MOST];
	struct arena  a;
	struct buf    b = { 0 };
	uint64_t      now;

	ok(clock_parse(STR("2026-11-21T09:24:29.123Z"), &now) == 0, "a time");
	clock_freeze(1, now);
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t n = rate_headers(&a, cases[i].client, &cases[i].views, to);

		buf_clear(&b);
		for (size_t k = 0; k < n; k++)
			buf_printf(&b, "%s: %s\n", to[k].name, to[k].value);
		is_slice(buf_view(&b), cases[i].want, "%s", cases[i].what);
	}
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
