/* SPDX-License-Identifier: Apache-2.0 */
/* prometheus_test.c - the text has one head per metric, cumulative buckets, and nothing unreadable. */
#include "account/counters.h"
#include "books.h"

static struct buf text;

static int
occurrences(const char *what)
{
	struct str rest = buf_view(&text), needle = str_of(what);
	int	   n = 0;
	size_t	   at;

	while ((at = str_find(rest, needle)) < rest.n) {
		n++;
		rest = str_from(rest, at + needle.n);
	}
	return n;
}

/* Each line is a comment or "weir_name[{labels}] number". */
static int
odd_lines(void)
{
	struct str rest = buf_view(&text), line;
	int	   odd = 0;

	while (str_split(&rest, '\n', &line)) {
		size_t	 space = str_find(line, STR(" "));
		uint64_t whole;
		struct str number = str_from(line, space + 1), left;

		if (line.n == 0 || str_starts(line, STR("# HELP weir_")) || str_starts(line, STR("# TYPE weir_")))
			continue;
		left = str_upto(number, str_find_byte(number, '.'));
		odd += !str_starts(line, STR("weir_")) || str_u64(left, &whole) < 0;
	}
	return odd;
}

static void
test_heads(void)
{
	struct str rest = buf_view(&text), line;
	int	   repeated = 0, types = 0;

	while (str_split(&rest, '\n', &line)) {
		if (!str_starts(line, STR("# TYPE ")))
			continue;
		types++;
		repeated += str_find(rest, line) < rest.n;
	}
	is_int(repeated, 0, "no metric has two heads");
	is_int(types, occurrences("# HELP "), "each of %d types has its help", types);
	is_int(odd_lines(), 0, "all other lines are samples");
}

int
main(void)
{
	struct counters c = { { 0 }, { 0 }, { 0 }, 4 };
	struct entry	e = sample();

	for (int i = 0; i < 3; i++)
		counters_entry(&c, &e);
	counters_prometheus(&c, &text);
	test_heads();
	is_int(occurrences("\nweir_requests_total{code=\"2xx\"} 3\n"), 1, "a counter with a label is there");
	is_int(occurrences("\nweir_failovers_total 3\n"), 1, "one without a label too");
	is_int(occurrences("\nweir_requests_inflight 4\n"), 1, "and the gauge");
	is_int(occurrences("weir_request_duration_seconds_bucket"), LATENCY_BUCKETS + 1, "the histogram has its buckets");
	is_int(occurrences("_bucket{le=\"0.01\"} 0\n"), 2, "from a hundredth of a second");
	is_int(occurrences("weir_request_duration_seconds_bucket{le=\"1.28\"} 0\n"), 1, "nothing was faster");
	is_int(occurrences("weir_request_duration_seconds_bucket{le=\"2.56\"} 3\n"), 1, "all were as fast");
	is_int(occurrences("weir_request_duration_seconds_bucket{le=\"81.92\"} 3\n"), 1, "buckets are cumulative");
	is_int(occurrences("weir_request_duration_seconds_bucket{le=\"+Inf\"} 3\n"), 1, "up to infinity");
	is_int(occurrences("weir_request_duration_seconds_count 3\n"), 1, "which is the count");
	is_int(occurrences("weir_request_duration_seconds_sum 4.501497\n"), 1, "the sum is in seconds");
	is_int(occurrences("weir_time_to_first_token_seconds_sum 0.937500\n"), 1, "of first bytes too");
	is_int(occurrences("weir_ "), 0, "rows without a metric are not shown");
	buf_done(&text);
	return tap_done();
}
