/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admission.c - limits reserved and a candidate chosen, in one transaction.
 *
 * Runs in: worker.
 *
 * run() may be called twice for one admission (store/batch.h): it starts from
 * what was committed before, so a second run decides anew and doubles nothing.
 * A request that no limit concerns and whose candidates are healthy decides in
 * a read transaction and waits for nobody.
 */
#include "api/admission.h"

#include <string.h>

#include "api/reply.h"
#include "base/clock.h"
#include "base/rand.h"

/* ---- the estimate ----------------------------------------------------- */

static int64_t
dearer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Input may be written to a cache and output may be reasoning: nobody knows before. */
static int64_t
worst_cost(const struct exchange *x)
{
	int64_t most = 0;

	for (size_t i = 0; i < x->plan.n; i++) {
		struct tariff t = x->plan.of[i].offer->tariff;
		int64_t	      cost;

		t.per_million[USAGE_INPUT] = dearer(t.per_million[USAGE_INPUT], t.per_million[USAGE_CACHE_WRITE]);
		t.per_million[USAGE_OUTPUT] = dearer(t.per_million[USAGE_OUTPUT], t.per_million[USAGE_REASONING]);
		cost = tariff_cost(&t, &x->worst);
		if (cost > most)
			most = cost;
	}
	return most;
}

/* Unpriced models by policy: refused, free, or at the ceiling price. */
static void
apply_unpriced_policy(struct exchange *x)
{
	const struct conf *conf = api()->env.conf;

	for (size_t i = 0; i < x->plan.n; i++) {
		struct candidate *c = &x->plan.of[i];

		if (c->offer->tariff.priced)
			continue;
		if (str_is(conf->unpriced, "deny")) {
			c->fell = "it has no price";
		} else if (str_is(conf->unpriced, "ceiling")) {
			struct offer *at_ceiling = arena_dup(&x->arena, c->offer, sizeof(*c->offer));

			for (size_t k = 0; k < USAGE_CLASSES; k++)
				at_ceiling->tariff.per_million[k] = conf->ceiling;
			at_ceiling->tariff.priced = true;
			c->offer = at_ceiling;
		}
	}
}

#define OUTPUT_MOST (UINT64_C(1) << 42)	/* tokens: what a catalog claims may be nonsense */

void
admission_estimate(struct exchange *x)
{
	uint64_t output = x->ask.max_output, model_most = 0;

	for (size_t i = 0; i < x->plan.n; i++)
		if (x->plan.of[i].offer->max_output > model_most)
			model_most = x->plan.of[i].offer->max_output;
	if (model_most > OUTPUT_MOST)
		model_most = OUTPUT_MOST;
	if (output == 0)
		output = (model_most > 0 ? model_most : api()->env.conf->default_output) * (x->ask.choices > 0 ? x->ask.choices : 1);
	if (output > OUTPUT_MOST)
		output = OUTPUT_MOST;
	if (x->ask.endpoint == ENDPOINT_EMBEDDINGS || x->ask.endpoint == ENDPOINT_EMBED_ONE || x->ask.endpoint == ENDPOINT_COUNT ||
	    x->ask.endpoint == ENDPOINT_PASS)
		output = 0;
	apply_unpriced_policy(x);
	/* To count costs nothing; nobody knows what a sound or a picture will. */
	if (x->ask.endpoint != ENDPOINT_COUNT && x->ask.endpoint != ENDPOINT_PASS)
		x->worst.tokens[USAGE_INPUT] = usage_estimate(x->ask.body.n);
	x->worst.tokens[USAGE_OUTPUT] = output;
	x->need.of[METRIC_REQUESTS] = 1;
	x->need.of[METRIC_INPUT] = (int64_t)x->worst.tokens[USAGE_INPUT];
	x->need.of[METRIC_OUTPUT] = (int64_t)output;
	x->need.of[METRIC_TOKENS] = x->need.of[METRIC_INPUT] + x->need.of[METRIC_OUTPUT];
	x->need.of[METRIC_COST] = worst_cost(x);
}

/* ---- the choice -------------------------------------------------------- */

enum choice {
	CHOICE_MADE,
	CHOICE_NONE,		/* nobody can take it now */
	CHOICE_NEEDS_WRITE,	/* only a write transaction can tell */
};

static struct breaker_id
breaker_of(const struct offer *o)
{
	return (struct breaker_id){ o->channel->record->r.id, o->upstream_hash };
}

static void
may_be_free_at(struct exchange *x, uint64_t until_ms)
{
	uint64_t now = clock_mono_ms(), wait = until_ms > now ? until_ms - now : 1;

	if (x->admit_wait_ms == 0 || wait < x->admit_wait_ms)
		x->admit_wait_ms = wait;
}

/* A key of the channel that is not cooling; false when it needs one but none is usable. */
static bool
choose_upkey(struct exchange *x, struct txn *t, const struct route_channel *c)
{
	size_t	 from = c->upkeys_n > 1 ? rand_below(c->upkeys_n) : 0;
	uint64_t until = 0;

	x->upkey = NULL;
	for (size_t i = 0; i < c->upkeys_n; i++) {
		const struct route_upkey *u = &c->upkeys[(from + i) % c->upkeys_n];

		if (keystate_look(t, u->id, clock_mono_ms(), &until) == KEYSTATE_ACTIVE) {
			x->upkey = u;
			return true;
		}
		if (until != 0)
			may_be_free_at(x, until);
	}
	return !c->keyed && (c->preset->quirks & QUIRK_KEYLESS) != 0;
}

static void
label_of(const struct exchange *x, const struct offer *o, struct grant_label *l)
{
	size_t n = o->upstream.n < sizeof(l->model) - 1 ? o->upstream.n : sizeof(l->model) - 1;

	*l = (struct grant_label){ .key = x->entry.key_id, .channel = o->channel->record->r.id };
	memcpy(l->request_id, x->id, sizeof(l->request_id));
	if (n > 0)
		memcpy(l->model, o->upstream.p, n);
}

static bool
reserve_channel(struct exchange *x, const struct offer *o)
{
	const struct route_channel *c = o->channel;
	struct scope		    scope = { SCOPE_CHANNEL, c->record->r.id, c->limits.of, c->limits.n };
	struct grant_label	    label;
	struct refusal		    refused;

	if (c->limits.n == 0)
		return true;
	label_of(x, o, &label);
	if (admit_reserve(api()->meters, &scope, 1, &x->need, &label, &x->grant, &refused) == 0)
		return true;
	if (refused.wait_ms > 0)
		may_be_free_at(x, clock_mono_ms() + refused.wait_ms);
	return false;
}

/* May this candidate take it?  In a write transaction its probe is claimed and its channel's limits are reserved. */
static enum choice
consider(struct exchange *x, struct txn *t, struct candidate *c, bool writing, bool desperate)
{
	const struct route_channel *channel = c->offer->channel;
	struct breaker_id	    id = breaker_of(c->offer);
	uint64_t		    now = clock_mono_ms(), until = 0;
	enum breaker_verdict	    v = breaker_look(t, id, now, desperate, &until);

	if (!writing && (v == BREAKER_PROBE || channel->limits.n > 0))
		return CHOICE_NEEDS_WRITE;
	if (v == BREAKER_REFUSE) {
		x->refused_for = breaker_last(t, id);
		may_be_free_at(x, until);
		return CHOICE_NONE;
	}
	if (!choose_upkey(x, t, channel))
		return CHOICE_NONE;
	if (!reserve_channel(x, c->offer))
		return CHOICE_NONE;
	x->probe = v == BREAKER_PROBE;
	if (x->probe && !breaker_claim(t, id, &api()->rules, now, api()->env.slot, api()->env.owner.incarnation)) {
		admit_release(api()->meters, &x->grant, SCOPE_CHANNEL);
		may_be_free_at(x, now + 1000);
		return CHOICE_NONE;
	}
	return CHOICE_MADE;
}

static enum choice
choose_among(struct exchange *x, struct txn *t, bool writing, bool desperate)
{
	x->admit_wait_ms = 0;
	x->refused_for = FAULT_NONE;
	for (size_t i = x->plan.next; i < x->plan.n; i++) {
		enum choice c;

		if (x->plan.of[i].fell != NULL)
			continue;
		c = consider(x, t, &x->plan.of[i], writing, desperate);
		if (c == CHOICE_NONE)
			continue;
		x->chosen = i;
		return c;
	}
	return CHOICE_NONE;
}

static enum choice
choose(struct exchange *x, struct txn *t, bool writing)
{
	enum choice c = choose_among(x, t, writing, false);

	return c == CHOICE_NONE && x->refused_for != FAULT_NONE ? choose_among(x, t, writing, true) : c;
}

/*
 * Nobody can take it.  A candidate that still cools from a rate limit or from
 * not knowing the model would say that again, so that is what the client hears.
 */
static enum fault
nobody(const struct exchange *x)
{
	switch (x->refused_for) {
	case FAULT_UP_RATE_LIMITED:
	case FAULT_UP_QUOTA:
	case FAULT_UP_MODEL_UNKNOWN:
		return x->refused_for;
	default:
		return FAULT_NO_CHANNEL;
	}
}

/* ---- the transaction --------------------------------------------------- */

static bool
reserve_caller(struct exchange *x)
{
	struct scope	   scopes[2];
	struct grant_label label;
	size_t		   n = 0;
	bool		   fits;

	if (x->snapshot->global.n > 0)
		scopes[n++] = (struct scope){ SCOPE_GLOBAL, 0, x->snapshot->global.of, x->snapshot->global.n };
	if (x->key != NULL && x->key->limits.n > 0)
		scopes[n++] = (struct scope){ SCOPE_KEY, x->key->record->r.id, x->key->limits.of, x->key->limits.n };
	if (n == 0)
		return true;
	label_of(x, x->plan.of[0].offer, &label);
	fits = admit_reserve(api()->meters, scopes, n, &x->need, &label, &x->grant, &x->refusal) == 0;
	if (x->key != NULL && x->key->limits.n > 0)
		admit_view(api()->meters, &scopes[n - 1], &x->rates);
	if (!fits)
		x->admit_fault = x->refusal.fault;
	return fits;
}

bool
admission_key_at_fault(const struct exchange *x)
{
	enum fault f = x->failure.fault;

	return x->used_upkey != NULL && x->used->channel->upkeys_n > 1 &&
	    (fault_info(f)->blame == BLAME_KEY || f == FAULT_UP_RATE_LIMITED || f == FAULT_UP_QUOTA);
}

/* Invalid only on explicit evidence; cooling and exhausted when the channel has other keys to go on with. */
static void
tell_key(struct exchange *x, struct txn *t, uint64_t now)
{
	const struct breaker_rules *rules = &api()->rules;
	enum fault		    f = x->failure.fault;
	uint64_t		    wait = x->failure.retry_after_ms;

	if (fault_info(f)->blame == BLAME_KEY) {
		keystate_set(t, x->used_upkey->id, KEYSTATE_INVALID, 0, f, now);
		return;
	}
	if (!admission_key_at_fault(x))
		return;
	if (wait == 0 || wait > rules->retry_after_most)
		wait = f == FAULT_UP_QUOTA ? rules->cool_quota : rules->cool_rate;
	keystate_set(t, x->used_upkey->id, f == FAULT_UP_QUOTA ? KEYSTATE_EXHAUSTED : KEYSTATE_COOLING, now + wait, f, now);
}

/* A failed attempt's breaker and key hear of it when they are to blame; what it held of its channel goes back. */
static void
tell_failure(struct exchange *x, struct txn *t)
{
	struct breaker_id id = breaker_of(x->used);
	uint64_t	  now = clock_mono_ms();

	x->opened = false;
	if (x->blame && x->used_upkey != NULL)
		tell_key(x, t, now);
	if (x->blame && !admission_key_at_fault(x))
		x->opened = breaker_fault(t, id, &api()->rules, x->failure.fault, x->failure.retry_after_ms, now);
	if (x->probing)		/* that told nothing of the model: another may probe */
		breaker_unclaim(t, id, api()->env.slot, api()->env.owner.incarnation);
	admit_release(api()->meters, &x->grant, SCOPE_CHANNEL);
}

void
admission_verdict(struct exchange *x, struct txn *t)
{
	struct breaker_id id;

	if (x->used == NULL)
		return;
	id = breaker_of(x->used);
	if (x->blame)
		tell_failure(x, t);
	else if (x->praise && (x->probing || breaker_any(t)))
		breaker_success(t, id);
	else if (x->probing)
		breaker_unclaim(t, id, api()->env.slot, api()->env.owner.incarnation);
}

static struct exchange *
of_admission(struct batch_op *op)
{
	return container_of(op, struct exchange, admission);
}

static void
run(struct batch_op *op, struct txn *t)
{
	struct exchange *x = of_admission(op);

	x->grant = x->grant_before;
	x->admit_fault = FAULT_NONE;
	if (x->attempts > 0)		/* the caller's limits are reserved */
		tell_failure(x, t);
	else if (!reserve_caller(x))
		return;
	if (choose(x, t, true) == CHOICE_NONE)
		x->admit_fault = nobody(x);
}

static void
stored(struct batch_op *op, bool failed)
{
	struct exchange *x = of_admission(op);

	if (failed) {
		x->grant = x->grant_before;
		x->admit_fault = FAULT_STORE_DOWN;
	} else {
		if (x->opened)
			api()->counters.n[COUNTER_BREAKER_OPENED]++;
		x->blame = x->probing = false;
	}
	x->opened = false;
	x->grant_before = x->grant;
	x->admitted = x->admit_fault == FAULT_NONE;
	exchange_run(x);
}

/* ---- the step ----------------------------------------------------------- */

static bool
nobody_left(const struct exchange *x)
{
	for (size_t i = x->plan.next; i < x->plan.n; i++)
		if (x->plan.of[i].fell == NULL)
			return false;
	return true;
}

static enum next
go(struct exchange *x)
{
	x->plan.next = x->chosen + 1;
	x->step = STEP_TRY;
	return NEXT;
}

/* There is something to reserve, or to tell of the last attempt. */
static bool
must_write(const struct exchange *x)
{
	if (x->attempts > 0)
		return x->blame || x->probing || x->used->channel->limits.n > 0;
	return x->snapshot->global.n > 0 || (x->key != NULL && x->key->limits.n > 0);
}

enum next
admission_begin(struct exchange *x)
{
	struct txn *t;
	enum choice c;

	if (x->admit_fault != FAULT_NONE)
		return reply_refused(x);
	if (x->admitted) {
		x->admitted = false;
		return go(x);
	}
	if (x->attempts == 0 && nobody_left(x))
		return exchange_refuse(x, FAULT_UNPRICED, STR_NONE, STR("model"));
	if (!must_write(x)) {
		t = txn_read(api()->env.state);
		c = choose(x, t, false);
		txn_end(t);
		if (c == CHOICE_MADE)
			return go(x);
		if (c == CHOICE_NONE) {
			x->admit_fault = nobody(x);
			return reply_refused(x);
		}
	}
	x->admission.phase = BATCH_ADMIT;
	x->admission.run = run;
	x->admission.done = stored;
	batch_add(api()->batch, &x->admission);
	return WAIT;
}
