/* SPDX-License-Identifier: Apache-2.0 */
/*
 * valid.c - says whether a field's text may be stored.
 *
 * Runs in: weirctl, admin, the import of declared records, discovery.
 *
 * Whatever passes here may later stand in a header line, a URL or a log line,
 * so control characters pass nowhere.
 */
#include "store/valid.h"

#include <string.h>

#include "base/json.h"

#define NAME_BYTES  128
#define MODEL_BYTES 256
#define TEXT_BYTES  1024
#define RANK_MOST   1000

typedef int check_fn(struct arena *, struct str, struct str *why);

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool
all_of(struct str s, const char *extra)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && (s.p[i] == '\0' || strchr(extra, s.p[i]) == NULL))
			return false;
	return true;
}

static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

static bool
one_of(struct str s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (str_is(s, *words))
			return true;
	return false;
}

static bool
one_of_nocase(struct str s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (str_eq_nocase(s, str_of(*words)))
			return true;
	return false;
}

static int
refuse(struct str *why, struct str text)
{
	*why = text;
	return -1;
}

/* Takes one item off the front as fields_set() reads lists: a backslash keeps a comma or itself. */
static struct str
take_item(struct arena *a, struct str *rest)
{
	char *out = arena_alloc(a, rest->n + 1);
	size_t n = 0, i;

	for (i = 0; i < rest->n && rest->p[i] != ','; i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n && (rest->p[i + 1] == ',' || rest->p[i + 1] == '\\'))
			i++;
		out[n++] = rest->p[i];
	}
	*rest = str_from(*rest, i + 1);
	return str_trim((struct str){ out, n });
}

/* Every item between commas; empty ones are none. */
static int
each(struct arena *a, struct str list, struct str *why, check_fn *check)
{
	while (list.n > 0) {
		struct str item = take_item(a, &list);

		if (item.n > 0 && check(a, item, why) == -1)
			return -1;
	}
	return 0;
}

/* ---- names and texts ---- */

int
valid_text(struct arena *a, struct str s, struct str *why)
{
	(void)a;
	if (s.n > TEXT_BYTES)
		return refuse(why, STR("is longer than 1024 bytes"));
	if (has_control(s))
		return refuse(why, STR("has a control character"));
	return utf8_valid(s) ? 0 : refuse(why, STR("is not valid UTF-8"));
}

static bool
all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

int
valid_name(struct arena *a, struct str s, struct str *why)
{
	(void)a;
	if (s.n == 0)
		return refuse(why, STR("is empty"));
	if (s.n > NAME_BYTES)
		return refuse(why, STR("is longer than 128 bytes"));
	if (!all_of(s, "-_./:@ "))
		return refuse(why, STR("may have letters, digits, blanks and - _ . / : @ only"));
	if (s.p[0] == ' ' || s.p[s.n - 1] == ' ')
		return refuse(why, STR("begins or ends with a blank"));
	if (all_digits(s))
		return refuse(why, STR("has digits only and would be taken for an id"));
	return 0;
}

int
valid_model(struct arena *a, struct str s, struct str *why)
{
	if (s.n == 0)
		return refuse(why, STR("is empty"));
	if (s.n > MODEL_BYTES)
		return refuse(why, STR("is longer than 256 bytes"));
	if (s.p[0] == ' ' || s.p[s.n - 1] == ' ')
		return refuse(why, STR("begins or ends with a blank"));
	return valid_text(a, s, why);
}

int
valid_word(struct arena *a, struct str s, struct str *why)
{
	(void)a;
	if (s.n == 0 || s.n > 64)
		return refuse(why, STR("is empty or longer than 64 bytes"));
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] >= 'A' && s.p[i] <= 'Z') || !all_of((struct str){ s.p + i, 1 }, "-_."))
			return refuse(why, STR("may have lower case letters, digits and - _ . only"));
	return 0;
}

int
valid_words(struct arena *a, struct str s, struct str *why)
{
	return each(a, s, why, valid_word);
}

int
valid_globs(struct arena *a, struct str s, struct str *why)
{
	return each(a, s, why, valid_model);
}

static int
check_alias(struct arena *a, struct str s, struct str *why)
{
	size_t at = str_find_byte(s, '=');

	if (at == s.n || at == 0 || at + 1 == s.n) {
		*why = arena_printf(a, "\"" STR_FMT "\" is not asked=upstream", STR_ARG(s));
		return -1;
	}
	if (valid_model(a, str_trim(str_upto(s, at)), why) == -1)
		return -1;
	return valid_model(a, str_trim(str_from(s, at + 1)), why);
}

int
valid_aliases(struct arena *a, struct str s, struct str *why)
{
	return each(a, s, why, check_alias);
}

int
valid_class(struct arena *a, struct str s, struct str *why)
{
	static const char *const words[] = { "", "official", "aggregator", "reseller", "local", "subscription", NULL };

	(void)a;
	if (one_of(s, words))
		return 0;
	return refuse(why, STR("is none of official, aggregator, reseller, local, subscription"));
}

static int
dialect(struct arena *a, struct str s, struct str *why)
{
	static const char *const words[] = { "openai", "responses", "anthropic", "gemini", "ollama", NULL };

	(void)a;
	return one_of(s, words) ? 0 : refuse(why, STR("is none of openai, responses, anthropic, gemini, ollama"));
}

int
valid_dialects(struct arena *a, struct str s, struct str *why)
{
	return each(a, s, why, dialect);
}

static int
transform(struct arena *a, struct str s, struct str *why)
{
	static const char *const words[] = { "strip_thinking", "strip_fences", "disable_thinking", "max_completion_tokens", NULL };

	(void)a;
	return one_of(s, words)
	    ? 0 : refuse(why, STR("is none of strip_thinking, strip_fences, disable_thinking, max_completion_tokens"));
}

int
valid_transforms(struct arena *a, struct str s, struct str *why)
{
	return each(a, s, why, transform);
}

int
valid_role(struct arena *a, struct str s, struct str *why)
{
	static const char *const words[] = { "client", "admin", NULL };

	(void)a;
	return one_of(s, words) ? 0 : refuse(why, STR("is neither client nor admin"));
}

int
valid_rank(struct arena *a, struct str s, struct str *why)
{
	uint64_t n;

	(void)a;
	if (str_u64(s, &n) == -1 || n > RANK_MOST)
		return refuse(why, STR("is not a whole number from 0 to 1000"));
	return 0;
}

/* ---- what goes into an outbound call ---- */

static bool
valid_port(struct str s)
{
	uint64_t port;

	return str_u64(s, &port) == 0 && port >= 1 && port <= 65535;
}

static bool
valid_host(struct str s)
{
	size_t close, colon;

	if (s.n > 0 && s.p[0] == '[') {
		close = str_find_byte(s, ']');
		if (close == s.n || close < 3 || !all_of(str_upto(str_from(s, 1), close - 1), ":."))
			return false;
		s = str_from(s, close + 1);
		return s.n == 0 || (s.p[0] == ':' && valid_port(str_from(s, 1)));
	}
	colon = str_find_byte(s, ':');
	if (colon == 0 || !all_of(str_upto(s, colon), "-._"))
		return false;
	return colon == s.n || valid_port(str_from(s, colon + 1));
}

int
valid_url(struct arena *a, struct str s, struct str *why)
{
	struct str rest, host;

	(void)a;
	if (s.n == 0)
		return 0;	/* the preset's */
	if (s.n > TEXT_BYTES)
		return refuse(why, STR("is longer than 1024 bytes"));
	if (str_starts_nocase(s, STR("https://")))
		rest = str_from(s, 8);
	else if (str_starts_nocase(s, STR("http://")))
		rest = str_from(s, 7);
	else
		return refuse(why, STR("does not begin with http:// or https://"));
	host = str_upto(rest, str_find_byte(rest, '/'));
	if (str_find_byte(host, '@') != host.n)
		return refuse(why, STR("has a user name in it; secrets belong into an upstream key"));
	if (!valid_host(host))
		return refuse(why, STR("has no valid host"));
	if (!all_of(str_from(rest, host.n), "-._~/%:@!$&'()*+,;="))
		return refuse(why, STR("has a query, a fragment or a character that a path may not have"));
	return 0;
}

static int
check_header(struct arena *a, struct str s, struct str *why)
{
	static const char *const ours[] = { "host", "content-length", "transfer-encoding", "connection",
		"keep-alive", "te", "trailer", "upgrade", "expect", NULL };
	static const char *const secrets[] = { "authorization", "proxy-authorization", "x-api-key", "api-key",
		"x-goog-api-key", "cookie", NULL };
	size_t colon = str_find_byte(s, ':');
	struct str name = str_upto(s, colon);

	if (colon == s.n || name.n == 0 || !all_of(name, "!#$%&'*+-.^_`|~")) {
		*why = arena_printf(a, "\"" STR_FMT "\" is not Name: value", STR_ARG(s));
		return -1;
	}
	if (one_of_nocase(name, ours)) {
		*why = arena_printf(a, "the header " STR_FMT " is weir's own", STR_ARG(name));
		return -1;
	}
	if (one_of_nocase(name, secrets)) {
		*why = arena_printf(a, "the header " STR_FMT " carries a secret, which belongs into an upstream key",
		    STR_ARG(name));
		return -1;
	}
	return valid_text(a, s, why);
}

int
valid_headers(struct arena *a, struct str s, struct str *why)
{
	return each(a, s, why, check_header);
}

/* ---- limits ---- */

static bool
valid_amount(struct str number, struct str metric)
{
	static const char *const counted[] = { "requests", "input", "output", "tokens", NULL };
	int64_t nano;
	uint64_t n;

	if (str_is(metric, "usd"))
		return str_decimal(number, 9, &nano) == 0 && nano >= 0;
	return one_of(metric, counted) && str_u64(number, &n) == 0 && n <= INT64_MAX;
}

static bool
valid_period(struct str s)
{
	static const char *const calendar[] = { "hour", "day", "week", "month", NULL };
	size_t blank = str_find_byte(s, ' ');
	struct str zone = str_trim(str_from(s, blank));
	uint64_t ms;

	if (!one_of(str_upto(s, blank), calendar))
		return zone.n == 0 && s.n > 0 && str_duration_ms(s, &ms) == 0 && ms > 0;
	if (zone.n == 0)
		return true;
	return zone.n <= 64 && all_of(zone, "/_+-") && zone.p[0] != '/' && zone.p[0] != '-';
}

static int
check_limit(struct arena *a, struct str s, struct str *why)
{
	size_t slash = str_find_byte(s, '/');
	struct str left = str_trim(str_upto(s, slash));
	size_t blank = str_find_byte(left, ' ');
	struct str metric = str_trim(str_from(left, blank));

	if (slash < s.n && valid_amount(str_upto(left, blank), metric) &&
	    valid_period(str_trim(str_from(s, slash + 1))))
		return 0;
	*why = arena_printf(a, "\"" STR_FMT "\" is no limit; one is \"NUMBER requests|input|output|tokens|usd / "
	    "PERIOD\", PERIOD 60s, 5m, 1h or hour, day, week, month with an optional time zone", STR_ARG(s));
	return -1;
}

int
valid_limits(struct arena *a, struct str s, struct str *why)
{
	return each(a, s, why, check_limit);
}
