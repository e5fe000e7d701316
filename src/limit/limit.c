/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limit.c - a limit as an operator writes it.
 *
 * Runs in: everywhere that reads the configuration or the store.
 *
 *	AMOUNT METRIC / WINDOW		"100 requests / 1m"
 *	AMOUNT METRIC / PERIOD [ZONE]	"5.00 usd / month America/Los_Angeles"
 *
 * The id names what is counted, not how much of it is allowed, so that raising
 * a limit keeps what was used.
 */
#include "limit/limit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "limit/quota.h"

#define COUNT_MOST  INT64_C(1000000000000000)		/* requests or tokens */
#define COST_MOST   INT64_C(1000000000000000000)	/* nano-dollars: a thousand million dollars */
#define WINDOW_LEAST 1000
#define WINDOW_MOST (UINT64_C(31) * 86400 * 1000)

const char *const metric_names[METRICS] = { "requests", "input", "output", "tokens", "usd" };
const char *const period_names[PERIODS] = { "window", "hour", "day", "week", "month" };

struct word {
	const char *text;
	int	    value;
};

static const struct word metric_words[] = {
	{ "requests", METRIC_REQUESTS }, { "request", METRIC_REQUESTS },
	{ "input", METRIC_INPUT },	 { "input tokens", METRIC_INPUT },
	{ "output", METRIC_OUTPUT },	 { "output tokens", METRIC_OUTPUT },
	{ "tokens", METRIC_TOKENS },	 { "token", METRIC_TOKENS },	  { "total tokens", METRIC_TOKENS },
	{ "usd", METRIC_COST },		 { "dollars", METRIC_COST },
};

static const struct word period_words[] = {
	{ "hour", PERIOD_HOUR }, { "day", PERIOD_DAY }, { "week", PERIOD_WEEK }, { "month", PERIOD_MONTH },
};

/* Words for the two windows that people do not write as a duration. */
static const struct word window_words[] = { { "second", 1000 }, { "minute", 60000 } };

static int
find_word(const struct word *words, size_t n, struct str text)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(str_of(words[i].text), text))
			return words[i].value;
	return -1;
}

/* Takes the piece before the first blank; the rest is trimmed. */
static struct str
take_word(struct str *rest)
{
	size_t	   i = 0;
	struct str word;

	while (i < rest->n && rest->p[i] != ' ' && rest->p[i] != '\t')
		i++;
	word = str_upto(*rest, i);
	*rest = str_trim(str_from(*rest, i));
	return word;
}

static int
read_most(struct str text, struct limit *limit)
{
	uint64_t count;

	if (limit->metric == METRIC_COST)
		return str_decimal(text, 9, &limit->most) < 0 || limit->most < 0 || limit->most > COST_MOST ? -1 : 0;
	if (str_u64(text, &count) < 0 || count > (uint64_t)COUNT_MOST)
		return -1;
	limit->most = (int64_t)count;
	return 0;
}

/* "100 requests", "5.00 usd", "$5.00" */
static int
read_amount(struct arena *arena, struct str text, struct limit *limit, struct str *why)
{
	struct str amount = take_word(&text);
	int	   metric = find_word(metric_words, LENGTH(metric_words), text);

	if (amount.n > 0 && amount.p[0] == '$' && (text.n == 0 || metric == METRIC_COST)) {
		amount = str_from(amount, 1);
		metric = METRIC_COST;
	}
	if (metric < 0) {
		*why = arena_printf(arena,
		    "'" STR_FMT "' is not counted: requests, input, output, tokens or usd", STR_ARG(text));
		return -1;
	}
	limit->metric = (enum metric)metric;
	if (read_most(amount, limit) < 0) {
		*why = arena_printf(
		    arena, "'" STR_FMT "' is not an amount of %s", STR_ARG(amount), metric_names[metric]);
		return -1;
	}
	return 0;
}

static int
read_zone(struct arena *arena, struct str zone, struct limit *limit, struct str *why)
{
	if (str_is(zone, "UTC"))
		zone = STR_NONE;
	if (!quota_zone_known(zone)) {
		*why = arena_printf(arena, "'" STR_FMT "' is not a known time zone", STR_ARG(zone));
		return -1;
	}
	limit->zone = zone.n > 0 ? arena_str(arena, zone) : STR_NONE;
	return 0;
}

static int
read_window(struct arena *arena, struct str word, struct str zone, struct limit *limit, struct str *why)
{
	int named = find_word(window_words, LENGTH(window_words), word);

	limit->period = PERIOD_WINDOW;
	limit->window_ms = named > 0 ? (uint64_t)named : 0;
	if (named < 0 && (word.n == 0 || str_duration_ms(word, &limit->window_ms) < 0)) {
		*why = arena_printf(
		    arena, "'" STR_FMT "' is neither a duration nor hour, day, week or month", STR_ARG(word));
		return -1;
	}
	if (limit->window_ms < WINDOW_LEAST || limit->window_ms > WINDOW_MOST) {
		*why = STR("a window is 1s to 31d long");
		return -1;
	}
	if (zone.n > 0) {
		*why = STR("a time zone goes with hour, day, week or month, not with a window");
		return -1;
	}
	return 0;
}

static int
read_period(struct arena *arena, struct str text, struct limit *limit, struct str *why)
{
	struct str word = take_word(&text);
	int	   period = find_word(period_words, LENGTH(period_words), word);

	if (period < 0)
		return read_window(arena, word, text, limit, why);
	limit->period = (enum period)period;
	return read_zone(arena, text, limit, why);
}

static uint32_t
make_id(const struct limit *limit)
{
	char	   text[128];
	struct str s = { text, 0 };
	uint64_t   hash;

	s.n = (size_t)snprintf(text, sizeof(text), "%d %d %" PRIu64 " " STR_FMT, (int)limit->metric,
	    (int)limit->period, limit->window_ms, STR_ARG(limit->zone));
	hash = str_hash(str_upto(s, sizeof(text) - 1));
	return (uint32_t)(hash ^ hash >> 32);
}

int
limit_read(struct arena *arena, struct str text, struct limit *limit, struct str *why)
{
	struct str left, right;
	size_t	   slash = str_find_byte(text, '/');

	*limit = (struct limit){ .metric = METRIC_REQUESTS };
	if (slash == text.n) {
		*why = STR("a limit reads 'AMOUNT METRIC / PERIOD', as in '100 requests / 1m'");
		return -1;
	}
	left = str_trim(str_upto(text, slash));
	right = str_trim(str_from(text, slash + 1));
	if (read_amount(arena, left, limit, why) < 0 || read_period(arena, right, limit, why) < 0)
		return -1;
	limit->id = make_id(limit);
	return 0;
}

/* "5.00", "0.25", "1.234567891": at least two digits behind the point. */
static struct str
cost_text(struct arena *arena, int64_t nano)
{
	char text[32];
	int  n;

	n = snprintf(text, sizeof(text), "%" PRId64 ".%09" PRId64, nano / 1000000000, nano % 1000000000);
	while (text[n - 1] == '0' && text[n - 3] != '.')
		n--;
	return arena_str(arena, (struct str){ text, (size_t)n });
}

struct str
limit_text(struct arena *arena, const struct limit *limit)
{
	struct str most = limit->metric == METRIC_COST ? cost_text(arena, limit->most) :
							 arena_printf(arena, "%" PRId64, limit->most);
	char	   duration[24];

	if (limit->period == PERIOD_WINDOW) {
		duration_write(duration, limit->window_ms);
		return arena_printf(
		    arena, STR_FMT " %s / %s", STR_ARG(most), metric_names[limit->metric], duration);
	}
	return arena_printf(arena, STR_FMT " %s / %s%s" STR_FMT, STR_ARG(most), metric_names[limit->metric],
	    period_names[limit->period], limit->zone.n > 0 ? " " : "", STR_ARG(limit->zone));
}
