/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage.c - what was used and what it cost, summed.
 *
 * Runs in: weirctl.
 *
 * The roll-ups are by UTC day, so a span is whole days.
 */
#include "ctl/usage.h"

#include "account/ledger.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "conf/problem.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "ctl/show.h"

#define DAY_US UINT64_C(86400000000)

static int
read_dimension(struct ctl *c, struct str word, enum dimension *by)
{
	for (int i = 0; i < DIMENSIONS; i++) {
		if (str_is(word, dimension_names[i])) {
			*by = (enum dimension)i;
			return 0;
		}
	}
	return ctl_fail(c, EX_USAGE, "by=" STR_FMT ": usage is summed by total, key, model, channel or day", STR_ARG(word));
}

/* by= is taken here, the rest are dates. */
static int
read_options(struct ctl *c, enum dimension *by, uint64_t *from, uint64_t *to)
{
	struct str *dates = arena_array(&c->arena, struct str, c->n + 1);
	size_t	    n = 0;
	int	    rc = 0;

	*by = BY_TOTAL;
	for (size_t i = 0; i < c->n && rc == 0; i++) {
		if (str_starts(c->args[i], STR("by=")))
			rc = read_dimension(c, str_from(c->args[i], 3), by);
		else
			dates[n++] = c->args[i];
	}
	return rc != 0 ? rc : show_read_span(c, dates, n, from, to);
}

static void
write_sums(const struct report_row *row, struct json_out *out)
{
	const struct sums *s = &row->sums;
	struct usage	   u = { 0 };
	char		   usd[USD_BYTES];

	for (int i = 0; i < USAGE_CLASSES; i++)
		u.tokens[i] = s->tokens[i];
	json_unum(out, "requests", s->requests);
	json_unum(out, "succeeded", s->succeeded);
	json_unum(out, "failed", s->failed);
	json_unum(out, "refused", s->refused);
	json_unum(out, "input_tokens", usage_input(&u));
	json_unum(out, "output_tokens", usage_output(&u));
	json_object(out, "tokens");
	for (int i = 0; i < USAGE_CLASSES; i++)
		json_unum(out, usage_names[i], s->tokens[i]);
	json_object_end(out);
	json_str(out, "cost_usd", (struct str){ usd, usd_write(usd, s->cost_nano) });
	json_unum(out, "unpriced", s->unpriced);
	json_unum(out, "estimated", s->estimated);
	json_unum(out, "duration_ms", s->duration_us / 1000);
}

int
usage_run(struct ctl *c)
{
	static const char *const columns[] = { "name", "requests", "failed", "refused", "input_tokens", "output_tokens", "cost_usd",
		"unpriced", NULL };
	struct report_row	*rows;
	struct json_out		 out;
	struct buf		 json = { 0 };
	struct txn		*t;
	enum dimension		 by;
	uint64_t		 from, to;
	size_t			 n;
	int			 rc = read_options(c, &by, &from, &to);

	if (rc == 0)
		rc = open_store(c, false);
	if (rc != 0)
		return rc;
	t = txn_read(c->store);
	n = report_sum(t, &c->arena, by, from / DAY_US, to == UINT64_MAX ? UINT32_MAX : (to - 1) / DAY_US, &rows);
	txn_end(t);
	json_start(&out, &json, true);
	json_array(&out, NULL);
	for (size_t i = 0; i < n; i++) {
		json_object(&out, NULL);
		json_str(&out, "name", rows[i].name);
		json_unum(&out, "id", rows[i].id);
		write_sums(&rows[i], &out);
		json_object_end(&out);
	}
	json_array_end(&out);
	print_rows(c, &json, columns);
	return 0;
}
