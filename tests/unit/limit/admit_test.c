/* SPDX-License-Identifier: Apache-2.0 */
/* admit_test.c - limits are reserved together or not at all, and settled exactly. */
#include "limit/admit.h"

#include "state.h"

#define REQUEST(n_in, n_out) ((struct amounts){ { 1, (n_in), (n_out), (n_in) + (n_out), ((n_in) + (n_out)) * 1000 } })

static struct worker w;

static void
fresh(void)
{
	clock_freeze(1000 * SECOND, UINT64_C(1795253069) * SECOND);	/* 2026-11-21T09:24:29Z */
}

static void
test_window(void)
{
	struct limit   limits[] = { limit_of("3 requests / 1m") };
	struct scope   scope = { SCOPE_KEY, 1, limits, 1 };
	struct grant   g[4] = { { 0 } };
	struct refusal no;

	for (int i = 0; i < 3; i++) {
		is_int(worker_reserve(&w, &scope, 1, REQUEST(10, 10), &g[i], &no), 0, "request %d of 3 is admitted", i + 1);
		clock_advance(SECOND);
	}
	is_int(worker_reserve(&w, &scope, 1, REQUEST(10, 10), &g[3], &no), -1, "the fourth is refused");
	is_int(no.fault, FAULT_RATE_LIMITED, "as rate limited");
	ok(no.scope == SCOPE_KEY && no.scope_id == 1 && no.limit == &limits[0], "by the key's limit");
	is_int(no.used, 3, "which counts three");
	is_int(g[3].sequence, 0, "and holds nothing");
	clock_advance((no.wait_ms - 1) * 1000);
	is_int(worker_reserve(&w, &scope, 1, REQUEST(10, 10), &g[3], &no), -1, "a millisecond before its wait ends too");
	clock_advance(1000);
	is_int(worker_reserve(&w, &scope, 1, REQUEST(10, 10), &g[3], &no), 0, "and is admitted when it has ended");
	for (int i = 0; i < 4; i++)
		worker_settle(&w, &g[i], REQUEST(5, 5));
	is_int(shown(w.state, &scope, 0, "used"), 3, "settled requests stay counted");
	is_int(shown(w.state, &scope, 0, "reserved"), 0, "but are no longer reserved");
	is_int(state_faults(w.state), 0, "the invariants hold");
}

static void
test_settle(void)
{
	struct limit   limits[] = { limit_of("1000 tokens / 1h"), limit_of("1.00 usd / day"), limit_of("100 requests / 1h") };
	struct scope   scope = { SCOPE_KEY, 2, limits, 3 };
	struct grant   g = { 0 }, h = { 0 };
	struct refusal no;

	is_int(worker_reserve(&w, &scope, 1, REQUEST(100, 500), &g, &no), 0, "an estimate is reserved");
	is_int(shown(w.state, &scope, 0, "used"), 600, "all of it counts while it is open");
	is_int(shown(w.state, &scope, 0, "reserved"), 600, "as reserved");
	is_int(worker_reserve(&w, &scope, 1, REQUEST(100, 500), &h, &no), -1, "so a parallel one cannot overshoot");
	is_int(no.fault, FAULT_RATE_LIMITED, "it is refused");
	worker_settle(&w, &g, REQUEST(90, 10));
	is_int(shown(w.state, &scope, 0, "used"), 100, "settled to what was used");
	is_int(shown(w.state, &scope, 1, "used"), 100000, "on the budget as well");
	is_int(worker_reserve(&w, &scope, 1, REQUEST(100, 500), &h, &no), 0, "now the other one fits");
	worker_settle(&w, &h, REQUEST(1000, 2000));
	is_int(shown(w.state, &scope, 0, "used"), 3100, "more than was reserved is counted too");
	is_int(shown(w.state, &scope, 0, "left"), 0, "nothing is left then");
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 0), &g, &no), -1, "and the next one is refused");
	is_int(worker_reserve(&w, &scope, 1, (struct amounts){ { 1, 0, 0, 0, 0 } }, &g, &no), 0,
	    "one that needs no tokens is not");
	worker_settle(&w, &g, (struct amounts){ { 0, 0, 0, 0, 0 } });
	is_int(shown(w.state, &scope, 2, "used"), 2, "a request settled as none is given back");
	is_int(state_faults(w.state), 0, "the invariants hold");
}

static void
test_all_or_nothing(void)
{
	struct limit   wide[] = { limit_of("100 requests / 1h") }, narrow[] = { limit_of("1 requests / 1h") };
	struct scope   scopes[] = { { SCOPE_GLOBAL, 0, wide, 1 }, { SCOPE_KEY, 3, narrow, 1 } };
	struct grant   g = { 0 }, h = { 0 };
	struct refusal no;

	is_int(worker_reserve(&w, scopes, 2, REQUEST(1, 1), &g, &no), 0, "two scopes admit together");
	is_int(worker_reserve(&w, scopes, 2, REQUEST(1, 1), &h, &no), -1, "one refuses for both");
	is_int(no.scope, SCOPE_KEY, "the one that refuses is named");
	is_int(shown(w.state, &scopes[0], 0, "used"), 1, "the other has counted nothing");
	worker_settle(&w, &g, REQUEST(1, 1));
	is_int(state_faults(w.state), 0, "the invariants hold");
}

static void
test_worst(void)
{
	struct limit   limits[] = { limit_of("10 tokens / 1m"), limit_of("10 input / day"), limit_of("50 output / 1h") };
	struct scope   scope = { SCOPE_KEY, 4, limits, 3 };
	struct grant   g = { 0 };
	struct refusal no;

	is_int(worker_reserve(&w, &scope, 1, REQUEST(10, 0), &g, &no), 0, "a request that just fits is admitted");
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 0), &(struct grant){ 0 }, &no), -1, "the next one is not");
	ok(no.limit == &limits[1] && no.fault == FAULT_QUOTA_EXHAUSTED, "the quota that lasts longest is told");
	is_int(no.wait_ms, (86400 - 9 * 3600 - 24 * 60 - 29) * 1000, "until midnight UTC");
	is_int(worker_reserve(&w, &scope, 1, REQUEST(0, 51), &(struct grant){ 0 }, &no), -1, "more than a limit is refused");
	ok(no.fault == FAULT_TOO_LARGE_FOR_LIMIT && no.wait_ms == 0, "as too large, without a wait, whatever else refuses");
	worker_settle(&w, &g, REQUEST(10, 0));
}

static void
test_lowered(void)
{
	struct limit   before[] = { limit_of("10 requests / 1m") }, after[] = { limit_of("2 requests / 1m") };
	struct scope   scope = { SCOPE_KEY, 5, before, 1 };
	struct grant   g;
	struct refusal no;

	for (int i = 0; i < 5; i++) {
		g.sequence = 0;
		(void)!worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g, &no);
		worker_settle(&w, &g, REQUEST(1, 1));
		clock_advance(5 * SECOND);
	}
	scope.limits = after;
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g, &no), -1, "a limit lowered below what is used refuses");
	is_int(no.used, 5, "and knows what was used");
	clock_advance(no.wait_ms * 1000 - 1000);
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g, &no), -1, "until enough has left");
	clock_advance(1000);
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g, &no), 0, "which is when it said");
	worker_settle(&w, &g, REQUEST(1, 1));
}

static void
test_repeated(void)
{
	struct limit   limits[] = { limit_of("10 requests / 1h"), limit_of("2 requests / 1h") };
	struct scope   scope = { SCOPE_KEY, 6, limits, 2 };
	struct grant   g[3] = { { 0 } };
	struct refusal no;

	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[0], &no), 0, "two limits that count the same admit");
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[1], &no), 0, "counting a request once");
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[2], &no), -1, "and both are kept");
	worker_settle(&w, &g[0], REQUEST(1, 1));
	worker_settle(&w, &g[1], REQUEST(1, 1));
	is_int(state_faults(w.state), 0, "the invariants hold");
}

static void
test_channel(void)
{
	struct limit   key[] = { limit_of("100 tokens / 1h") }, channel[] = { limit_of("50 tokens / 1h") };
	struct scope   ks = { SCOPE_KEY, 7, key, 1 }, c1 = { SCOPE_CHANNEL, 1, channel, 1 }, c2 = { SCOPE_CHANNEL, 2, channel, 1 };
	struct grant   g = { 0 };
	struct refusal no;
	struct txn    *txn;
	uint64_t       sequence;

	is_int(worker_reserve(&w, &ks, 1, REQUEST(20, 20), &g, &no), 0, "the key's scope is reserved");
	sequence = g.sequence;
	is_int(worker_reserve(&w, &c1, 1, REQUEST(20, 20), &g, &no), 0, "then the first channel's is added");
	is_int(g.sequence, (int64_t)sequence, "to the same grant");
	txn = txn_write(w.state);
	meters_begin(w.meters, txn);
	admit_release(w.meters, &g, SCOPE_CHANNEL);
	meters_end(w.meters);
	is_int(txn_commit(txn), 0, "the channel is released");
	is_int(shown(w.state, &c1, 0, "used"), 0, "which gives back all of it");
	is_int(shown(w.state, &ks, 0, "used"), 40, "and nothing of the key's");
	is_int(state_faults(w.state), 0, "the invariants hold between");
	is_int(worker_reserve(&w, &c2, 1, REQUEST(20, 20), &g, &no), 0, "the second channel is added");
	worker_settle(&w, &g, REQUEST(1, 2));
	is_int(shown(w.state, &ks, 0, "used"), 3, "settling reaches the key");
	is_int(shown(w.state, &c2, 0, "used"), 3, "and the channel");
	is_int(shown(w.state, &c1, 0, "used"), 0, "but not the one that was released");
	is_int(state_faults(w.state), 0, "the invariants hold");
}

/* A transaction that is not stored leaves nothing behind; the same calls run again. */
static void
test_retry(void)
{
	struct limit	   limits[] = { limit_of("10 tokens / 1h"), limit_of("1.00 usd / day") };
	struct scope	   scope = { SCOPE_KEY, 8, limits, 2 };
	struct amounts	   need = REQUEST(3, 3), actual = REQUEST(1, 1);
	struct grant	   g = { 0 };
	struct grant_label label = { .request_id = "req_retry" };
	struct refusal	   no;
	struct txn	  *txn;

	for (int try = 0; try < 2; try++) {
		txn = txn_write(w.state);
		meters_begin(w.meters, txn);
		is_int(admit_reserve(w.meters, &scope, 1, &need, &label, &g, &no), 0, "try %d reserves", try + 1);
		meters_end(w.meters);
		if (try == 0)
			txn_end(txn);
		else
			is_int(txn_commit(txn), 0, "the second try is stored");
	}
	is_int(shown(w.state, &scope, 0, "used"), 6, "it counts once");
	for (int try = 0; try < 2; try++) {
		txn = txn_write(w.state);
		meters_begin(w.meters, txn);
		admit_settle(w.meters, &g, &actual);
		meters_end(w.meters);
		if (try == 0)
			txn_end(txn);
		else
			is_int(txn_commit(txn), 0, "the second try settles");
	}
	is_int(shown(w.state, &scope, 0, "used"), 2, "it is settled once");
	worker_settle(&w, &g, actual);
	is_int(shown(w.state, &scope, 0, "used"), 2, "settling what is settled does nothing");
	is_int(state_faults(w.state), 0, "the invariants hold");
}

static void
test_quota_turns(void)
{
	struct limit   limits[] = { limit_of("2 requests / day America/Los_Angeles") };
	struct scope   scope = { SCOPE_KEY, 9, limits, 1 };
	struct grant   g[3] = { { 0 } };
	struct refusal no;

	(void)!worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[0], &no);
	(void)!worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[1], &no);
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[2], &no), -1, "a quota that is used up refuses");
	ok(no.fault == FAULT_QUOTA_EXHAUSTED, "as exhausted");
	clock_advance(no.wait_ms * 1000 - SECOND);
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[2], &no), -1, "a second before midnight there too");
	clock_advance(SECOND);
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g[2], &no), 0, "and admits from midnight on");
	worker_settle(&w, &g[0], (struct amounts){ { 0 } });
	is_int(shown(w.state, &scope, 0, "used"), 1, "what was reserved yesterday settles nothing today");
	worker_settle(&w, &g[1], REQUEST(1, 1));
	is_int(shown(w.state, &scope, 0, "used"), 1, "neither way");
	is_int(state_faults(w.state), 0, "the invariants hold");
	worker_settle(&w, &g[2], REQUEST(1, 1));
}

static void
test_clock_jumps(void)
{
	struct limit   limits[] = { limit_of("2 requests / day"), limit_of("2 tokens / 1m") };
	struct scope   scope = { SCOPE_KEY, 10, limits, 2 };
	struct grant   g = { 0 }, h = { 0 }, k = { 0 };
	struct refusal no;
	struct amounts one = { { 1, 0, 0, 0, 0 } };
	uint64_t       mono = clock_mono_us(), wall = clock_wall_us();

	(void)!worker_reserve(&w, &scope, 1, one, &g, &no);
	worker_settle(&w, &g, one);
	(void)!worker_reserve(&w, &scope, 1, one, &g, &no);
	clock_freeze(mono, wall - UINT64_C(365) * 86400 * SECOND);
	is_int(worker_reserve(&w, &scope, 1, one, &(struct grant){ 0 }, &no), -1, "setting the clock back a year frees nothing");
	ok(no.wait_ms <= 86400000, "and locks for no longer than a day");
	clock_advance(no.wait_ms * 1000);
	is_int(worker_reserve(&w, &scope, 1, one, &h, &no), 0, "the next day of that year admits");
	clock_freeze(mono, wall);
	worker_settle(&w, &g, (struct amounts){ { 0 } });
	ok(shown(w.state, &scope, 0, "used") >= 0, "a settlement across jumps takes nothing below zero");
	clock_freeze(mono, 0);
	is_int(worker_reserve(&w, &scope, 1, one, &k, &no), 0, "a clock of 1970 counts on");
	clock_freeze(mono, wall);
	worker_settle(&w, &h, one);
	worker_settle(&w, &k, one);
	is_int(state_faults(w.state), 0, "the invariants hold");
}

static void
test_view(void)
{
	struct limit	  limits[] = { limit_of("10 requests / 1m"), limit_of("5 requests / 1h"), limit_of("100 tokens / 1m") };
	struct scope	  scope = { SCOPE_KEY, 11, limits, 3 };
	struct rate_views views;
	struct grant	  g = { 0 };
	struct refusal	  no;
	struct txn	 *txn;

	(void)!worker_reserve(&w, &scope, 1, REQUEST(20, 10), &g, &no);
	txn = txn_write(w.state);
	meters_begin(w.meters, txn);
	admit_view(w.meters, &scope, &views);
	meters_end(w.meters);
	txn_end(txn);
	ok(views.requests.known && views.requests.limit == 5 && views.requests.remaining == 4,
	    "the view tells the tightest requests limit");
	ok(views.requests.reset_ms > 3600000 - 60000 && views.requests.reset_ms <= 3660000, "and when it is free again");
	ok(views.tokens.known && views.tokens.limit == 100 && views.tokens.remaining == 70, "and the tokens limit");
	worker_settle(&w, &g, REQUEST(1, 1));
	txn = txn_write(w.state);
	meters_begin(w.meters, txn);
	admit_view(w.meters, &(struct scope){ SCOPE_KEY, 12, NULL, 0 }, &views);
	meters_end(w.meters);
	txn_end(txn);
	ok(!views.requests.known && !views.tokens.known, "a key without limits has none to tell");
}

static void
test_none(void)
{
	struct scope   scopes[] = { { SCOPE_GLOBAL, 0, NULL, 0 }, { SCOPE_KEY, 13, NULL, 0 } };
	struct grant   g = { 0 };
	struct refusal no;

	is_int(worker_reserve(&w, scopes, 2, REQUEST(1, 1), &g, &no), 0, "without limits all is admitted");
	is_int(g.sequence, 0, "and nothing is held");
	is_int(db_entries(w.state, DB_RESERVATION), 0, "no reservation is left by any of this");
}

/* Limits that come and go do not fill the meter. */
static void
test_many_limits(void)
{
	struct limit   limits[LIMITS_MAX + 1];
	struct scope   scope = { SCOPE_KEY, 14, limits, LIMITS_MAX };
	struct grant   g = { 0 };
	struct refusal no;
	char	       text[64];
	int	       refused = 0;

	for (int i = 0; i < 50; i++) {
		for (int k = 0; k < LIMITS_MAX; k++) {
			snprintf(text, sizeof(text), "1000 requests / %ds", i * LIMITS_MAX + k + 1);
			limits[k] = limit_of(text);
		}
		refused += worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g, &no) != 0;
		worker_settle(&w, &g, REQUEST(1, 1));
	}
	is_int(refused, 0, "limits that changed fifty times are admitted by");
	limits[LIMITS_MAX] = limit_of("5 requests / day");
	scope.n = LIMITS_MAX + 1;
	is_int(worker_reserve(&w, &scope, 1, REQUEST(1, 1), &g, &no), -1, "more limits than a scope may have refuse");
	is_int(no.fault, FAULT_INTERNAL, "as our own fault");
	is_int(state_faults(w.state), 0, "the invariants hold");
}

/* More scopes in one transaction than the cache holds. */
static void
test_many_scopes(void)
{
	struct limit	   limits[] = { limit_of("3 requests / 1h") };
	struct grant	   g[500] = { { 0 } };
	struct grant_label label = { .request_id = "req_many" };
	struct amounts	   need = REQUEST(1, 1);
	struct refusal	   no;
	struct txn	  *txn = txn_write(w.state);
	int		   admitted = 0, wrong = 0;

	meters_begin(w.meters, txn);
	for (uint64_t i = 0; i < 500; i++) {
		struct scope scope = { SCOPE_KEY, 1000 + i % 100, limits, 1 };

		admitted += admit_reserve(w.meters, &scope, 1, &need, &label, &g[i], &no) == 0;
	}
	meters_end(w.meters);
	is_int(txn_commit(txn), 0, "five hundred requests of a hundred keys go into one transaction");
	is_int(admitted, 300, "three of each key are admitted");
	for (uint64_t i = 0; i < 100; i++)
		wrong += shown(w.state, &(struct scope){ SCOPE_KEY, 1000 + i, limits, 1 }, 0, "used") != 3;
	is_int(wrong, 0, "and counted on its own meter");
	is_int(state_faults(w.state), 0, "the invariants hold");
	for (int i = 0; i < 500; i++)
		worker_settle(&w, &g[i], need);
}

int
main(void)
{
	arena_init(&arena);
	temp_init();
	fresh();
	worker_start(&w, temp_open(ENV_STATE), 0, NULL, NULL);
	test_window();
	fresh();
	test_settle();
	test_all_or_nothing();
	fresh();
	test_worst();
	test_lowered();
	test_repeated();
	test_channel();
	test_retry();
	test_quota_turns();
	test_clock_jumps();
	test_view();
	test_none();
	test_many_limits();
	test_many_scopes();
	meters_free(w.meters);
	db_close(w.state);
	temp_done();
	arena_done(&arena);
	return tap_done();
}
