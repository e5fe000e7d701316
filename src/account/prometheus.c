/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prometheus.c - the counters as Prometheus text.
 *
 * Runs in: admin.
 */
#include <inttypes.h>

#include "account/counters.h"

struct row {
	const char *metric, *labels, *help;
};

static const struct row rows[COUNTERS] = {
#define C(name, metric, labels, help) { metric, labels, help },
#include "account/counters.def"
#undef C
};

static void
put_head(struct buf *out, const char *metric, const char *type, const char *help)
{
	buf_printf(out, "# HELP weir_%s %s\n# TYPE weir_%s %s\n", metric, help, metric, type);
}

static bool
same(int a, int b)
{
	return str_eq(str_of(rows[a].metric), str_of(rows[b].metric));
}

static bool
is_repeated(int at)
{
	for (int i = 0; i < at; i++)
		if (same(i, at))
			return true;
	return false;
}

/* All rows of one metric, behind one head. */
static void
put_metric(struct buf *out, const struct counters *c, int first)
{
	put_head(out, rows[first].metric, "counter", rows[first].help);
	for (int i = first; i < COUNTERS; i++) {
		if (!same(first, i))
			continue;
		if (rows[i].labels[0] != '\0')
			buf_printf(out, "weir_%s{%s} %" PRIu64 "\n", rows[i].metric, rows[i].labels, c->n[i]);
		else
			buf_printf(out, "weir_%s %" PRIu64 "\n", rows[i].metric, c->n[i]);
	}
}

static void
put_histogram(struct buf *out, const char *metric, const char *help, const uint64_t *buckets, uint64_t sum_us)
{
	uint64_t below = 0, bound_us;

	put_head(out, metric, "histogram", help);
	for (int i = 0; i < LATENCY_BUCKETS; i++) {
		below += buckets[i];
		bound_us = UINT64_C(10000) << i;
		buf_printf(out, "weir_%s_bucket{le=\"%" PRIu64 ".%02" PRIu64 "\"} %" PRIu64 "\n", metric,
		    bound_us / 1000000, bound_us / 10000 % 100, below);
	}
	below += buckets[LATENCY_BUCKETS];
	buf_printf(out, "weir_%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", metric, below);
	buf_printf(
	    out, "weir_%s_sum %" PRIu64 ".%06" PRIu64 "\n", metric, sum_us / 1000000, sum_us % 1000000);
	buf_printf(out, "weir_%s_count %" PRIu64 "\n", metric, below);
}

void
counters_prometheus(const struct counters *c, struct buf *out)
{
	for (int i = 0; i < COUNTERS; i++)
		if (rows[i].metric[0] != '\0' && !is_repeated(i))
			put_metric(out, c, i);
	put_head(out, "requests_inflight", "gauge", "requests being served");
	buf_printf(out, "weir_requests_inflight %" PRIu64 "\n", c->inflight);
	put_histogram(out, "request_duration_seconds",
	    "time from a request's acceptance to the end of its answer", c->duration,
	    c->n[COUNTER_REQUEST_SECONDS_SUM_US]);
	put_histogram(out, "time_to_first_token_seconds",
	    "time from a request's acceptance to the first byte of its answer", c->first_byte,
	    c->n[COUNTER_FIRST_BYTE_SUM_US]);
}
