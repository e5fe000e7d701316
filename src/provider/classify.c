/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classify.c - an upstream's status and error body turned into a fault.
 *
 * Runs in: worker, scheduler.
 *
 * Words in the body win over the bare status: a 429 that speaks of a quota is
 * no rate limit, a 400 that speaks of the context's length may succeed
 * elsewhere, and a key is at fault only when somebody says so.
 */
#include <time.h>

#include "provider/provider.h"

/* First row whose status fits and whose word (if any) stands in the error's code, type or message. */
static const struct rule {
	int	    from, to;
	const char *word;	/* lower case; NULL = any */
	enum fault  fault;
} rules[] = {
	{ 300, 399, NULL, FAULT_UP_REDIRECT },
	{ 401, 403, "invalid_api_key", FAULT_UP_KEY_INVALID },
	{ 401, 403, "incorrect api key", FAULT_UP_KEY_INVALID },
	{ 401, 403, "invalid api key", FAULT_UP_KEY_INVALID },
	{ 401, 403, "invalid x-api-key", FAULT_UP_KEY_INVALID },
	{ 400, 403, "api_key_invalid", FAULT_UP_KEY_INVALID },
	{ 400, 403, "api key not valid", FAULT_UP_KEY_INVALID },
	{ 402, 402, NULL, FAULT_UP_QUOTA },
	{ 401, 429, "insufficient_quota", FAULT_UP_QUOTA },
	{ 401, 429, "insufficient credits", FAULT_UP_QUOTA },
	{ 401, 429, "exceeded your current quota", FAULT_UP_QUOTA },
	{ 401, 429, "insufficient balance", FAULT_UP_QUOTA },
	{ 401, 429, "billing", FAULT_UP_QUOTA },
	{ 400, 400, "credit balance is too low", FAULT_UP_QUOTA },
	{ 403, 403, "rate limit", FAULT_UP_RATE_LIMITED },
	{ 403, 403, "rate_limit", FAULT_UP_RATE_LIMITED },
	{ 403, 403, "rate exceeded", FAULT_UP_RATE_LIMITED },
	{ 403, 403, "too many requests", FAULT_UP_RATE_LIMITED },
	{ 401, 401, NULL, FAULT_UP_UNAUTHORIZED },
	{ 403, 403, NULL, FAULT_UP_FORBIDDEN },
	{ 429, 429, NULL, FAULT_UP_RATE_LIMITED },
	{ 400, 422, "context_length", FAULT_UP_CONTEXT },
	{ 400, 422, "context length", FAULT_UP_CONTEXT },
	{ 400, 422, "context window", FAULT_UP_CONTEXT },
	{ 400, 422, "prompt is too long", FAULT_UP_CONTEXT },
	{ 400, 422, "input token count", FAULT_UP_CONTEXT },
	{ 404, 404, NULL, FAULT_UP_MODEL_UNKNOWN },
	{ 400, 400, "model_not_found", FAULT_UP_MODEL_UNKNOWN },
	{ 408, 408, NULL, FAULT_UP_TIMEOUT },
	{ 400, 499, NULL, FAULT_UP_REJECTED },
	{ 503, 503, NULL, FAULT_UP_OVERLOADED },
	{ 529, 529, NULL, FAULT_UP_OVERLOADED },
	{ 504, 504, NULL, FAULT_UP_TIMEOUT },
	{ 500, 599, NULL, FAULT_UP_SERVER },
};

static bool
contains_nocase(struct str hay, const char *word)
{
	struct str w = str_of(word);

	for (; hay.n >= w.n; hay = str_from(hay, 1))
		if (str_eq_nocase(str_upto(hay, w.n), w))
			return true;
	return false;
}

static bool
fits(const struct rule *r, const struct error_view *v)
{
	if (v->status < r->from || v->status > r->to)
		return false;
	return r->word == NULL || contains_nocase(v->code, r->word) || contains_nocase(v->type, r->word) ||
	    contains_nocase(v->message, r->word);
}

/* Google says the same of a minute's rate as of a day's quota; only the wait that it tells differs. */
#define RATE_WAIT_MOST_MS 120000u

static bool
is_a_rate(const struct dialect *d, const struct verdict *v)
{
	return d->id == DIALECT_GEMINI && v->fault == FAULT_UP_QUOTA && v->view.status == 429 && v->view.retry_ms > 0 &&
	    v->view.retry_ms <= RATE_WAIT_MOST_MS;
}

bool
provider_lacks_endpoint(const struct verdict *v)
{
	if (v->view.status == 405 || v->view.status == 501)
		return true;
	return v->view.status == 404 && !contains_nocase(v->view.message, "model") && !contains_nocase(v->view.code, "model") &&
	    !contains_nocase(v->view.type, "model");
}

#define DAY_MS (24u * 3600 * 1000)

uint64_t
retry_after_ms(struct str value, struct str value_ms, uint64_t wall_us)
{
	int64_t	  seconds, ms;
	struct tm tm = { 0 };
	char	  text[64];

	if (str_decimal(str_trim(value_ms), 3, &ms) == 0 && ms > 0 && ms / 1000 <= DAY_MS)
		return (uint64_t)(ms + 999) / 1000;
	value = str_trim(value);
	if (str_decimal(value, 3, &ms) == 0)
		return ms > 0 && ms <= DAY_MS ? (uint64_t)ms : 0;
	if (value.n == 0 || value.n >= sizeof(text))
		return 0;
	for (size_t i = 0; i <= value.n; i++)
		text[i] = i < value.n ? value.p[i] : '\0';
	if (strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm) == NULL)
		return 0;
	seconds = (int64_t)timegm(&tm) - (int64_t)(wall_us / 1000000);
	return seconds > 0 && seconds * 1000 <= DAY_MS ? (uint64_t)seconds * 1000 : 0;
}

void
provider_classify(struct arena *a, const struct dialect *d, int status, const struct reply_headers *h, struct str body,
    uint64_t wall_us, struct verdict *v)
{
	*v = (struct verdict){ .fault = FAULT_NONE };
	v->view.status = status;
	if (status >= 200 && status < 300)
		return;
	if (d->read_error == NULL)	/* a dialect that is not there yet */
		d = &dialects[DIALECT_OPENAI];
	d->read_error(a, status, body, &v->view);
	v->retry_after_ms = retry_after_ms(h->retry_after, h->retry_after_ms, wall_us);
	if (v->retry_after_ms == 0)
		v->retry_after_ms = v->view.retry_ms;
	v->fault = FAULT_UP_GARBAGE;
	for (size_t i = 0; i < LENGTH(rules); i++) {
		if (fits(&rules[i], &v->view)) {
			v->fault = rules[i].fault;
			break;
		}
	}
	if (is_a_rate(d, v))
		v->fault = FAULT_UP_RATE_LIMITED;
	/* A caller's error must be told in the dialect's own shape; a proxy's HTML page is the upstream's trouble. */
	if (v->view.message.n == 0 && (v->fault == FAULT_UP_REJECTED || v->fault == FAULT_UP_MODEL_UNKNOWN))
		v->fault = FAULT_UP_GARBAGE;
}
