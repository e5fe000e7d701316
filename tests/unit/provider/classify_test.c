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
	{ 401, "", FAULT_UP_UNAUTHORIZED },
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
	{ 400, ERR("invalid_request_error", "Your credit balance is too low to access the API"), FAULT_UP_QUOTA },
	{ 400, ERR("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), FAULT_UP_CONTEXT },
	{ 400, ERR("INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed"), FAULT_UP_CONTEXT },
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

/* Whether the server lacks the endpoint, or knows it and refuses. */
static const struct {
	int	    status;
	const char *body;
	bool	    lacks;
} paths[] = {
	{ 404, "", true },
	{ 404, "<html>Not Found</html>", true },
	{ 404, "{\"detail\":\"Not Found\"}", true },
	{ 404, ERR("invalid_request_error", "Unknown request URL: POST /v1/responses"), true },
	{ 405, ERR("x", "the model wants GET"), true },
	{ 501, "", true },
	{ 404, ERR("invalid_request_error", "The model `x` does not exist"), false },
	{ 404, "{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}", false },
	{ 400, "", false },
	{ 500, "", false },
};

static void
check_rates(struct arena *a, uint64_t midnight)
{
	static const char body[] =
	    "{\"error\":{\"code\":429,\"message\":\"You exceeded your current quota\",\"status\":"
				   "\"RESOURCE_EXHAUSTED\",\"details\":[{\"retryDelay\":\"%s\"}]}}";
	struct dialect	     gemini = dialects[DIALECT_GEMINI];
	struct reply_headers none = { 0 };
	struct verdict	     v;

	gemini.read_error = dialects[DIALECT_OPENAI].read_error;
	provider_classify(a, &gemini, 429, &none, arena_printf(a, body, "36s"), midnight, &v);
	ok(v.fault == FAULT_UP_RATE_LIMITED && v.retry_after_ms == 36000, "Gemini's quota that is back within minutes is a rate");
	provider_classify(a, &gemini, 429, &none, arena_printf(a, body, "3600s"), midnight, &v);
	is_int(v.fault, FAULT_UP_QUOTA, "one that is not is a quota");
	provider_classify(a, &dialects[DIALECT_OPENAI], 429, &none, arena_printf(a, body, "36s"), midnight, &v);
	is_int(v.fault, FAULT_UP_QUOTA, "elsewhere it is what it says");
}

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
	for (size_t i = 0; i < LENGTH(paths); i++) {
		provider_classify(&a, &dialects[DIALECT_OPENAI], paths[i].status, &none, str_of(paths[i].body), midnight, &v);
		is_int(provider_lacks_endpoint(&v), paths[i].lacks, "%d %.50s %s", paths[i].status, paths[i].body,
		    paths[i].lacks ? "knows no such path" : "knows the path");
	}
	check_rates(&a, midnight);
	arena_done(&a);
	return tap_done();
}
