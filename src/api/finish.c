/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finish.c - what remains of an exchange: settled limits, ledger, counters, one line.
 *
 * Runs in: worker.
 *
 * The provider's own figures win.  When it told none, output that was passed on
 * is estimated and marked so.  Nothing is charged for an exchange of which the
 * client saw no output.
 */
#include <inttypes.h>

#include "api/admission.h"
#include "api/exchange.h"
#include "api/remember.h"
#include "base/clock.h"
#include "base/log.h"

#define AGAIN_MS 250u
#define TRIES_MOST 40u

static void
estimate_usage(struct exchange *x)
{
	struct usage *u = &x->tap.usage;

	if (!x->output || x->ask.endpoint == ENDPOINT_COUNT)
		*u = (struct usage){ .source = USAGE_UNKNOWN };
	/* What is passed on is counted when it says so: its bytes tell nothing of tokens. */
	if (x->ask.endpoint == ENDPOINT_COUNT || x->ask.endpoint == ENDPOINT_PASS || u->source != USAGE_UNKNOWN || !x->output)
		return;
	u->source = USAGE_ESTIMATED;
	u->tokens[USAGE_INPUT] = usage_estimate(x->ask.body.n);
	u->tokens[USAGE_OUTPUT] = x->tap.pieces > 0 ? x->tap.pieces
	    : x->ask.endpoint == ENDPOINT_EMBEDDINGS || x->ask.endpoint == ENDPOINT_EMBED_ONE ? 0 : usage_estimate(x->body.n);
}

static uint64_t
since(uint64_t from_us, uint64_t to_us)
{
	return to_us > from_us ? to_us - from_us : 0;
}

static void
fill_entry(struct exchange *x, enum end_reason end)
{
	struct entry *e = &x->entry;

	estimate_usage(x);
	e->end = end;
	e->usage = x->tap.usage;
	if (x->used != NULL) {
		e->priced = x->used->tariff.priced;
		if (e->usage.source != USAGE_UNKNOWN && e->priced)
			e->cost_nano = tariff_cost(&x->used->tariff, &e->usage);
	}
	e->total_us = since(x->arrived_us, clock_now_us());
	if (x->first_byte_us > 0)
		e->first_byte_us = since(x->arrived_us, x->first_byte_us);
	if (x->upstream_us > 0)
		e->upstream_us = since(x->upstream_us, clock_now_us());
	e->message = str_upto(e->message, 512);
}

static void
actual_amounts(const struct exchange *x, struct amounts *a)
{
	const struct usage *u = &x->entry.usage;

	*a = (struct amounts){ 0 };
	a->of[METRIC_REQUESTS] = x->calls > 0 || x->output;
	a->of[METRIC_INPUT] = (int64_t)usage_input(u);
	a->of[METRIC_OUTPUT] = (int64_t)usage_output(u);
	a->of[METRIC_TOKENS] = a->of[METRIC_INPUT] + a->of[METRIC_OUTPUT];
	a->of[METRIC_COST] = x->entry.cost_nano;
}

static struct exchange *
of_settlement(struct batch_op *op)
{
	return container_of(op, struct exchange, settlement);
}

static void
run(struct batch_op *op, struct txn *t)
{
	struct exchange *x = of_settlement(op);
	struct amounts	 actual;

	x->grant = x->grant_before;
	admission_verdict(x, t);
	actual_amounts(x, &actual);
	remember_store(x, t);
	admit_settle(api()->meters, &x->grant, &actual);
	api_journal(&x->entry);
}

static void
try_again(struct timer *t)
{
	struct exchange *x = container_of(t, struct exchange, again);

	batch_add(api()->batch, &x->settlement);
}

static void
say_last_word(struct exchange *x)
{
	void (*say)(struct exchange *) = x->last_word;

	x->last_word = NULL;
	if (say != NULL && !x->server_done)
		say(x);
}

static void
stored(struct batch_op *op, bool failed)
{
	struct exchange *x = of_settlement(op);

	say_last_word(x);	/* also after a failure: the client waits for no second try */
	if (!failed && x->opened)
		api()->counters.n[COUNTER_BREAKER_OPENED]++;
	if (failed && ++x->tries < TRIES_MOST) {
		x->again.fire = try_again;
		loop_timer(&x->again, clock_mono_ms() + AGAIN_MS);
		return;
	}
	if (failed)
		log_errorx("exchange %s: its usage could not be stored: %" PRIu64 " input and %" PRIu64 " output tokens",
		    x->id, usage_input(&x->entry.usage), usage_output(&x->entry.usage));
	x->settled = true;
	exchange_part_done(x);
}

/* A stranger's refused request leaves a line and a count, no record: nobody fills the ledger without a key. */
static bool
leaves_record(const struct exchange *x)
{
	return x->route != NULL && (x->route->does == ROUTE_EXCHANGE || x->route->does == ROUTE_PASS) &&
	    (x->key != NULL || x->attempts > 0 || x->grant_before.sequence != 0);
}

void
exchange_settle(struct exchange *x, enum end_reason end)
{
	if (x->step == STEP_SETTLE)
		return;
	x->step = STEP_SETTLE;
	loop_timer_off(&x->silence);
	fill_entry(x, end);
	api()->counters.inflight--;
	counters_entry(&api()->counters, &x->entry);
	access_add(api()->access, &x->entry);
	if (!leaves_record(x)) {
		x->settled = true;
		say_last_word(x);
		exchange_part_done(x);
		return;
	}
	x->settlement.phase = BATCH_SETTLE;
	x->settlement.run = run;
	x->settlement.done = stored;
	batch_add(api()->batch, &x->settlement);
}
