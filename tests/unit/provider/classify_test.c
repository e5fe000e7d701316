/* SPDX-License-Identifier: Apache-2.0 */
/* classify_test.c - an upstream's status and words become the right fault. */
#include "provider/provider.h"
#include "tap.h"

#define ERR(code, message) "{\"error\":{\"message\":\"" message "\",\"code\":\"" code "\"}}"

static const struct {
	int	    status;
	const char *body;
	enum fault  fault;
} cases[] = {
	{ 200, "{}", FAULT_NONE },
	{ 302, "", FAULT_UP_REDIRECT },
	{ 304, "", FAULT_UP_REDIRECT },
	{ 400, ERR("invalid_value", "bad temperature"), FAULT_UP_REJECTED },
	{ 400, "<html>", FAULT_UP_GARBAGE },
	{ 400, ERR("context_length_exceeded", "too long"), FAULT_UP_CONTEXT },
	{ 400, ERR("", "maximum context length is 8192 tokens"), FAULT_UP_CONTEXT },
	{ 400, ERR("", "API key not valid. Please pass a valid API key."), FAULT_UP_KEY_INVALID },
	{ 401, ERR("invalid_api_key", "Incorrect API key provided"), FAULT_UP_KEY_INVALID },
	{ 401, "", FAULT_UP_FORBIDDEN },
	{ 402, ERR("", "pay"), FAULT_UP_QUOTA },
	{ 403, ERR("", "not in your country"), FAULT_UP_FORBIDDEN },
	{ 403, ERR("", "rate limited"), FAULT_UP_RATE_LIMITED },
	{ 404, ERR("model_not_found", "no such model"), FAULT_UP_MODEL_UNKNOWN },
	{ 404, "<html>404</html>", FAULT_UP_GARBAGE },
	{ 408, "", FAULT_UP_TIMEOUT },
	{ 422, ERR("", "bad"), FAULT_UP_REJECTED },
	{ 429, ERR("rate_limit_exceeded", "slow down"), FAULT_UP_RATE_LIMITED },
	{ 429, ERR("insufficient_quota", "You exceeded your current quota"), FAULT_UP_QUOTA },
	{ 429, "", FAULT_UP_RATE_LIMITED },
	{ 500, "", FAULT_UP_SERVER },
	{ 502, "<html>", FAULT_UP_SERVER },
	{ 503, "", FAULT_UP_OVERLOADED },
	{ 504, "", FAULT_UP_TIMEOUT },
	{ 529, "", FAULT_UP_OVERLOADED },
	{ 100, "", FAULT_UP_GARBAGE },
	{ 999, "", FAULT_UP_GARBAGE },
};

static const struct {
	const char *value, *value_ms;
	uint64_t    ms;
} waits[] = {
	{ "5", "", 5000 }, { "0", "", 0 }, { "-5", "", 0 }, { "1.5", "", 1500 }, { "soon", "", 0 }, { "", "", 0 },
	{ "99999999999999999999", "", 0 }, { "999999", "", 0 }, { "86400", "", 86400000 }, { " 7 ", "", 7000 },
	{ "5", "250", 250 }, { "5", "nan", 5000 }, { "Sun, 22 Nov 2026 00:00:10 GMT", "", 10000 },
	{ "Sun, 22 Nov 2020 00:00:10 GMT", "", 0 }, { "Sun, 22 Nov 2126 00:00:10 GMT", "", 0 },
};

int
main(void)
{
	struct arena	     a;
	struct reply_headers none = { 0 };
	struct verdict	     v;
	uint64_t	     midnight = 1795305600ull * 1000000;	/* 2026-11-22T00:00:00Z */

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		provider_classify(&a, &dialects[DIALECT_OPENAI], cases[i].status, &none, str_of(cases[i].body), midnight, &v);
		is_str(fault_info(v.fault)->name, fault_info(cases[i].fault)->name, "%d %.60s", cases[i].status, cases[i].body);
	}
	for (size_t i = 0; i < LENGTH(waits); i++)
		is_int(retry_after_ms(str_of(waits[i].value), str_of(waits[i].value_ms), midnight), (int64_t)waits[i].ms,
		    "Retry-After: '%s' and in ms '%s'", waits[i].value, waits[i].value_ms);
	arena_done(&a);
	return tap_done();
}
